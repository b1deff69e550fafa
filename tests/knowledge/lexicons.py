"""A lexicon for tests: vectors that are alike only for the same word."""

from __future__ import annotations

import hashlib

import numpy as np

from knowledge.questions.terms import load_terms
from knowledge.search.lexicon import Lexicon
from knowledge.search.matching import text_words

DIMENSION = 64


def word_vector(word: str) -> np.ndarray:
    """Return a direction of its own for each word."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def lexicon_of(*texts: str) -> Lexicon:
    """Return the lexicon of an index that holds these texts, one chunk each."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in text_words(text):
            if not word.isdigit() and len(word) > 1:
                counts[word] = counts.get(word, 0) + 1
    words = sorted(counts)
    vectors = np.array([word_vector(word) for word in words]).reshape(len(words), DIMENSION)
    return Lexicon(
        words, [counts[word] for word in words], vectors, total=len(texts), terms=load_terms()
    )
