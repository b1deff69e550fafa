"""Words of a question in the words of a text."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.search.matching import cover, holds, text_words
from tests.knowledge.lexicons import lexicon_of, word_vector

TEXTS = (
    "Akademické členství je zdarma.",
    "The fourth public competition opens in May 2026.",
    "Starosta Popovic podepsal memorandum s městem Písek.",
    "Program Modernizačního fondu LIGHTPUB platí veřejné osvětlení.",
)
LEXICON = lexicon_of(*TEXTS)


def shares(question: str) -> list[float]:
    """Return what share of a question each text holds."""
    wanted = LEXICON.wanted(question, word_vector, lambda words: dict.fromkeys(words, 1))
    texts = [LEXICON.ids(text_words(text)) for text in TEXTS]
    return [round(float(share), 2) for share in cover(LEXICON, wanted, texts).share]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("akademického členství", 0),
        ("akademickeho clenstvi", 0),
        ("academic membership", 0),
        ("čtvrtá soutěž", 1),
        ("competition 2026", 1),
        ("starosa Popovyc", 2),
        ("mayor of Písek", 2),
        ("street lighting of the Modernisation Fund", 3),
    ],
)
def test_question_is_found_in_its_text(question: str, text: int) -> None:
    found = shares(question)

    assert int(np.argmax(found)) == text
    assert found[text] >= 0.6


def test_number_is_only_found_as_it_is() -> None:
    assert shares("2027") == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("typed", "accented"),
    [
        ("ktere akademicke clenstvi", "které akademické členství"),
        ("kolik stojí clenstvi", "kolik stojí clenstvi"),
        ("what is clenstvi", "what is clenstvi"),
    ],
)
def test_accents_are_given_back_as_the_index_has_them(typed: str, accented: str) -> None:
    assert LEXICON.accented(typed) == accented


def test_words_of_the_context_weigh_less() -> None:
    wanted = LEXICON.wanted("členství", word_vector, lambda words: {}, context="osvětlení")

    assert (wanted.words, wanted.own) == (("členství", "osvětlení"), 1)
    assert wanted.weights[0] > 2 * wanted.weights[1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Karlovarském", "The Karlovy Vary Region pays for it."),
        ("Moravian-Silesian", "Platí to Moravskoslezský kraj."),
        ("Zlínského", "The strategy of the Zlín Region has 200 pages."),
        ("Vysočina", "Kraj na Vysočině otevřel výzvu."),
        ("CEF", "Nástroj pro propojení Evropy platí dobíjecí stanice."),
        ("MPSV", "The Ministry of Labour and Social Affairs opened a call."),
        ("NÚKIB", "The National Cyber and Information Security Agency warns of it."),
    ],
)
def test_names_of_regions_and_bodies_are_known_in_both_languages(asked: str, said: str) -> None:
    words = [word for part in asked.split() for word in text_words(part)]

    assert holds(lexicon_of(said), words, said)


def test_word_whose_equivalent_the_index_holds_is_known() -> None:
    lexicon = lexicon_of("Alokace výzvy je 50 milionů.")
    wanted = lexicon.wanted("allocation of zeppelins", word_vector, lambda words: {})

    assert list(zip(wanted.words, wanted.known, strict=True)) == [
        ("allocation", True),
        ("zeppelins", False),
    ]
