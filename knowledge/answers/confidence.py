"""How sure an answer is: a calibrated chance from the signals of `evidence`, and three outcomes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
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


@cache
def _model() -> tuple[float, dict[str, float]]:
    stored = json.loads(_MODEL.read_text("utf-8"))
    return float(stored["intercept"]), dict(stored["weights"])


#: Chances from which on a passage counts as an answer, and as worth showing.
ANSWERED, NEAREST = 0.36, 0.06

#: Share of unknown words from which on no passage is trusted: all likeness is then of spelling.
_STRANGE, _STRANGE_MOST = 0.95, 0.2


def confidence(signals: Mapping[str, float]) -> float:
    """Return the chance that the best passage answers the question."""
    intercept, weights = _model()
    logit = intercept + sum(weight * signals[name] for name, weight in weights.items())
    chance = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))
    return min(chance, _STRANGE_MOST) if signals["unknown"] > _STRANGE else chance


def outcome(chance: float) -> Outcome:
    """Return what to make of a chance."""
    if chance >= ANSWERED:
        return Outcome.ANSWERED
    return Outcome.NEAREST if chance >= NEAREST else Outcome.NONE
