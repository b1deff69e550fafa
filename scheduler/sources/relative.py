"""Calendars whose dates count from the first start: the starter's examples.

Such a calendar has a property `X-CSCC-ANCHOR`: the instant that stands for the first start.
Its items are moved by whole weeks, so that a Thursday stays a Thursday and ten o'clock stays
ten o'clock; items with `X-CSCC-EXACT:TRUE` are moved by the second.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from scheduler.sources.calendarlines import Component, Line
from scheduler.sources.calendartimes import Zones, naive, read_stamp

ANCHOR, EXACT = "X-CSCC-ANCHOR", "X-CSCC-EXACT"
_DATED = frozenset(
    ["DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID", "X-CSCC-DEADLINE", "X-CSCC-OPENS"]
)


def counted_from(calendar: Component, first_start: datetime) -> Component:
    """Return the calendar with its dates moved; one without an anchor as it is.

    Raises:
        scheduler.sources.calendartimes.UnreadableItem: a date of it cannot be read.
    """
    if not calendar.value(ANCHOR):
        return calendar
    zones = Zones.of(calendar)
    anchor = read_stamp(calendar.value(ANCHOR), zones.default, ANCHOR)
    assert isinstance(anchor, datetime)
    return replace(
        calendar,
        children=[
            replace(
                item, lines=[_moved(line, item, zones, anchor, first_start) for line in item.lines]
            )
            for item in calendar.children
        ],
    )


def _moved(
    line: Line, item: Component, zones: Zones, anchor: datetime, first_start: datetime
) -> Line:
    if line.name not in _DATED:
        return line
    zone = zones.of_line(line)
    value = read_stamp(line.value.strip(), zone, line.name)
    if not isinstance(value, datetime):
        return replace(line, value=f"{value + _weeks(anchor, first_start, zone):%Y%m%d}")
    if item.value(EXACT).upper() == "TRUE":
        moved = first_start + (value - anchor)
    else:
        local = naive(value, zone) + _weeks(anchor, first_start, zone)
        return replace(line, value=f"{local:%Y%m%dT%H%M%S}")
    return Line(line.name, _without_zone(line), f"{moved.astimezone(UTC):%Y%m%dT%H%M%SZ}")


def _without_zone(line: Line) -> dict[str, str]:
    return {name: value for name, value in line.parameters.items() if name != "TZID"}


def _weeks(anchor: datetime, first_start: datetime, zone: str) -> timedelta:
    """Return the shift in whole weeks, rounded up: nothing comes earlier than it was meant."""
    days = (_day(first_start, zone) - _day(anchor, zone)).days
    return timedelta(weeks=-(-days // 7))


def _day(value: datetime, zone: str) -> date:
    return naive(value, zone).date()
