"""PowerPoint files -> a section for each slide."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pptx

from knowledge.documents import Section
from knowledge.extraction.extracted import Extracted
from knowledge.extraction.office import changed, guarded
from knowledge.extraction.outline import joined
from knowledge.extraction.tables import leads, table
from knowledge.extraction.text import tidy


def slides(body: bytes) -> Extracted:
    """Extract a presentation: each slide with its notes."""
    with guarded("presentation"):
        return _slides(pptx.Presentation(BytesIO(body)))


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
        text = tidy(joined([block for block in blocks if block]))
        if text:
            found.append(Section(path=(name,) if name else (), text=text, page=number))
    properties = presentation.core_properties
    title = (properties.title or "").strip()
    return Extracted(
        title=first if title.lower() in {"", "powerpoint presentation"} else title,
        sections=tuple(found),
        updated_at=changed(properties),
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
