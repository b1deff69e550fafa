"""How the web is asked: which addresses, how fast, and what a host lets us read."""
