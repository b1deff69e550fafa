"""What the sources say now against what is stored: each event once, whatever changed told."""
