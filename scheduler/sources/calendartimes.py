"""Times of iCalendar lines -> instants and spans."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from scheduler.sources.calendarlines import Component, Line
from scheduler.zones import POSSIBLE_YEARS, PRAGUE, at_local, fixed_zone, zone_named

#: Some write dashes and colons, against the standard.
_STAMP = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})?(Z)?)?")
_DURATION = re.compile(
    r"(?P<sign>[+-])?P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
#: Windows says "Central Europe Standard Time" for Prague, its table for Budapest.
_WINDOWS = {**WINDOWS_TO_OLSON, "Central Europe Standard Time": PRAGUE}


#: Zones that are meant rather than others with the same offsets.
_LIKELY = (
    PRAGUE,
    "Europe/London",
    "Europe/Helsinki",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
#: A winter and a summer, by which zones are compared.
_SEASONS = (datetime(2027, 1, 15, tzinfo=UTC), datetime(2027, 7, 15, tzinfo=UTC))


class UnreadableItem(ValueError):
    """This item of a source cannot be read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """How a calendar's zone names are to be understood."""

    #: Of times that name none ("floating").
    default: str = PRAGUE
    #: TZID of a VTIMEZONE -> IANA.
    defined: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, calendar: Component) -> Zones:
        """Read them from a VCALENDAR."""
        default = zone_named(calendar.text("X-WR-TIMEZONE"), PRAGUE)
        defined = {
            name: _zone(name) or zone_named(child.text("X-LIC-LOCATION")) or _by_offsets(child)
            for child in calendar.children
            if child.kind == "VTIMEZONE" and (name := child.text("TZID"))
        }
        return cls(default=default, defined={n: zone or default for n, zone in defined.items()})

    def of_line(self, line: Line) -> str:
        """Return the zone in which a line's local time is meant."""
        name = line.parameters.get("TZID", "").strip('"')
        if not name:
            return self.default
        return self.defined.get(name) or _zone(name) or self.default


def _by_offsets(definition: Component) -> str:
    """Name a zone that has only a made-up name ("Customized Time Zone") by what it is."""
    offsets = frozenset(child.value("TZOFFSETTO") for child in definition.children)
    if len(offsets) == 1 and (found := re.fullmatch(r"([+-]\d{2})00", next(iter(offsets)))):
        return fixed_zone(int(found[1]))
    return _zones_by_offsets().get(offsets, "")


@lru_cache(maxsize=1)
def _zones_by_offsets() -> Mapping[frozenset[str], str]:
    """Return a zone for each set of offsets, "+0100", that a zone has within a year."""
    zones: dict[frozenset[str], str] = {}
    for name in (*_LIKELY, *sorted(available_timezones() - {"localtime"})):
        zone = ZoneInfo(name)
        offsets = frozenset(f"{moment.astimezone(zone):%z}" for moment in _SEASONS)
        zones.setdefault(offsets, name)
    return zones


def _zone(name: str) -> str:
    return _WINDOWS.get(name) or zone_named(name)


def read_time(line: Line, zones: Zones) -> datetime | date:
    """Return the instant, or the date, that a line such as DTSTART gives.

    Raises:
        UnreadableItem: there is no such time.
    """
    text = line.value.strip()
    if line.parameters.get("VALUE", "").upper() == "DATE":
        text = text.split("T")[0]
    return read_stamp(text, zones.of_line(line), line.name)


