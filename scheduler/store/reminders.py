"""SQL of reminders: planned ones, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

import scheduler.store.tables as tables
from scheduler.events import Reminder, ReminderKind, ReminderState
from scheduler.store.rows import Connection, gently, pieces, upsert

__all__ = [
    "Planned",
    "close",
    "due",
    "due_at",
    "due_together",
    "enqueue",
    "insert",
    "next_due",
    "of_event",
    "of_posts",
    "planned",
    "put_off",
    "rehearse",
    "reschedule",
    "scheduled",
]

TABLE = tables.reminders.c
IS_SCHEDULED = TABLE.state == ReminderState.SCHEDULED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A reminder as its row keeps it."""

    id: int
    reminder: Reminder
    state: ReminderState = ReminderState.SCHEDULED
    #: Why it is missed or cancelled.
    outcome: str = ""
    post_id: str = ""


async def scheduled(
    connection: Connection,
    *,
    events: Iterable[str] = (),
    addresses: Iterable[str] = (),
    kinds: Iterable[ReminderKind],
    locked: bool = False,
) -> list[Planned]:
    """Return what is planned and not yet due, or not yet handled, for events or addresses.

    locked: until the transaction ends, and without what another has locked.
    """
    wanted = TABLE.kind.in_([kind.value for kind in kinds])
    found: dict[int, Planned] = {}
    for column, values in ((TABLE.event_uid, events), (TABLE.address, addresses)):
        for piece in pieces(values):
            query = select(tables.reminders).where(IS_SCHEDULED, wanted, column.in_(piece))
            if locked:
                query = query.with_for_update(skip_locked=True)
            for row in await connection.execute(query):
                found[row.id] = planned(row)
    return list(found.values())


async def insert(connection: Connection, reminders: Sequence[Reminder], now: datetime) -> None:
    """Plan reminders, each once: one that is there stays as it is.

    A cancelled one that lies ahead is planned again, for it was never sent.
    """
    cancelled = TABLE.state == ReminderState.CANCELLED.value
    key = ("occasion", "address")
    async for some in gently(reminders):
        ahead = [_row(one, now) for one in some if one.due_at > now]
        late = [_row(one, now) for one in some if one.due_at <= now]
        await upsert(connection, tables.reminders, ahead, key=key, where=cancelled)
        keep = tuple(late[0]) if late else ()
        await upsert(connection, tables.reminders, late, key=key, keep=keep)


async def reschedule(connection: Connection, changed: Iterable[Planned], now: datetime) -> None:
    """Give planned reminders another due instant, subscription or label."""
    for one in changed:
        values = {k: v for k, v in _row(one.reminder, now).items() if k not in ("state", "post_id")}
        await connection.execute(
            update(tables.reminders).where(TABLE.id == one.id, IS_SCHEDULED).values(values)
        )


async def close(
    connection: Connection,
    ids: Iterable[int],
    state: ReminderState,
    outcome: str,
    now: datetime,
    *,
    was: ReminderState = ReminderState.SCHEDULED,
) -> None:
    """Say that reminders are missed or cancelled, and why; not of those that moved on meanwhile."""
    for piece in pieces(ids):
        await connection.execute(
            update(tables.reminders)
            .where(TABLE.id.in_(piece), TABLE.state == was.value)
            .values(state=state.value, outcome=outcome, post_id=None, changed_at=now)
        )


async def put_off(connection: Connection, identity: int, until: datetime, now: datetime) -> None:
    """Plan what was to leave in a post for a later instant instead."""
    await connection.execute(
        update(tables.reminders)
        .where(TABLE.id == identity, TABLE.state == ReminderState.ENQUEUED.value)
        .values(state=ReminderState.SCHEDULED.value, due_at=until, post_id=None, changed_at=now)
    )


