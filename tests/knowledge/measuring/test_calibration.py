from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.answers.confidence import Model, Regression, shipped
from knowledge.answers.evidence import AGAINST, NAMES
from knowledge.errors import KnowledgeError
from knowledge.measuring.calibration import calibrate, cross_validated, fit, save
from knowledge.measuring.qualities import Case, Sort, auroc

#: What the made cases are drawn from; all other signals are noise.
TRUE = {"sentence": 4.0, "placed": 3.0, "unoffered": -3.0, "kind_told": -2.0}


def made(number: int = 300, seed: int = 3) -> list[Case]:
    """Cases whose outcome follows TRUE, with some chance."""
    random = np.random.default_rng(seed)
    cases = []
    for n in range(number):
        signals = {name: float(random.uniform()) for name in NAMES}
        signals |= dict.fromkeys(AGAINST, 0.0)
        logit = 2.0 * (sum(w * (signals[name] - 0.5) for name, w in TRUE.items()))
        is_answer = bool(random.uniform() < 1.0 / (1.0 + np.exp(-logit)))
        sort = Sort.ANSWERABLE if is_answer else list(Sort)[n % len(Sort)]
        cases.append(
            Case(
                question=f"q{n // 2}",
                page=f"p{n // 4}",
                corpus=("one", "other")[n % 2],
                sort=sort,
                signals=signals,
                is_answer=is_answer,
            )
        )
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

    refitted = found.qualities[1]
    assert (found.cases, found.questions) == (300, 150)
    assert refitted.auroc > 0.85
    assert refitted.coverage == pytest.approx(0.86, abs=0.01)


def test_every_corpus_is_measured_by_itself() -> None:
    found = calibrate(made())

    assert [each.name for each in found.qualities] == [
        "shipped",
        "refitted, cross-validated",
        "the same: one",
        "the same: other",
    ]
    assert [(row["corpus"], row["coverage"]) for row in found.curve] == [
        (name, coverage) for name in ("one", "other") for coverage in (0.5, 0.6, 0.7, 0.8, 0.9)
    ]


def test_what_does_not_belong_is_told_by_a_regression_of_its_own() -> None:
    cases = [
        replace(each, signals={**each.signals, "passage": each.signals["passage"] - float(is_off)})
        for each in made()
        for is_off in [each.sort is Sort.OFF_TOPIC]
    ]

    model = calibrate(cases).model

    off = [model.belongs.chance(each.signals) for each in cases if each.sort is Sort.OFF_TOPIC]
    assert model.belongs.weights["passage"] > 1.0
    assert np.mean(np.array(off) < model.nearest) > 0.3


def test_without_questions_off_topic_todays_floor_stays() -> None:
    found = calibrate([each for each in made() if each.sort is not Sort.OFF_TOPIC])

    assert (found.model.belongs, found.model.nearest) == (shipped().belongs, shipped().nearest)


def test_chances_are_those_of_weights_that_have_not_seen_the_question() -> None:
    random = np.random.default_rng(5)
    noise = [
        replace(each, is_answer=bool(random.integers(2)), sort=Sort.ANSWERABLE) for each in made()
    ]

    answers = np.array([each.is_answer for each in noise])
    chances = cross_validated(noise)

    assert auroc(chances[answers], chances[~answers]) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("shared", ["question", "page"])
def test_cases_of_one_question_or_page_stay_together(shared: str) -> None:
    # The second case of each repeats the first: were it seen, its outcome would be known.
    first = [replace(each, page=each.question) for each in made(60)[::2]]
    again = [
        replace(each, page=f"other {each.page}")
        if shared == "question"
        else replace(each, question=f"other {each.question}")
        for each in first
    ]
    pairs = [case for pair in zip(first, again, strict=True) for case in pair]

    chances = cross_validated(pairs)

    assert np.array_equal(chances[::2], chances[1::2])


def test_too_few_cases_are_refused() -> None:
    few = [each for each in made() if each.is_answer][:19]
    without = [each for each in made() if not each.is_answer]

    with pytest.raises(KnowledgeError, match="19 with an answer"):
        calibrate([*few, *without])


def test_a_model_is_saved_as_it_is_read(tmp_path: Path) -> None:
    model = Model(answers=fit(made()), belongs=shipped().belongs, answered=0.4, nearest=0.1)

    save(model, tmp_path / "confidence.json")

    stored = json.loads((tmp_path / "confidence.json").read_text("utf-8"))
    assert Regression(**stored.pop("answers")) == model.answers
    assert Regression(**stored.pop("belongs")) == model.belongs
    assert stored == {"answered": 0.4, "nearest": 0.1}


def test_a_model_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be written"):
        save(shipped(), tmp_path / "missing" / "confidence.json")
