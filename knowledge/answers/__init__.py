"""From passages to an answer: quoted or written, weighed, checked, dated."""
