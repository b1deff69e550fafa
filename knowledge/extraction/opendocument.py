"""OpenDocument (LibreOffice): texts, sheets and presentations -> sections.

It is XML in an archive; what is read of it is what a reader sees.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice

from lxml import etree

from knowledge.documents import Section
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.outline import Outline, joined
from knowledge.extraction.sheets import MOST_COLUMNS, MOST_ROWS, sheet_section
from knowledge.extraction.tables import leads, table
from knowledge.extraction.text import as_date, tidy

_NAMESPACES = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for name in ("office", "text", "table", "style", "meta", "presentation")
} | {
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}

#: Not read by people as part of the text: what was deleted, remarks, tables of contents, forms.
_GONE = {
    "tracked-changes", "annotation", "annotation-end", "table-of-content", "alphabetical-index",
    "illustration-index", "table-index", "object-index", "user-index", "bibliography", "forms",
    "sequence-decls", "variable-decls", "user-field-decls", "note-citation", "ruby-text",
    "hidden-text", "hidden-paragraph", "desc", "title", "event-listeners", "shapes",
}  # fmt: skip

#: A row that is repeated more often says nothing new.
_MOST_REPEATED = 50

_BROKEN = (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, OSError, EOFError,
           NotImplementedError)  # fmt: skip


def opendocument(body: bytes) -> Extracted:
    """Extract a text, workbook or presentation; hidden sheets are left out."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            if _is_encrypted(archive):
                raise Unreadable("It is encrypted.")
            content = _parsed(archive.read("content.xml"))
            meta = _parsed(archive.read("meta.xml")) if "meta.xml" in archive.namelist() else None
    except _BROKEN as error:
        raise Unreadable(f"The file is damaged: {error or type(error).__name__}") from error
    for name, read in _READERS.items():
        if (held := content.find(f"office:body/office:{name}", _NAMESPACES)) is not None:
            first, sections = read(held)
            return Extracted(
                title=_said(meta, "dc:title") or first,
                sections=tuple(sections),
                language=_said(meta, "dc:language")[:2].lower(),
                updated_at=as_date(_said(meta, "dc:date") or _said(meta, "meta:creation-date")),
            )
    raise Unreadable("It is a drawing or a formula, not a document.")


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    manifest = "META-INF/manifest.xml"
    return "encrypted-package" in names or (
        manifest in names and b"encryption-data" in archive.read(manifest)
    )


def _parsed(xml: bytes) -> etree._Element:
    # Entities are not resolved, nothing is loaded: the file is a stranger's.
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _said(meta: etree._Element | None, name: str) -> str:
    found = meta.find(f".//{name}", _NAMESPACES) if meta is not None else None
    return (found.text or "").strip() if found is not None else ""


def _text(held: etree._Element) -> tuple[str, list[Section]]:
    titles = {"Title"} | {
        _get(style, "style:name")
        for style in _styles(held)
        if _get(style, "style:parent-style-name") == "Title"
    }
    written = _Text(titles)
    written.read(held)
    written.outline.close()
    return written.title or written.outline.first, written.outline.sections


def _styles(held: etree._Element) -> Iterator[etree._Element]:
    return held.getroottree().getroot().iterfind(".//style:style", _NAMESPACES)


class _Text:
    """Reads the blocks of a text, or of what stands in a box."""

    def __init__(self, titles: set[str]) -> None:
        self.outline = Outline()
        self.title = ""
        self._titles = titles

    def read(self, element: etree._Element) -> None:
        for child in element:
            kind = _kind(child)
            if kind == "h":
                self._heading(child)
            elif kind == "p":
                self._paragraph(child)
            elif kind == "list":
                self._items(child, 0)
            elif kind == "table":
                self.outline.block(_table(child))
            elif kind and kind not in _GONE:
                self.read(child)

    def _heading(self, element: etree._Element) -> None:
        if text := _line(element):
            self.outline.heading(_number(_get(element, "text:outline-level"), 1), text)
        self._aside(element)

    def _paragraph(self, element: etree._Element) -> None:
        text = _line(element)
        if text and not self.title and _get(element, "text:style-name") in self._titles:
            self.title = text
        else:
            self.outline.block(text)
        self._aside(element)

    def _items(self, element: etree._Element, depth: int) -> None:
        for item in element.iterchildren():
            lines = [_line(part) for part in item if _kind(part) == "p"]
            if text := " ".join(filter(None, lines)):
                self.outline.block(f"{'  ' * depth}- {text}")
            for part in item:
                if _kind(part) == "h":
                    self._heading(part)  # numbered headings are items of a list
                elif _kind(part) == "list":
                    self._items(part, depth + 1)
                else:
                    self._aside(part)

    def _aside(self, element: etree._Element) -> None:
        """Read the notes and boxes that are tied to a paragraph."""
        for child in element.iterchildren():
            kind = _kind(child)
            if kind in {"note-body", "text-box"}:
                self.read(child)
            elif kind and kind not in _GONE:
                self._aside(child)


