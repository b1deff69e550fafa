"""Events in lists: what of each comes next, and the JSON of `cscc events list --json`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from scheduler.events import Deadline, Event, EventKind, Occurrence, instant, last_instant

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


def dates_within(event: Event, start: datetime, end: datetime | None = None) -> list[datetime]:
    """Return what of an event comes in a range, the one by which it is listed first.

    That is when it is held next, be it that registration ends before; of a call its opening, or
    the next deadline.
    """
    held = sorted(
        instant(first, event.timezone)
        for first, last in _spans(event)
        if last_instant(first, last, event.timezone) >= start
    )
    others = [deadline.at for deadline in event.deadlines if deadline.at >= start]
    if event.opening is not None and instant(event.opening, event.timezone) >= start:
        others.append(instant(event.opening, event.timezone))
    return [at for at in (*held, *sorted(others)) if end is None or at <= end]


def listed_at(event: Event, now: datetime) -> datetime | None:
    """Return by which instant an event is listed: what comes next, of what is over the last."""
    ahead = dates_within(event, now)
    if ahead:
        return ahead[0]
    held = [instant(first, event.timezone) for first, _ in _spans(event)]
    return max(held or [deadline.at for deadline in event.deadlines], default=None)


def _spans(event: Event) -> list[tuple[datetime | date, datetime | date | None]]:
    """Return when an event is held; of a call there is nothing to hold."""
    if event.occurrences:
        return [(one.start, one.end) for one in event.occurrences if not one.cancelled]
    if event.start is None or event.kind is EventKind.CALL:
        return []
    return [(event.start, event.end)]


def to_json(event: Event, now: datetime, aliases: Sequence[str] = ()) -> dict[str, Json]:
    """Return what others rely on: instants in ISO 8601 with the offset of the event's zone.

    `aliases` are the uids under which other sources know it.
    """
    state = event.call_state(now)
    return {
        "uid": event.uid,
        "title": event.title,
        "kind": event.kind.value,
        "start": written(event.start, event.timezone),
        "end": written(event.end, event.timezone),
        "all_day": event.all_day,
        "timezone": event.timezone,
        "occurrences": [_occurrence(item, event.timezone) for item in event.occurrences],
        "original_start": written(event.original_start, event.timezone),
        "open_from": written(event.open_from, event.timezone),
        "deadlines": [_deadline(item) for item in event.deadlines],
        "status": event.status.value,
        "call_state": state.value if state else None,
        "review": event.review.value,
        "url": event.url,
        "place": event.place,
        "region": event.region,
        "language": event.language,
        "audience": event.audience,
        "eligible": list(event.eligible),
        "topics": list(event.topics),
        "group": event.group or None,
        "aliases": list(aliases),
        "source": event.source,
        "example": event.example,
    }


def written(value: datetime | date | None, timezone: str) -> str | None:
    """Write an instant with the offset that the zone has then, and a date as a date."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(timezone)).isoformat(timespec="seconds")
    return value.isoformat() if value else None


def _occurrence(item: Occurrence, timezone: str) -> dict[str, Json]:
    return {
        "recurrence_id": item.recurrence_id,
        "start": written(item.start, timezone),
        "end": written(item.end, timezone),
        "status": "cancelled" if item.cancelled else "scheduled",
        "place": item.place,
    }


def _deadline(item: Deadline) -> dict[str, Json]:
    return {
        "label": item.label,
        "at": written(item.at, item.timezone),
        "precision": item.precision.value,
        "timezone": item.timezone,
        "previous": written(item.previous, item.timezone),
    }
