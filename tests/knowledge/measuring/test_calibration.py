from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.answers.evidence import NAMES
from knowledge.errors import KnowledgeError
from knowledge.measuring.calibration import (
    Case,
    Sort,
    auroc,
    calibrate,
    cross_validated,
    fit,
    quality,
)

#: What the made cases are drawn from; all other signals are noise.
TRUE = {"sentence": 4.0, "offered": 3.0, "absent": -3.0, "kind_told": -2.0}


def made(number: int = 300, seed: int = 3) -> list[Case]:
    """Cases whose outcome follows TRUE, with some chance."""
    random = np.random.default_rng(seed)
    cases = []
    for n in range(number):
        signals = {name: float(random.uniform()) for name in NAMES}
        logit = 2.0 * (sum(w * (signals[name] - 0.5) for name, w in TRUE.items()))
        is_answer = bool(random.uniform() < 1.0 / (1.0 + np.exp(-logit)))
        sort = Sort.ANSWERABLE if is_answer else list(Sort)[n % len(Sort)]
        cases.append(Case(question=f"q{n // 2}", sort=sort, signals=signals, is_answer=is_answer))
    return cases


def test_what_decides_gets_the_greatest_weights() -> None:
    weights = fit(made()).weights

    greatest = sorted(weights, key=lambda name: -abs(weights[name]))[: len(TRUE)]
    assert set(greatest) == set(TRUE)
    assert {name: weights[name] > 0 for name in TRUE} == {n: w > 0 for n, w in TRUE.items()}


def test_a_signal_that_speaks_for_never_counts_against() -> None:
    turned = [
        replace(each, signals={**each.signals, "lead": 1.0 - float(each.is_answer)})
        for each in made()
    ]

    assert fit(turned).weights.get("lead", 0.0) == 0.0


def test_a_signal_that_speaks_against_never_counts_for() -> None:
    turned = [
        replace(each, signals={**each.signals, "missing": float(each.is_answer)}) for each in made()
    ]

    assert fit(turned).weights.get("missing", 0.0) == 0.0


def test_the_same_cases_give_the_same_weights() -> None:
    assert fit(made()) == fit(made())


def test_a_refit_tells_unseen_answers_from_the_rest() -> None:
    found = calibrate(made())

    shipped, refitted, alike = found.qualities
    assert (found.cases, found.questions) == (300, 150)
    assert refitted.auroc > 0.85
    assert alike.coverage == pytest.approx(shipped.coverage, abs=0.02)


def test_chances_are_those_of_weights_that_have_not_seen_the_question() -> None:
    random = np.random.default_rng(5)
    noise = [
        replace(each, is_answer=bool(random.integers(2)), sort=Sort.ANSWERABLE) for each in made()
    ]

    answers = np.array([each.is_answer for each in noise])
    chances = cross_validated(noise)

    assert auroc(chances[answers], chances[~answers]) == pytest.approx(0.5, abs=0.08)


def test_cases_of_one_question_stay_together() -> None:
    # The second case of each question repeats the first: were it seen, its outcome would be known.
    first = made(60)[::2]
    doubled = [each for each in first for _ in range(2)]

    chances = cross_validated(doubled)

    assert np.array_equal(chances[::2], chances[1::2])


def test_too_few_cases_are_refused() -> None:
    few = [each for each in made() if each.is_answer][:19]
    without = [each for each in made() if not each.is_answer]

    with pytest.raises(KnowledgeError, match="19 with an answer"):
        calibrate([*few, *without])


def test_quality_counts_each_sort_by_itself() -> None:
    sorts = (
        (Sort.ANSWERABLE, True, 0.9),
        (Sort.ANSWERABLE, False, 0.8),
        (Sort.ANSWERABLE, True, 0.2),
        (Sort.NEAR_MISS, False, 0.6),
        (Sort.OFF_TOPIC, False, 0.1),
        (Sort.REMOVED, False, 0.7),
        (Sort.ABSENT, False, 0.0),
    )
    signals = dict.fromkeys(NAMES, 0.0)
    cases = [
        Case(question=str(n), sort=sort, signals=signals, is_answer=right)
        for n, (sort, right, _) in enumerate(sorts)
    ]

    found = quality("all", cases, np.array([chance for *_, chance in sorts]), 0.5)

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


def test_weights_are_saved_as_they_are_read(tmp_path: Path) -> None:
    weights = fit(made())

    weights.save(tmp_path / "confidence.json")

    stored = json.loads((tmp_path / "confidence.json").read_text("utf-8"))
    assert (stored["intercept"], stored["weights"]) == (weights.intercept, weights.weights)


def test_weights_that_cannot_be_saved_say_so(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be written"):
        fit(made()).save(tmp_path / "missing" / "confidence.json")
