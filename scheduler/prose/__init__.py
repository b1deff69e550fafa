"""Dates, deadlines and events in Czech, Slovak and English prose.

`dateparser` is not used: it reads "pro" as December and "v pátek" as last Friday, and it knows
no "do konce června". This is a grammar of the forms that invitations and calls are written in.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.prose.dating import Context, Dated, dated
from scheduler.prose.reading import Reading as Reading
from scheduler.prose.reading import read_about as read_about
from scheduler.prose.reading import read_call as read_call
from scheduler.prose.reading import read_event as read_event
from scheduler.prose.suggesting import suggest as suggest
from scheduler.zones import POSSIBLE_YEARS, at_local

__all__ = [
    "Context",
    "Dated",
    "Reading",
    "find_dates",
    "read_about",
    "read_call",
    "read_event",
    "suggest",
    "written_span",
    "written_time",
]

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
#: No time with an offset, but from one time to another: "2027-06-16 10:00-11:00".
_TWO_TIMES = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d\s*-\s*\d\d:\d\d")


def find_dates(text: str, now: datetime, *, call: bool = False) -> list[Dated]:
    """Return the dates that a text names, with their roles, in their order."""
    return dated(text, Context(near=now.date()), call=call)


def written_time(text: str, zone: str, now: datetime) -> datetime | date | None:
    """Return the one date or time that a field of a form or table holds; None if none."""
    if (found := _iso_in(text)) is not None:
        return _iso(found, zone)
    items = dated(text, Context(near=now.date(), zone=zone), call=False)
    if len(items) != 1:
        return None
    item = items[0]
    if item.clock is None:
        return item.day.first
    local = datetime.combine(item.day.first, item.clock.start)
    return at_local(local, item.clock.zone or zone)


def written_span(
    text: str, zone: str, now: datetime
) -> tuple[datetime | date, datetime | date | None] | None:
    """Return the start and end that a field holds, "4.–6. 5. 2027", "4. 5. 2027 10:00–12:00"."""
    if (found := _iso_in(text)) is not None:
        start = _iso(found, zone)
        return (start, None) if start is not None else None
    reading = read_event(text, Context(near=now.date(), zone=zone))
    if reading.start is None or not 1 <= len(reading.dates) <= 2:
        return None
    alone = len(reading.dates) == 1 and reading.end == reading.start
    return reading.start, None if alone else reading.end


def _iso_in(text: str) -> re.Match[str] | None:
    return None if _TWO_TIMES.fullmatch(text.strip()) else _ISO.fullmatch(text.strip())


def _iso(found: re.Match[str], zone: str) -> datetime | date | None:
    if int(found[1]) not in POSSIBLE_YEARS:
        return None
    try:
        if found[4] is None:
            return date.fromisoformat(found[0])
        if found[7]:
            text = (
                f"{found[1]}-{found[2]}-{found[3]}T{int(found[4]):02}:{found[5]}:{found[6] or '00'}"
            )
            return datetime.fromisoformat(text + found[7]).astimezone(ZoneInfo(zone))
        year, month, day, hour, minute = (int(found[n]) for n in range(1, 6))
        return at_local(datetime(year, month, day, hour, minute, int(found[6] or 0)), zone)  # noqa: DTZ001
    except ValueError:
        return None
