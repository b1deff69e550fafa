"""How sure an answer is: a calibrated chance from the signals of `evidence`, and three outcomes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

#: A logistic regression over the signals; `docs/why.md` says what it was fitted on and how.
_MODEL = Path(__file__).parent / "confidence.json"


class Outcome(StrEnum):
    """What is made of a found passage."""

    ANSWERED = "answered"
    #: It may not answer the question.
    NEAREST = "nearest"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A logistic regression over the signals."""

    intercept: float
    weights: Mapping[str, float]

    def chance(self, signals: Mapping[str, float]) -> float:
        """Return the chance that it predicts."""
        logit = self.intercept + sum(w * signals[name] for name, w in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """How sure an answer is, and from where on it is given."""

    #: The chance that the best passage answers.
    answers: Regression
    #: The chance that the question is about what the documents are about at all.
    belongs: Regression
    #: Chances from which on a passage counts as an answer, and a question surely as worth one.
    answered: float
    nearest: float


@cache
def shipped() -> Model:
    """Return the model that comes with the product."""
    stored = json.loads(_MODEL.read_text("utf-8"))
    return Model(
        answers=Regression(**stored["answers"]),
        belongs=Regression(**stored["belongs"]),
        answered=stored["answered"],
        nearest=stored["nearest"],
    )


#: What more likely belongs than not is at least shown the nearest, however others were fitted.
_EVEN = 0.5

#: Share of unknown words from which on no passage is trusted: all likeness is then of spelling.
_STRANGE = 0.95

#: The most that such a passage is trusted, and one that is about another place than the question.
_DOUBTED = 0.2


def confidence(signals: Mapping[str, float]) -> float:
    """Return the chance that the best passage answers the question."""
    chance = shipped().answers.chance(signals)
    is_doubted = signals["unknown"] > _STRANGE or signals["another"] > 0.0
    return min(chance, _DOUBTED) if is_doubted else chance


def outcome(signals: Mapping[str, float]) -> Outcome:
    """Return what to make of the best passage."""
    model = shipped()
    belongs = model.belongs.chance(signals)
    if belongs < min(model.nearest, _EVEN):
        return Outcome.NONE
    is_answer = belongs >= model.nearest and confidence(signals) >= model.answered
    return Outcome.ANSWERED if is_answer else Outcome.NEAREST