def read_stamp(text: str, zone: str, name: str) -> datetime | date:
    """Return what "20270301", "20270301T100000" or "20270301T090000Z" means in the zone.

    Raises:
        UnreadableItem: there is no such time.
    """
    found = _STAMP.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if day.year not in POSSIBLE_YEARS:
            raise ValueError
        if found[4] is None:
            return day
        # A leap second is the last one of its minute here.
        second = min(int(found[6] or 0), 59)
        local = datetime(day.year, day.month, day.day, int(found[4]), int(found[5]), second)  # noqa: DTZ001
    except ValueError as error:
        raise UnreadableItem(f"{name} {text[:40]!r} is no date.") from error
    return at_local(local, "UTC" if found[7] else zone).astimezone(ZoneInfo(zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When an item is, and in which zone its clock runs. All-day ends are inclusive."""

    start: datetime | date
    end: datetime | date | None
    zone: str
    #: The length is a number of hours; otherwise it is by the wall clock.
    exact: bool = False

    def end_from(self, start: datetime | date) -> datetime | date | None:
        """Return the end of the same length from another start."""
        if self.end is None:
            return None
        if not isinstance(start, datetime) or not isinstance(self.end, datetime):
            return start + (_day(self.end) - _day(self.start))
        assert isinstance(self.start, datetime)
        if self.exact:
            return (start.astimezone(UTC) + (self.end - self.start)).astimezone(start.tzinfo)
        length = naive(self.end, self.zone) - naive(self.start, self.zone)
        return at_local(naive(start, self.zone) + length, self.zone)


def _day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value


def naive(value: datetime, zone: str) -> datetime:
    """Return the wall-clock time in a zone, without it."""
    return value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def read_span(component: Component, zones: Zones) -> tuple[Span, list[str]]:
    """Return when a VEVENT is, and what had to be left out of it.

    Raises:
        UnreadableItem: it has no start that could be read.
    """
    line = component.first("DTSTART")
    if line is None:
        raise UnreadableItem("It has no DTSTART.")
    start, zone = read_time(line, zones), zones.of_line(line)
    if line.value.strip().endswith("Z"):
        zone = zones.default
        start = start.astimezone(ZoneInfo(zone)) if isinstance(start, datetime) else start
    end, exact, warning = _end(component, zones, start)
    if component.value("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE":
        start, end = _whole_days(start, end)
    elif isinstance(start, datetime) and isinstance(end, datetime):
        start, end = whole_days(start, end) or (start, end)
    return Span(start=start, end=end, zone=zone, exact=exact), [warning] if warning else []


def span_of(start: datetime | date, end: datetime | None, duration: str, zone: str) -> Span:
    """Return the span from a start to an end, else of an ISO 8601 duration, else without end.

    Raises:
        UnreadableItem: the duration is none.
    """
    if end is not None and isinstance(start, datetime) and end > start:
        return Span(start=start, end=end, zone=zone)
    last, exact = _after(start, duration) if duration else (None, False)
    return Span(start=start, end=last, zone=zone, exact=exact)


def whole_days(start: datetime, end: datetime) -> tuple[date, date] | None:
    """Return the days that a span from a midnight to a midnight, or its minute before, takes."""
    if start.time() != time() or end <= start:
        return None
    if end.time() == time():
        return start.date(), end.date() - timedelta(days=1)
    last_minute = (end.hour, end.minute) == (23, 59)
    return (start.date(), end.date()) if last_minute else None


def _whole_days(
    start: datetime | date, end: datetime | date | None
) -> tuple[datetime | date, datetime | date | None]:
    """Turn Outlook's midnights into days."""
    if not isinstance(start, datetime) or start.time() != time():
        return start, end
    last = _day(end) - timedelta(days=1) if isinstance(end, datetime) else start.date()
    return start.date(), max(last, start.date())


def _end(
    component: Component, zones: Zones, start: datetime | date
) -> tuple[datetime | date | None, bool, str]:
    duration = component.value("DURATION")
    line = component.first("DTEND")
    try:
        if line is not None:
            end = _inclusive(read_time(line, zones), start)
            return (end, False, "") if _not_before(end, start) else (None, False, _END_FIRST)
        if duration:
            return *_after(start, duration), ""
    except UnreadableItem as error:
        return (None if isinstance(start, datetime) else start), False, str(error)
    # Without either an all-day item is one day long, a timed one has no end that is known.
    return (None if isinstance(start, datetime) else start), False, ""


_END_FIRST = "It ends before it starts; the end is left out."


def _inclusive(end: datetime | date, start: datetime | date) -> datetime | date:
    """Turn DTEND, the first day that is free again, into the last day of the item."""
    if isinstance(start, datetime):
        if isinstance(end, datetime):
            return end
        raise UnreadableItem("DTEND is a date, DTSTART is not; the end is left out.")
    last = _day(end)
    return max(last - timedelta(days=1), start) if last >= start else last


def _not_before(end: datetime | date, start: datetime | date) -> bool:
    if isinstance(end, datetime) and isinstance(start, datetime):
        return end >= start
    return _day(end) >= _day(start)


def end_of_period(text: str, start: datetime | date, zone: str) -> datetime | date:
    """Return when a period ends that is written with its end or its length.

    Raises:
        UnreadableItem: it says neither.
    """
    return _after(start, text)[0] if "P" in text else read_stamp(text, zone, "The period's end")


def _after(start: datetime | date, duration: str) -> tuple[datetime | date, bool]:
    """Add a DURATION: days by the calendar, hours by the stopwatch (RFC 5545, 3.3.6)."""
    found = _DURATION.fullmatch(duration.strip())
    if found is None or found["sign"] == "-":
        raise UnreadableItem(f"DURATION {duration[:40]!r} is none; the end is left out.")
    try:
        return _moved(start, found)
    except OverflowError as error:
        raise UnreadableItem(f"DURATION {duration[:40]!r} is too long.") from error


def _moved(start: datetime | date, found: re.Match[str]) -> tuple[datetime | date, bool]:
    days = timedelta(weeks=int(found["weeks"] or 0), days=int(found["days"] or 0))
    hours = timedelta(
        hours=int(found["hours"] or 0),
        minutes=int(found["minutes"] or 0),
        seconds=int(found["seconds"] or 0),
    )
    if not isinstance(start, datetime):
        return start + max(days - timedelta(days=1), timedelta()), False
    zone = str(start.tzinfo)
    moved = at_local(naive(start, zone) + days, zone)
    return (moved.astimezone(UTC) + hours).astimezone(start.tzinfo), bool(hours) and not days
