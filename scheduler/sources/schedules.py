"""schema.org's `eventSchedule` -> the dates of a recurring event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from scheduler.events import Occurrence
from scheduler.prose import written_time
from scheduler.sources.calendarlines import Component, Line
from scheduler.sources.calendartimes import Span, UnreadableItem, Zones, span_of
from scheduler.sources.linkeddata import Thing, each, text_of
from scheduler.sources.recurring import occurrences
from scheduler.zones import POSSIBLE_YEARS, PRAGUE, at_local, zone_named

_UNITS = {"D": "DAILY", "W": "WEEKLY", "M": "MONTHLY", "Y": "YEARLY"}
_WORDS = {
    "daily": "P1D",
    "weekly": "P1W",
    "biweekly": "P2W",
    "fortnightly": "P2W",
    "monthly": "P1M",
    "yearly": "P1Y",
    "annually": "P1Y",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A recurring event: its first date and all of them."""

    span: Span
    occurrences: tuple[Occurrence, ...]


def series_of(thing: Thing, now: datetime) -> Series | None:
    """Return the dates that an event's schedules give; None if it has no schedule.

    Raises:
        UnreadableItem: a schedule cannot be worked out.
    """
    schedules = [one for one in each(thing.get("eventSchedule")) if isinstance(one, dict)]
    if not schedules:
        return None
    parts = [_series(schedule, thing, now) for schedule in schedules]
    dates = {one.recurrence_id: one for part in parts for one in part.occurrences}
    return Series(
        span=parts[0].span,
        occurrences=tuple(sorted(dates.values(), key=lambda one: one.recurrence_id)),
    )


def _series(schedule: Thing, thing: Thing, now: datetime) -> Series:
    zone = zone_named(text_of(schedule.get("scheduleTimezone")), PRAGUE)
    start = _start(schedule, thing, zone, now)
    end = _at(start, text_of(schedule.get("endTime")), zone)
    span = span_of(start, end, text_of(schedule.get("duration")), zone)
    lines = [Line("RRULE", {}, ";".join(_rule(schedule, now)))]
    lines += [Line("EXDATE", {}, stamp) for stamp in _exceptions(schedule, zone, now)]
    master = Component(kind="VEVENT", lines=lines)
    dates = occurrences(master, [], span, Zones(default=zone), now)
    # The library takes the first day for one of the dates, whatever the rule says of it.
    dates = tuple(one for one in dates if one.start != start or _fits(start, schedule))
    if dates and not _fits(start, schedule):
        span = replace(span, start=dates[0].start, end=dates[0].end)
    return Series(span=span, occurrences=dates)


def _fits(day: datetime | date, schedule: Thing) -> bool:
    weekdays = _weekdays(schedule)
    month_days = _numbers(schedule, "byMonthDay").split(",")
    week = _week(schedule)
    return (
        (not weekdays or _DAYS[day.weekday()][:2].upper() in weekdays)
        and (month_days == [""] or str(day.day) in month_days)
        and (not week or week == str((day.day + 6) // 7))
    )


def _week(schedule: Thing) -> str:
    return _numbers(schedule, "byMonthWeek").split(",")[0]


def _start(schedule: Thing, thing: Thing, zone: str, now: datetime) -> datetime | date:
    text = text_of(schedule.get("startDate")) or text_of(thing.get("startDate"))
    start = written_time(text, zone, now) if text else None
    if start is None:
        raise UnreadableItem(f"startDate {text[:40]!r} of its schedule is no date.")
    hour = text_of(schedule.get("startTime"))
    return start if isinstance(start, datetime) else _at(start, hour, zone) or start


def _at(day: datetime | date, hour: str, zone: str) -> datetime | None:
    if not hour:
        return None
    try:
        clock = time.fromisoformat(hour).replace(tzinfo=None)
    except ValueError as error:
        raise UnreadableItem(f"{hour[:40]!r} of its schedule is no time of day.") from error
    first = day.date() if isinstance(day, datetime) else day
    return at_local(datetime.combine(first, clock), zone)


def _rule(schedule: Thing, now: datetime) -> Iterator[str]:
    said = text_of(schedule.get("repeatFrequency"))
    found = re.fullmatch(r"P(\d+)([DWMY])", _WORDS.get(said.lower(), said).upper())
    if found is None:
        raise UnreadableItem(f"repeatFrequency {said[:40]!r} is none; write P1W.")
    yield f"FREQ={_UNITS[found[2]]};INTERVAL={found[1]}"
    until = text_of(schedule.get("endDate"))
    if until and until[:4] < str(POSSIBLE_YEARS.stop):
        last = written_time(until, PRAGUE, now)
        if last is None:
            raise UnreadableItem(f"endDate {until[:40]!r} of its schedule is no date.")
        yield f"UNTIL={last:%Y%m%d}"
    elif count := _numbers(schedule, "repeatCount"):
        yield f"COUNT={count}"
    if days := [f"{_week(schedule)}{day}" for day in _weekdays(schedule)]:
        yield f"BYDAY={','.join(days)}"
    for name, part in (("byMonthDay", "BYMONTHDAY"), ("byMonth", "BYMONTH")):
        if numbers := _numbers(schedule, name):
            yield f"{part}={numbers}"


def _numbers(schedule: Thing, name: str) -> str:
    found = (str(value) for value in each(schedule.get(name)))
    return ",".join(number for number in found if re.fullmatch(r"-?\d{1,3}", number))


def _weekdays(schedule: Thing) -> list[str]:
    said = (re.split(r"[/#:]", text_of(day))[-1] for day in each(schedule.get("byDay")))
    return [day[:2].upper() for day in said if day in _DAYS or re.fullmatch(r"[A-Z]{2}", day)]


def _exceptions(schedule: Thing, zone: str, now: datetime) -> Iterator[str]:
    for value in each(schedule.get("exceptDate")):
        except_on = written_time(text_of(value), zone, now)
        if isinstance(except_on, datetime):
            yield f"{except_on.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"
        elif except_on is not None:
            yield f"{except_on:%Y%m%d}"
