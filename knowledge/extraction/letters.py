"""Letters of a PDF page, as PDFium gives them -> lines, and the parts of lines."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from statistics import median

import pypdfium2
import pypdfium2.raw as raw

from knowledge.extraction.layout import Line

#: Sizes of a letter: a wider gap within a line may be one between columns.
_GAP = 0.65

#: Sizes of a letter by which it may stand over the one before it, and above or below its line.
_BACK, _LIFTED = 2.0, 0.6


#: left, bottom, right, top.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Letter:
    sign: str
    size: float
    #: None for a space.
    box: Box | None
    #: Height of the line it is written on.
    base: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """How a page is turned for its reader, and the sheet it is printed on."""

    degrees: int
    left: float
    bottom: float
    right: float
    top: float

    def upright(self, box: Box) -> Box:
        """Return where the reader sees a box, from the lower left corner of what is seen."""
        left, bottom, right, top = box
        if self.degrees == 90:
            return bottom - self.bottom, self.right - right, top - self.bottom, self.right - left
        if self.degrees == 180:
            return self.right - right, self.top - top, self.right - left, self.top - bottom
        if self.degrees == 270:
            return self.top - top, left - self.left, self.top - bottom, right - self.left
        return left - self.left, bottom - self.bottom, right - self.left, top - self.bottom


def lines_of(text: pypdfium2.PdfTextPage, turned: Turn) -> Iterator[Line]:
    """Yield the lines of a page, those with wide gaps in parts."""
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
            box = turned.upright(text.get_charbox(at))
            letters.append(_Letter(sign, size, box, turned.upright(_origin(text, at))[1]))
    yield from _line(letters)


def _origin(text: pypdfium2.PdfTextPage, at: int) -> Box:
    """Return the point where a letter begins on its line, as a box without size."""
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, at, x, y)
    return x.value, y.value, x.value, y.value


def _scale(text: pypdfium2.PdfTextPage, at: int) -> float:
    """Return by how much the page enlarges its letters: some files set all at size 1."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text, at, ctypes.byref(matrix)):
        return 1.0
    return hypot(float(matrix.c), float(matrix.d)) or 1.0


def _line(letters: Sequence[_Letter]) -> Iterator[Line]:
    cell: list[_Letter] = []
    for letter in letters:
        before = next((each for each in reversed(cell) if each.box), None)
        if before is not None and _is_apart(before, letter):
            yield from _cell(cell)
            cell = []
        cell.append(letter)
    yield from _cell(cell)


def _is_apart(before: _Letter, letter: _Letter) -> bool:
    """Tell whether a letter stands far beside the one before it, or on another line."""
    if letter.box is None or before.box is None:
        return False
    gap, size = letter.box[0] - before.box[2], max(letter.size, before.size)
    is_beside = -_BACK * size < gap <= _GAP * letter.size
    return not is_beside or abs(letter.base - before.base) > _LIFTED * size


def _cell(letters: Sequence[_Letter]) -> Iterator[Line]:
    boxes = [letter.box for letter in letters if letter.box]
    written = "".join(letter.sign for letter in letters)
    # PDFium marks a word that it joined over two lines.
    written = re.sub("[\x02\ufffe](?=[^\\W\\d_])", "", written).replace("\x02", "-")
    if boxes:
        yield Line(
            text=re.sub(r"\s+", " ", written).strip(),
            size=median(letter.size for letter in letters if letter.box),
            left=min(box[0] for box in boxes),
            right=max(box[2] for box in boxes),
            bottom=min(box[1] for box in boxes),
            top=max(box[3] for box in boxes),
            base=median(letter.base for letter in letters if letter.box),
        )
