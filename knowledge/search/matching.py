"""How far the words of a question stand in a text: the other half of a passage's score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.search.lexicon import Lexicon, Wanted, phrases

_WORD = re.compile(r"\w+")

#: Strength from which on a word surely stands for another: inflected, or an equivalent of the
#: term list, but not only near it in meaning.
_HELD = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What each text holds of the question."""

    #: Word of the question (row) in text (column): 0 not, 1 literally.
    found: np.ndarray
    #: Shares of the question's words, weighted, by text.
    share: np.ndarray


def text_words(text: str) -> list[str]:
    """Return the words of a text as they are compared, each once."""
    return list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))


def cover(lexicon: Lexicon, wanted: Wanted, texts: Sequence[np.ndarray]) -> Cover:
    """Compare all texts with the question at once (each text given by the ids of its words)."""
    if not texts:
        empty = np.zeros((len(wanted.words), 0), dtype=np.float32)
        return Cover(found=empty, share=wanted.weights @ empty)
    # A last column of zeros stands for "nothing", so that no text is empty.
    nothing = np.array([np.iinfo(np.int32).max], dtype=np.int32)
    flat = np.concatenate([part for text in texts for part in (text, nothing)])
    ids, places = np.unique(flat, return_inverse=True)
    strengths = np.pad(lexicon.compare(wanted, ids[:-1]), ((0, 0), (0, 1)))
    starts = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])], dtype=int)
    best = np.maximum.reduceat(strengths[:, places], starts, axis=1)
    found = _with_phrases(wanted, best)
    return Cover(found=found, share=wanted.weights @ found)


def _with_phrases(wanted: Wanted, best: np.ndarray) -> np.ndarray:
    """Let a word count as found where all parts of a phrase that stands for it are."""
    found = best[: len(wanted.words)].copy()
    row = len(wanted.words)
    for index, phrase in phrases(wanted):
        parts = best[row : row + len(phrase)]
        found[index] = np.maximum(found[index], parts.min(axis=0))
        row += len(phrase)
    return found


def holds(lexicon: Lexicon, wanted: Sequence[str], text: str) -> bool:
    """Tell whether a text holds all these words, inflected, translated or as they are."""
    if not wanted:
        return False
    found = cover(lexicon, lexicon.known_wanted(wanted), [lexicon.ids(text_words(text))]).found
    return bool(found.min(initial=1.0) >= _HELD)
