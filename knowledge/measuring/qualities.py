"""How well chances tell answers from the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

#: Shares of answerable questions answered at which the risk is shown.
_COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9)


class Sort(StrEnum):
    """Where a case comes from."""

    ANSWERABLE = "answerable"
    NEAR_MISS = "near-miss"
    OFF_TOPIC = "off-topic"
    #: Made: the answering sentence is taken out, the answering page is.
    REMOVED = "removed"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The signals of one found passage, and whether it answers."""

    #: Cases of one question, or that lead to one page, are never on both sides of a
    #: cross-validation.
    question: str
    page: str
    #: Which index and questions it comes from.
    corpus: str
    sort: Sort
    signals: Mapping[str, float]
    is_answer: bool


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
            name: value if isinstance(value, str) else _number(value)
            for name, value in values.items()
        }


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


def curve(corpus: str, cases: Sequence[Case], chances: np.ndarray) -> Iterator[dict[str, Any]]:
    """Yield risk and near misses given at several coverages, each with its own threshold."""
    asked = chances[[each.sort is Sort.ANSWERABLE for each in cases]]
    for coverage in _COVERAGES if len(asked) else ():
        threshold = float(np.quantile(asked, 1.0 - coverage))
        found = quality(corpus, cases, chances, threshold)
        yield {
            "corpus": corpus,
            "coverage": coverage,
            "threshold": round(threshold, 3),
            "risk": _number(found.risk),
            "near_misses": _number(found.near_misses),
            "off_topic": _number(found.off_topic),
        }


def auroc(right: np.ndarray, wrong: np.ndarray) -> float:
    """Return the chance that a right case is above a wrong one; equal ones count half."""
    if not len(right) or not len(wrong):
        return float("nan")
    above = (right[:, None] > wrong[None, :]).mean()
    return float(above + 0.5 * (right[:, None] == wrong[None, :]).mean())


def _share(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else float("nan")


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 3)
