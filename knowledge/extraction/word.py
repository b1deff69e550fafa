"""Word files -> sections: headings, paragraphs, lists, tables, text boxes and notes in their order.

The library opens the file and knows its styles; its text of a paragraph lacks what was inserted
while changes were tracked, what stands in content controls and in boxes, so the text is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.text.paragraph import Paragraph
from lxml import etree

from knowledge.extraction.extracted import Extracted
from knowledge.extraction.office import changed, guarded
from knowledge.extraction.outline import Outline
from knowledge.extraction.tables import leads, table

_HEADING_STYLE = re.compile(r"^(?:heading|nadpis|überschrift)\s*(\d)$", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(r"^(?:toc|obsah)\s*(?:\d|heading)", re.IGNORECASE)

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _BOX = f"{_W}p", f"{_W}tbl", f"{_W}txbxContent"

#: Written again for older programs, deleted while changes were tracked, or moved elsewhere.
_GONE = {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    f"{_W}del",
    f"{_W}moveFrom",
}

_SIGNS = {
    f"{_W}tab": " ",
    f"{_W}br": " ",
    f"{_W}cr": " ",
    f"{_W}noBreakHyphen": "-",
    f"{_W}ptab": " ",
}

#: The title that the library gives to a file that has none.
_NO_TITLE = "Word Document"

_NOTES = {"footnote": RELATIONSHIP_TYPE.FOOTNOTES, "endnote": RELATIONSHIP_TYPE.ENDNOTES}


def word(body: bytes) -> Extracted:
    """Extract a Word file."""
    with guarded("Word file"):
        return _Reader(docx.Document(BytesIO(body))).read()


class _Reader:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._outline = Outline()
        self._properties = document.core_properties
        title = (self._properties.title or "").strip()
        self._title = "" if title == _NO_TITLE else title
        self._notes = {name: _notes(document, name) for name in _NOTES}

    def read(self) -> Extracted:
        self._blocks(self._document.element.body)
        self._outline.close()
        return Extracted(
            title=self._title or self._outline.first,
            sections=tuple(self._outline.sections),
            updated_at=changed(self._properties),
        )

    def _blocks(self, element: Any) -> None:
        for part in _parts(element):
            if part.tag == _TABLE:
                self._table(part)
            else:
                self._paragraph(part)

    def _paragraph(self, element: Any) -> None:
        paragraph = Paragraph(element, self._document)
        text = _text(element)
        level = _level(paragraph)
        if paragraph.style is not None and _CONTENTS_STYLE.match(paragraph.style.name or ""):
            return
        if level is None or not text:
            self._outline.block(f"- {text}" if text and _is_item(paragraph) else text)
        elif level == 0:
            self._outline.close()
            self._title = self._title or text
        else:
            self._outline.heading(level, text)
        for box in _boxes(element):
            self._blocks(box)
        for note in self._referred(element):
            self._outline.block(note)

    def _table(self, element: Any) -> None:
        self._outline.block(_table(element))
        for inside in element.iter(_TABLE):
            if inside is not element:
                self._outline.block(_table(inside))
        for note in self._referred(element):
            self._outline.block(note)

    def _referred(self, element: Any) -> Iterator[str]:
        """Yield the notes that a part refers to."""
        for name, notes in self._notes.items():
            for reference in element.iter(f"{_W}{name}Reference"):
                if text := notes.get(reference.get(f"{_W}id", "")):
                    yield text


def _notes(document: Any, name: str) -> Mapping[str, str]:
    """Return the texts of footnotes or endnotes by id."""
    try:
        part = document.part.part_related_by(_NOTES[name])
    except KeyError:
        return {}
    # Entities are not resolved, nothing is loaded: the file is a stranger's.
    root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    return {
        note.get(f"{_W}id", ""): " ".join(filter(None, map(_text, note.iter(_PARAGRAPH))))
        for note in root.iter(f"{_W}{name}")
        if note.get(f"{_W}type", "normal") == "normal"
    }


def _parts(element: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in their order, also those within content controls."""
    for child in element:
        if child.tag in {_PARAGRAPH, _TABLE}:
            yield child
        elif isinstance(child.tag, str) and child.tag not in _GONE:
            yield from _parts(child)


def _boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes of a paragraph."""
    for child in element:
        if child.tag == _BOX:
            yield child
        elif child.tag not in _GONE:
            yield from _boxes(child)


def _text(element: Any) -> str:
    """Return the text of a paragraph as it stands once all changes are accepted."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif sign := _SIGNS.get(child.tag):
            yield sign
        elif child.tag not in {_BOX, f"{_W}pPr", f"{_W}rPr", *_GONE}:
            yield from _pieces(child)


def _level(paragraph: Any) -> int | None:
    """Return the rank of a heading, 0 for the title of the whole; None for text."""
    style = paragraph.style
    while style is not None:
        name = style.name or ""
        if name.lower() in {"title", "název", "titel"}:
            return 0
        if found := _HEADING_STYLE.match(name):
            return int(found[1])
        outline = style.element.find(f"{_W}pPr/{_W}outlineLvl")
        if outline is not None and int(outline.get(f"{_W}val", "9")) < 9:
            return int(outline.get(f"{_W}val")) + 1
        style = style.base_style
    return None


def _is_item(paragraph: Any) -> bool:
    numbered = paragraph._p.find(f"{_W}pPr/{_W}numPr")
    style = paragraph.style  # none where the file has no default style
    return numbered is not None or (
        style is not None and (style.name or "").lower().startswith("list")
    )


def _table(element: Any) -> str:
    rows: list[list[str]] = []
    above: list[str] = []
    for row in element.iterchildren(f"{_W}tr"):
        cells: list[str] = []
        for cell in _cells(row):
            at = len(cells)
            # What spans several rows stands in each of them, what spans columns in the first.
            repeated = _continues(cell) and at < len(above)
            cells.append(above[at] if repeated else _cell(cell))
            cells += [""] * (_span(cell) - 1)
        rows.append(cells)
        above = cells
    return table(rows, header=leads(rows))


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"}:
            yield from _cells(child)


def _cell(cell: Any) -> str:
    """Return the text of a cell; tables in it follow the one around it."""
    paragraphs = (part for part in _parts(cell) if part.tag == _PARAGRAPH)
    return " ".join(filter(None, map(_text, paragraphs)))


def _continues(cell: Any) -> bool:
    merged = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merged is not None and merged.get(f"{_W}val", "continue") == "continue"


def _span(cell: Any) -> int:
    spans = cell.find(f"{_W}tcPr/{_W}gridSpan")
    given = spans.get(f"{_W}val", "1") if spans is not None else "1"
    return max(1, min(60, int(given))) if given.isdigit() else 1
