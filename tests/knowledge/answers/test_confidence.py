"""Three outcomes from two chances."""

from __future__ import annotations

import pytest

from knowledge.answers.confidence import Outcome, Regression, confidence, outcome, shipped
from knowledge.answers.evidence import AGAINST, NAMES


def signals(**values: float) -> dict[str, float]:
    """Those of a passage that has nothing to do with the question, but for some."""
    return dict.fromkeys((*NAMES, *AGAINST), 0.0) | values


RELEVANT = {"sentence": 0.2, "passage": 0.2, "lead": 0.1, "whole": 0.9, "titled": 0.9}


def test_what_speaks_for_an_answer_raises_the_chance() -> None:
    assert Regression(intercept=0.0, weights={"lead": 2.0}).chance({"lead": 0.0}) == 0.5
    assert Regression(intercept=0.0, weights={"lead": 2.0}).chance({"lead": 1.0}) > 0.85


def test_the_shipped_model_knows_all_its_signals() -> None:
    model = shipped()

    assert set(model.answers.weights) <= set(NAMES)
    assert set(model.belongs.weights) <= set(NAMES)
    assert 0.0 < model.answered < 1.0
    assert 0.0 < model.nearest < 1.0


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (signals(), Outcome.NONE),
        (signals(**RELEVANT, kind_told=1.0, unoffered=1.0, unoffered_best=1.0), Outcome.NEAREST),
        (
            signals(
                **RELEVANT, kind_told=1.0, aspect_top=1.0, placed=1.0, placed_focus=1.0, margin=0.1
            ),
            Outcome.ANSWERED,
        ),
    ],
)
def test_outcome_follows_from_what_is_asked_and_offered(
    evidence: dict[str, float], expected: Outcome
) -> None:
    assert outcome(evidence) is expected


def test_what_may_belong_is_shown_but_not_taken_for_an_answer() -> None:
    heart = signals(sentence=0.27, passage=0.28, margin=1.0, placed=1.0, counted=1.0, unknown=0.2)
    chance = shipped().belongs.chance(heart | {"absent": 0.9, "missing": 0.9})

    assert 0.5 < chance < shipped().nearest
    assert confidence(heart) > shipped().answered
    assert outcome(heart | {"absent": 0.9, "missing": 0.9}) is Outcome.NEAREST
    assert outcome(heart | {"absent": 1.0, "missing": 1.0, "unknown": 0.9}) is Outcome.NONE


def test_words_that_nobody_knows_are_never_trusted() -> None:
    sure = signals(**RELEVANT, margin=1.0, placed=1.0, counted=1.0, unknown=1.0)

    assert confidence(sure) <= 0.2


def test_what_is_named_otherwise_is_never_trusted() -> None:
    sure = signals(**RELEVANT, margin=1.0, placed=1.0, counted=1.0)

    assert confidence(sure) > shipped().answered
    assert confidence(sure | {"another": 1.0}) <= 0.2
