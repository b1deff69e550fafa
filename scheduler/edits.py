"""A change that an editor makes -> what is kept of it and laid over what the sources say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from scheduler.errors import ImpossibleEvent
from scheduler.events import Event, EventKind, Review
from scheduler.redating import DATES, SHIFTS, date_named, next_date, of_all, of_one
from scheduler.store.codec import dump_event
from scheduler.store.events import StoredEvent

__all__ = ["check", "completed", "edits_with", "noted"]

#: What says when it is; of a recurring event, when its dates are.
_TIMES = {"start", "end", "all_day"}


def edits_with(
    stored: StoredEvent, changes: Mapping[str, object], of_date: str, now: datetime
) -> dict[str, Any]:
    """Return all that editors set of an event, with the changes.

    Raises:
        ImpossibleEvent: the event cannot be so.
    """
    edits: dict[str, Any] = json.loads(stored.edits or "{}")
    event = stored.event
    if of_date:
        one = date_named(event, of_date)
        dates = edits.setdefault(DATES, {})
        dates[one.recurrence_id] = {
            **dates.get(one.recurrence_id, {}),
            **of_one(event, one, changes),
        }
        return edits
    if event.occurrences and _TIMES & set(changes):
        _set_times(edits, stored, changes, now)
        changes = {name: value for name, value in changes.items() if name not in _TIMES}
    changes = completed(changes, event)
    kept = {name: value for name, value in changes.items() if value is not None}
    changed = replace(event, **kept)  # type: ignore[arg-type] # names are fields'
    if {"title", "start", "end"} & set(kept):
        check(changed)
    whole = json.loads(dump_event(changed))
    for name, value in changes.items():
        edits.pop(name, None)
        if value is not None:
            edits[name] = whole.get(name, _default(name))
    return edits


def _set_times(
    edits: dict[str, Any],
    stored: StoredEvent,
    changes: Mapping[str, object],
    now: datetime,
) -> None:
    """Move the dates of a recurring event from the next one on; None puts all back."""
    given = {name: changes[name] for name in ("start", "end") if changes.get(name) is not None}
    if not given:
        edits.pop(SHIFTS, None)
        edits.pop(DATES, None)
        return
    one = next_date(stored.event, now)
    before = {
        since: shift for since, shift in edits.get(SHIFTS, {}).items() if since < one.recurrence_id
    }
    edits[SHIFTS] = {**before, one.recurrence_id: of_all(stored.composed, one, given)}
    # What was set of the next date itself gives way; other dates keep what is theirs alone.
    own = edits.get(DATES, {}).get(one.recurrence_id, {})
    for name in ("start", "end"):
        own.pop(name, None)


def noted(edits: Mapping[str, Any], changes: Mapping[str, object], of_date: str) -> dict[str, Any]:
    """Return what the audit keeps of a change."""
    said = edits.get(DATES, {}) if of_date else edits
    if not of_date and SHIFTS in edits and _TIMES & set(changes):
        return {**{name: edits.get(name) for name in changes}, SHIFTS: edits[SHIFTS]}
    return {"date": of_date, **said} if of_date else {name: said.get(name) for name in changes}


def completed(changes: Mapping[str, object], event: Event) -> Mapping[str, object]:
    """Add what a new start brings about: the end it moves, and where the event was before."""
    start, old = changes.get("start"), event.start
    if start is None and "start" in changes:
        return {"end": None, "original_start": None, **changes}
    if start is None or old is None or event.kind is EventKind.CALL:
        return changes
    more: dict[str, object] = {}
    if event.end is not None:
        more["end"] = _moved(event.end, old, start)
    if event.review is Review.APPROVED and start != old and not event.occurrences:
        more["original_start"] = event.original_start or old
    if more.get("original_start") == start:
        more["original_start"] = None  # it is back where it was
    return {**more, **changes}


def _moved(end: object, old: object, start: object) -> object:
    """Return the end as long after the start as before; of a day that got an hour, the start."""
    if isinstance(start, datetime) and isinstance(old, datetime) and isinstance(end, datetime):
        return start + (end - old)
    days = _day(end) - _day(old)
    if isinstance(start, datetime):
        return start + days
    return _day(start) + days


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value.date() if isinstance(value, datetime) else value


def check(event: Event) -> None:
    """Raise ImpossibleEvent where the event cannot be."""
    if not event.title.strip():
        raise ImpossibleEvent("An event needs a title.", what="title")
    if event.start is None or event.end is None:
        return
    if isinstance(event.start, datetime) != isinstance(event.end, datetime):
        raise ImpossibleEvent("Give start and end both with a time, or both as days.", what="end")
    if event.end < event.start:
        raise ImpossibleEvent("The end is before the start.", what="end")


def _default(name: str) -> object:
    """Return what a field is when `dump_event` leaves it out."""
    value = getattr(Event(uid="", title="", kind=EventKind.SEMINAR), name)
    return list(value) if isinstance(value, tuple) else value
