"""Excel and CSV -> a table for each sheet, its rows under its header."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.documents import Section
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.tables import leads, table
from knowledge.extraction.text import decode, tidy
from knowledge.languages import detect

#: Rows and columns that are read of one sheet.
_MOST_ROWS, _MOST_COLUMNS = 20_000, 60

_BROKEN = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError,
    IndexError, OSError, SyntaxError, EOFError,
)  # fmt: skip


def workbook(body: bytes) -> Extracted:
    """Extract a workbook; hidden sheets are left out."""
    try:
        # Not read_only: that mode trusts the dimensions that the file claims.
        book = openpyxl.load_workbook(BytesIO(body), data_only=True)
        sheets = [
            (number, sheet.title, list(_cells(sheet)))
            for number, sheet in enumerate(book.worksheets, 1)
            if sheet.sheet_state == "visible"
        ]
        title = (book.properties.title or "").strip()
        changed = book.properties.modified
    except _BROKEN as error:
        raise Unreadable(f"The workbook is damaged: {error or type(error).__name__}") from error
    return Extracted(
        title=title,
        sections=tuple(each for sheet in sheets if (each := _section(*sheet))),
        updated_at=changed.date() if changed else None,
    )


def separated(body: bytes, *, declared: str = "") -> Extracted:
    """Extract a CSV file, whatever separates its values."""
    text = decode(body, declared)
    first = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    delimiter = max(";,\t|", key=first.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    try:
        rows: list[list[object]] = [list(row[:_MOST_COLUMNS]) for row in islice(reader, _MOST_ROWS)]
    except csv.Error as error:
        raise Unreadable(f"The CSV file is damaged: {error}") from error
    section = _section(None, "", rows)
    return Extracted(sections=(section,) if section else ())


def _cells(sheet: Any) -> Iterator[list[object]]:
    # Data without height and width: files may claim a million empty rows.
    limits = {
        "max_row": min(sheet.max_row, _MOST_ROWS),
        "max_col": min(sheet.max_column, _MOST_COLUMNS),
    }
    for row in sheet.iter_rows(values_only=True, **limits):
        yield list(row)


def _section(number: int | None, name: str, rows: Sequence[Sequence[object]]) -> Section | None:
    words = " ".join(str(cell) for row in rows[:50] for cell in row if isinstance(cell, str))
    czech = detect(words, "cs") in {"cs", "sk"}
    written = [[_written(cell, czech=czech) for cell in row] for row in rows]
    written = [row for row in written if any(row)]
    while written and all(not row[-1] for row in written if row):
        written = [row[:-1] for row in written if len(row) > 1]
    blocks: list[str] = []
    # What stands alone in its row above the table is its title or a note.
    while (
        written and sum(map(bool, written[0])) == 1 and any(sum(map(bool, r)) > 1 for r in written)
    ):
        blocks.append(" ".join(filter(None, written.pop(0))))
    blocks.append(table(written, header=leads(written)))
    text = tidy("\n\n".join(filter(None, blocks)))
    if not text:
        return None
    return Section(path=(name,) if name else (), text=text, page=number)


def _written(cell: object, *, czech: bool) -> str:
    """Write a value as people of the sheet's language do."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        clock = f" {cell.hour}:{cell.minute:02}" if cell.time() != time() else ""
        return _day(cell, czech=czech) + clock
    if isinstance(cell, date):
        return _day(cell, czech=czech)
    if isinstance(cell, time):
        return f"{cell.hour}:{cell.minute:02}"
    if isinstance(cell, bool):
        return {True: "ano", False: "ne"}[cell] if czech else {True: "yes", False: "no"}[cell]
    if isinstance(cell, float):
        text = f"{cell:.10g}"
        return text.replace(".", ",") if czech else text
    return " ".join(str(cell).split())


def _day(day: date, *, czech: bool) -> str:
    return f"{day.day}. {day.month}. {day.year}" if czech else f"{day.day} {day:%B %Y}"
