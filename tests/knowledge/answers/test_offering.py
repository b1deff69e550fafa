"""Pieces of sentences that could be the answer."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.answers.offering import offered
from knowledge.catalogue import Sentence
from knowledge.questions.asking import asked
from knowledge.search.retrieval import Found
from tests.knowledge.lexicons import lexicon_of

TEXTS = (
    "Plán pro Tampere je základní dokument města.",
    "Plán pro Tampere připravila firma Ramboll.",
    "Přišlo 141 návrhů a 48 dostalo 25 milionů korun.",
    "Příjem končí 31. října 2024.",
    "Projekt trvá tři roky a tým se schází dvakrát ročně v 17 hodin.",
)
SENTENCES = [
    Sentence(index=n, start=0, end=len(text), text=text, context="") for n, text in enumerate(TEXTS)
]


def found(question: str) -> Found:
    return Found(
        question=question,
        language="cs",
        wanted=lexicon_of(*TEXTS).known_wanted([word.strip("?") for word in question.split()]),
        kinds=asked(question),
        vector=np.eye(1, 3)[0],
        candidates=(),
    )


@pytest.mark.parametrize(
    ("question", "news"),
    [
        ("Kdo připravil plán pro Tampere?", [False, True, False, False, False]),
        ("Kolik návrhů přišlo?", [False, False, True, False, True]),
        ("Kolik peněz dostal projekt?", [False, False, True, False, False]),
        ("Kdy končí příjem?", [False, False, False, True, False]),
        ("Skončil příjem kdy v roce 2024?", [False, False, False, True, False]),
        ("Na jak dlouho je projekt?", [False, False, False, False, True]),
        ("Jak často se tým schází?", [False, False, False, False, True]),
        ("V kolik hodin se tým schází?", [False, False, False, False, True]),
        ("Proč je plán dokument?", [False, False, False, False, False]),
    ],
)
def test_only_what_the_question_does_not_say_is_news(question: str, news: list[bool]) -> None:
    looked = offered(found(question), lexicon_of(*TEXTS), SENTENCES)

    assert [each.is_news for each in looked] == news


def test_a_piece_is_close_to_the_words_beside_it() -> None:
    lexicon = lexicon_of(*TEXTS)
    question = found("Kolik návrhů přišlo?")
    (sentence,) = offered(question, lexicon, SENTENCES[2:3])
    row = question.wanted.words.index("návrhů")

    assert sentence.before(row) == 1.0
    assert sentence.closeness([row], np.ones(1)) == pytest.approx(np.exp(-1 / 6.0))


def test_without_pieces_nothing_is_close() -> None:
    (sentence,) = offered(found("Kolik návrhů přišlo?"), lexicon_of(*TEXTS), SENTENCES[:1])

    assert (sentence.closeness([0], np.ones(1)), sentence.before(0)) == (0.0, 0.0)
