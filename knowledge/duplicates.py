"""Which documents say the same: kept once, with all their addresses known."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from knowledge.documents import Document
from knowledge.languages import fold

#: Hash functions of a signature, and how many of them make one band to look up by.
_HASHES, _BAND = 64, 8

#: Share of common runs of three words from which two documents count as the same.
_SAME = 0.9

#: Shorter documents must be equal to the word.
_FEWEST_WORDS = 30

_WORD = re.compile(r"\w+")
_random = np.random.default_rng(20150612)
_FACTORS = _random.integers(1, 2**32 - 1, _HASHES, dtype=np.uint64) | np.uint64(1)
_OFFSETS = _random.integers(0, 2**32 - 1, _HASHES, dtype=np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that might be the same as another."""

    key: str
    signature: bytes


def signature(document: Document) -> bytes:
    """Return what tells whether two documents say the same.

    16 bytes for the exact words, 16 for the numbers in them (two calls that differ in a year or a
    sum are not the same), then the MinHash of all runs of three words. Documents for different
    audiences are never the same.
    """
    audience = document.audience.value
    text = " ".join(section.text for section in document.sections)
    words = _WORD.findall(fold(text))
    exact = _digest([audience, *words])
    numbers = _digest([audience, *(word for word in words if word.isdigit())])
    if len(words) < _FEWEST_WORDS:
        return exact + numbers
    runs = {crc32(" ".join(words[i : i + 3]).encode()) for i in range(len(words) - 2)}
    hashes = np.fromiter(runs, dtype=np.uint64)[:, None] * _FACTORS + _OFFSETS
    smallest = (hashes >> np.uint64(32)).astype(np.uint32).min(axis=0)
    return exact + numbers + bytes(smallest.tobytes())


def same(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Return for each document that repeats another the key of the one to keep.

    Of those that say the same, the first is kept: give them in order of preference.
    """
    kept: dict[str, str] = {}
    exact: dict[bytes, str] = {}
    bands: Mapping[tuple[int, bytes], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        original = exact.get(candidate.signature[:16]) or _near(candidate, bands)
        if original:
            kept[candidate.key] = original
            continue
        exact[candidate.signature[:16]] = candidate.key
        for band in _bands(candidate):
            bands[band].append(candidate)
    return kept


def resemblance(one: bytes, other: bytes) -> float:
    """Return how much two documents share, 0..1, from their signatures."""
    if one[:16] == other[:16]:
        return 1.0
    mine, theirs = (np.frombuffer(each[32:], dtype=np.uint32) for each in (one, other))
    return float((mine == theirs).mean()) if len(mine) == len(theirs) > 0 else 0.0


def _digest(words: Iterable[str]) -> bytes:
    return hashlib.sha256(" ".join(words).encode()).digest()[:16]


def _bands(candidate: Candidate) -> list[tuple[int, bytes]]:
    hashes = candidate.signature[32:]
    width = 4 * _BAND
    return [(at, hashes[at : at + width]) for at in range(0, len(hashes), width)]


def _near(
    candidate: Candidate, bands: Mapping[tuple[int, bytes], Sequence[Candidate]]
) -> str | None:
    mine = np.frombuffer(candidate.signature[32:], dtype=np.uint32)
    for band in _bands(candidate):
        for other in bands[band]:
            theirs = np.frombuffer(other.signature[32:], dtype=np.uint32)
            numbers_agree = candidate.signature[16:32] == other.signature[16:32]
            if numbers_agree and float((mine == theirs).mean()) >= _SAME:
                return other.key
    return None
