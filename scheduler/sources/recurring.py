"""Recurring iCalendar items -> their dates.

The rule is worked out by wall clock, without zones, so that a seminar at 16:00 stays at 16:00;
exceptions are applied here, since the library returns cancelled dates as if they took place.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from scheduler.events import Occurrence
from scheduler.sources.calendarlines import Component, Line
from scheduler.sources.calendartimes import (
    Span,
    UnreadableItem,
    Zones,
    end_of_period,
    naive,
    read_span,
    read_stamp,
    read_time,
)
from scheduler.sources.rules import check_rule
from scheduler.texts import one_line
from scheduler.zones import POSSIBLE_YEARS, at_local

#: Dates are worked out from so long ago, and so far ahead; whole months, so that the window
#: does not move with each reading.
MONTHS_BACK, MONTHS_AHEAD = 3, 24
MOST_DATES = 500


def occurrences(
    master: Component, overrides: list[Component], span: Span, zones: Zones, now: datetime
) -> tuple[Occurrence, ...]:
    """Return the dates of a recurring item within the window, with its exceptions applied.

    Raises:
        UnreadableItem: its rule cannot be worked out.
    """
    found: dict[str, Occurrence] = {}
    periods = dict(_periods(master, zones))
    for start in _starts(master, _by_its_clock(master, span), zones, now):
        own = start.astimezone(ZoneInfo(span.zone)) if isinstance(start, datetime) else start
        key = recurrence_id(own)
        end = periods.get(key) or span.end_from(own)
        found[key] = Occurrence(recurrence_id=key, start=own, end=end)
    for override in sorted(overrides, key=lambda item: item.value("RECURRENCE-ID")):
        _apply(override, found, span, zones)
    return tuple(sorted(found.values(), key=lambda item: item.recurrence_id))


def recurrence_id(start: datetime | date) -> str:
    """Return what a date of a series is known by: the start its rule gave it, in UTC."""
    if isinstance(start, datetime):
        return f"{naive(start, 'UTC'):%Y%m%dT%H%M%SZ}"
    return f"{start:%Y%m%d}"


def _by_its_clock(master: Component, span: Span) -> Span:
    """Return the span by the clock that its rule goes by: what starts in UTC recurs in UTC."""
    line = master.first("DTSTART")
    if line is None or not line.value.strip().endswith("Z") or not isinstance(span.start, datetime):
        return span
    return replace(span, start=span.start.astimezone(UTC), zone="UTC")


def _periods(master: Component, zones: Zones) -> Iterator[tuple[str, datetime]]:
    """Yield the ends of further dates that have one of their own: RDATE;VALUE=PERIOD."""
    for line in master.lines:
        for text in line.value.split(",") if line.name == "RDATE" else ():
            begun, _, ended = text.strip().partition("/")
            if not ended:
                continue
            with contextlib.suppress(UnreadableItem):
                start = read_stamp(begun, zones.of_line(line), line.name)
                end = end_of_period(ended, start, zones.of_line(line))
                if isinstance(end, datetime):
                    yield recurrence_id(start), end


def _starts(
    master: Component, span: Span, zones: Zones, now: datetime
) -> Iterator[datetime | date]:
    lines = [_stamped("DTSTART", span.start, span.zone)]
    for line in master.lines:
        if line.name == "RRULE":
            check_rule(line.value)
            lines.append(str(Line("RRULE", {}, _local_until(line.value, span))))
        elif line.name in ("RDATE", "EXDATE"):
            lines += _each(line, span, zones)
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:x", *lines, "END:VEVENT"])
    for start in _expanded(f"{text}\r\nEND:VCALENDAR\r\n", now, span):
        yield at_local(start, span.zone) if isinstance(start, datetime) else start


def _expanded(text: str, now: datetime, span: Span) -> Iterator[datetime | date]:
    first, last = _window(naive(now, span.zone))
    try:
        query = recurring_ical_events.of(Calendar.from_ical(text))
        for item in islice(query.after(first), MOST_DATES):
            start = item["DTSTART"].dt
            day = start.date() if isinstance(start, datetime) else start
            if day > last:
                return
            yield start
    except (ValueError, OverflowError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableItem(f"Its recurrence rule cannot be read: {error}") from error


def _window(now: datetime) -> tuple[datetime, date]:
    return (
        datetime.combine(_month(now, -MONTHS_BACK), time()),
        _month(now, MONTHS_AHEAD + 1) - timedelta(days=1),
    )


def _month(now: datetime, shift: int) -> date:
    index = now.year * 12 + now.month - 1 + shift
    return date(index // 12, index % 12 + 1, 1)


def _stamped(name: str, value: datetime | date, zone: str) -> str:
    if isinstance(value, datetime):
        return f"{name}:{naive(value, zone):%Y%m%dT%H%M%S}"
    return f"{name};VALUE=DATE:{value:%Y%m%d}"


def _local_until(rule: str, span: Span) -> str:
    """Write UNTIL by the wall clock of the item, as its start is written."""
    parts = []
    for part in rule.strip().split(";"):
        name, _, value = part.partition("=")
        if name.upper() == "UNTIL" and value[:4] >= str(POSSIBLE_YEARS.stop):
            continue  # "for ever"
        if name.upper() == "UNTIL":
            until = read_stamp(value, span.zone, "UNTIL")
            if not isinstance(span.start, datetime):
                value = f"{until:%Y%m%d}"
            elif isinstance(until, datetime):
                value = f"{naive(until, span.zone):%Y%m%dT%H%M%S}"
            else:
                value = f"{until:%Y%m%d}T235959"
        parts.append(f"{name}={value}" if value else name)
    return ";".join(parts)


def _each(line: Line, span: Span, zones: Zones) -> Iterator[str]:
    for text in line.value.split(","):
        with contextlib.suppress(UnreadableItem):
            value = read_stamp(text.strip().split("/")[0], zones.of_line(line), line.name)
            if isinstance(span.start, datetime) == isinstance(value, datetime):
                yield _stamped(line.name, value, span.zone)
            elif isinstance(span.start, datetime) and line.name == "EXDATE":
                # Outlook writes a bare date for "not on this day".
                yield _stamped("EXDATE", datetime.combine(value, span.start.timetz()), span.zone)


def _apply(override: Component, found: dict[str, Occurrence], span: Span, zones: Zones) -> None:
    line = override.first("RECURRENCE-ID")
    assert line is not None
    rule_start = read_time(line, zones)
    if isinstance(span.start, datetime) and not isinstance(rule_start, datetime):
        rule_start = datetime.combine(rule_start, span.start.timetz())
    key = recurrence_id(rule_start)
    own, _ = read_span(override, zones)
    cancelled = override.value("STATUS").upper() == "CANCELLED"
    if line.parameters.get("RANGE", "").upper() == "THISANDFUTURE":
        _shift_rest(key, rule_start, own, found, cancelled)
    found[key] = Occurrence(
        recurrence_id=key,
        start=own.start,
        end=own.end,
        cancelled=cancelled,
        place=one_line(override.text("LOCATION")),
    )


def _shift_rest(
    key: str,
    rule_start: datetime | date,
    own: Span,
    found: dict[str, Occurrence],
    cancelled: bool,
) -> None:
    for later in [other for other in found if other > key]:
        start = found[later].start
        if isinstance(start, datetime) and isinstance(own.start, datetime):
            assert isinstance(rule_start, datetime)
            shift = naive(own.start, own.zone) - naive(rule_start, own.zone)
            start = at_local(naive(start, own.zone) + shift, own.zone)
        elif not isinstance(start, datetime) and not isinstance(own.start, datetime):
            start += own.start - rule_start
        found[later] = Occurrence(
            recurrence_id=later, start=start, end=own.end_from(start), cancelled=cancelled
        )
