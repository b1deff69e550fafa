"""From a question to passages: candidates by meaning and by words, scored, best first."""
