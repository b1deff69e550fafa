"""Ranges of time in both languages, from many nows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge.questions.timeranges import find_range

PRAGUE = ZoneInfo("Europe/Prague")

#: A Friday.
MAY = datetime(2027, 5, 28, 10, tzinfo=PRAGUE)
#: New Year's Eve, a Friday, already the next year in Prague though not in UTC.
TURN = datetime(2026, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC"))
#: The day before the clocks go forward, a Saturday.
SPRING = datetime(2027, 3, 27, 12, tzinfo=PRAGUE)
#: A Sunday in January.
WINTER = datetime(2027, 1, 10, 9, tzinfo=PRAGUE)
#: The leap day, a Tuesday.
LEAP = datetime(2028, 2, 29, 8, tzinfo=PRAGUE)


def days(text: str, now: datetime) -> tuple[date | None, date | None] | None:
    """Return the first and the last day that a text names."""
    found = find_range(text, now, PRAGUE)
    if found is None:
        return None
    last = found.end.date() - timedelta(days=1) if found.end else None
    return (found.start.date() if found.start else None), last


def d(month: int, day: int, year: int = 2027) -> date:
    return date(year, month, day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("které výzvy pro obce končí v červnu?", d(6, 1), d(6, 30)),
        ("ktere vyzvy konci v cervnu", d(6, 1), d(6, 30)),
        ("what closes next month", d(6, 1), d(6, 30)),
        ("v příštím měsíci", d(6, 1), d(6, 30)),
        ("tento týden", d(5, 24), d(5, 30)),
        ("what is on this week?", d(5, 24), d(5, 30)),
        ("příští týden", d(5, 31), d(6, 6)),
        ("do konce roku", d(5, 28), d(12, 31)),
        ("do konce června", d(5, 28), d(6, 30)),
        ("by the end of June", d(5, 28), d(6, 30)),
        ("do konce příštího měsíce", d(5, 28), d(6, 30)),
        ("do konce roku 2028", d(5, 28), d(12, 31, 2028)),
        ("do 15. června", d(5, 28), d(6, 15)),
        ("by 15 June", d(5, 28), d(6, 15)),
        ("do května 2028", d(5, 28), d(4, 30, 2028)),
        ("příští pátek", d(6, 4), d(6, 4)),
        ("next Friday", d(6, 4), d(6, 4)),
        ("co je v pátek", d(5, 28), d(5, 28)),
        ("ve středu", d(6, 2), d(6, 2)),
        ("on Monday", d(5, 31), d(5, 31)),
        ("do pátku", d(5, 28), d(5, 28)),
        ("v příštích 14 dnech", d(5, 28), d(6, 11)),
        ("within two weeks", d(5, 28), d(6, 11)),
        ("během tří týdnů", d(5, 28), d(6, 18)),
        ("in the next three months", d(5, 28), d(8, 26)),
        ("in the next few days", d(5, 28), d(6, 11)),
        ("do měsíce", d(5, 28), d(6, 27)),
        ("za týden", d(5, 31), d(6, 6)),
        ("za 3 dny", d(5, 31), d(5, 31)),
        ("in three weeks", d(6, 14), d(6, 20)),
        ("zítra", d(5, 29), d(5, 29)),
        ("today", d(5, 28), d(5, 28)),
        ("pozítří", d(5, 30), d(5, 30)),
        ("včera", d(5, 27), d(5, 27)),
        ("o víkendu", d(5, 29), d(5, 30)),
        ("next weekend", d(6, 5), d(6, 6)),
        ("v květnu", d(5, 1), d(5, 31)),
        ("in March", d(3, 1, 2028), d(3, 31, 2028)),
        ("v březnu 2027", d(3, 1), d(3, 31)),
        ("od června do srpna", d(6, 1), d(8, 31)),
        ("between May and July", d(5, 1), d(7, 31)),
        ("od listopadu do února", d(11, 1), d(2, 29, 2028)),
        ("14.–16. 9. 2027", d(9, 14), d(9, 16)),
        ("od 1. 6. do 15. 6.", d(6, 1), d(6, 15)),
        ("od září", d(9, 1), None),
        ("after 15 September", d(9, 16), None),
        ("15. 6.", d(6, 15), d(6, 15)),
        ("15. ledna", d(1, 15, 2028), d(1, 15, 2028)),
        ("on June 15, 2029", d(6, 15, 2029), d(6, 15, 2029)),
        ("2027-06-20", d(6, 20), d(6, 20)),
        ("na podzim", d(9, 1), d(11, 30)),
        ("v zimě", d(12, 1), d(2, 29, 2028)),
        ("in autumn 2028", d(9, 1, 2028), d(11, 30, 2028)),
        ("příští rok", d(1, 1, 2028), d(12, 31, 2028)),
        ("letos", d(1, 1), d(12, 31)),
        ("v roce 2028", d(1, 1, 2028), d(12, 31, 2028)),
        ("Q3", d(7, 1), d(9, 30)),
        ("ve 3. čtvrtletí 2027", d(7, 1), d(9, 30)),
        ("second half of 2027", d(7, 1), d(12, 31)),
        ("v prvním čtvrtletí", d(1, 1, 2028), d(3, 31, 2028)),
        ("minulý měsíc", d(4, 1), d(4, 30)),
        ("koncem června", d(6, 1), d(6, 30)),
        ("brzy", d(5, 28), d(6, 27)),
        ("v první polovině června", d(6, 1), d(6, 15)),
        ("ve druhé polovině června", d(6, 16), d(6, 30)),
        ("začátkem září", d(9, 1), d(9, 10)),
        ("in mid-June", d(6, 10), d(6, 20)),
        ("v červnu a červenci", d(6, 1), d(7, 31)),
        ("in December and January", d(12, 1), d(1, 31, 2028)),
        ("June 1-15", d(6, 1), d(6, 15)),
        ("1 to 15 June", d(6, 1), d(6, 15)),
        ("mezi 1. a 15. červnem", d(6, 1), d(6, 15)),
        ("od pondělí do středy", d(5, 31), d(6, 2)),
        ("from Monday to Wednesday", d(5, 31), d(6, 2)),
        ("do neděle", d(5, 28), d(5, 30)),
        ("by next Friday", d(5, 28), d(6, 4)),
        ("minulý pátek", d(5, 21), d(5, 21)),
        ("v pátek 4. června", d(6, 4), d(6, 4)),
        ("on Friday 4 June", d(6, 4), d(6, 4)),
        ("do 31.12.", d(5, 28), d(12, 31)),
        ("do léta", d(5, 28), d(5, 31)),
        ("before the winter", d(5, 28), d(11, 30)),
        ("po prázdninách", d(9, 1), None),
        ("do Vánoc", d(5, 28), d(12, 24)),
        ("kolem Vánoc", d(12, 20), d(12, 31)),
        ("since January", d(1, 1), None),
        ("od začátku roku", d(1, 1), d(5, 28)),
        ("ode dneška", d(5, 28), None),
        ("in the coming weeks", d(5, 28), d(6, 27)),
        ("v následujících měsících", d(5, 28), d(8, 26)),
        ("ve 25. týdnu", d(6, 21), d(6, 27)),
        ("06/2027", d(6, 1), d(6, 30)),
    ],
)
def test_range_of_a_friday_in_may(text: str, first: date, last: date | None) -> None:
    assert days(text, MAY) == (first, last)


@pytest.mark.parametrize(
    ("text", "now", "first", "last"),
    [
        ("tento týden", TURN, d(12, 28, 2026), d(1, 3)),
        ("letos", TURN, d(1, 1), d(12, 31)),
        ("next month", TURN, d(2, 1), d(2, 28)),
        ("v prosinci", TURN, d(12, 1), d(12, 31)),
        ("zítra", TURN, d(1, 2), d(1, 2)),
        ("zítra", SPRING, d(3, 28), d(3, 28)),
        ("do konce měsíce", SPRING, d(3, 27), d(3, 31)),
        ("o víkendu", SPRING, d(3, 27), d(3, 28)),
        ("v zimě", WINTER, d(12, 1, 2026), d(2, 28)),
        ("in the winter", TURN, d(12, 1, 2026), d(2, 28)),
        ("o víkendu", WINTER, d(1, 9), d(1, 10)),
        ("příští víkend", WINTER, d(1, 16), d(1, 17)),
        ("v neděli", WINTER, d(1, 10), d(1, 10)),
        ("minulou neděli", WINTER, d(1, 3), d(1, 3)),
        ("do Vánoc", datetime(2027, 12, 27, 9, tzinfo=PRAGUE), d(12, 27), d(12, 24, 2028)),
        ("za rok", LEAP, d(2, 1, 2029), d(2, 28, 2029)),
        ("in spring", LEAP, d(3, 1, 2028), d(5, 31, 2028)),
        ("v únoru", LEAP, d(2, 1, 2028), d(2, 29, 2028)),
        ("29. února", LEAP, d(2, 29, 2028), d(2, 29, 2028)),
    ],
)
def test_range_from_other_nows(text: str, now: datetime, first: date, last: date) -> None:
    assert days(text, now) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "kdy je příští seminář?",
        "May I apply?",
        "you may march",
        "Kolik stojí členství pro obce?",
        "výzvy pro města",
        "31. 2.",
        "What is the second pillar?",
        "kolik je 17 krát 23",
    ],
)
def test_text_without_a_time_has_no_range(text: str) -> None:
    assert days(text, MAY) is None


def test_range_keeps_the_phrase_as_written_and_lasts_a_short_day_in_spring() -> None:
    found = find_range("Co se koná v neděli Praha?", SPRING, PRAGUE)

    assert found is not None
    assert found.phrase == "v neděli"
    assert found.start is not None
    assert found.end is not None
    utc = ZoneInfo("UTC")
    assert found.end.astimezone(utc) - found.start.astimezone(utc) == timedelta(hours=23)


#: Every ninth hour of two years: both clock changes, year ends, a leap day, each weekday.
MANY_NOWS = [MAY + timedelta(hours=9 * n) for n in range(2 * 365 * 24 // 9)]


def week_of(today: date, ahead: int = 0) -> tuple[date, date]:
    year, week, _ = (today + timedelta(weeks=ahead)).isocalendar()
    return date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7)


def month_after(today: date, ahead: int) -> tuple[date, date]:
    first = today.replace(day=1)
    for _ in range(ahead):
        first = (first + timedelta(days=32)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def coming(today: date, weekday: int) -> date:
    return next(day for n in range(7) if (day := today + timedelta(days=n)).isoweekday() == weekday)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tento týden", week_of),
        ("next week", lambda today: week_of(today, 1)),
        ("minulý týden", lambda today: week_of(today, -1)),
        ("this weekend", lambda today: (week_of(today)[1] - timedelta(days=1), week_of(today)[1])),
        ("tento měsíc", lambda today: month_after(today, 0)),
        ("next month", lambda today: month_after(today, 1)),
        ("do konce měsíce", lambda today: (today, month_after(today, 0)[1])),
        ("do konce roku", lambda today: (today, date(today.year, 12, 31))),
        ("příští rok", lambda today: (date(today.year + 1, 1, 1), date(today.year + 1, 12, 31))),
        ("zítra", lambda today: (today + timedelta(days=1),) * 2),
        ("yesterday", lambda today: (today - timedelta(days=1),) * 2),
        ("za 3 dny", lambda today: (today + timedelta(days=3),) * 2),
        ("v příštích 14 dnech", lambda today: (today, today + timedelta(days=14))),
        ("v pátek", lambda today: (coming(today, 5),) * 2),
        ("by Friday", lambda today: (today, coming(today, 5))),
        ("příští pátek", lambda today: (week_of(today, 1)[0] + timedelta(days=4),) * 2),
    ],
)
def test_a_range_is_right_from_any_now(
    text: str, expected: Callable[[date], tuple[date, date]]
) -> None:
    wrong = [now for now in MANY_NOWS if days(text, now) != expected(now.date())]

    assert wrong == []


@pytest.mark.parametrize(
    "text", ["v červnu", "in December", "v zimě", "in autumn", "15. března", "Q2", "do Vánoc"]
)
def test_what_is_named_without_a_year_is_never_over(text: str) -> None:
    ends = [find_range(text, now, PRAGUE) for now in MANY_NOWS]

    assert all(
        each and each.end and each.end > now for each, now in zip(ends, MANY_NOWS, strict=True)
    )
