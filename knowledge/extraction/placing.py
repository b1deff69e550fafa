"""Tables that only place the parts of a page beside each other, as pages were once made."""

from __future__ import annotations

from lxml.html import HtmlElement

#: The cell of a table that only places things holds more than this share of its words.
_MAIN = 0.5

#: Words from which a cell may be a part of a page.
_FEWEST_WORDS = 20

#: A table that holds this share of a page's words frames the page.
_WHOLE = 0.8

#: What stands beside the content holds less than this share of its words.
_BESIDE = 0.34


def is_placing(table: HtmlElement) -> bool:
    """Tell whether a table places parts of a page, and holds no data."""
    if table.get("role") == "presentation" or table.xpath(".//table | .//h1 | .//h2 | .//h3"):
        return True
    main = _main(table)
    return main is not None and len(main.xpath("./p | ./div | ./ul | ./ol | ./br")) > 1


def around(tree: HtmlElement) -> list[HtmlElement]:
    """Return the cells that stand around the content: banners, menus, columns at the side."""
    whole = _words(tree)
    found: list[HtmlElement] = []
    for table in tree.xpath("//table"):
        main = _main(table) if _words(table) >= _WHOLE * whole and is_placing(table) else None
        if main is not None:
            found += [cell for cell in _cells(table) if cell is not main and _frames(cell, main)]
            whole = _words(main)
    return found


def _main(table: HtmlElement) -> HtmlElement | None:
    """Return the cell that most of a table stands in; None if there is none or it holds data."""
    cells = _cells(table)
    if len(cells) < 2 or any(cell.tag == "th" for cell in cells):
        return None
    main = max(cells, key=_words)
    most = _words(main)
    return main if most >= _FEWEST_WORDS and most > _MAIN * _words(table) else None


def _frames(cell: HtmlElement, main: HtmlElement) -> bool:
    words = _words(cell)
    linked = sum(_words(link) for link in cell.xpath(".//a[@href]"))
    is_beside = cell.get("colspan") or cell.get("width") or linked * 2 > words
    return bool(is_beside) and words < _BESIDE * _words(main)


def _cells(table: HtmlElement) -> list[HtmlElement]:
    found: list[HtmlElement] = table.xpath("./tr/td | ./*/tr/td | ./tr/th | ./*/tr/th")
    return found


def _words(element: HtmlElement) -> int:
    """Count words, also where elements follow each other without a space between."""
    return sum(len(str(text).split()) for text in element.itertext())
