"""An independent calculation of due instants: no zoneinfo, no holidays library, no code of ours.

Prague is UTC+1, and UTC+2 from the last Sunday of March to the last of October, 01:00 UTC each.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

FIXED = [(1, 1), (5, 1), (5, 8), (7, 5), (7, 6), (9, 28), (10, 28), (11, 17)]
FIXED += [(12, 24), (12, 25), (12, 26)]


def easter(year: int) -> date:
    """Return Easter Sunday by the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)


def day_off(day: date) -> bool:
    """Say whether offices are closed in Czechia."""
    sunday = easter(day.year)
    movable = {sunday - timedelta(days=2), sunday + timedelta(days=1)}
    return day.weekday() >= 5 or (day.month, day.day) in FIXED or day in movable


def change(year: int, month: int) -> datetime:
    """Return the change of time in March or October, in UTC without zone."""
    last = date(year, month, 31)
    last -= timedelta(days=(last.weekday() + 1) % 7)
    return datetime(last.year, last.month, last.day, 1)  # noqa: DTZ001


def to_utc(day: date, minutes: int) -> datetime:
    """Return a wall clock of Prague in UTC: the gap by the winter offset, doubled hours once."""
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
    spring, autumn = change(day.year, 3), change(day.year, 10)
    summer_from = spring + timedelta(hours=1)  # wall clock of the gap's beginning, 02:00
    if summer_from <= local < summer_from + timedelta(hours=1):
        offset = 1  # within the gap
    else:
        offset = 2 if summer_from <= local < autumn + timedelta(hours=2) else 1
    return (local - timedelta(hours=offset)).replace(tzinfo=UTC)


def local_day(at: datetime) -> date:
    """Return Prague's calendar day of an instant."""
    bare = at.astimezone(UTC).replace(tzinfo=None)
    summer = change(bare.year, 3) <= bare < change(bare.year, 10)
    return (bare + timedelta(hours=2 if summer else 1)).date()


def day_lead(anchor_day: date, days: int, minutes: int, *, quiet: bool) -> datetime:
    """Return when a day-lead falls due."""
    day = anchor_day - timedelta(days=days)
    while quiet and day_off(day):
        day -= timedelta(days=1)
    return to_utc(day, minutes)
