"""Several questions in one message, follow-ups."""

from __future__ import annotations

import pytest

from knowledge.documents import Turn
from knowledge.questions.conversation import (
    Resolved,
    hangs,
    leans,
    may_stand_alone,
    questions,
    resolve,
)


def talk(*texts: str) -> list[Turn]:
    """Return a conversation, the person first."""
    return [Turn(role=("user", "assistant")[n % 2], text=text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Kolik stojí členství?", ("Kolik stojí členství?",)),
        (
            "Kolik stojí členství? A kdy je příští seminář?",
            ("Kolik stojí členství?", "A kdy je příští seminář?"),
        ),
        (
            "1. kdo je prezident klastru\n2. kolik stojí členství",
            ("1. kdo je prezident klastru", "2. kolik stojí členství"),
        ),
        (
            "Hello! Who leads the cluster? How can we join?",
            ("Who leads the cluster?", "How can we join?"),
        ),
        ("Dobrý den, jak vzniká metodika?", ("jak vzniká metodika?",)),
        ("Díky, ahoj. Kdo vede klastr?", ("Kdo vede klastr?",)),
        ("Dobrý den, děkuji", ("Dobrý den, děkuji",)),
        (
            "Kdy je seminář Otevřená data a kolik stojí?",
            ("Kdy je seminář Otevřená data?", "kolik stojí?"),
        ),
        (
            "Kdy otevře TA ČR soutěž Doprava a kolik peněz v ní bude?",
            ("Kdy otevře TA ČR soutěž Doprava?", "kolik peněz v ní bude?"),
        ),
        ("Kdy a kde je seminář Data?", ("Kdy a kde je seminář Data?",)),
        ("IROP, kdy končí příjem?", ("IROP, kdy končí příjem?",)),
        (
            "Jsme malá obec. Můžeme žádat o IROP? Díky",
            ("Jsme malá obec. Můžeme žádat o IROP? Díky",),
        ),
    ],
)
def test_questions_of_one_message_are_parted(text: str, parts: tuple[str, ...]) -> None:
    assert questions(text) == parts


def test_follow_up_takes_the_question_and_the_answer_before() -> None:
    history = talk("Kdo vede platformu?", "Vede ji Jana Nová z magistrátu.")

    assert resolve("a kolik má lidí?", history) == Resolved(
        text="a kolik má lidí?", context="Kdo vede platformu? Vede ji Jana Nová z magistrátu."
    )


def test_follow_up_that_only_asks_leaves_the_answer_before_aside() -> None:
    asked = "Kolik se v Lipové platí za odpad?"
    czech = talk(asked, "Dospělý platí 850 Kč.")
    foreign = talk("What is the Lipa camp?", "Tábor Lipka je pro děti od 8 let.")

    assert resolve("a do kdy?", czech).context == asked
    # In another language it tells what the documents call it.
    assert resolve("how much is it?", foreign).context == (
        "What is the Lipa camp? Tábor Lipka je pro děti od 8 let."
    )


def test_follow_up_about_another_zone_leaves_the_first_one_aside() -> None:
    history = talk("Kolik stojí hodina v zóně A v Lipové?", "Zóna A: 40 Kč.")

    assert resolve("A v zóně C?", history).context == "Kolik stojí hodina v zóně  v Lipové?"


def test_follow_up_of_a_follow_up_goes_back_to_what_both_are_about() -> None:
    history = talk(
        "Can a town apply in Transport 2030?", "Yes.", "and how much is it?", "30 million."
    )

    assert resolve("until when?", history).context == (
        "Can a town apply in Transport 2030? and how much is it? 30 million."
    )


def test_chatter_between_is_passed_over() -> None:
    history = talk("Kdo pořádá konferenci SCSP?", "ČVUT.", "díky", "Rádo se stalo.")

    assert resolve("a kde se koná?", history).context.startswith("Kdo pořádá konferenci SCSP?")


@pytest.mark.parametrize(
    "text",
    [
        "Do kdy se podávají návrhy do programu DOPRAVA 2030?",
        "Who chairs the ISO committee for smart cities?",
        "Kdo je prezidentem Czech Smart City Cluster?",
    ],
)
def test_question_that_names_its_matter_stands_alone(text: str) -> None:
    assert resolve(text, talk("Kolik stojí členství?", "Nic.")) == Resolved(text=text)


@pytest.mark.parametrize(
    "text", ["a do kdy?", "how long is it?", "kdo tam přednášel?", "and for companies?"]
)
def test_short_or_pointing_message_leans(text: str) -> None:
    assert leans(text)


def test_pointing_message_never_stands_alone() -> None:
    assert not may_stand_alone("how long does it last this year?")
    assert may_stand_alone("a kolik stojí členství pro univerzity?")


@pytest.mark.parametrize(
    ("text", "hanging"),
    [
        ("a do kdy?", True),
        ("co studenti?", True),
        ("co s odpadem?", True),
        ("pro obce?", True),
        ("kdo může žádat?", True),
        ("what is the deadline?", True),
        ("who owns this?", True),
        ("co je hejtman?", False),
        ("co je to hejtman?", False),
        ("Čo je platforma?", False),
        ("What is a grant?", False),
        ("kdo může být čtenářem?", False),
        ("Aké sú podmienky?", True),
        ("How much is it?", True),
        ("Is there a discount for this?", True),
        ("I want to rent bicycles", False),
        ("How long does it take to get a passport?", False),
        ("What concerts are there this month?", False),
    ],
)
def test_what_is_a_whole_question_does_not_hang_on_the_talk(text: str, hanging: bool) -> None:
    assert hangs(text) is hanging


@pytest.mark.parametrize("text", ["Co je Q5?", "co je q5", "What is IPv6?", "co je to 5G síť?"])
def test_what_is_named_by_letters_and_digits_leans_on_nothing(text: str) -> None:
    assert not leans(text)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("mobilita", True),
        ("LoRaWAN", True),
        ("mobilita?", False),
        ("a firmy", False),
        ("to", False),
    ],
)
def test_topic_that_is_only_named_may_stand_alone(text: str, alone: bool) -> None:
    assert may_stand_alone(text) is alone
