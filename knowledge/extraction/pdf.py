"""PDF -> sections with page numbers; headings are told by the size of their letters."""

from __future__ import annotations

import ctypes
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

import pypdfium2
import pypdfium2.raw as raw

from knowledge.documents import Section
from knowledge.extraction import ocr
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.tables import leads, table
from knowledge.extraction.text import tidy

#: Pages that are read of one file.
_MOST_PAGES = 1000

#: PDFium must not be called from two threads at once.
_pdfium = threading.Lock()

#: Letters larger than the body's by this make a heading.
_LARGER = 1.13

#: Part of the page's height at its top and bottom where running lines stand.
_MARGIN = 0.08

_HEADING_LETTERS = 160

#: Widths of a letter: a wider gap within a line is one between columns.
_GAP = 1.3

#: Points between the left edges of two columns.
_COLUMN = 15.0

#: Fewer rows than this are not a table, but two columns of text.
_FEWEST_ROWS = 3
_PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:(?:strana|str\.?|stránka|page|seite|s\.)\s*)?\d{1,4}(?:\s*(?:/|z|ze|of|von)\s*\d{1,4})?[\W_]*$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[•▪●◦‣–—-]|\d{1,2}[.)]|[a-z]\))\s+")
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word|scan\s*\d*|\S+)$|\.(?:docx?|pdf|indd)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Letter:
    sign: str
    size: float
    #: left, bottom, right, top; None for a space.
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    text: str
    size: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    number: int
    height: float
    lines: tuple[_Line, ...]


def pdf(body: bytes) -> Extracted:
    """Extract a PDF. Raises Unreadable: encrypted, damaged, or without a text layer."""
    with _pdfium:
        document = _open(body)
        try:
            pages = [_page(document, at) for at in range(min(len(document), _MOST_PAGES))]
            facts = document.get_metadata_dict()
            scanned = [page.number for page in pages if not page.lines]
            read = ocr.pages(document, scanned) if scanned else {}
        finally:
            document.close()
    if not any(page.lines for page in pages) and not any(read.values()):
        raise Unreadable(_no_text(ocr.available()))
    title = facts.get("Title", "").strip()
    found, first = _sections(_without_running_lines(pages, title), read)
    return Extracted(
        title=first if _NO_TITLE.search(title) or not title else title,
        sections=_without_title(found, title or first),
        updated_at=_date(facts.get("ModDate") or facts.get("CreationDate") or ""),
    )


