from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from knowledge.catalogue import Sentence
from knowledge.documents import Audience, Chunk
from knowledge.measuring.nearmisses import Change, without_pages, without_sentences
from knowledge.search.retrieval import WEIGHTS, Candidate, Found
from tests.knowledge.lexicons import lexicon_of

SIGNALS = {
    "passage": 0.5,
    "sentence": 0.9,
    "sentence_words": 1.0,
    "passage_words": 1.0,
    "kind": 1.0,
    "other_language": 0.0,
}
PRICE = "Sensors cost 250,000 EUR."
STREETS = "The pilot ran in three streets."


def candidate(name: str, *texts: str) -> Candidate:
    """Its first sentence is the best, and alone holds the question's only word."""
    falling = np.linspace(0.9, 0.5, len(texts))
    words = np.array([[1.0] + [0.0] * (len(texts) - 1)])
    chunk = Chunk(
        id=name,
        url=f"https://example.org/{name}",
        title=name,
        section="",
        text=" ".join(texts),
        language="en",
        audience=Audience.PUBLIC,
    )
    return Candidate(
        chunk=chunk,
        score=sum(WEIGHTS[each] * value for each, value in SIGNALS.items()),
        sentences=tuple(
            Sentence(index=n, start=0, end=len(text), text=text, context="")
            for n, text in enumerate(texts)
        ),
        sentence_scores=falling,
        best=0,
        similarities=falling,
        passage_vector=np.eye(1, 3)[0],
        vectors=np.eye(len(texts), 3),
        titled=words,
        alone=words,
        whole=np.array([1.0]),
        offered=words[0],
        signals=SIGNALS,
    )


def found(*candidates: Candidate) -> Found:
    return Found(
        question="cost?",
        language="en",
        wanted=lexicon_of(PRICE, STREETS).known_wanted(["cost"]),
        kinds=(),
        vector=np.eye(1, 3)[0],
        candidates=candidates,
    )


def changed_by(amount: float) -> Change:
    def _(shortened: Sequence[tuple[Chunk, str]]) -> Sequence[float]:
        return [amount for _ in shortened]

    return _


def test_a_passage_without_its_answer_is_judged_by_the_rest() -> None:
    left = without_sentences(
        found(candidate("a", PRICE, STREETS)), ["250 000", "250,000"], changed_by(-0.1)
    )

    (only,) = left.candidates
    assert (only.chunk.text, [each.text for each in only.sentences]) == (STREETS, [STREETS])
    assert only.signals == pytest.approx(
        {
            "passage": 0.4,
            "sentence": 0.5,
            "sentence_words": 0.0,
            "passage_words": 0.0,
            "kind": 0.0,
            "other_language": 0.0,
        }
    )
    assert only.score == pytest.approx(WEIGHTS["passage"] * 0.4 + WEIGHTS["sentence"] * 0.5)
    assert (only.best, only.whole.tolist()) == (0, [0.0])


def test_a_passage_that_was_shortened_falls_behind_the_others() -> None:
    other = candidate("z", STREETS, STREETS)

    left = without_sentences(
        found(candidate("a", PRICE, STREETS), other), ["250,000"], changed_by(-0.1)
    )

    assert [each.chunk.id for each in left.candidates] == ["z", "a"]
    assert left.candidates[0] is other


def test_a_passage_of_nothing_but_the_answer_is_gone() -> None:
    left = without_sentences(found(candidate("a", PRICE)), ["250,000"], changed_by(0.0))

    assert left.candidates == ()


def test_a_passage_whose_title_tells_the_answer_is_gone() -> None:
    titled = candidate("a", STREETS)
    titled = replace(titled, chunk=replace(titled.chunk, title="250,000 EUR for sensors"))

    left = without_sentences(found(titled, candidate("b", STREETS)), ["250,000"], changed_by(0.0))

    assert [each.chunk.id for each in left.candidates] == ["b"]


def test_what_is_missing_in_another_language_says_less() -> None:
    foreign = candidate("a", PRICE, STREETS)
    foreign = replace(foreign, signals={**SIGNALS, "other_language": 0.2})

    left = without_sentences(found(foreign), ["250,000"], changed_by(0.0))

    assert left.candidates[0].signals["other_language"] == 1.0


def test_without_its_page_only_pages_that_do_not_answer_are_left() -> None:
    left = without_pages(
        found(candidate("a", STREETS), candidate("b", PRICE, STREETS), candidate("c", STREETS)),
        ["250,000"],
        ["https://example.org/a"],
    )

    assert [each.chunk.id for each in left.candidates] == ["c"]
