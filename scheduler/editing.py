"""What editors do with events: add, edit, cancel, approve, reject; who did what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import scheduler.store.events as events
import scheduler.store.state as state
from scheduler.edits import check, edits_with, noted
from scheduler.errors import EventExists, UnknownEvent
from scheduler.events import Event, EventStatus, Review
from scheduler.planner import extend
from scheduler.ports import Clock
from scheduler.reconciling.sync import EDITORS, apply, revise
from scheduler.sources import SourceResult
from scheduler.store import Store
from scheduler.store.codec import dump_event
from scheduler.store.rows import Connection
from scheduler.store.state import AuditEntry

__all__ = ["Editing"]


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
        check(event)
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

    async def edit(
        self, uid: str, changes: Mapping[str, object], by: str, *, of_date: str = ""
    ) -> Event:
        """Set fields of an event, by the names and types of `Event`; None takes an edit back.

        A start that is given alone takes the end along. An event that was approved is
        rescheduled then; a date of a suggestion is only put right. Of a recurring event start
        and end are those of its next date, and the dates after it move alike; `of_date` names the
        one that is meant alone, by its day or its recurrence id, and may be "cancelled".

        Raises:
            UnknownEvent: there is none with this uid.
            ImpossibleEvent: it would have no title, or end before it starts, or has no such date.
        """
        now = self._clock()
        async with self._store.writing() as connection:
            await extend(connection, now)
            stored = await _find(connection, uid)
            edits = edits_with(stored, changes, of_date, now)
            text = json.dumps(edits, ensure_ascii=False) if edits else ""
            revised = await revise(connection, stored.event.uid, now, edits=text)
            details = json.dumps(noted(edits, changes, of_date), ensure_ascii=False)
            await self._note(connection, by, "edit", stored.event.uid, details, now)
        self._changed()
        return revised.event

    async def cancel(self, uid: str, by: str, *, of_date: str = "") -> Event:
        """Cancel an event, or one date of it; who was told of it is told so."""
        if of_date:
            return await self.edit(uid, {"cancelled": True}, by, of_date=of_date)
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


async def _find(connection: Connection, uid: str) -> events.StoredEvent:
    found = await events.load(connection, [await events.canonical(connection, uid)])
    if not found:
        raise UnknownEvent(f"There is no event {uid}. List them with: cscc events list")
    return found[0]


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
