"""SQL of events: what sources told, what events are made of it, how they were, their anchors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, update

import scheduler.store.tables as tables
from scheduler.events import Event, ReminderKind, Review, instant, last_instant
from scheduler.reminders.anchors import OFF, Anchor, anchors
from scheduler.reminders.planning import Known
from scheduler.store.codec import dump_event, load_event
from scheduler.store.rows import Connection, gently, pieces, upsert

__all__ = [
    "StoredEvent",
    "aliases",
    "canonical",
    "items",
    "known",
    "known_between",
    "load",
    "load_version",
    "save",
    "save_aliases",
    "save_items",
    "versions_at",
]

EVENTS, ANCHORS = tables.events.c, tables.anchors.c


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event with all that its row keeps besides."""

    #: As it holds: composed, edited, reviewed.
    event: Event
    #: As composed of its items.
    composed: Event
    #: Fields an editor set, as JSON; "" for none.
    edits: str = ""
    #: An editor's review; "" where none has decided.
    verdict: str = ""
    revision: int = 0
    created_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None = None

    def may_be_told(self, kind: ReminderKind) -> bool:
        """Say whether it may be posted; that it is off, also when its source then drops it."""
        if self.event.review is not Review.APPROVED:
            return False
        called_off = kind is ReminderKind.CHANGED and self.event.status in OFF
        return self.withdrawn_at is None or called_off


async def items(connection: Connection) -> list[Event]:
    """Return what all sources told, in a stable order."""
    table = tables.items
    rows = await connection.execute(select(table.c.body).order_by(table.c.source, table.c.uid))
    return [load_event(body) for body in rows.scalars()]


async def aliases(connection: Connection) -> dict[str, str]:
    """Return which event each item belongs to."""
    rows = await connection.execute(select(tables.aliases.c.alias, tables.aliases.c.uid))
    return {row.alias: row.uid for row in rows}


async def canonical(connection: Connection, uid: str) -> str:
    """Return the uid of the event that a uid, perhaps an alias, stands for."""
    query = select(tables.aliases.c.uid).where(tables.aliases.c.alias == uid)
    return (await connection.execute(query)).scalar() or uid


async def save_items(connection: Connection, source: str, told: Sequence[Event]) -> None:
    """Keep what a source tells now, and nothing else of it."""
    table = tables.items
    rows = [{"source": source, "uid": item.uid, "body": dump_event(item)} for item in told]
    await connection.execute(delete(table).where(table.c.source == source))
    if rows:
        await connection.execute(table.insert(), rows)


async def save_aliases(connection: Connection, added: Mapping[str, str]) -> None:
    """Keep aliases; what was told and wished of an event that became another goes to that one."""
    rows = [{"alias": alias, "uid": uid} for alias, uid in added.items()]
    await upsert(connection, tables.aliases, rows)
    for alias, uid in added.items():
        if alias != uid:
            for table in (tables.deliveries, tables.subscriptions):
                await connection.execute(
                    update(table).where(table.c.event_uid == alias).values(event_uid=uid)
                )


async def load(
    connection: Connection, uids: Iterable[str] | None = None, *, held: bool = False
) -> list[StoredEvent]:
    """Return events by uid, all of them for None.

    held: nobody changes them until the transaction ends.
    """
    query = select(tables.events).order_by(EVENTS.uid)
    if held:
        query = query.with_for_update(read=True)
    if uids is None:
        return [_stored(row) for row in await connection.execute(query)]
    found: list[StoredEvent] = []
    for piece in pieces(uids):
        rows = await connection.execute(query.where(EVENTS.uid.in_(piece)))
        found.extend(_stored(row) for row in rows)
    return found


async def load_version(
    connection: Connection, wanted: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Event]:
    """Return events as they were, by uid and revision."""
    table = tables.versions.c
    pairs = set(wanted)
    found = {}
    for piece in pieces({uid for uid, _ in pairs}):
        rows = await connection.execute(select(tables.versions).where(table.uid.in_(piece)))
        found.update(
            {
                (row.uid, row.revision): load_event(row.body)
                for row in rows
                if (row.uid, row.revision) in pairs
            }
        )
    return found


async def versions_at(
    connection: Connection, uids: Iterable[str], at: datetime
) -> dict[str, Event]:
    """Return how events were at an instant; those that were not known then are left out."""
    table = tables.versions.c
    found = {}
    for piece in pieces(uids):
        query = select(tables.versions).where(table.uid.in_(piece), table.at <= at)
        for row in await connection.execute(query.order_by(table.uid, table.revision)):
            found[row.uid] = row.body
    return {uid: load_event(body) for uid, body in found.items()}


async def save(connection: Connection, stored: Sequence[StoredEvent], now: datetime) -> None:
    """Keep events as they are now, each with its version and its anchors."""
    await _lock(connection, sorted(one.event.uid for one in stored))
    bodies = {one.event.uid: dump_event(one.event) for one in stored}
    await upsert(connection, tables.events, [_row(one, bodies[one.event.uid]) for one in stored])
    versions = [
        {
            "uid": one.event.uid,
            "revision": one.revision,
            "body": bodies[one.event.uid],
            "at": now,
        }
        for one in stored
    ]
    await upsert(connection, tables.versions, versions)
    await _save_anchors(connection, stored, now)


