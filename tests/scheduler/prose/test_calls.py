"""Texts of calls -> when they open and close."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.events import Precision
from scheduler.prose import Context, read_call
from tests.scheduler.prose import announced_amid, announced_calls
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
    ],
)
def test_the_text_of_a_call(text: str, opening: str | None, deadlines: list[str]) -> None:
    reading = read_call(text, Context(near=NEAR))

    assert [
        written(d.at if d.precision is Precision.MINUTE else d.at.date()) for d in reading.deadlines
    ] == deadlines
    assert (written(reading.open_from) or "")[:10] == (opening or "")


LABELS = [
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
        "Dotace pro obce: do 31. 5. 2027. Dotace pro kraje: do 30. 6. 2027.",
        ["Dotace pro obce", "Dotace pro kraje"],
    ),
]


@pytest.mark.parametrize(("text", "labels"), LABELS)
def test_what_a_deadline_is_for(text: str, labels: list[str]) -> None:
    reading = read_call(text, Context(near=NEAR))

    assert [deadline.label for deadline in reading.deadlines] == labels