async def due(
    connection: Connection, now: datetime, limit: int, *, rehearsed: bool = True
) -> list[Planned]:
    """Return what has fallen due, oldest first, locked until the transaction ends.

    rehearsed: also what a dry run went through.
    """
    query = (
        select(tables.reminders)
        .where(IS_SCHEDULED, TABLE.due_at <= now)
        .order_by(TABLE.due_at, TABLE.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if not rehearsed:
        query = query.where(TABLE.rehearsed_at.is_(None))
    return [planned(row) for row in await connection.execute(query)]


async def due_at(connection: Connection, addresses: Iterable[str], now: datetime) -> list[Planned]:
    """Return all that has fallen due at these addresses, oldest first, locked."""
    found: list[Planned] = []
    for piece in pieces(addresses):
        query = select(tables.reminders).where(
            IS_SCHEDULED, TABLE.due_at <= now, TABLE.address.in_(piece)
        )
        rows = await connection.execute(query.with_for_update(skip_locked=True))
        found.extend(planned(row) for row in rows)
    return sorted(found, key=lambda one: (one.reminder.due_at, one.id))


async def due_together(
    connection: Connection, addresses: Iterable[str], after: datetime, until: datetime
) -> list[Planned]:
    """Return what falls due at these addresses in the rest of a minute, locked."""
    found: list[Planned] = []
    for piece in pieces(addresses):
        query = select(tables.reminders).where(
            IS_SCHEDULED, TABLE.due_at > after, TABLE.due_at < until, TABLE.address.in_(piece)
        )
        rows = await connection.execute(query.with_for_update(skip_locked=True))
        found.extend(planned(row) for row in rows)
    return found


async def enqueue(
    connection: Connection, posts: Iterable[tuple[str, Iterable[int]]], now: datetime
) -> None:
    """Say in which post each reminder leaves."""
    rows = [
        {"p": post_id, "i": identity, "n": now, "s": ReminderState.ENQUEUED.value}
        for post_id, ids in posts
        for identity in ids
    ]
    if rows:
        values: dict[str, Any] = {
            "post_id": bindparam("p"),
            "changed_at": bindparam("n"),
            "state": bindparam("s"),
        }
        statement = update(tables.reminders).where(TABLE.id == bindparam("i"))
        await connection.execute(statement.values(values), rows)


async def rehearse(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    """Write down that a dry run went through these."""
    for piece in pieces(ids):
        statement = update(tables.reminders).where(TABLE.id.in_(piece))
        await connection.execute(statement.values(rehearsed_at=now))


async def of_event(connection: Connection, uid: str) -> list[Planned]:
    """Return all reminders of an event, whatever became of them."""
    query = select(tables.reminders).where(TABLE.event_uid == uid)
    rows = await connection.execute(query.order_by(TABLE.due_at, TABLE.id))
    return [planned(row) for row in rows]


async def of_posts(connection: Connection, ids: Iterable[str]) -> dict[str, list[Planned]]:
    """Return the reminders that leave in posts, by post and due instant."""
    found: dict[str, list[Planned]] = {one: [] for one in ids}
    for piece in pieces(found):
        query = select(tables.reminders).where(TABLE.post_id.in_(piece))
        for row in await connection.execute(query.order_by(TABLE.due_at, TABLE.anchor, TABLE.id)):
            found[row.post_id].append(planned(row))
    return found


async def next_due(connection: Connection) -> datetime | None:
    """Return when the next reminder falls due."""
    query = select(func.min(TABLE.due_at)).where(IS_SCHEDULED)
    found: datetime | None = (await connection.execute(query)).scalar()
    return found


def planned(row: Row[Any]) -> Planned:
    """Read a row of the table."""
    return Planned(
        id=row.id,
        reminder=Reminder(
            occasion=row.occasion,
            address=row.address,
            subscription_id=row.subscription_id,
            kind=ReminderKind(row.kind),
            event_uid=row.event_uid,
            recurrence_id=row.recurrence_id,
            lead=row.lead,
            label=row.label,
            anchor=row.anchor,
            due_at=row.due_at,
            reason=row.reason,
        ),
        state=ReminderState(row.state),
        outcome=row.outcome,
        post_id=row.post_id or "",
    )


def _row(one: Reminder, now: datetime) -> dict[str, Any]:
    return {
        "occasion": one.occasion,
        "address": one.address,
        "subscription_id": one.subscription_id,
        "kind": one.kind.value,
        "event_uid": one.event_uid,
        "recurrence_id": one.recurrence_id,
        "lead": one.lead,
        "label": one.label,
        "anchor": one.anchor,
        "due_at": one.due_at,
        "reason": one.reason,
        "state": ReminderState.SCHEDULED.value,
        "outcome": "",
        "post_id": None,
        "changed_at": now,
    }
