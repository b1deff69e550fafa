"""Lines in which editors write events."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.eventforms import read_form
from bot.i18n import Phrases
from bot.messages import UserError
from scheduler.events import Deadline, Precision
from tests.bot.test_wording_notices import PRAGUE

ZONE, MORNING = "Europe/Prague", datetime(2027, 6, 7, 9, tzinfo=PRAGUE)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2027-06-17 10:00", datetime(2027, 6, 17, 10, tzinfo=PRAGUE)),
        ("17. 6. 2027 v 10.30", datetime(2027, 6, 17, 10, 30, tzinfo=PRAGUE)),
        ("čtvrtek 17. června v 10 hodin", datetime(2027, 6, 17, 10, tzinfo=PRAGUE)),
        ("June 17, 2027 2 pm", datetime(2027, 6, 17, 14, tzinfo=PRAGUE)),
        ("17.6.2027", date(2027, 6, 17)),
    ],
)
@pytest.mark.parametrize("name", ["začátek", "Start", "datum", "kdy"])
def test_moments_are_read(name: str, value: str, moment: datetime | date) -> None:
    changes = read_form(f"{name}: {value}", ZONE, MORNING).changes

    assert changes == {"start": moment, "all_day": not isinstance(moment, datetime)}


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("", "error.field"),
        ("nic", "error.field"),
        ("barva: modrá", "error.field"),
        ("start: 31. 2. 2027", "error.date"),
        ("start: 17. 6. 2027 25:00 a 18. 6. a 20. 6.", "error.date"),
        ("uzávěrka: 1. kolo = brzy", "error.date"),
        ("konec: 12:00", "error.date"),
        ("druh: ples", "error.kind"),
        ("stav: jak to vyjde", "error.status"),
        ("přístup: jen rada", "error.audience"),
        ("jazyk: klingonština", "error.language"),
        ("odkaz: javascript:alert(1)", "error.url"),
    ],
)
def test_forms_that_cannot_be_read(line: str, key: str) -> None:
    with pytest.raises(UserError) as caught:
        read_form(line, ZONE, MORNING)

    assert caught.value.key == key
    assert "{" not in Phrases("cs").say(key, line="", value="")


def test_form_of_a_call() -> None:
    lines = "Uzávěrka: 14. 6. 2027\ntémata: energie, data\npro: obce, kraje\njazyk: angličtina"

    form = read_form(lines, ZONE, MORNING)

    deadline = Deadline(at=datetime(2027, 6, 14, 21, 59, tzinfo=UTC), precision=Precision.DATE)
    assert form.changes == {
        "deadlines": (deadline,),
        "topics": ("energie", "data"),
        "eligible": ("municipality", "region"),
        "language": "en",
    }


def test_several_deadlines_stand_in_several_lines() -> None:
    lines = "uzávěrka: 1. kolo = 14. 6. 2027 12:00\nuzávěrka: 2. kolo = 4. 10. 2027 12:00"

    form = read_form(lines, ZONE, MORNING)

    assert [
        (one.label, one.at.astimezone(UTC).isoformat()) for one in form.changes["deadlines"]
    ] == [
        ("1. kolo", "2027-06-14T10:00:00+00:00"),
        ("2. kolo", "2027-10-04T10:00:00+00:00"),
    ]


def test_the_one_date_of_a_call_is_its_deadline() -> None:
    form = read_form("druh: výzva\ntermín: 14. 6. 2027 12:00", ZONE, MORNING)

    assert [one.at for one in form.changes["deadlines"]] == [
        datetime(2027, 6, 14, 12, tzinfo=PRAGUE)
    ]
    assert "start" not in form.changes


def test_hours_may_stand_in_a_line_of_their_own() -> None:
    form = read_form("datum: 17. 6. 2027\nčas: 10:00–12:00", ZONE, MORNING)

    assert (form.changes["start"], form.changes["end"]) == (
        datetime(2027, 6, 17, 10, tzinfo=PRAGUE),
        datetime(2027, 6, 17, 12, tzinfo=PRAGUE),
    )
