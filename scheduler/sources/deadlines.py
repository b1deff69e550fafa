"""What is a call's deadline: the end of its span, a line that states it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from scheduler.events import Deadline, Event, EventKind, Precision
from scheduler.sources.calendarlines import Line
from scheduler.sources.calendartimes import Zones, read_time
from scheduler.zones import PRAGUE

_LAST_SECOND = time(23, 59, 59)


def with_deadline_of_span(event: Event) -> Event:
    """Return a call that a calendar shows as an event with the deadline that this means.

    One day or several: the last one is the deadline. A timed one of an hour or two is about the
    call (its opening), unless its title says that it is the deadline.
    """
    if event.kind is not EventKind.CALL or event.start is None or event.deadlines:
        return event
    label = deadline_word(event.title)
    if not isinstance(event.start, datetime):
        last = event.end or event.start
        at = end_of_day(last.date() if isinstance(last, datetime) else last, event.timezone)
        deadline = Deadline(label=label, at=at, precision=Precision.DATE, timezone=event.timezone)
        return replace(event, deadlines=(deadline,))
    end = event.end if isinstance(event.end, datetime) else event.start
    if label or end.date() > event.start.date():
        return replace(event, deadlines=(Deadline(label=label, at=end, timezone=event.timezone),))
    return event


def deadline_word(title: str) -> str:
    """Return the word of a title that says it is a deadline; "" if none does."""
    words = ("uzávěrka", "uzavírka", "uzávierka", "deadline", "termín", "cut-off", "konec příjmu")
    return next((word for word in words if word in title.lower()), "")


def end_of_day(day: date, zone: str) -> datetime:
    """Return 23:59 of the day in the zone: a whole day ends with its last minute."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))


def deadline_at(at: datetime | date, zone: str, label: str = "") -> Deadline:
    """Return the deadline at an instant, or at the end of a day."""
    if isinstance(at, datetime):
        local = at.astimezone(ZoneInfo(zone))
        if local.time() != _LAST_SECOND:
            return Deadline(label=label, at=at, timezone=zone)
        at = local.date()  # nobody names a second: the program filled the day up
    return Deadline(label=label, at=end_of_day(at, zone), precision=Precision.DATE, timezone=zone)


def stated_deadline(line: Line, zones: Zones) -> Deadline:
    """Return the deadline that a line gives; of a day it is the end."""
    label = line.parameters.get("X-LABEL", "").strip('"')
    return deadline_at(read_time(line, zones), zones.of_line(line) or PRAGUE, label)
