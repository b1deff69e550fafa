"""Which documents say the same: kept once, with all their addresses known."""

from __future__ import annotations

import hashlib
import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from knowledge.documents import Document
from knowledge.languages import fold

#: Hash functions of a signature, and how many of them make one band to look up by.
_HASHES, _BAND = 64, 4

#: Share of the shorter text's runs of three words that must be in the longer one.
_INSIDE = 0.9

#: The shorter of two copies has at least this share of the longer one's words: a print version
#: lacks the date and the further reading, a summary lacks the text.
_LENGTH = 0.6

#: Shorter documents must be equal to the word.
_FEWEST_WORDS = 30

_WORD = re.compile(r"\w+")
_random = np.random.default_rng(20150612)
_FACTORS = _random.integers(1, 2**63 - 1, _HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_OFFSETS = _random.integers(0, 2**63 - 1, _HASHES, dtype=np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that might be the same as another."""

    key: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class _Print:
    """What a signature says."""

    exact: bytes
    #: Title and audience: what differs in either is not the same.
    named: bytes
    words: int
    hashes: np.ndarray
    numbers: frozenset[int]


def signature(document: Document) -> bytes:
    """Return what tells whether two documents say the same.

    A hash of all words, one of title and audience, the number of words, the MinHash of all runs of
    three words, and the numbers: two calls that differ in a year or a sum are not the same.
    """
    text = " ".join(section.text for section in document.sections)
    words = _WORD.findall(fold(text))
    exact = _digest([document.audience.value, *words])
    named = _digest([document.audience.value, *_WORD.findall(fold(document.title))])
    start = exact + named + struct.pack("<I", len(words))
    if len(words) < _FEWEST_WORDS:
        return start
    runs = {crc32(" ".join(words[at : at + 3]).encode()) for at in range(len(words) - 2)}
    spread = np.fromiter(runs, dtype=np.uint64)[:, None] * _FACTORS + _OFFSETS
    smallest = (spread >> np.uint64(32)).astype(np.uint32).min(axis=0)
    numbers = sorted({crc32(word.encode()) for word in words if word.isdigit()})
    return start + bytes(smallest.tobytes()) + struct.pack(f"<{len(numbers)}I", *numbers)


def same(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Return for each document that repeats another the key of the one to keep.

    Of those that say the same, the first is kept: give them in order of preference.
    """
    kept: dict[str, str] = {}
    exact: dict[bytes, str] = {}
    bands: dict[tuple[int, bytes], list[tuple[str, _Print]]] = defaultdict(list)
    for candidate in candidates:
        mine = _read(candidate.signature)
        original = exact.get(mine.exact) or _near(mine, bands)
        if original:
            kept[candidate.key] = original
            continue
        exact[mine.exact] = candidate.key
        for band in _bands(mine):
            bands[band].append((candidate.key, mine))
    return kept


def resemblance(one: bytes, other: bytes) -> float:
    """Return how much two documents share, 0..1, from their signatures."""
    mine, theirs = _read(one), _read(other)
    if mine.exact == theirs.exact:
        return 1.0
    return _shared(mine, theirs)


def _digest(words: Iterable[str]) -> bytes:
    return hashlib.sha256(" ".join(words).encode()).digest()[:16]


def _read(given: bytes) -> _Print:
    hashes = np.frombuffer(given[36 : 36 + 4 * _HASHES], dtype=np.uint32)
    numbers = np.frombuffer(given[36 + 4 * _HASHES :], dtype=np.uint32)
    words = struct.unpack("<I", given[32:36].ljust(4, b"\0"))[0]
    return _Print(given[:16], given[16:32], words, hashes, frozenset(map(int, numbers)))


def _bands(mine: _Print) -> list[tuple[int, bytes]]:
    return [
        (at, mine.hashes[at : at + _BAND].tobytes()) for at in range(0, len(mine.hashes), _BAND)
    ]


def _near(
    mine: _Print, bands: Mapping[tuple[int, bytes], Sequence[tuple[str, _Print]]]
) -> str | None:
    for band in _bands(mine):
        for key, theirs in bands[band]:
            if mine.named == theirs.named and _is_inside(mine, theirs):
                return key
    return None


def _is_inside(mine: _Print, theirs: _Print) -> bool:
    """Tell whether the shorter text stands, almost whole, in the longer one."""
    shorter, longer = sorted((mine, theirs), key=lambda each: each.words)
    if shorter.words < _LENGTH * longer.words or not shorter.numbers <= longer.numbers:
        return False
    shared = _shared(mine, theirs)
    return shared / (1 + shared) * (shorter.words + longer.words) >= _INSIDE * shorter.words


def _shared(mine: _Print, theirs: _Print) -> float:
    if not len(mine.hashes) or len(mine.hashes) != len(theirs.hashes):
        return 0.0
    return float((mine.hashes == theirs.hashes).mean())
