"""Rows of cells -> a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]], *, header: bool) -> str:
    """Return a table; without a header of its own it gets an empty one, as Markdown needs one."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return ""
    width = max(len(row) for row in filled)
    if not header:
        filled = [[""] * width, *filled]
    lines = [_line(row, width) for row in filled]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _line(row: Sequence[str], width: int) -> str:
    cells = [" ".join(cell.split()).replace("|", "\\|") for cell in row]
    return "| " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"


#: Letters of a column's name.
_HEADER_LETTERS = 60


def leads(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row looks like a header: names, short, in every column, no numbers."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    return all(
        0 < len(cell.strip()) <= _HEADER_LETTERS and not cell.strip()[0].isdigit()
        for cell in rows[0]
    )