def _open(body: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("The PDF is encrypted: it needs a password.") from error
        raise Unreadable("The PDF is damaged or cut off.") from error


def _no_text(can_read: bool) -> str:
    if can_read:
        return "The PDF has no text layer, and text recognition found nothing."
    return (
        "The PDF has no text layer (it is a scan). It is read where tesseract with the languages "
        "ces and eng is installed."
    )


def _page(document: pypdfium2.PdfDocument, at: int) -> _Page:
    page = document[at]
    try:
        text = page.get_textpage()
        try:
            return _Page(number=at + 1, height=page.get_height(), lines=tuple(_lines(text)))
        finally:
            text.close()
    finally:
        page.close()


def _lines(text: pypdfium2.PdfTextPage) -> Iterator[_Line]:
    """Yield the lines of a page; a wide gap within one separates two cells."""
    letters: list[_Letter] = []
    for at in range(text.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(text, at))
        if sign in "\r\n":
            yield from _line(letters)
            letters = []
        elif sign.isspace():
            letters.append(_Letter(sign, 0.0, None))
        else:
            size = raw.FPDFText_GetFontSize(text, at) * _scale(text, at)
            letters.append(_Letter(sign, size, text.get_charbox(at)))
    yield from _line(letters)


def _scale(text: pypdfium2.PdfTextPage, at: int) -> float:
    """Return by how much the page enlarges its letters: some files set all at size 1."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text, at, ctypes.byref(matrix)):
        return 1.0
    return abs(float(matrix.d)) or 1.0


def _line(letters: Sequence[_Letter]) -> Iterator[_Line]:
    cell: list[_Letter] = []
    for letter in letters:
        right = next((each.box[2] for each in reversed(cell) if each.box), None)
        if letter.box and right is not None and letter.box[0] - right > _GAP * letter.size:
            yield from _cell(cell)
            cell = []
        cell.append(letter)
    yield from _cell(cell)


def _cell(letters: Sequence[_Letter]) -> Iterator[_Line]:
    boxes = [letter.box for letter in letters if letter.box]
    written = "".join(letter.sign for letter in letters)
    # PDFium marks a word that it joined over two lines.
    written = re.sub("[\x02\ufffe](?=[^\\W\\d_])", "", written).replace("\x02", "-")
    if boxes:
        yield _Line(
            text=re.sub(r"\s+", " ", written).strip(),
            size=median(letter.size for letter in letters if letter.box),
            left=min(box[0] for box in boxes),
            right=max(box[2] for box in boxes),
            bottom=min(box[1] for box in boxes),
            top=max(box[3] for box in boxes),
        )


def _without_running_lines(pages: Sequence[_Page], title: str) -> list[_Page]:
    """Leave out page numbers, and what stands at the same margin of most pages."""
    seen = Counter(
        key
        for page in pages
        for key in {_key(line) for line in page.lines if _in_margin(line, page)}
    )
    usual = {key for key, count in seen.items() if count > 1 and count * 2 > len(pages)}
    return [
        _Page(
            number=page.number,
            height=page.height,
            lines=tuple(
                line
                for line in page.lines
                if not _in_margin(line, page) or not _is_running(line, usual, title)
            ),
        )
        for page in pages
    ]


def _is_running(line: _Line, usual: set[str], title: str) -> bool:
    is_title = bool(title) and title in line.text and line.text != title
    return is_title or _key(line) in usual or bool(_PAGE_NUMBER.match(line.text))


def _in_margin(line: _Line, page: _Page) -> bool:
    margin = _MARGIN * page.height
    return line.bottom > page.height - margin or line.top < margin


def _key(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text)


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
            text = tidy("\n\n".join(_blocks(lines)))
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


def _parts(page: _Page, body: float) -> Iterator[tuple[tuple[float, str] | None, list[_Line]]]:
    """Yield each heading with the lines under it; None for what stands before the first."""
    heading: tuple[float, str] | None = None
    lines: list[_Line] = []
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


def _blocks(lines: Sequence[_Line]) -> Iterator[str]:
    """Yield tables as tables, everything else as paragraphs."""
    rows = _rows(lines)
    while rows and len(rows[0]) == 1 and any(len(row) > 1 for row in rows):
        yield from _paragraphs(rows.pop(0)[0])
    if len(rows) < _FEWEST_ROWS or sum(len(row) > 1 for row in rows) * 3 < len(rows) * 2:
        yield from _paragraphs([line for row in rows for cell in row for line in cell])
        return
    written = _aligned(rows)
    yield table(written, header=leads(written))


def _rows(lines: Sequence[_Line]) -> list[list[list[_Line]]]:
    """Read lines as rows of cells: the next cell begins beside the one before, not below it."""
    rows: list[list[list[_Line]]] = []
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


def _is_new_row(line: _Line, before: _Line, row: Sequence[Sequence[_Line]]) -> bool:
    """A row ends where the next line stands in an earlier column, or clear of the cell above."""
    is_back = line.left < before.left - _COLUMN and line.top < row[0][0].bottom + 1
    height = max(1.0, before.top - before.bottom)
    is_alone = len(row) == 1 and before.bottom - line.top > 0.9 * height
    return is_back or is_alone


def _aligned(rows: Sequence[Sequence[Sequence[_Line]]]) -> list[list[str]]:
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


def _paragraphs(lines: Sequence[_Line]) -> Iterator[str]:
    """Join the lines of a paragraph, and words that were divided."""
    text = ""
    before: _Line | None = None
    for line in lines:
        if before is not None and _breaks(before, line, lines):
            yield text
            text = ""
        if text.endswith("-") and line.text[:1].islower():
            text = text[:-1] + line.text
        else:
            text = f"{text} {line.text}" if text else line.text
        before = line
    if text:
        yield text


def _breaks(before: _Line, line: _Line, lines: Sequence[_Line]) -> bool:
    """Tell whether a new paragraph begins with this line."""
    if _BULLET.match(line.text):
        return True
    gap, height = before.bottom - line.top, max(1.0, before.top - before.bottom)
    if gap > 1.0 * height or gap < -3 * height:
        return True
    right = max(each.right for each in lines)
    width = max(1.0, right - min(each.left for each in lines))
    return before.text.endswith((".", "!", "?", ":")) and before.right < right - 0.2 * width


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
