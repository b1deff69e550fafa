"""Word and PowerPoint files -> sections."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any, TypeVar

import docx
import pptx
from docx.opc.exceptions import OpcError
from docx.table import Table as WordTable
from lxml import etree
from pptx.exc import PythonPptxError

from knowledge.documents import Section
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.tables import leads, table
from knowledge.extraction.text import tidy

T = TypeVar("T")

_HEADING_STYLE = re.compile(r"^(?:heading|nadpis|überschrift)\s*(\d)$", re.IGNORECASE)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: What the libraries raise at files that are not what they seem.
_BROKEN = (
    OpcError, PythonPptxError, zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError,
    AttributeError, TypeError, IndexError, OSError, NotImplementedError, EOFError,
)  # fmt: skip


def word(body: bytes) -> Extracted:
    """Extract a Word file: headings, lists and tables in their order."""
    return _guarded("Word file", lambda: _word(docx.Document(BytesIO(body))))


def slides(body: bytes) -> Extracted:
    """Extract a presentation: each slide with its notes."""
    return _guarded("presentation", lambda: _slides(pptx.Presentation(BytesIO(body))))


def _guarded(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except _BROKEN as error:
        raise Unreadable(f"The {name} is damaged: {error or type(error).__name__}") from error


def _word(document: Any) -> Extracted:
    path: list[str] = []
    levels: list[int] = []
    found: list[Section] = []
    blocks: list[str] = []
    title = (document.core_properties.title or "").strip()

    def close() -> None:
        text = tidy(_joined(blocks))
        if text:
            found.append(Section(path=tuple(path), text=text))
        blocks.clear()

    for part in document.iter_inner_content():
        if isinstance(part, WordTable):
            blocks += _word_tables(part)
            continue
        text = " ".join(part.text.split())
        level = _level(part)
        if level is None or not text:
            blocks.append(f"- {text}" if text and _is_item(part) else text)
            continue
        close()
        if level == 0:
            title = title or text
            continue
        while levels and levels[-1] >= level:
            levels.pop()
            path.pop()
        levels.append(level)
        path.append(text)
    close()
    return Extracted(
        title=title or (found[0].path[0] if found and found[0].path else ""),
        sections=tuple(found),
        updated_at=_changed(document.core_properties),
    )


def _joined(blocks: list[str]) -> str:
    """Join paragraphs; items that follow each other become one list."""
    text = ""
    for at, block in enumerate(blocks):
        is_next_item = at > 0 and block.startswith("- ") and blocks[at - 1].startswith("- ")
        text += ("\n" if is_next_item else "\n\n") + block
    return text


def _level(paragraph: Any) -> int | None:
    """Return the rank of a heading, 0 for the title of the whole; None for text."""
    style = paragraph.style
    while style is not None:
        name = style.name or ""
        if name.lower() in {"title", "název", "titel"}:
            return 0
        if found := _HEADING_STYLE.match(name):
            return int(found[1])
        outline = style.element.find(f"{_WORD}pPr/{_WORD}outlineLvl")
        if outline is not None and int(outline.get(f"{_WORD}val", "9")) < 9:
            return int(outline.get(f"{_WORD}val")) + 1
        style = style.base_style
    return None


def _is_item(paragraph: Any) -> bool:
    numbered = paragraph._p.find(f"{_WORD}pPr/{_WORD}numPr")
    return numbered is not None or (paragraph.style.name or "").lower().startswith("list")


def _word_tables(given: WordTable) -> Iterator[str]:
    """Yield a table, and after it those that stand in its cells."""
    yield _word_table(given)
    seen = set()
    for row in given.rows:
        for cell in row.cells:
            if id(cell._tc) not in seen:
                seen.add(id(cell._tc))
                for inner in cell.tables:
                    yield from _word_tables(inner)


def _word_table(given: WordTable) -> str:
    rows = []
    for row in given.rows:
        cells, last = [], None
        for cell in row.cells:
            # A cell that spans several columns comes once for each.
            cells.append("" if cell._tc is last else " ".join(cell.text.split()))
            last = cell._tc
        rows.append(cells)
    return table(rows, header=leads(rows))


def _slides(presentation: Any) -> Extracted:
    found: list[Section] = []
    first = ""
    for number, slide in enumerate(presentation.slides, 1):
        heading = slide.shapes.title
        name = " ".join(heading.text_frame.text.split()) if heading is not None else ""
        first = first or name
        blocks = [block for shape in slide.shapes for block in _shape(shape, heading)]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            blocks += _lines(slide.notes_slide.notes_text_frame)
        text = tidy(_joined([block for block in blocks if block]))
        if text:
            found.append(Section(path=(name,) if name else (), text=text, page=number))
    properties = presentation.core_properties
    title = (properties.title or "").strip()
    return Extracted(
        title=first if title.lower() in {"", "powerpoint presentation"} else title,
        sections=tuple(found),
        updated_at=_changed(properties),
    )


def _shape(shape: Any, heading: Any) -> Iterator[str]:
    if heading is not None and shape.shape_id == heading.shape_id:
        return
    if hasattr(shape, "shapes"):
        for inner in shape.shapes:
            yield from _shape(inner, heading)
    elif getattr(shape, "has_chart", False):
        yield _chart(shape.chart)
    elif getattr(shape, "has_table", False):
        rows = [[" ".join(cell.text.split()) for cell in row.cells] for row in shape.table.rows]
        yield table(rows, header=leads(rows))
    elif shape.has_text_frame:
        yield from _lines(shape.text_frame)


def _chart(chart: Any) -> str:
    """Return what a chart shows as a table: a row for each category."""
    plot = next(iter(chart.plots), None)
    if plot is None:
        return ""
    series = [each for each in plot.series if any(value is not None for value in each.values)]
    rows = [
        [str(category), *(_number(each.values[at]) for each in series)]
        for at, category in enumerate(plot.categories)
    ]
    return table([["", *(each.name for each in series)], *rows], header=True) if rows else ""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _lines(frame: Any) -> list[str]:
    lines = [" ".join(part.text.split()) for part in frame.paragraphs]
    lines = [line for line in lines if line]
    return [f"- {line}" for line in lines] if len(lines) > 1 else lines


def _changed(properties: Any) -> date | None:
    changed = properties.modified or properties.created
    # python-docx's and python-pptx's templates are of 2013.
    return changed.date() if changed and changed.year > 2013 else None
