"""PDF -> sections with page numbers; headings are told by the size of their letters."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import pypdfium2
import pypdfium2.raw as raw

from knowledge.documents import Section
from knowledge.extraction import ocr
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.layout import Line, in_reading_order
from knowledge.extraction.letters import Turn, lines_of
from knowledge.extraction.lines import blocks
from knowledge.extraction.text import tidy

#: Pages that are read of one file.
_MOST_PAGES = 1000

#: PDFium must not be called from two threads at once.
_pdfium = threading.Lock()

#: A page with fewer letters over a picture is a scan with a stamp; so is one whose text consists
#: to a good part of signs that stand for nothing. The picture covers this share of the page.
_STAMP, _READABLE, _COVERS = 60, 0.7, 0.5

#: Unicode's private, unassigned and control signs.
_NO_SIGNS = {"Co", "Cn", "Cc"}

#: Letters larger than the body's by this make a heading.
_LARGER = 1.13

#: Part of the page's height at its top and bottom where running lines stand.
_MARGIN = 0.08

#: The same for lines that are repeated, and on how many pages they are whatever their number.
_RUNNING, _MANY = 0.14, 3

_HEADING_LETTERS = 160

_PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:(?:strana|str\.?|stránka|page|seite|s\.)\s*)?\d{1,4}(?:\s*(?:/|z|ze|of|von)\s*\d{1,4})?[\W_]*$",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word|scan\s*\d*|\S+)$|\.(?:docx?|pdf|indd)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    number: int
    height: float
    #: A picture with little or no text that can be read.
    is_scan: bool
    lines: tuple[Line, ...]


def pdf(body: bytes) -> Extracted:
    """Extract a PDF. Raises Unreadable: encrypted, damaged, or without a text layer."""
    with _pdfium:
        document = _open(body)
        try:
            pages = [_page(document, at) for at in range(min(len(document), _MOST_PAGES))]
            facts = document.get_metadata_dict()
            pictures = ocr.pictures(document, (page.number for page in pages if page.is_scan))
        finally:
            document.close()
    read = {number: text for number, text in ocr.read(pictures).items() if text.strip()}
    pages = [replace(page, lines=()) if page.number in read else page for page in pages]
    if not any(page.lines for page in pages) and not read:
        raise Unreadable(_no_text(ocr.available()))
    title = facts.get("Title", "").strip()
    found, first = _sections(_content(pages, title), read)
    return Extracted(
        title=first if _NO_TITLE.search(title) or not title else title,
        sections=_without_title(found, title or first),
        updated_at=_date(facts.get("ModDate") or facts.get("CreationDate") or ""),
    )


def _open(body: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(body)
        document.init_forms()
        return document
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("The PDF is encrypted: it needs a password.") from error
        raise Unreadable("The PDF is damaged or cut off.") from error


def _no_text(can_read: bool) -> str:
    if can_read:
        return "The PDF has no text layer (it is a scan), and text recognition found nothing."
    return (
        "The PDF has no text layer (it is a scan). It is read where tesseract with the languages "
        "ces and eng is installed."
    )


def _page(document: pypdfium2.PdfDocument, at: int) -> _Page:
    page = _filled_in(document, at)
    try:
        text = page.get_textpage()
        try:
            turned = Turn(page.get_rotation(), *page.get_mediabox())
            found = tuple(lines_of(text, turned))
            scan = _says_nothing(found) and (not found or _is_picture(page))
            return _Page(number=at + 1, height=page.get_height(), is_scan=scan, lines=found)
        finally:
            text.close()
    finally:
        page.close()


def _filled_in(document: pypdfium2.PdfDocument, at: int) -> pypdfium2.PdfPage:
    """Return a page with what stands in the fields of its form as part of its text."""
    page = document[at]
    if page.formenv is None:
        return page
    with suppress(pypdfium2.PdfiumError):
        page.flatten()
    page.close()
    return document[at]


def _says_nothing(lines: Sequence[Line]) -> bool:
    """Tell whether the text of a page is a stamp of the scanner, or signs without a meaning."""
    text = "".join(line.text for line in lines).replace(" ", "")
    readable = sum(unicodedata.category(sign) not in _NO_SIGNS for sign in text)
    return readable < max(_STAMP, _READABLE * len(text))


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    """Tell whether a picture covers most of a page."""
    width, height = page.get_size()
    for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = each.get_bounds()
        if (right - left) * (top - bottom) > _COVERS * width * height:
            return True
    return False


def _content(pages: Sequence[_Page], title: str) -> list[_Page]:
    """Return the pages without running lines, each in the order it is read."""
    seen = Counter(
        key
        for page in pages
        for key in {_key(line) for line in page.lines if _in_margin(line, page, _RUNNING)}
    )
    # Left and right pages may have lines of their own.
    usual = {
        key
        for key, count in seen.items()
        if count >= _MANY or (count > 1 and count * 2 > len(pages))
    }
    return [
        replace(
            page,
            lines=in_reading_order(
                [line for line in page.lines if not _is_running(line, page, usual, title)]
            ),
        )
        for page in pages
    ]


def _is_running(line: Line, page: _Page, usual: set[tuple[int, str]], title: str) -> bool:
    if not _in_margin(line, page, _RUNNING):
        return False
    if _key(line) in usual:
        return True
    is_title = bool(title) and title in line.text and line.text != title
    return _in_margin(line, page, _MARGIN) and (is_title or bool(_PAGE_NUMBER.match(line.text)))


def _in_margin(line: Line, page: _Page, share: float) -> bool:
    margin = share * page.height
    return line.bottom > page.height - margin or line.top < margin


def _key(line: Line) -> tuple[int, str]:
    """Return where and what: a running line stands at the same height of every page."""
    return round(line.bottom / 4), re.sub(r"\d+", "#", line.text)


def _sections(pages: Sequence[_Page], read: dict[int, str]) -> tuple[tuple[Section, ...], str]:
    """Return the sections, and the first heading."""
    body = _body_size(pages)
    path: list[str] = []
    sizes: list[float] = []
    found: list[Section] = []
    first = ""
    for page in pages:
        for heading, lines in _parts(page, body):
            if heading:
                size, name = heading
                while sizes and sizes[-1] <= size + 0.3:
                    sizes.pop()
                    path.pop()
                sizes.append(size)
                path.append(name)
                first = first or name
            text = tidy("\n\n".join(blocks(lines)))
            if text:
                found.append(_section(path, text, page.number))
        if read.get(page.number):
            found.append(_section(path, tidy(read[page.number]), page.number))
    return tuple(found), first


def _section(path: Sequence[str], text: str, page: int) -> Section:
    return Section(path=tuple(path), text=text, page=page, anchor=f"page={page}")


def _body_size(pages: Sequence[_Page]) -> float:
    """Return the size most letters have."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            letters[round(line.size, 1)] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def _parts(page: _Page, body: float) -> Iterator[tuple[tuple[float, str] | None, list[Line]]]:
    """Yield each heading with the lines under it; None for what stands before the first."""
    heading: tuple[float, str] | None = None
    lines: list[Line] = []
    for size, group in groupby(page.lines, key=lambda line: round(line.size, 1)):
        together = list(group)
        name = " ".join(line.text for line in together)
        if size <= _LARGER * body or not _is_heading(name):
            lines += together
            continue
        if heading or lines:
            yield heading, lines
        heading, lines = (size, name), []
    if heading or lines:
        yield heading, lines


def _is_heading(text: str) -> bool:
    """Tell whether large letters are a heading, and not a paragraph that is set larger."""
    is_sentence = text.endswith(".") and len(text) > _HEADING_LETTERS / 3
    return len(text) <= _HEADING_LETTERS and not is_sentence and any(map(str.isalpha, text))


def _without_title(found: tuple[Section, ...], title: str) -> tuple[Section, ...]:
    """Take the title, which leads every path, out of the paths."""
    return tuple(
        Section(path=each.path[1:], text=each.text, page=each.page, anchor=each.anchor)
        if each.path and each.path[0].casefold() == title.casefold()
        else each
        for each in found
    )


def _date(given: str) -> date | None:
    found = re.match(r"D:(\d{4})(\d{2})(\d{2})", given)
    try:
        made = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    # Writers that do not know the date put the first of January of a round year.
    return made if made and (made.month, made.day) != (1, 1) else None
