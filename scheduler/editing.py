"""What editors do with events: add, edit, cancel, approve, reject; who did what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

import scheduler.store.events as events
import scheduler.store.state as state
from scheduler.errors import EventExists, ImpossibleEvent, UnknownEvent
from scheduler.events import Clock, Event, EventKind, EventStatus, Review
from scheduler.planner import extend
from scheduler.reconciling.sync import EDITORS, apply, revise
from scheduler.sources import SourceResult
from scheduler.store import Store
from scheduler.store.codec import dump_event
from scheduler.store.rows import Connection
from scheduler.store.state import AuditEntry

__all__ = ["Editing", "completed"]


class Editing:
    """Changes events for editors; what they set wins over what the sources say later."""

    def __init__(self, store: Store, clock: Clock, changed: Callable[[], None]) -> None:
        """changed: called when there may be something new to send."""
        self._store = store
        self._clock = clock
        self._changed = changed

    async def add(self, event: Event, by: str) -> Event:
        """Add an event by hand; one that a source tells of, too, becomes one with it.

        Raises:
            EventExists: an editor added it before, or one has its uid.
            ImpossibleEvent: it has no title, or ends before it starts.
        """
        _check(event)
        now = self._clock()
        async with self._store.reading() as connection:
            await _check_new(connection, event)
        added = replace(event, source=EDITORS, review=Review.APPROVED)
        result = SourceResult(events=(added,), complete=False)
        await apply(self._store, EDITORS, result, now)
        async with self._store.writing() as connection:
            uid = await events.canonical(connection, event.uid)
            stored = await revise(connection, uid, now, verdict=Review.APPROVED)
            await self._note(connection, by, "add", uid, dump_event(added), now)
        self._changed()
        return stored.event

    async def edit(self, uid: str, changes: Mapping[str, object], by: str) -> Event:
        """Set fields of an event, by the names and types of `Event`; None takes an edit back.

        A start that is given alone takes the end along. An event that was approved is
        rescheduled then; a date of a suggestion is only put right.

        Raises:
            UnknownEvent: there is none with this uid.
            ImpossibleEvent: it would have no title, or end before it starts.
        """
        now = self._clock()
        async with self._store.writing() as connection:
            await extend(connection, now)
            stored = await _find(connection, uid)
            edits = json.loads(stored.edits or "{}")
            changes = completed(changes, stored.event)
            kept = {name: value for name, value in changes.items() if value is not None}
            changed = replace(stored.event, **kept)  # type: ignore[arg-type] # names are fields'
            if {"title", "start", "end"} & set(kept):
                _check(changed)
            whole = json.loads(dump_event(changed))
            for name, value in changes.items():
                edits.pop(name, None)
                if value is not None:
                    edits[name] = whole.get(name, _default(name))
            text = json.dumps(edits, ensure_ascii=False) if edits else ""
            revised = await revise(connection, stored.event.uid, now, edits=text)
            details = json.dumps({name: edits.get(name) for name in changes}, ensure_ascii=False)
            await self._note(connection, by, "edit", stored.event.uid, details, now)
        self._changed()
        return revised.event

    async def cancel(self, uid: str, by: str) -> Event:
        """Cancel an event; who was told of it is told so."""
        return await self.edit(uid, {"status": EventStatus.CANCELLED}, by)

    async def review(self, uid: str, verdict: Review, by: str) -> Event:
        """Approve an event for posting, or reject it for ever.

        Raises:
            UnknownEvent: there is none with this uid.
        """
        now = self._clock()
        async with self._store.writing() as connection:
            await extend(connection, now)
            stored = await _find(connection, uid)
            revised = await revise(connection, stored.event.uid, now, verdict=verdict)
            await self._note(connection, by, verdict.value, stored.event.uid, "", now)
        self._changed()
        return revised.event

    async def approve(self, uid: str, by: str) -> Event:
        """Approve an event for posting. Raises UnknownEvent."""
        return await self.review(uid, Review.APPROVED, by)

    async def reject(self, uid: str, by: str) -> Event:
        """Reject an event; it stays rejected, however often its source repeats it."""
        return await self.review(uid, Review.REJECTED, by)

    async def note(self, who: str, action: str, subject: str, details: str = "") -> None:
        """Keep in the audit what somebody did elsewhere."""
        async with self._store.writing() as connection:
            await self._note(connection, who, action, subject, details, self._clock())

    async def log(self, *, subject: str = "", limit: int = 100) -> list[AuditEntry]:
        """Return what was done, newest first."""
        async with self._store.reading() as connection:
            return await state.audit_log(connection, subject=subject, limit=limit)

    async def _note(
        self,
        connection: Connection,
        who: str,
        action: str,
        subject: str,
        details: str,
        now: datetime,
    ) -> None:
        entry = AuditEntry(at=now, who=who, action=action, subject=subject, details=details)
        await state.audit(connection, entry)


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


async def _find(connection: Connection, uid: str) -> events.StoredEvent:
    found = await events.load(connection, [await events.canonical(connection, uid)])
    if not found:
        raise UnknownEvent(f"There is no event {uid}. List them with: cscc events list")
    return found[0]


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


def _check(event: Event) -> None:
    """Raise ImpossibleEvent where the event cannot be."""
    if not event.title.strip():
        raise ImpossibleEvent("An event needs a title.", what="title")
    if event.start is None or event.end is None:
        return
    if isinstance(event.start, datetime) != isinstance(event.end, datetime):
        raise ImpossibleEvent("Give start and end both with a time, or both as days.", what="end")
    if event.end < event.start:
        raise ImpossibleEvent("The end is before the start.", what="end")


async def _check_new(connection: Connection, event: Event) -> None:
    """Raise EventExists where an editor would overwrite what is there."""
    uid = await events.canonical(connection, event.uid)
    for stored in await events.load(connection):
        there = stored.event
        same = (there.title.casefold(), there.start, there.deadlines) == (
            event.title.strip().casefold(),
            event.start,
            event.deadlines,
        )
        if stored.withdrawn_at is None and (there.uid == uid or same):
            raise EventExists(
                f"This event exists already as {there.uid}. Change it with: "
                f"cscc events edit {there.uid}"
            )


def _default(name: str) -> object:
    """Return what a field is when `dump_event` leaves it out."""
    value = getattr(Event(uid="", title="", kind=EventKind.SEMINAR), name)
    return list(value) if isinstance(value, tuple) else value
