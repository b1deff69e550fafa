"""Questions of one topic, put together."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.clusters import clusters
from bot.store import Question


def asked(text: str, number: int = 0, *, searched_for: str = "") -> Question:
    return Question(
        id=f"q{number}",
        platform="web",
        chat="web:a",
        address="web:a",
        author="web:a",
        question=text,
        searched_for=searched_for,
        language="cs",
        asked_at=datetime(2027, 3, 1, tzinfo=UTC),
    )


def test_the_topic_is_the_most_typical_question_itself() -> None:
    questions = [
        "Jak se můžu teď stát členem výboru klastru?",
        "Jak se mohu stát členem  výboru?",
        "Jaké je počasí v Praze?",
        "Jak se mohu stát členem výboru?",
        "Jak se ve městě stát členem výboru?",
    ]

    found = clusters([asked(text, n) for n, text in enumerate(questions)])

    assert [(one.topic, one.count) for one in found] == [
        ("Jak se mohu stát členem výboru?", 4),
        ("Jaké je počasí v Praze?", 1),
    ]


def test_a_question_that_leans_on_others_does_not_join_them() -> None:
    before = ["Jaká je hlavní město Francie?", "Jaké jsou kontakty na klastr?"]
    last = asked("xyzzy blorp", 2, searched_for=" ".join((*before, "xyzzy blorp")))

    found = clusters([last, *(asked(text, n) for n, text in enumerate(before))])

    assert [one.count for one in found] == [1, 1, 1]
