"""What editors do with events: add, edit, cancel, approve, reject; who did what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import scheduler.store.events as events
import scheduler.store.state as state
from scheduler.errors import UnknownEvent
from scheduler.events import Clock, Event, EventKind, EventStatus, Review
from scheduler.planner import extend
from scheduler.sources import SourceResult
from scheduler.store import Store
from scheduler.store.codec import dump_event
from scheduler.store.rows import Connection
from scheduler.store.state import AuditEntry
from scheduler.sync import EDITORS, apply, revise

__all__ = ["Editing"]


class Editing:
    """Changes events for editors; what they set wins over what the sources say later."""

    def __init__(self, store: Store, clock: Clock, changed: Callable[[], None]) -> None:
        """changed: called when there may be something new to send."""
        self._store = store
        self._clock = clock
        self._changed = changed

    async def add(self, event: Event, by: str) -> Event:
        """Add an event by hand; one that a source tells of, too, becomes one with it."""
        now = self._clock()
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

        Raises:
            UnknownEvent: there is none with this uid.
        """
        now = self._clock()
        async with self._store.writing() as connection:
            await extend(connection, now)
            stored = await _find(connection, uid)
            edits = json.loads(stored.edits or "{}")
            kept = {name: value for name, value in changes.items() if value is not None}
            whole = json.loads(dump_event(replace(stored.event, **kept)))  # type: ignore[arg-type]
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


async def _find(connection: Connection, uid: str) -> events.StoredEvent:
    found = await events.load(connection, [await events.canonical(connection, uid)])
    if not found:
        raise UnknownEvent(f"There is no event {uid}. List them with: cscc events list")
    return found[0]


def _default(name: str) -> object:
    """Return what a field is when `dump_event` leaves it out."""
    value = getattr(Event(uid="", title="", kind=EventKind.SEMINAR), name)
    return list(value) if isinstance(value, tuple) else value
