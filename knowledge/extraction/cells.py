"""The tables of a page -> rows of cells, under one header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest

from lxml.html import HtmlElement

from knowledge.extraction.inlines import inline

#: Rows of a header.
_MOST_HEADERS = 4


@dataclass(frozen=True, slots=True)
class Cells:
    """What a table holds."""

    #: What stands above all of its columns.
    titles: tuple[str, ...]
    #: The header first, if there is one.
    rows: list[list[str]]
    has_header: bool


def cells_of(element: HtmlElement) -> Cells:
    """Return the cells of a table, those that span several rows repeated, under one header."""
    # The header's rows first, wherever they stand.
    found = [
        row
        for path in ("./thead/tr", "./tr | ./tbody/tr", "./tfoot/tr")
        for row in element.xpath(path)
    ]
    count = _headers(found)
    spanning: dict[int, tuple[int, str]] = {}
    rows = [_row(row, spanning, repeats=count > 1 and at < count) for at, row in enumerate(found)]
    titles: list[str] = []
    while count > 1 and len(set(rows[0])) == 1:
        titles.append(rows.pop(0)[0])
        count -= 1
    if count > 1:
        rows = [_merged(rows[:count]), *rows[count:]]
    return Cells(tuple(filter(None, titles)), [row for row in rows if any(row)], count > 0)


def _headers(rows: Sequence[HtmlElement]) -> int:
    """Return how many rows the header has: those marked as such, or one in bold letters."""
    if not rows:
        return 0
    marked = takewhile(
        lambda row: row.getparent().tag == "thead" or (row.xpath("./th") and not row.xpath("./td")),
        rows,
    )
    count = min(len(list(marked)), _MOST_HEADERS, max(1, len(rows) - 1))
    if not count and len(rows) > 1 and _is_bold(rows[0]) and not _is_bold(rows[1]):
        return 1
    return count


def _is_bold(row: HtmlElement) -> bool:
    cells = row.xpath("./td | ./th")
    return len(cells) > 1 and all(
        (text := inline(cell)) and text == " ".join(map(inline, cell.xpath(".//b | .//strong")))
        for cell in cells
    )


def _merged(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return one header: what the rows say above each column, once."""
    columns = zip_longest(*rows, fillvalue="")
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]


def _row(row: HtmlElement, spanning: dict[int, tuple[int, str]], *, repeats: bool) -> list[str]:
    """Return the cells of a row; in a header of several rows a cell names all its columns."""
    cells: list[str] = []
    for cell in row.xpath("./td | ./th"):
        _fill(cells, spanning)
        text = _cell(cell)
        width, height = _span(cell, "colspan"), _span(cell, "rowspan")
        for at in range(len(cells), len(cells) + width):
            if height > 1:
                spanning[at] = (height - 1, text)
        cells += [text] + [text if repeats else ""] * (width - 1)
    _fill(cells, spanning)
    return cells


def _fill(cells: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    while len(cells) in spanning:
        left, text = spanning.pop(len(cells))
        if left > 1:
            spanning[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: HtmlElement, name: str) -> int:
    given = cell.get(name, "1")
    return max(1, min(50, int(given))) if given.isdigit() else 1


def _cell(cell: HtmlElement) -> str:
    """Return the text of a cell; paragraphs and items in it one after the other."""
    if not cell.xpath(".//li | .//p"):
        return inline(cell).replace("\n", ", ")
    parts = [inline(part).replace("\n", ", ") for part in cell.xpath(".//li | .//p")]
    return "; ".join(part.rstrip(".;,") for part in parts if part)
