"""Fitting `confidence`: two logistic regressions whose signs are held, and their thresholds.

A signal that speaks for an answer can only ever add to the chance, whatever a small set of
questions suggests. What is reported is predicted by weights that have seen neither the question
nor any other that leads to the same page, in whichever index.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.answers.confidence import Model, Regression, confidence, shipped
from knowledge.answers.evidence import NAMES
from knowledge.errors import KnowledgeError
from knowledge.measuring.qualities import Case, Quality, Sort, curve, quality

#: Signals that speak against an answer, and those that may do either; all others speak for it.
_AGAINST = (
    "missing",
    "unknown",
    "absent",
    "elsewhere",
    "aspect_weak",
    "numbers_missing",
    "unoffered",
    "unoffered_best",
)
_EITHER = ("kind_told", "other_language", "foreign_weak", "over_passage")

#: Signals of whether a question belongs to the documents at all; whether they answer is another.
_BELONGING = (
    "sentence",
    "passage",
    "lead",
    "titled",
    "whole",
    "missing",
    "absent",
    "unknown",
    "other_language",
)

#: Strength of the pull to zero, steps of the descent, and the weight below which none is kept.
_PENALTY, _STEPS, _LEAST = 30.0, 2000, 0.005

#: Parts that the questions are split into, how often anew, and cases of either outcome needed.
_FOLDS, _SPLITS, _FEWEST = 6, 3, 20

#: How much a case counts: questions of people more than made ones.
_COUNTS = {
    Sort.ANSWERABLE: 2.0,
    Sort.NEAR_MISS: 3.0,
    Sort.OFF_TOPIC: 1.0,
    Sort.REMOVED: 0.5,
    Sort.ABSENT: 0.5,
}

#: In the question of belonging: those off topic are few.
_COUNTS_BELONGING = {Sort.ANSWERABLE: 1.0, Sort.NEAR_MISS: 1.0, Sort.OFF_TOPIC: 3.0}

#: Share of answerable questions to be answered, and share that is shown at least the nearest.
_COVERED, _SHOWN = 0.86, 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a refit came to."""

    model: Model
    cases: int
    questions: int
    #: The shipped model, the refit under cross-validation as a whole, and by corpus.
    qualities: tuple[Quality, ...]
    #: Risk and coverage of the refit, by corpus: rows of equal names.
    curve: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "cases": self.cases,
            "questions": self.questions,
            "answered from": self.model.answered,
            "nearest from": self.model.nearest,
            "qualities": [each.to_dict() for each in self.qualities],
            "curve": list(self.curve),
        }


def save(model: Model, path: Path) -> None:
    """Write a model in the form of `confidence.json`.

    Raises:
        KnowledgeError: the file cannot be written.
    """
    try:
        path.write_text(json.dumps(asdict(model), indent=1) + "\n", "utf-8")
    except OSError as error:
        raise KnowledgeError(f"{path} cannot be written: {error.strerror}.") from error


def calibrate(cases: Sequence[Case]) -> Calibration:
    """Fit a model on all cases and say how good it is on unseen questions.

    Raises:
        KnowledgeError: there are too few cases to fit anything on.
    """
    right = sum(each.is_answer for each in cases)
    if min(right, len(cases) - right) < _FEWEST:
        raise KnowledgeError(
            f"Too few cases: {right} with an answer and {len(cases) - right} without; "
            f"at least {_FEWEST} of each are needed."
        )
    unseen = np.mean([cross_validated(cases, split) for split in range(_SPLITS)], axis=0)
    asked = unseen[[each.sort is Sort.ANSWERABLE for each in cases]]
    belongs, nearest = _belonging(cases)
    model = Model(
        answers=fit(cases),
        belongs=belongs,
        answered=round(float(np.quantile(asked, 1.0 - _COVERED)), 3),
        nearest=nearest,
    )
    now = np.array([confidence(each.signals) for each in cases])
    corpora = list(dict.fromkeys(each.corpus for each in cases))
    return Calibration(
        model=model,
        cases=len(cases),
        questions=len({each.question for each in cases}),
        qualities=(
            quality("shipped", cases, now, shipped().answered),
            quality("refitted, cross-validated", cases, unseen, model.answered),
            *(
                quality(f"the same: {name}", *_of(name, cases, unseen), model.answered)
                for name in corpora
            ),
        ),
        curve=tuple(row for name in corpora for row in curve(name, *_of(name, cases, unseen))),
    )


