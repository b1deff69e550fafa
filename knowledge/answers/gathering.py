"""What further passages add to a list: "které výzvy …" is seldom answered by one page alone."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from knowledge.answers.confidence import Outcome, outcome
from knowledge.answers.evidence import signals
from knowledge.answers.listing import is_item
from knowledge.answers.quoting import quote
from knowledge.documents import Citation
from knowledge.languages import fold
from knowledge.questions.asking import wants_several
from knowledge.questions.terms import keys
from knowledge.search.lexicon import Lexicon
from knowledge.search.retrieval import Candidate, Found

#: How much worse a further passage may fit, how many are looked at, and how many are taken.
_LAG, _LOOKED_AT, _TAKEN = 0.08, 6, 2

#: How alike two sentences are, at least, that say the same: in other words or another language.
_SAME = 0.93

#: A name, a code or a number: what the items of a list differ by.
_NAME = re.compile(r"(?<!^)\b[^\W\d_a-záčďéěíňóřšťúůýž][\w+-]+|\b\d[\w.,-]*")


def gathered(found: Found, lexicon: Lexicon) -> tuple[Citation, ...]:
    """Quote further passages for a question that asks for several things.

    Each would answer by itself if it had been found first, and names what was not named yet.
    """
    if not wants_several(found.question):
        return ()
    best, *others = found.candidates
    said = _Said(best)
    taken: list[Citation] = []
    for candidate in others[:_LOOKED_AT]:
        if best.score - candidate.score > _LAG or len(taken) == _TAKEN:
            break
        if _is_far(candidate) and not _is_far(best):
            continue
        rest = [each for each in others if each is not candidate]
        first = replace(found, candidates=(candidate, *rest))
        if not said.all(candidate) and outcome(signals(first, lexicon)) is Outcome.ANSWERED:
            taken.append(quote(first)[0])
            said.add(candidate)
    return tuple(taken)


def _is_far(candidate: Candidate) -> bool:
    """Tell whether a passage is in another language and lacks some of the question's words.

    Beside one in the question's own language it mostly tells the same again.
    """
    return candidate.signals["other_language"] > 0.0


class _Said:
    """What passages that are quoted say already."""

    def __init__(self, first: Candidate) -> None:
        self._names: set[str] = set()
        self._vectors: list[np.ndarray] = []
        self.add(first)

    def add(self, candidate: Candidate) -> None:
        self._names |= {key for name in _names(candidate.chunk.text) for key in name}
        self._vectors.append(candidate.vectors[candidate.best])

    def all(self, candidate: Candidate) -> bool:
        """Tell whether the best sentence of a passage names nothing new."""
        vector = candidate.vectors[candidate.best]
        if any(float(vector @ each) >= _SAME for each in self._vectors):
            return True
        if is_item(candidate, candidate.best):
            return False
        return not any(
            name.isdisjoint(self._names)
            for name in _names(candidate.sentences[candidate.best].text)
        )


def _names(text: str) -> list[frozenset[str]]:
    return [
        keys(match.group().casefold()) | {fold(match.group())} for match in _NAME.finditer(text)
    ]
