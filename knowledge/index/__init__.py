"""Making an index: what must change, and the next generation of it."""
