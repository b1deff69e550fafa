"""How well chances tell answers from the rest."""

from __future__ import annotations

import numpy as np

from knowledge.measuring.qualities import Case, Sort, curve, quality


def cases(*sorts: tuple[Sort, bool]) -> list[Case]:
    return [
        Case(question=str(n), page=str(n), corpus="all", sort=sort, signals={}, is_answer=right)
        for n, (sort, right) in enumerate(sorts)
    ]


def test_quality_counts_each_sort_by_itself() -> None:
    sorts = (
        (Sort.ANSWERABLE, True),
        (Sort.ANSWERABLE, False),
        (Sort.ANSWERABLE, True),
        (Sort.NEAR_MISS, False),
        (Sort.OFF_TOPIC, False),
        (Sort.REMOVED, False),
        (Sort.ABSENT, False),
    )
    chances = np.array([0.9, 0.8, 0.2, 0.6, 0.1, 0.7, 0.0])

    found = quality("all", cases(*sorts), chances, 0.5)

    assert found.to_dict() == {
        "name": "all",
        "auroc": round(4 / 6, 3),
        "auroc_made": 0.75,
        "threshold": 0.5,
        "coverage": round(2 / 3, 3),
        "risk": round(2 / 3, 3),
        "near_misses": 1.0,
        "off_topic": 0.0,
        "removed": 1.0,
        "absent": 0.0,
    }


def test_curve_tells_the_risk_of_answering_more() -> None:
    sorts = [(Sort.ANSWERABLE, n > 0) for n in range(10)] + [(Sort.NEAR_MISS, False)] * 2
    chances = np.array([n / 10 for n in range(10)] + [0.65, 0.15])

    rows = list(curve("one", cases(*sorts), chances))

    assert [(row["coverage"], row["near_misses"]) for row in rows] == [
        (0.5, 0.5),
        (0.6, 0.5),
        (0.7, 0.5),
        (0.8, 0.5),
        (0.9, 1.0),
    ]
    assert rows[-1] == {
        "corpus": "one",
        "coverage": 0.9,
        "threshold": 0.09,
        "risk": round(2 / 11, 3),
        "near_misses": 1.0,
        "off_topic": None,
    }


def test_without_answerable_questions_there_is_no_curve() -> None:
    assert list(curve("one", cases((Sort.OFF_TOPIC, False)), np.array([0.1]))) == []
