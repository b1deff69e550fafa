"""Whatever a text says, it is read without an error, and what it says holds together."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.events import Precision
from scheduler.prose import Context, find_dates, read_call, read_event, suggest, written_time

NOW = datetime(2027, 3, 1, 7, tzinfo=UTC)
CONTEXT = Context(near=date(2027, 3, 1))
PIECES = (
    "od do na z – - , . : ; ( ) v ve dne koná přesouvá se uzávěrka termín nový původní konce roku"
    " 31. 2. 2027 12. dubna 30. 6. června 29. února května 24:00 12:00 17.00 hodin 10 am pm AoE"
    " CET Brussels time 99. 99. 2027-02-30 31/04/2027 April 31 May 2027 příští úterý následujícího"
    " až a to until deadline extended from zrušeno nekoná \n Místo: online"
)
WORDS = st.sampled_from(PIECES.split(" "))


@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    call, event = read_call(text, CONTEXT), read_event(text, CONTEXT)

    assert sorted(d.at for d in call.deadlines) == [d.at for d in call.deadlines]
    assert type(event.start) is type(event.end) or event.end is None
    for suggestion in suggest(text, "https://o.example/", NOW, title="Zpráva"):
        assert suggestion.all_day is not isinstance(suggestion.start, datetime) or (
            suggestion.start is None
        )


@given(st.dates(date(2027, 3, 2), date(2028, 12, 31)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    czech = "ledna února března dubna května června července srpna září října listopadu prosince"
    forms = [
        f"Uzávěrka je {day.day}. {czech.split()[day.month - 1]} {day.year}.",
        f"Uzávěrka: {day.day}. {day.month}. {day.year}",
        f"Uzávěrka: {day:%d.%m.%Y}",
        f"Deadline: {day.isoformat()}",
        f"Deadline: {day:%d/%m/%Y}",
        f"Deadline: {day:%d %B %Y}",
        f"Deadline: {day:%B} {day.day}, {day.year}",
        f"Deadline: {day:%A}, {day.day} {day:%b} {day.year}",
    ]

    for form in forms:
        (deadline,) = read_call(form, CONTEXT).deadlines
        assert (deadline.at.date(), deadline.precision) == (day, Precision.DATE), form


def test_dates_are_found_in_their_order_with_their_places() -> None:
    text = "Od 1. dubna do 30. června 2027."

    found = find_dates(text, NOW, call=True)

    assert [(text[d.day.at : d.day.until], d.day.first, d.role) for d in found] == [
        ("1. dubna", date(2027, 4, 1), "open"),
        ("30. června 2027", date(2027, 6, 30), "deadline"),
    ]


FIELDS = [
    ("2027-05-04", date(2027, 5, 4)),
    ("2027-05-04 10:00", datetime(2027, 5, 4, 8, tzinfo=UTC)),
    ("2027-05-04T10:00:00Z", datetime(2027, 5, 4, 10, tzinfo=UTC)),
    ("2027-05-04T10:00:00+01:00", datetime(2027, 5, 4, 9, tzinfo=UTC)),
    ("4. 5. 2027", date(2027, 5, 4)),
    ("4. května 2027 v 10 hodin", datetime(2027, 5, 4, 8, tzinfo=UTC)),
    ("4 May 2027, 10:00 UTC", datetime(2027, 5, 4, 10, tzinfo=UTC)),
    ("2027-02-30", None),
    ("zítra", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "value"), FIELDS)
def test_fields_of_forms(text: str, value: date | datetime | None) -> None:
    assert written_time(text, "Europe/Prague", NOW) == value
