"""Fitting the weights of `confidence`: a logistic regression whose signs are held.

A signal that speaks for an answer can only ever add to the chance, whatever a small set of
questions suggests. What is reported is predicted by weights that have not seen the question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.answers.confidence import ANSWERED, confidence
from knowledge.answers.evidence import NAMES
from knowledge.errors import KnowledgeError

#: Signals that speak against an answer, and those that may do either; all others speak for it.
_AGAINST = ("missing", "unknown", "absent", "elsewhere")
_EITHER = ("kind_told", "other_language")

#: Strength of the pull to zero, steps of the descent, and the weight below which none is kept.
_PENALTY, _STEPS, _LEAST = 10.0, 3000, 0.005

#: Parts that the questions are split into, and cases of either outcome that are needed.
_FOLDS, _FEWEST = 6, 20


class Sort(StrEnum):
    """Where a case comes from."""

    ANSWERABLE = "answerable"
    NEAR_MISS = "near-miss"
    OFF_TOPIC = "off-topic"
    #: Made: the answering sentence is taken out, the answering page is.
    REMOVED = "removed"
    ABSENT = "absent"


#: How much a case counts: questions of people more than made ones.
_COUNTS = {Sort.ANSWERABLE: 2.0, Sort.NEAR_MISS: 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The signals of one found passage, and whether it answers."""

    #: Cases of one question are never on both sides of a cross-validation.
    question: str
    sort: Sort
    signals: Mapping[str, float]
    is_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A fitted model, as `confidence.json` holds it."""

    intercept: float
    weights: Mapping[str, float]

    def chances(self, cases: Sequence[Case]) -> np.ndarray:
        """Return the chance of each case to be an answer."""
        logits = [
            self.intercept + sum(w * each.signals[name] for name, w in self.weights.items())
            for each in cases
        ]
        return _sigmoid(np.array(logits))

    def save(self, path: Path) -> None:
        """Write them in the form of `confidence.json`.

        Raises:
            KnowledgeError: the file cannot be written.
        """
        stored = {"intercept": self.intercept, "weights": dict(self.weights)}
        try:
            path.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
        except OSError as error:
            raise KnowledgeError(f"{path} cannot be written: {error.strerror}.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well chances tell answers from the rest."""

    name: str
    #: Right answers against everything else that was asked, and against what was made.
    auroc: float
    auroc_made: float
    threshold: float
    #: Share of answerable questions at or above the threshold, and of those given, the wrong ones.
    coverage: float
    risk: float
    #: Shares at or above the threshold, by sort of case.
    near_misses: float
    off_topic: float
    removed: float
    absent: float

    def to_dict(self) -> dict[str, Any]:
        """Return it for a table or JSON; None where there was nothing to measure."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value if isinstance(value, str) else None if np.isnan(value) else round(value, 3)
            for name, value in values.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a refit came to."""

    weights: Weights
    cases: int
    questions: int
    #: The refit under cross-validation and the shipped weights, each at today's threshold and at
    #: the one that answers as many questions as the shipped weights do.
    qualities: tuple[Quality, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "cases": self.cases,
            "questions": self.questions,
            "qualities": [quality.to_dict() for quality in self.qualities],
        }


def calibrate(cases: Sequence[Case]) -> Calibration:
    """Fit the weights on all cases and say how good they are on unseen questions.

    Raises:
        KnowledgeError: there are too few cases to fit anything on.
    """
    right = sum(each.is_answer for each in cases)
    if min(right, len(cases) - right) < _FEWEST:
        raise KnowledgeError(
            f"Too few cases: {right} with an answer and {len(cases) - right} without; "
            f"at least {_FEWEST} of each are needed."
        )
    unseen = cross_validated(cases)
    shipped = np.array([confidence(each.signals) for each in cases])
    given = quality("shipped", cases, shipped, ANSWERED)
    answerable = np.array([each.sort is Sort.ANSWERABLE for each in cases])
    alike = float(np.quantile(unseen[answerable], 1.0 - given.coverage, method="higher"))
    return Calibration(
        weights=fit(cases),
        cases=len(cases),
        questions=len({each.question for each in cases}),
        qualities=(
            given,
            quality("refitted, cross-validated", cases, unseen, ANSWERED),
            quality("the same, as many answered", cases, unseen, alike),
        ),
    )


