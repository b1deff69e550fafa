"""Where lines stand on a page -> the order they are read in: column by column.

PDF files keep text in the order it was drawn, which may cross the columns line by line. A gutter
is looked for that no line crosses for a while; what stands on its two sides is columns if both
read on from line to line, and a table (left to `lines`) if they do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

#: Lines that stand in no column of their own.
FREE = -1

#: Fewer lines than this on one side of a gutter are not a column.
_FEWEST_LINES = 4

#: Sizes of a letter from the first to the last of them, at least.
_ROOM = 2.5

#: Points of white between two columns, at least.
_GUTTER = 7.0

#: Sizes of a letter between two cells of a table, at least.
_CELL = 1.3

#: Points by which the left edges of a column's lines differ.
_EDGE = 3.0

#: Points by which the parts of one line differ in height, and the cells of one row.
_SAME_LINE, _SAME_ROW = 2.5, 1.0

#: Letters larger than the others by this cut both columns, if nothing stands beside them.
_LARGER = 1.13

#: Share of the column's width that its lines fill, and of lines that go on in small letters.
_FULL, _GOES_ON, _SURELY_GOES_ON = 0.6, 0.25, 0.5

#: White between rows of a table: more than usual by this share of a line.
_ROW_GAP = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text, or the part of one that stands in one column or cell."""

    text: str
    size: float
    left: float
    right: float
    top: float
    bottom: float
    #: Height of what it is written on: "g" hangs below.
    base: float
    #: Which column of text it belongs to; FREE: none.
    column: int = FREE

    @property
    def height(self) -> float:
        """Return how tall it is."""
        return max(1.0, self.top - self.bottom)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A part of the page that falls into two columns."""

    x: float
    top: float
    bottom: float
    left: tuple[Line, ...]
    right: tuple[Line, ...]


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of a page in the order they are read; those of columns say which."""
    parts = list(_parts(list(lines)))
    return tuple(
        replace(line, column=at if is_column else FREE)
        for at, (part, is_column) in enumerate(parts)
        for line in (_joined(part) if is_column else _whole(part))
    )


def _whole(lines: Sequence[Line]) -> list[Line]:
    """Put together what only wide spaces divide: cells of a table are further apart."""
    found: list[Line] = []
    for line in lines:
        before = found[-1] if found else None
        if (
            before is not None
            and abs(before.base - line.base) < _SAME_LINE
            and 0 < line.left - before.right <= _CELL * line.size
        ):
            found[-1] = _beside_each_other(before, line)
        else:
            found.append(line)
    return found


def _parts(lines: list[Line], *, within: bool = False) -> Iterator[tuple[list[Line], bool]]:
    """Yield parts of the page one after the other, and whether each is a column of text."""
    cut = _best_cut(lines)
    if cut is None:
        if lines:
            yield lines, within
        return
    inside = {*map(id, cut.left), *map(id, cut.right)}
    others = [line for line in lines if id(line) not in inside]
    yield from _parts([line for line in others if line.bottom >= cut.top], within=within)
    yield from _parts(list(cut.left), within=True)
    yield from _parts(list(cut.right), within=True)
    yield from _parts([line for line in others if line.bottom < cut.top], within=within)


def _best_cut(lines: Sequence[Line]) -> _Cut | None:
    """Return the gutter with the most lines on its poorer side."""
    if len(lines) < 2 * _FEWEST_LINES:
        return None
    usual = median(line.size for line in lines)
    cuts = [cut for x in _edges(lines) for cut in _cuts(lines, x, usual) if _is_prose(cut)]
    return max(cuts, key=lambda cut: min(len(cut.left), len(cut.right)), default=None)


def _edges(lines: Sequence[Line]) -> Iterator[float]:
    """Yield the left edges that several lines share."""
    lefts = sorted(line.left for line in lines)
    group = lefts[:1]
    for left in [*lefts[1:], float("inf")]:
        if left - group[-1] <= _EDGE:
            group.append(left)
            continue
        if len(group) >= _FEWEST_LINES:
            yield group[0] - 1.0
        group = [left]


