"""Why a question was answered as it was: every candidate with its signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from knowledge.answers.confidence import Outcome, confidence, outcome
from knowledge.answers.evidence import signals
from knowledge.documents import Answer
from knowledge.search.lexicon import Lexicon
from knowledge.search.retrieval import Candidate, Found

#: Candidates shown.
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What was understood, found and concluded."""

    answer: Answer
    found: Found
    lexicon: Lexicon

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        found = self.found
        evidence = signals(found, self.lexicon) if found.candidates else {}
        chance = confidence(evidence) if evidence else 0.0
        return {
            "question": found.question,
            "searched_for": self.answer.searched_for,
            "language": found.language,
            "asks_for": [kind.value for kind in found.kinds],
            "words": [
                {"word": word, "weight": _round(weight), "known": bool(known)}
                for word, weight, known in zip(
                    found.wanted.words, found.wanted.weights, found.wanted.known, strict=True
                )
            ],
            "mode": self.answer.mode.value,
            "confidence": _round(chance),
            "outcome": (outcome(evidence) if evidence else Outcome.NONE).value,
            "evidence": {name: _round(value) for name, value in evidence.items()},
            "candidates": [_told(each) for each in found.candidates[:_SHOWN]],
        }


def _told(candidate: Candidate) -> dict[str, Any]:
    return {
        "url": candidate.chunk.link,
        "title": candidate.chunk.title,
        "section": candidate.chunk.section,
        "score": _round(candidate.score),
        "signals": {name: _round(value) for name, value in candidate.signals.items()},
        "sentences": [
            {"text": sentence.text, "score": _round(score)}
            for sentence, score in zip(candidate.sentences, candidate.sentence_scores, strict=True)
        ],
    }


def _round(value: float) -> float:
    return round(float(value), 4)
