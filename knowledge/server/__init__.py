"""The index for many processes and machines: catalogue in PostgreSQL, vectors on a Chroma server.

A generation is a number. Rows say from which one to before which one they count, so that whoever
reads a generation sees it unchanged while the next one is written, and one row that names another
number makes all of a change visible at once.
"""
