"""Excel and CSV -> a table for each sheet, its rows under its header."""

from __future__ import annotations

import csv
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.documents import Section
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.tables import leads, table
from knowledge.extraction.text import decode, tidy
from knowledge.languages import detect

#: What Excel writes before the first row.
_TOLD = re.compile(r"sep=(.)\r?\n")

#: Lines from which it is told what separates the values.
_LOOKED_AT = 50

#: Rows and columns that are read of one sheet.
MOST_ROWS, MOST_COLUMNS = 20_000, 60

_BROKEN = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError,
    IndexError, OSError, SyntaxError, EOFError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as a sheet shows it."""

    value: float
    format: str

    def written(self, *, czech: bool) -> str:
        shown = re.sub(r"\[\$([^\]-]*)[^\]]*\]", r'"\1"', self.format.partition(";")[0])
        unit = " ".join(re.findall(r'"([^"]*)"', shown)).strip()
        plain = re.sub(r'"[^"]*"', "", shown)
        is_share = "%" in plain
        text = f"{self.value * 100:.6g}" if is_share else f"{self.value:.10g}"
        if "#,#" in plain and "e" not in text:
            text = f"{float(text):,.10g}"
        if czech:
            text = text.replace(",", "\xa0").replace(".", ",")
        return " ".join(filter(None, (text, "%" if is_share else "", unit)))


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
        sections=tuple(each for sheet in sheets if (each := sheet_section(*sheet))),
        updated_at=changed.date() if changed else None,
    )


def old_workbook(body: bytes) -> Extracted:
    """Extract a workbook as Excel wrote it before 2007; hidden sheets are left out."""
    try:
        # What the library has to say it says to a file that nobody reads.
        book = xlrd.open_workbook(file_contents=body, logfile=StringIO(), formatting_info=True)
        sheets = [
            (number, sheet.name, list(_old_cells(book, sheet)))
            for number, sheet in enumerate(book.sheets(), 1)
            if not sheet.visibility
        ]
    except (
        xlrd.XLRDError,
        xlrd.compdoc.CompDocError,
        struct.error,
        AssertionError,
        *_BROKEN,
    ) as error:
        if "encrypted" in str(error).lower():
            raise Unreadable("It is encrypted.") from error
        raise Unreadable(f"The workbook is damaged: {error or type(error).__name__}") from error
    return Extracted(sections=tuple(each for sheet in sheets if (each := sheet_section(*sheet))))


def separated(body: bytes, *, declared: str = "") -> Extracted:
    """Extract a CSV file, whatever separates its values."""
    text = decode(body, declared)
    told = _TOLD.match(text)
    delimiter = told[1] if told else _delimiter(text)
    text = text[told.end() :] if told else text
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    try:
        rows: list[list[object]] = [list(row[:MOST_COLUMNS]) for row in islice(reader, MOST_ROWS)]
    except csv.Error as error:
        raise Unreadable(f"The CSV file is damaged: {error}") from error
    section = sheet_section(None, "", rows)
    return Extracted(sections=(section,) if section else ())


def _delimiter(text: str) -> str:
    """Return what separates the values: what most lines have equally often."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:_LOOKED_AT]]

    def regular(sign: str) -> int:
        counts = Counter(count for line in lines if (count := line.count(sign)))
        return max(counts.values(), default=0)

    # A comma may be one of a number: it is believed only if nothing else fits as well.
    return max("\t;|,", key=regular)


def _cells(sheet: Any) -> Iterator[list[object]]:
    # Data without height and width: files may claim a million empty rows.
    limits = {
        "max_row": min(sheet.max_row, MOST_ROWS),
        "max_col": min(sheet.max_column, MOST_COLUMNS),
    }
    repeated = dict(_repeated(sheet))
    for row in sheet.iter_rows(**limits):
        yield [_value(repeated.get((cell.row, cell.column), cell)) for cell in row]


def _repeated(sheet: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    """Yield where a cell that spans several rows stands again."""
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row + 1, min(area.max_row, MOST_ROWS) + 1):
            yield (row, area.min_col), sheet.cell(area.min_row, area.min_col)


def _old_cells(book: Any, sheet: Any) -> Iterator[list[object]]:
    spanning = {
        (row, left): (top, left)
        for top, bottom, left, _ in sheet.merged_cells
        for row in range(top, min(bottom, MOST_ROWS))
    }
    for row in range(min(sheet.nrows, MOST_ROWS)):
        columns = range(min(sheet.row_len(row), MOST_COLUMNS))
        yield [
            _old_value(book, sheet.cell(*spanning.get((row, column), (row, column))))
            for column in columns
        ]


def _old_value(book: Any, cell: Any) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate_as_datetime(cell.value, book.datemode)
        return moment.time() if cell.value < 1 else moment
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        shown = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
        return _Number(cell.value, shown or "General")
    return cell.value if cell.ctype == xlrd.XL_CELL_TEXT else None


def _value(cell: Any) -> object:
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _Number(value, cell.number_format or "General")
    return value


def sheet_section(
    number: int | None, name: str, rows: Sequence[Sequence[object]]
) -> Section | None:
    """Return what a sheet says: what stands above its table, and the table."""
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
    if isinstance(cell, _Number):
        return cell.written(czech=czech)
    return " ".join(str(cell).split())


def _day(day: date, *, czech: bool) -> str:
    return f"{day.day}. {day.month}. {day.year}" if czech else f"{day.day} {day:%B %Y}"
