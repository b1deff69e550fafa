"""Text -> sentences that hold its dates whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from scheduler.zones import fold

_BREAK = re.compile(r"[.!?…][)\]\"“”»]*\s+(?=[(\[\"„“«]*[A-ZÀ-ŽŠČŘĎŤŇÁÉÍÓÚÝŽ0-9])|\n+")
#: The hour of the date before it: "12. 4. 18:00".
_HOUR = re.compile(r"\d{1,2}(?::\d\d\b|\.\d\d\s?h)")
#: What ends with a full stop and ends no sentence.
_SHORT = re.compile(
    r"(?:^|[\s(.])(?:(?<!\d\s)\d{1,2}|[a-z]|hod|tj|tzv|napr|apod|atd|odst|pism|vyhl|str|mgr|ing|bc|dr|prof"
    r"|doc|no|nr|vol|st|approx|e\.g|i\.e|ca|cca|tel|resp|min|max|mil|mld|tis|ul|nam|c|cl|sb)$"
)


@lru_cache(maxsize=64)
def letters_folded(text: str) -> str:
    """Fold letter for letter, so that places in the two texts are the same."""
    return "".join(_one(letter) for letter in text)


@lru_cache(maxsize=4096)
def _one(letter: str) -> str:
    folded = fold(letter)
    return folded if len(folded) == 1 else " " if letter.isspace() else "\x02"


def sentences(text: str, dates: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where sentences begin and end; none breaks within one of the given dates."""
    folded = letters_folded(text)
    start = 0
    for found in _BREAK.finditer(text):
        if _breaks(found, folded, dates):
            yield start, found.start() + 1
            start = found.end()
    if start < len(text):
        yield start, len(text)


def _breaks(found: re.Match[str], folded: str, dates: Sequence[tuple[int, int]]) -> bool:
    if found[0].startswith("\n"):
        return True
    if any(begin <= found.start() < end - 1 for begin, end in dates):
        return False
    if any(end in (found.start(), found.start() + 1) for _, end in dates):
        return _HOUR.match(folded, found.end()) is None
    return _SHORT.search(folded[max(0, found.start() - 8) : found.start()]) is None