def _line(element: etree._Element) -> str:
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: etree._Element) -> Iterator[str]:
    """Yield the text of a paragraph, without what is only tied to it."""
    yield element.text or ""
    for child in element.iterchildren():
        kind = _kind(child)
        if kind in {"s", "tab", "line-break"}:
            yield " "
        elif kind and kind not in {"note", "frame", "custom-shape", *_GONE}:
            yield from _pieces(child)
        yield child.tail or ""


def _table(element: etree._Element) -> str:
    rows = [[str(cell) for cell in row] for row in _rows(element)]
    return table(rows, header=leads(rows))


def _sheets(held: etree._Element) -> tuple[str, list[Section]]:
    hidden = {
        _get(style, "style:name")
        for style in _styles(held)
        for properties in style.iterfind("style:table-properties", _NAMESPACES)
        if _get(properties, "table:display") == "false"
    }
    found = (
        sheet_section(number, _get(sheet, "table:name"), list(_rows(sheet)))
        for number, sheet in enumerate(held.iterfind("table:table", _NAMESPACES), 1)
        if _get(sheet, "table:style-name") not in hidden
    )
    return "", [section for section in found if section]


def _rows(element: etree._Element) -> Iterator[list[object]]:
    """Yield the cells of a table as they are shown; what spans several rows stands in each."""
    above: dict[int, tuple[int, str]] = {}
    for row in islice(_each_row(element), MOST_ROWS):
        cells: list[object] = []
        for cell in row.iterchildren():
            width = _number(_get(cell, "table:number-columns-repeated"), 1)
            text = _cell(cell)
            if _kind(cell) == "covered-table-cell":
                left, text = above.get(len(cells), (0, ""))
                above[len(cells)] = (left - 1, text if left > 1 else "")
            elif (height := _number(_get(cell, "table:number-rows-spanned"), 1)) > 1:
                above[len(cells)] = (height - 1, text)
            cells += [text] * min(width, MOST_COLUMNS - len(cells))
        while cells and not cells[-1]:
            cells.pop()  # a sheet goes on to its last column
        yield cells


def _each_row(element: etree._Element) -> Iterator[etree._Element]:
    for child in element.iterchildren():
        kind = _kind(child)
        if kind == "table-row":
            # Rows are repeated a million times, to the end of the sheet.
            times = _number(_get(child, "table:number-rows-repeated"), 1)
            yield from [child] * (min(times, _MOST_REPEATED) if any(child.itertext()) else 1)
        elif kind in {"table-rows", "table-header-rows", "table-row-group"}:
            yield from _each_row(child)


def _cell(cell: etree._Element) -> str:
    parts = (part for part in cell.iter() if _kind(part) in {"p", "h"} and not _in_remark(part))
    return " ".join(filter(None, map(_line, parts)))


def _in_remark(element: etree._Element) -> bool:
    return any(_kind(each) == "annotation" for each in element.iterancestors())


def _slides(held: etree._Element) -> tuple[str, list[Section]]:
    found: list[Section] = []
    first = ""
    for number, page in enumerate(held.iterfind("draw:page", _NAMESPACES), 1):
        heading = page.find("draw:frame[@presentation:class='title']", _NAMESPACES)
        name = _cell(heading) if heading is not None else ""
        first = first or name
        text = tidy(joined(list(_frames(page, heading))))
        if text:
            found.append(Section(path=(name,) if name else (), text=text, page=number))
    return first, found


def _frames(page: etree._Element, heading: etree._Element | None) -> Iterator[str]:
    """Yield what stands on a slide, and then its notes."""
    for child in page.iterchildren():
        kind = _kind(child)
        if child is heading or kind in _GONE:
            continue
        if kind == "table":
            yield _table(child)
        elif kind in {"p", "h"}:
            if line := _line(child):
                yield f"- {line}" if _is_item(child) else line
        elif kind:
            yield from _frames(child, heading)


def _is_item(element: etree._Element) -> bool:
    return any(_kind(each) == "list-item" for each in element.iterancestors())


def _kind(element: etree._Element) -> str:
    """Return the name of an element; "" for remarks in the XML."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _get(element: etree._Element, name: str) -> str:
    space, _, local = name.partition(":")
    return element.get(f"{{{_NAMESPACES[space]}}}{local}") or ""


def _number(given: str, otherwise: int) -> int:
    return max(1, int(given[:7])) if given.isdigit() else otherwise


_READERS: dict[str, Callable[[etree._Element], tuple[str, list[Section]]]] = {
    "text": _text,
    "spreadsheet": _sheets,
    "presentation": _slides,
}
