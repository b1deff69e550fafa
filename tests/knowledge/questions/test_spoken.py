"""In which language an answer is worded."""

from __future__ import annotations

import pytest

from knowledge.questions.spoken import is_foreign, spoken


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("next conference", "en"),
        ("open calls", "en"),
        ("price?", "en"),
        ("deadline?", "en"),
        ("membership fee", "en"),
        ("members list", "en"),
        ("Who?", "en"),
        ("president", "en"),
        ("cena?", "cs"),
        ("adresa klastru", "cs"),
        ("termin?", "cs"),
        ("dotace LED", "cs"),
        ("kdo vede smart city polygon", "cs"),
        ("kto vedie klaster?", "cs"),
        ("kolko stoji clenstvo", "cs"),
        ("otevrene vyzvy", "cs"),
        ("Jak se klastr podílí na projektech měst?", "cs"),
        ("How does the cluster take part in projects of cities?", "en"),
        ("SECAP", None),
        ("IROP", None),
    ],
)
def test_a_few_words_show_their_language(message: str, language: str | None) -> None:
    assert spoken([message]) == language


def test_what_shows_none_is_in_the_language_of_the_talk() -> None:
    assert spoken(["SECAP", "IROP?", "Which calls are open?"]) == "en"


@pytest.mark.parametrize(
    ("message", "foreign"),
    [
        ("Wie viel kostet die Mitgliedschaft im Cluster?", True),
        ("Сколько стоит членство?", True),
        ("会员费是多少？", True),
        ("IROP 118", False),
        ("kolik stoji clenstvi", False),
        ("How much is it?", False),
    ],
)
def test_a_third_language_is_told(message: str, foreign: bool) -> None:
    assert is_foreign(message) is foreign