async def _lock(connection: Connection, uids: Iterable[str]) -> None:
    """Lock events one after the other, as `load` holds them: else two might wait for each other."""
    for piece in pieces(uids):
        query = select(EVENTS.uid).where(EVENTS.uid.in_(piece)).order_by(EVENTS.uid)
        await connection.execute(query.with_for_update())


async def known(connection: Connection, uids: Iterable[str]) -> list[Known]:
    """Return events with all their anchors."""
    found = []
    for piece in pieces(uids):
        found.extend(await _known(connection, select(tables.anchors).where(ANCHORS.uid.in_(piece))))
    return found


async def known_between(connection: Connection, after: datetime, until: datetime) -> list[Known]:
    """Return events with those of their anchors that lie in a stretch of time."""
    query = select(tables.anchors).where(ANCHORS.at >= after, ANCHORS.at <= until)
    return await _known(connection, query)


async def _known(connection: Connection, query: Select[Any]) -> list[Known]:
    found: dict[str, list[Anchor]] = defaultdict(list)
    rows = await connection.execute(query.order_by(ANCHORS.uid, ANCHORS.at, ANCHORS.key))
    async for some in gently(rows):
        for row in some:
            found[row.uid].append(_anchor(row))
    result: list[Known] = []
    async for piece in gently(found):
        rows = await connection.execute(
            select(EVENTS.uid, EVENTS.body).where(EVENTS.uid.in_(piece)).order_by(EVENTS.uid)
        )
        result.extend(
            Known(event=load_event(row.body), anchors=tuple(found[row.uid])) for row in rows
        )
    return result


async def _save_anchors(
    connection: Connection, stored: Sequence[StoredEvent], now: datetime
) -> None:
    """Write the anchors anew; one that stays keeps the instant it became known.

    A call that opened sooner than it was to was known before it opened.
    """
    uids = [one.event.uid for one in stored]
    since: dict[tuple[str, str], datetime] = {}
    #: Calls that were still to open.
    closed: set[str] = set()
    for piece in pieces(uids):
        query = select(tables.anchors).where(ANCHORS.uid.in_(piece))
        for row in await connection.execute(query):
            since[row.uid, row.key] = row.since
            if row.kind == ReminderKind.OPENED.value and row.at > now:
                closed.add(row.uid)
        await connection.execute(delete(tables.anchors).where(ANCHORS.uid.in_(piece)))
    rows = []
    for event in (one.event for one in stored if one.withdrawn_at is None):
        for anchor in anchors(event):
            fresh = min(anchor.at, now) if _opens(anchor) and event.uid in closed else now
            begun = since.get((event.uid, anchor.key), fresh)
            rows.append(_anchor_row(event.uid, anchor, begun))
    if rows:
        await connection.execute(tables.anchors.insert(), rows)


def _opens(anchor: Anchor) -> bool:
    return anchor.kind is ReminderKind.OPENED


def _row(one: StoredEvent, body: str) -> dict[str, Any]:
    event = one.event
    first, last = _span(event)
    composed = body if one.composed == event else dump_event(one.composed)
    return {
        "uid": event.uid,
        "body": body,
        "composed": composed,
        "edits": one.edits,
        "verdict": one.verdict,
        "revision": one.revision,
        "kind": event.kind.value,
        "review": event.review.value,
        "audience": event.audience,
        "example": event.example,
        "first_at": first,
        "last_at": last,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
        "withdrawn_at": one.withdrawn_at,
    }


def _span(event: Event) -> tuple[datetime | None, datetime | None]:
    spans = [(one.start, one.end) for one in event.occurrences]
    spans += [(event.start, event.end)] if event.start is not None else []
    spans += [(event.opening, None)] if event.opening is not None else []
    firsts = [instant(start, event.timezone) for start, _ in spans]
    lasts = [last_instant(start, end, event.timezone) for start, end in spans]
    deadlines = [deadline.at for deadline in event.deadlines]
    return min([*firsts, *deadlines], default=None), max([*lasts, *deadlines], default=None)


def _stored(row: Row[Any]) -> StoredEvent:
    event = load_event(row.body)
    return StoredEvent(
        event=event,
        composed=event if row.composed == row.body else load_event(row.composed),
        edits=row.edits,
        verdict=row.verdict,
        revision=row.revision,
        created_at=row.created_at,
        changed_at=row.changed_at,
        withdrawn_at=row.withdrawn_at,
    )


def _anchor(row: Row[Any]) -> Anchor:
    return Anchor(
        kind=ReminderKind(row.kind),
        at=row.at,
        day=date.fromisoformat(row.day) if row.day else None,
        recurrence_id=row.recurrence_id,
        label=row.label,
        since=row.since,
    )


def _anchor_row(uid: str, anchor: Anchor, since: datetime) -> dict[str, Any]:
    return {
        "uid": uid,
        "key": anchor.key,
        "kind": anchor.kind.value,
        "recurrence_id": anchor.recurrence_id,
        "label": anchor.label,
        "at": anchor.at,
        "day": anchor.day.isoformat() if anchor.day else "",
        "since": since,
    }
