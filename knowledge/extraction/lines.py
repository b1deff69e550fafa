"""Lines of a PDF page -> paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from knowledge.extraction.layout import FREE, Line
from knowledge.extraction.tables import leads, table

#: Points between the left edges of two columns of a table.
_COLUMN = 15.0

#: Fewer rows than this are not a table, but two columns of text.
_FEWEST_ROWS = 3

_BULLET = re.compile(r"^\s*(?:[•▪●◦‣–—-]|\d{1,2}[.)]|[a-z]\))\s+")


def blocks(lines: Sequence[Line]) -> Iterator[str]:
    """Yield tables as tables, everything else as paragraphs.

    A paragraph that goes on in the next column is one.
    """
    open_end = ""
    for column, group in groupby(lines, key=lambda line: line.column):
        together = list(group)
        found = list(_free(together) if column == FREE else _paragraphs(together))
        if open_end and found and column != FREE and _goes_on(open_end, found[0]):
            found[0] = _with(open_end, found[0])
        elif open_end:
            yield open_end
        open_end = ""
        if column != FREE and found:
            open_end = found.pop()
        yield from found
    if open_end:
        yield open_end


def _goes_on(before: str, after: str) -> bool:
    return after[:1].islower() and not before.endswith((".", "!", "?", ":"))


def _with(before: str, after: str) -> str:
    """Join two parts of a text, and the word that was divided between them."""
    if before.endswith("-") and after[:1].islower():
        return before[:-1] + after
    return f"{before} {after}" if before else after


def _free(lines: Sequence[Line]) -> Iterator[str]:
    rows = _rows(lines)
    while rows and len(rows[0]) == 1 and any(len(row) > 1 for row in rows):
        yield from _paragraphs(rows.pop(0)[0])
    if len(rows) < _FEWEST_ROWS or sum(len(row) > 1 for row in rows) * 3 < len(rows) * 2:
        yield from _paragraphs([line for row in rows for cell in row for line in cell])
        return
    written = _aligned(rows)
    yield table(written, header=leads(written))


def _rows(lines: Sequence[Line]) -> list[list[list[Line]]]:
    """Read lines as rows of cells: the next cell begins beside the one before, not below it."""
    rows: list[list[list[Line]]] = []
    top = 0.0
    for line in lines:
        before = rows[-1][-1][-1] if rows else None
        if before is None or _is_new_row(line, before, rows[-1]):
            rows.append([[line]])
            top = line.top
        elif line.left > before.left + _COLUMN and line.top > before.bottom and line.top < top + 5:
            rows[-1].append([line])
        else:
            rows[-1][-1].append(line)
    return rows


def _is_new_row(line: Line, before: Line, row: Sequence[Sequence[Line]]) -> bool:
    """A row ends where the next line stands in an earlier column, or clear of the cell above."""
    is_back = line.left < before.left - _COLUMN and line.top < row[0][0].bottom + 1
    height = max(1.0, before.top - before.bottom)
    is_alone = len(row) == 1 and before.bottom - line.top > 0.9 * height
    return is_back or is_alone


def _aligned(rows: Sequence[Sequence[Sequence[Line]]]) -> list[list[str]]:
    """Put every cell into the column whose left edge it shares."""
    edges: list[float] = []
    for left in sorted(cell[0].left for row in rows for cell in row):
        if not edges or left - edges[-1] > _COLUMN:
            edges.append(left)
    written = []
    for row in rows:
        cells = [""] * len(edges)
        for cell in row:
            at = min(range(len(edges)), key=lambda i: abs(edges[i] - cell[0].left))
            text = " ".join(_paragraphs(cell))
            cells[at] = f"{cells[at]} {text}".strip()
        written.append(cells)
    return written


def _paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    """Join the lines of a paragraph, and words that were divided."""
    text = ""
    before: Line | None = None
    for line in lines:
        if before is not None and _breaks(before, line, lines):
            yield text
            text = ""
        text = _with(text, line.text)
        before = line
    if text:
        yield text


def _breaks(before: Line, line: Line, lines: Sequence[Line]) -> bool:
    """Tell whether a new paragraph begins with this line."""
    if _BULLET.match(line.text):
        return True
    gap, height = before.bottom - line.top, max(1.0, before.top - before.bottom)
    if gap > 1.0 * height or gap < -3 * height:
        return True
    right = max(each.right for each in lines)
    width = max(1.0, right - min(each.left for each in lines))
    return before.text.endswith((".", "!", "?", ":")) and before.right < right - 0.2 * width
