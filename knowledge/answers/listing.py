"""The list or the table that a sentence of a passage stands in or introduces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from knowledge.search.retrieval import Candidate
from knowledge.sentences import is_in_item


def list_around(candidate: Candidate, best: int, *, most: int, part: int) -> list[int]:
    """Return the list that a sentence stands in or introduces, with its introduction.

    Of a list of more than `most` characters, a part of so many around the sentence. Empty if
    there is no list.
    """
    begin = best if is_item(candidate, best) else best + 1
    if begin != best and not _introduces(candidate, best):
        return []
    whole = _together(begin, lambda place: is_item(candidate, place))
    if not whole:
        return []
    if whole[0] > 0 and _introduces(candidate, whole[0] - 1):
        whole.insert(0, whole[0] - 1)
    return _fitting(candidate, best, whole, most=most, part=part)


def table_around(candidate: Candidate, best: int, *, most: int, part: int) -> list[int]:
    """Return the rows of the table that a row stands in; of a long one, a part around it."""
    header = candidate.sentences[best].context
    whole = _together(
        best,
        lambda place: is_row(candidate, place) and candidate.sentences[place].context == header,
    )
    return _fitting(candidate, best, whole, most=most, part=part)


def length(candidate: Candidate, positions: Iterable[int]) -> int:
    """Return how many characters these sentences have."""
    return sum(len(candidate.sentences[each].text) for each in positions)


def is_item(candidate: Candidate, position: int) -> bool:
    """Tell whether a sentence is, or belongs to, an item of a list."""
    if not 0 <= position < len(candidate.sentences):
        return False
    return is_in_item(candidate.chunk.text, candidate.sentences[position].start)


def is_row(candidate: Candidate, position: int) -> bool:
    """Tell whether a sentence is a row of a table."""
    if not 0 <= position < len(candidate.sentences):
        return False
    return candidate.sentences[position].text.lstrip().startswith("|")


def _introduces(candidate: Candidate, position: int) -> bool:
    return candidate.sentences[position].text.rstrip().endswith(":")


def _together(begin: int, belongs: Callable[[int], bool]) -> list[int]:
    """Return the positions around one that belong, without a gap."""
    first, last = begin, begin - 1
    while belongs(last + 1):
        last += 1
    while belongs(first - 1):
        first -= 1
    return list(range(first, last + 1))


def _fitting(
    candidate: Candidate, best: int, whole: Sequence[int], *, most: int, part: int
) -> list[int]:
    """Return all, or those around the best one, those after it first, while there is room."""
    if length(candidate, whole) <= most:
        return list(whole)
    first = last = best
    while True:
        steps = [(first, last + 1), (first - 1, last)]
        fitting = [
            (start, end)
            for start, end in steps
            if whole[0] <= start
            and end <= whole[-1]
            and length(candidate, range(start, end + 1)) <= part
        ]
        if not fitting:
            return list(range(first, last + 1))
        first, last = fitting[0]
