"""What editors set of a recurring event's dates: of one of them, or of all from one on.

It is kept as changes, by the date's own name, and laid over what the source says: the dates go
on with the months, and one that the source adds moves along with the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.errors import ImpossibleEvent
from scheduler.events import Event, Occurrence, instant
from scheduler.zones import at_local

__all__ = ["DATES", "SHIFTS", "date_named", "next_date", "of_all", "of_one", "redated"]

#: Among an editor's fields: what became of single dates; how all from one on are moved.
DATES, SHIFTS = "dates", "shifts"
#: What can be set of a date by itself.
_OF_DATE = ("start", "end", "place", "cancelled")

Fields = Mapping[str, Any]


def redated(event: Event, edits: Fields) -> Event:
    """Return the event with its dates as an editor set them."""
    if not event.occurrences or not (edits.get(DATES) or edits.get(SHIFTS)):
        return event
    shifted = tuple(_shifted(one, event, edits.get(SHIFTS, {})) for one in event.occurrences)
    dates = tuple(_set(one, event, edits.get(DATES, {})) for one in shifted)
    first = dates[0]
    if event.start == event.occurrences[0].start:
        event = replace(event, start=first.start, end=first.end)
    return replace(event, occurrences=dates)


def _shifted(one: Occurrence, event: Event, shifts: Fields) -> Occurrence:
    since = max((rid for rid in shifts if rid <= one.recurrence_id), default="")
    if not since:
        return one
    shift = shifts[since]
    start = _later(one.start, shift["by"], event.timezone)
    if shift["length"] is None:
        end = None if one.end is None else _later(one.end, shift["by"], event.timezone)
    else:
        end = _later(start, shift["length"], event.timezone)
    return replace(one, start=start, end=end)


def _later(moment: datetime | date, seconds: int, zone: str) -> datetime | date:
    """Move by the wall clock: ten o'clock stays ten o'clock across a change of time."""
    if not isinstance(moment, datetime):
        return moment + timedelta(seconds=seconds)
    return at_local(_wall(moment, zone) + timedelta(seconds=seconds), zone)


def _wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _set(one: Occurrence, event: Event, dates: Fields) -> Occurrence:
    said = dates.get(one.recurrence_id)
    if not said:
        return one
    zone = ZoneInfo(event.timezone)
    moments = {name: _read(said[name], zone) for name in ("start", "end") if name in said}
    return replace(one, **{**said, **moments})


def _read(text: str | None, zone: ZoneInfo) -> datetime | date | None:
    if text is None:
        return None
    if len(text) == len("2027-06-17"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(zone)


def next_date(event: Event, now: datetime) -> Occurrence:
    """Return the next date that takes place, else the last one there is."""
    ahead = [
        one
        for one in event.occurrences
        if not one.cancelled and instant(one.start, event.timezone) > now
    ]
    return ahead[0] if ahead else event.occurrences[-1]


def date_named(event: Event, name: str) -> Occurrence:
    """Return the date of a recurring event on a day, "2027-06-17", or of its own name.

    Raises:
        ImpossibleEvent: it has no such date.
    """
    for one in event.occurrences:
        if name in (one.recurrence_id, f"{_day(one.start, event.timezone)}"):
            return one
    days = ", ".join(f"{_day(one.start, event.timezone)}" for one in event.occurrences[:10])
    raise ImpossibleEvent(
        f"It has no date {name}; it has {days}." if days else "It is no recurring event.",
        what="date",
    )


def _day(moment: datetime | date, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date() if isinstance(moment, datetime) else moment


def of_one(event: Event, one: Occurrence, changes: Fields) -> dict[str, Any]:
    """Return what is to be kept of a change of one date.

    Raises:
        ImpossibleEvent: the change is not of a date, or it would end before it starts.
    """
    if others := sorted(set(changes) - {*_OF_DATE, "all_day"}):
        raise ImpossibleEvent(f"One date has no {', '.join(others)} of its own.", what="date_field")
    changed = replace(one, **{name: changes[name] for name in _OF_DATE if name in changes})
    if "start" in changes and "end" not in changes:
        changed = replace(changed, end=_moved_end(one, changed.start, event.timezone))
    _check(changed)
    names = {name for name in _OF_DATE if getattr(changed, name) != getattr(one, name)}
    if names & {"start", "end"}:
        names |= {"start", "end"}  # lest one of them move with the series
    plain = {name: getattr(changed, name) for name in _OF_DATE if name in names}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in plain.items()
    }


def _moved_end(one: Occurrence, start: datetime | date, zone: str) -> datetime | date | None:
    if one.end is None:
        return None
    if isinstance(start, datetime) and isinstance(one.start, datetime):
        return _later(start, _seconds(one.start, one.end, zone), zone)
    days = _day(one.end, zone) - _day(one.start, zone)
    # Of a day that got an hour the end is not known.
    return None if isinstance(start, datetime) else _day(start, zone) + days


def _check(one: Occurrence) -> None:
    if one.end is None:
        return
    if isinstance(one.start, datetime) != isinstance(one.end, datetime):
        raise ImpossibleEvent("Give start and end both with a time, or both as days.", what="end")
    if one.end < one.start:
        raise ImpossibleEvent("The end is before the start.", what="end")


def of_all(source: Event, one: Occurrence, changes: Fields) -> dict[str, Any]:
    """Return the shift that takes a date, and those after it, where the change says.

    `source` is the event as its sources tell it, `one` the date as it is now.

    Raises:
        ImpossibleEvent: dates cannot move so.
    """
    start = changes.get("start", one.start)
    told = next(o for o in source.occurrences if o.recurrence_id == one.recurrence_id)
    if isinstance(start, datetime) != isinstance(told.start, datetime):
        raise ImpossibleEvent(
            "The dates of a recurring event all have a time, or none has. Change one by itself.",
            what="dates",
        )
    changed = replace(one, start=start, end=changes.get("end", one.end))
    if "end" not in changes:
        changed = replace(changed, end=_moved_end(one, start, source.timezone))
    _check(changed)
    by = _seconds(told.start, changed.start, source.timezone)
    kept = changed.end is None or "end" not in changes
    length = None if kept else _seconds(changed.start, changed.end, source.timezone)
    return {"by": by, "length": length}


def _seconds(start: datetime | date, end: datetime | date | None, zone: str) -> int:
    assert end is not None
    if isinstance(start, datetime) and isinstance(end, datetime):
        return int((_wall(end, zone) - _wall(start, zone)).total_seconds())
    return int((_day(end, zone) - _day(start, zone)).total_seconds())
