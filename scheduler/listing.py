"""Events as the JSON that `cscc events list --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from scheduler.events import Deadline, Event, Occurrence

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


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
