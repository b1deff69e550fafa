"""What sentences offer as an answer: pieces of the kind asked for that the question does not say.

"Kdo připravil plán pro Třebíč?" is not answered by "Třebíč".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.catalogue import Sentence
from knowledge.languages import fold
from knowledge.questions.asking import Kind, Offer, offers
from knowledge.questions.terms import keys
from knowledge.search.lexicon import Lexicon
from knowledge.search.matching import cover
from knowledge.search.retrieval import Found

#: Tokens within which a number or a name belongs to a word.
_REACH = 6.0

#: Kinds whose pieces stand close to the words they belong to.
_PLACED = frozenset(
    {
        Kind.DATE,
        Kind.MONEY,
        Kind.COUNT,
        Kind.SHARE,
        Kind.MEASURE,
        Kind.DURATION,
        Kind.FREQUENCY,
        Kind.HOUR,
        Kind.PERSON,
        Kind.PLACE,
        Kind.NAME,
    }
)

_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A sentence with the pieces in it that could be the answer."""

    #: First and last token of each piece that the question does not hold.
    pieces: tuple[tuple[Kind, int, int], ...]
    #: Word of the question (row) in each token (column).
    strengths: np.ndarray

    @property
    def is_news(self) -> bool:
        """Tell whether anything of the kinds asked for is new."""
        return bool(self.pieces)

    def closeness(self, rows: Sequence[int], weights: np.ndarray) -> float:
        """Return how close a piece stands to the words in these rows, by their weights."""
        best = 0.0
        for kind, first, last in self.pieces:
            if kind in _PLACED and len(rows):
                numbers = np.arange(self.strengths.shape[1])
                distance = np.maximum(0, np.maximum(first - numbers, numbers - last))
                near = (self.strengths[list(rows)] * np.exp(-distance / _REACH)).max(axis=1)
                best = max(best, float(weights @ near))
        return best

    def before(self, row: int) -> float:
        """Return how surely a counted number stands right before the word in this row."""
        best = 0.0
        for kind, first, _ in self.pieces:
            if kind is Kind.COUNT:
                near = self.strengths[row, max(0, first - 2) : first + 5]
                best = max(best, float(near.max(initial=0.0)))
        return best


def offered(found: Found, lexicon: Lexicon, sentences: Sequence[Sentence]) -> list[Offered]:
    """Look through sentences for what the question asks for."""
    said = _Said(found.question)
    looked = []
    for sentence in sentences:
        words = [match.group().casefold() for match in _TOKEN.finditer(sentence.text)]
        pieces = [piece for kind in found.kinds for piece in _news(sentence, kind, said)]
        strengths = cover(lexicon, found.wanted, list(lexicon.ids(words)[:, None])).found
        looked.append(Offered(pieces=tuple(pieces), strengths=strengths))
    return looked


def _news(sentence: Sentence, kind: Kind, said: _Said) -> list[tuple[Kind, int, int]]:
    tokens = list(_TOKEN.finditer(sentence.text))
    starts = [match.start() for match in tokens]
    places = (_place(piece, starts) for piece in offers(sentence.text, kind, sentence.context))
    news = [
        (kind, *place)
        for place in places
        if place and not said.all([each.group() for each in tokens[place[0] : place[1] + 1]])
    ]
    # A body that acts like a person has a name of one word, or one that looks like a person's.
    return news or (_news(sentence, Kind.NAME, said) if kind is Kind.PERSON else [])


def _place(piece: Offer, starts: Sequence[int]) -> tuple[int, int] | None:
    """Return the first and the last token of a piece."""
    inside = [n for n, start in enumerate(starts) if piece.start <= start < piece.end]
    return (inside[0], inside[-1]) if inside else None


class _Said:
    """The words of a question, in any form."""

    def __init__(self, question: str) -> None:
        words = [match.casefold() for match in _TOKEN.findall(question)]
        self._keys = {key for word in words for key in keys(word)}
        self._folded = {fold(word) for word in words}

    def all(self, words: Sequence[str]) -> bool:
        return all(
            fold(word) in self._folded or keys(word.casefold()) & self._keys for word in words
        )