def _cuts(lines: Sequence[Line], x: float, usual: float) -> Iterator[_Cut]:
    """Yield the parts of the page where no line crosses `x` or its gutter."""
    sides = [
        [line for line in lines if line.right <= x + 1.0 - _GUTTER],
        [line for line in lines if line.left >= x],
    ]
    crossing = [line for line in lines if line.left < x and line.right > x + 1.0 - _GUTTER]
    crossing += _headings(sides, usual)
    cutting = {id(line) for line in crossing}
    borders = sorted(((line.top, line.bottom) for line in crossing), reverse=True)
    top = float("inf")
    for upper, lower in [*borders, (float("-inf"), float("-inf"))]:
        if top - upper < _ROOM * usual:
            top = min(top, lower)
            continue
        left, right = (
            tuple(
                line
                for line in side
                if id(line) not in cutting and line.top <= top + 1 and line.bottom >= upper - 1
            )
            for side in sides
        )
        if min(len(left), len(right)) >= _FEWEST_LINES:
            inside = (*left, *right)
            highest = max(line.top for line in inside)
            yield _Cut(x, highest, min(line.bottom for line in inside), left, right)
        top = min(top, lower)


def _headings(sides: Sequence[Sequence[Line]], usual: float) -> Iterator[Line]:
    """Yield large lines with nothing beside them: they stand over both columns."""
    for own, other in (sides, sides[::-1]):
        for line in own:
            if line.size > _LARGER * usual and not any(
                each.top > line.bottom - 1 and each.bottom < line.top + 1 for each in other
            ):
                yield line


def _is_prose(cut: _Cut) -> bool:
    """Tell whether both sides of a gutter are read downwards, not across."""
    left, right = _joined(cut.left), _joined(cut.right)
    if min(len(left), len(right)) < _FEWEST_LINES or _has_rows(left, right):
        return False
    runs = [_goes_on(side) for side in (left, right)]
    if all(runs):
        return True
    # A side column of short lines: not a row of it stands beside a line of the text.
    return any(runs) and _beside(left, right) < 0.5


def _goes_on(side: Sequence[Line]) -> bool:
    """Tell whether the lines of a side are those of running text."""
    width = max(line.right for line in side) - min(line.left for line in side)
    full = median((line.right - line.left) / max(1.0, width) for line in side)
    later = side[1:]
    on = sum(line.text[:1].islower() for line in later) / max(1, len(later))
    return on >= _SURELY_GOES_ON or (full >= _FULL and on >= _GOES_ON)


def _beside(one: Sequence[Line], other: Sequence[Line]) -> float:
    """Return the share of the shorter side's lines that stand beside one of the longer."""
    fewer, more = sorted((one, other), key=len)
    return sum(
        any(abs(line.base - each.base) < _SAME_ROW for each in more) for line in fewer
    ) / len(fewer)


def _has_rows(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Tell whether white goes across both sides again and again, as between rows of a table."""
    lines = sorted((*left, *right), key=lambda line: -line.top)
    gaps, bottom = [], lines[0].bottom
    for line in lines[1:]:
        if line.top < bottom:
            gaps.append((bottom - line.top, line.top))
        bottom = min(bottom, line.bottom)
    usual = median([before.bottom - line.top for before, line in pairwise(left)] or [0.0])
    height = median(line.height for line in lines)
    borders = [at for gap, at in gaps if gap > usual + _ROW_GAP * height]
    if len(borders) < 2:
        return False
    tops = [lines[0].top, *borders]
    both = sum(
        all(any(abs(line.top - top) < _SAME_LINE for line in side) for side in (left, right))
        for top in tops
    )
    return both >= 0.7 * len(tops)


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a column downwards; what stands beside each other is one line."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda each: (-round(each.base), each.left)):
        if found and abs(found[-1].base - line.base) < _SAME_LINE:
            first, second = sorted((found.pop(), line), key=lambda each: each.left)
            found.append(_beside_each_other(first, second))
        else:
            found.append(line)
    return found


def _beside_each_other(first: Line, second: Line) -> Line:
    return replace(
        first,
        text=f"{first.text} {second.text}",
        size=max(first.size, second.size),
        right=max(first.right, second.right),
        top=max(first.top, second.top),
        bottom=min(first.bottom, second.bottom),
    )