def _of(
    corpus: str, cases: Sequence[Case], chances: np.ndarray
) -> tuple[Sequence[Case], np.ndarray]:
    own = [n for n, each in enumerate(cases) if each.corpus == corpus]
    return [cases[n] for n in own], chances[own]


def cross_validated(cases: Sequence[Case], split: int = 0) -> np.ndarray:
    """Return for each case the chance by a model fitted on other questions and pages."""
    parts = _parts(cases)
    order = np.random.default_rng(split).permutation(max(parts) + 1)
    folds = order[np.array(parts)] % _FOLDS
    chances = np.zeros(len(cases))
    for fold in np.unique(folds):
        fitted = fit([each for each, own in zip(cases, folds, strict=True) if own != fold])
        for place in map(int, np.flatnonzero(folds == fold)):
            chances[place] = fitted.chance(cases[place].signals)
    return chances


def _parts(cases: Sequence[Case]) -> list[int]:
    """Number the cases so that those of one question or one page have the same number.

    What counts is the page that a question leads to in the index it is first asked at: further
    indexes may hold many such pages as one.
    """
    pages: dict[str, str] = {}
    for each in cases:
        pages.setdefault(each.question, each.page)
    numbers = {page: number for number, page in enumerate(dict.fromkeys(pages.values()))}
    return [numbers[pages[each.question]] for each in cases]


def fit(cases: Sequence[Case]) -> Regression:
    """Fit whether a passage answers; the same cases always give the same weights."""
    answers = np.array([float(each.is_answer) for each in cases])
    counts = np.array([_COUNTS[each.sort] for each in cases])
    return _regression(cases, NAMES, answers, counts)


def _belonging(cases: Sequence[Case]) -> tuple[Regression, float]:
    """Fit whether a question belongs here, with its threshold; today's where too few do not."""
    asked = [each for each in cases if each.sort in _COUNTS_BELONGING]
    belong = np.array([float(each.sort is not Sort.OFF_TOPIC) for each in asked])
    if belong.sum() > len(belong) - _FEWEST:
        return shipped().belongs, shipped().nearest
    counts = np.array([_COUNTS_BELONGING[each.sort] for each in asked])
    fitted = _regression(asked, _BELONGING, belong, counts)
    chances = [fitted.chance(each.signals) for each in asked if each.sort is Sort.ANSWERABLE]
    return fitted, round(float(np.quantile(chances, 1.0 - _SHOWN)), 3)


def _regression(
    cases: Sequence[Case], names: Sequence[str], targets: np.ndarray, counts: np.ndarray
) -> Regression:
    rows = np.array([[each.signals[name] for name in names] for each in cases])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled, level = _descend((rows - mean) / spread, targets, counts, _bounds(names))
    raw = np.where(np.abs(scaled) > _LEAST, scaled, 0.0) / spread
    return Regression(
        intercept=round(float(level - mean @ raw), 4),
        weights={n: round(float(w), 4) for n, w in zip(names, raw, strict=True) if w},
    )


def _descend(
    rows: np.ndarray,
    answers: np.ndarray,
    counts: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, float]:
    """Minimise by accelerated projected descent; it is convex, so any start will do."""
    design = np.column_stack([rows, np.ones(len(rows))])
    penalty = np.append(np.full(rows.shape[1], _PENALTY), 0.0)
    low, high = bounds
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


def _bounds(names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest weight of each signal, and of the intercept."""
    free = np.array([name in _EITHER for name in names] + [True])
    against = np.array([name in _AGAINST for name in names] + [False])
    return (
        np.where(free | against, -np.inf, 0.0),
        np.where(free | ~against, np.inf, 0.0),
    )


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))