def cross_validated(cases: Sequence[Case]) -> np.ndarray:
    """Return for each case the chance by weights fitted on the other questions."""
    questions = sorted({each.question for each in cases})
    order = np.random.default_rng(1).permutation(len(questions))
    fold_of = {questions[place]: n % _FOLDS for n, place in enumerate(order)}
    folds = np.array([fold_of[each.question] for each in cases])
    chances = np.zeros(len(cases))
    for fold in np.unique(folds):
        weights = fit([each for each, own in zip(cases, folds, strict=True) if own != fold])
        held = [each for each, own in zip(cases, folds, strict=True) if own == fold]
        chances[folds == fold] = weights.chances(held)
    return chances


def fit(cases: Sequence[Case]) -> Weights:
    """Fit weights with held signs; the same cases always give the same weights."""
    rows = np.array([[each.signals[name] for name in NAMES] for each in cases])
    answers = np.array([float(each.is_answer) for each in cases])
    counts = np.array([_COUNTS.get(each.sort, 1.0) for each in cases])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled, level = _descend((rows - mean) / spread, answers, counts)
    scaled = np.where(np.abs(scaled) > _LEAST, scaled, 0.0)
    raw = scaled / spread
    return Weights(
        intercept=round(float(level - mean @ raw), 4),
        weights={n: round(float(w), 4) for n, w in zip(NAMES, raw, strict=True) if w},
    )


def _descend(rows: np.ndarray, answers: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, float]:
    """Minimise by accelerated projected descent; it is convex, so any start will do."""
    design = np.column_stack([rows, np.ones(len(rows))])
    penalty = np.append(np.full(rows.shape[1], _PENALTY), 0.0)
    low, high = _bounds()
    step = 1.0 / (0.25 * np.linalg.norm(design * np.sqrt(counts)[:, None], 2) ** 2 + _PENALTY)
    current = ahead = np.zeros(design.shape[1])
    pace = 1.0
    for _ in range(_STEPS):
        slope = design.T @ (counts * (_sigmoid(design @ ahead) - answers)) + penalty * ahead
        following = np.clip(ahead - step * slope, low, high)
        quicker = (1.0 + np.sqrt(1.0 + 4.0 * pace**2)) / 2.0
        ahead = following + (pace - 1.0) / quicker * (following - current)
        current, pace = following, quicker
    return current[:-1], float(current[-1])


def _bounds() -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest weight of each signal, and of the intercept."""
    free = np.array([name in _EITHER for name in NAMES] + [True])
    against = np.array([name in _AGAINST for name in NAMES] + [False])
    return (
        np.where(free | against, -np.inf, 0.0),
        np.where(free | ~against, np.inf, 0.0),
    )


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))


def quality(name: str, cases: Sequence[Case], chances: np.ndarray, threshold: float) -> Quality:
    """Measure chances at a threshold."""
    answers = np.array([each.is_answer for each in cases])
    sorts = np.array([each.sort.value for each in cases])
    given = chances >= threshold
    made = np.isin(sorts, (Sort.REMOVED, Sort.ABSENT))
    asked = sorts == Sort.ANSWERABLE
    wrong = given & ~answers & ~made
    return Quality(
        name=name,
        auroc=auroc(chances[answers], chances[~answers & ~made]),
        auroc_made=auroc(chances[answers], chances[made]),
        threshold=threshold,
        coverage=_share(given[asked]),
        risk=_share(wrong[given & ~made]),
        near_misses=_share(given[sorts == Sort.NEAR_MISS]),
        off_topic=_share(given[sorts == Sort.OFF_TOPIC]),
        removed=_share(given[sorts == Sort.REMOVED]),
        absent=_share(given[sorts == Sort.ABSENT]),
    )


def auroc(right: np.ndarray, wrong: np.ndarray) -> float:
    """Return the chance that a right case is above a wrong one; equal ones count half."""
    if not len(right) or not len(wrong):
        return float("nan")
    above = (right[:, None] > wrong[None, :]).mean()
    return float(above + 0.5 * (right[:, None] == wrong[None, :]).mean())


def _share(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else float("nan")
