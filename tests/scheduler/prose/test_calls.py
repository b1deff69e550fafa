"""Texts of calls -> when they open and close."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.events import EventStatus, Precision
from scheduler.prose import Context, read_call
from tests.scheduler.prose import announced_amid, announced_calls, calls_apart
from tests.scheduler.prose.calls_czech import CZECH
from tests.scheduler.prose.calls_english import ENGLISH
from tests.scheduler.prose.calls_slovak import SLOVAK

NEAR = date(2027, 3, 1)


def written(value: datetime | date | None) -> str | None:
    """Write an instant by Prague's clock, as in the tables."""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo('Europe/Prague')):%Y-%m-%d %H:%M}"
    return str(value) if value else None


@pytest.mark.parametrize(
    ("text", "opening", "deadlines"),
    [
        *CZECH,
        *ENGLISH,
        *SLOVAK,
        *announced_calls.CZECH,
        *announced_calls.ENGLISH,
        *announced_amid.CALLS,
        *calls_apart.CALLS,
    ],
)
def test_the_text_of_a_call(text: str, opening: str | None, deadlines: list[str]) -> None:
    reading = read_call(text, Context(near=NEAR))

    assert [
        written(d.at if d.precision is Precision.MINUTE else d.at.date()) for d in reading.deadlines
    ] == deadlines
    assert (written(reading.open_from) or "")[:10] == (opening or "")


LABELS = [
    ("Termín pro podání žádostí byl prodloužen do 30. 6. 2027.", [""]),
    ("Call opens: 1 April 2027. Call closes: 30 June 2027.", [""]),
    ("Uzávěrka příjmu žádostí: 1. 9. 2027 v 17.00 hod.", [""]),
    ("Termín pro podání žádostí: 1. 9. 2027", [""]),
    ("Konec příjmu projektových žádostí: 1. 9. 2027", [""]),
    ("Submission deadline: 1 September 2027", [""]),
    ("Deadline for submission of proposals: 1 September 2027", [""]),
    (
        "1. kolo (záměry): 16. dubna 2027. 2. kolo (plné žádosti): 1. října 2027.",
        ["1. kolo (záměry)", "2. kolo (plné žádosti)"],
    ),
    ("Deadline (stage 1): 2027-04-15; deadline (stage 2): 2027-10-07.", ["stage 1", "stage 2"]),
    (
        "Expression of interest: 3 May 2027; full proposal: 4 October 2027.",
        ["Expression of interest", "full proposal"],
    ),
    (
        "Předběžné žádosti do 14. 5. 2027, plné žádosti do 15. 10. 2027.",
        ["Předběžné žádosti", "plné žádosti"],
    ),
    (
        "Expressions of interest are due on 5 April; full bids by 30 June 2027.",
        ["Expressions of interest", "full bids"],
    ),
    ("I. kolo: do 12. 4. 2027; II. kolo: do 10. 9. 2027", ["I. kolo", "II. kolo"]),
    ("Předběžnou žádost podejte do 5. 4. 2027.", ["Předběžnou žádost"]),
    ("Prodlužujeme lhůtu pro podání žádostí, nově do 20. 4. 2027 (původně 5. 4. 2027).", [""]),
    ("New deadline: 19 April 2027 (was 5 April 2027).", [""]),
    (
        "Dotace pro obce: do 31. 5. 2027. Dotace pro kraje: do 30. 6. 2027.",
        ["Dotace pro obce", "Dotace pro kraje"],
    ),
]


@pytest.mark.parametrize(("text", "labels"), LABELS)
def test_what_a_deadline_is_for(text: str, labels: list[str]) -> None:
    reading = read_call(text, Context(near=NEAR))

    assert [deadline.label for deadline in reading.deadlines] == labels


def test_rounds_that_open_and_close_are_named_and_the_first_one_opens_the_call() -> None:
    text = "1. kolo: 1. 4. – 30. 4. 2027, 2. kolo: 1. 9. – 30. 9. 2027"
    reading = read_call(text, Context(near=NEAR))
    assert reading.open_from == date(2027, 4, 1)
    assert [(one.label, f"{one.at:%m-%d}") for one in reading.deadlines] == [
        ("1. kolo", "04-30"),
        ("2. kolo", "09-30"),
    ]


@pytest.mark.parametrize(
    ("text", "ends", "was"),
    [
        (
            "Výzva byla předčasně uzavřena dne 20. 2. 2027. Příjem měl trvat do 30. 6. 2027.",
            "02-20",
            "06-30",
        ),
        ("Closed early, the budget is exhausted. Deadline: 30 June 2027", "02-26", "06-30"),
        ("Alokace výzvy je vyčerpána, příjem byl ukončen.", "02-26", ""),
        ("Výzva může být předčasně ukončena. Uzávěrka 30. 6. 2027.", "06-30", ""),
        ("Příjem do vyčerpání alokace, nejpozději do 30. 6. 2027.", "06-30", ""),
        ("Příjem bude předčasně ukončen dne 31. 3. 2027.", "03-31", ""),
    ],
)
def test_a_call_that_was_closed_early_is_over(text: str, ends: str, was: str) -> None:
    context = Context(near=NEAR, published=date(2027, 1, 4), changed=date(2027, 2, 26))
    (deadline,) = read_call(text, context).deadlines
    assert f"{deadline.at:%m-%d}" == ends
    assert (f"{deadline.previous:%m-%d}" if deadline.previous else "") == was


@pytest.mark.parametrize(
    "text",
    [
        "Výzva se ruší a uzávěrka 30. 4. 2027 neplatí.",
        "The call has been withdrawn.",
    ],
)
def test_a_call_that_is_withdrawn_is_cancelled(text: str) -> None:
    assert read_call(text, Context(near=NEAR)).status is EventStatus.CANCELLED


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("The call is expected to open in Q3 2027.", True),
        ("Výzva bude vyhlášena ve 3. čtvrtletí 2027.", True),
        ("Předpokládané vyhlášení výzvy: září 2027.", True),
        ("Výzva bude vyhlášena 1. 9. 2027.", False),  # a day is better
        ("Výzva je otevřena. Výsledky budou vyhlášeny v září.", False),
        ("The winners will be published in June.", False),
    ],
)
def test_a_call_may_be_planned_without_a_day(text: str, planned: bool) -> None:
    assert read_call(text, Context(near=NEAR)).planned is planned
