"""What words of titles mean, whatever their language: `meanings.txt`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_LIST = Path(__file__).parent / "meanings.txt"
#: A beginning shorter than this would begin words of other meanings.
_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a title says: the meanings of its words, and the words that the list does not know."""

    known: frozenset[int]
    others: frozenset[str]


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], dict[str, int]]:
    """Return whole words, and beginnings of words, with the number of their meaning."""
    words: dict[str, int] = {}
    beginnings: dict[str, int] = {}
    for number, line in enumerate(_LIST.read_text("utf-8").splitlines()):
        for item in () if line.startswith("#") else line.split():
            if item.startswith("="):
                words[item[1:]] = number
            else:
                beginnings[item] = number
    return words, beginnings


@lru_cache(maxsize=8192)
def meaning_of_word(word: str) -> int | None:
    """Return the number of what a folded word means; None if the list does not know it."""
    words, beginnings = _table()
    if word in words:
        return words[word]
    for length in range(len(word), _SHORTEST - 1, -1):
        if (found := beginnings.get(word[:length])) is not None:
            return found
    return None


def meaning(words: Iterable[str]) -> Meaning:
    """Return what folded words mean."""
    meant = {word: meaning_of_word(word) for word in words}
    return Meaning(
        known=frozenset(number for number in meant.values() if number is not None),
        others=frozenset(word for word, number in meant.items() if number is None),
    )
