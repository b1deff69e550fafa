"""SQL of subscriptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update

import scheduler.store.tables as tables
from scheduler.events import Subscription
from scheduler.store.codec import dump_subscription, load_subscription
from scheduler.store.rows import Connection, pieces, upsert
from scheduler.store.state import lock_planner

__all__ = ["active", "all_of", "end", "find", "in_chat", "pause", "put", "rename"]

TABLE = tables.subscriptions.c


async def active(
    connection: Connection, addresses: Iterable[str] | None = None
) -> list[Subscription]:
    """Return the subscriptions that have not ended, of some addresses or of all (None)."""
    query = select(tables.subscriptions).where(TABLE.ended_at.is_(None)).order_by(TABLE.id)
    if addresses is None:
        return [_subscription(row) for row in await connection.execute(query)]
    found: list[Subscription] = []
    for piece in pieces(addresses):
        rows = await connection.execute(query.where(TABLE.address.in_(piece)))
        found.extend(_subscription(row) for row in rows)
    return found


async def in_chat(connection: Connection, chat: str) -> list[Subscription]:
    """Return those of a chat and of its threads or topics."""
    query = select(tables.subscriptions).where(
        TABLE.ended_at.is_(None),
        or_(TABLE.address == chat, TABLE.address.startswith(f"{chat}/", autoescape=True)),
    )
    return [_subscription(row) for row in await connection.execute(query.order_by(TABLE.id))]


async def find(connection: Connection, identity: str) -> Subscription | None:
    """Return one that has not ended, by its id."""
    query = select(tables.subscriptions).where(TABLE.id == identity, TABLE.ended_at.is_(None))
    row = (await connection.execute(query)).first()
    return _subscription(row) if row else None


async def all_of(
    connection: Connection, identities: Iterable[str], addresses: Iterable[str]
) -> list[Subscription]:
    """Return subscriptions by their id or their address, also those that have ended, by id."""
    found: dict[str, Subscription] = {}
    for column, values in ((TABLE.id, identities), (TABLE.address, addresses)):
        for piece in pieces(set(values)):
            query = select(tables.subscriptions).where(column.in_(piece))
            found |= {row.id: _subscription(row) for row in await connection.execute(query)}
    return [found[identity] for identity in sorted(found)]


async def put(connection: Connection, subscription: Subscription, now: datetime) -> None:
    """Begin a subscription, or change one: then it keeps the instant it began at, and its pause."""
    known = await find(connection, subscription.id)
    since = known.since if known else subscription.since or now
    paused = subscription.paused_until or (known.paused_until if known else None)
    row = {
        "id": subscription.id,
        "address": subscription.address,
        "origin": subscription.origin,
        "event_uid": subscription.event_uid,
        "body": dump_subscription(replace(subscription, since=None, paused_until=None)),
        "since": since,
        "paused_until": paused,
        "ended_at": None,
    }
    await upsert(connection, tables.subscriptions, [row])


async def end(connection: Connection, identity: str, now: datetime) -> None:
    """End a subscription; its row stays, to explain what was sent."""
    await connection.execute(
        update(tables.subscriptions).where(TABLE.id == identity).values(ended_at=now)
    )


async def pause(connection: Connection, identity: str, until: datetime | None) -> None:
    """Let nothing be sent for a subscription before an instant."""
    await connection.execute(
        update(tables.subscriptions).where(TABLE.id == identity).values(paused_until=until)
    )


async def rename(connection: Connection, old: str, new: str) -> None:
    """Follow a chat to its new address with all that was planned and sent there."""
    await lock_planner(connection)
    # What was posted has no number there by which it could be answered.
    posts = tables.posts.c
    await connection.execute(update(tables.posts).where(posts.address == old).values(ref=""))
    for table in (tables.subscriptions, tables.posts, tables.deliveries):
        await connection.execute(update(table).where(table.c.address == old).values(address=new))
    # What fell due in this moment goes along, and what was sent is not planned there once more.
    reminders = tables.reminders.c
    there = select(reminders.occasion).where(reminders.address == new)
    moving = update(tables.reminders).where(
        reminders.address == old, reminders.occasion.not_in(there.scalar_subquery())
    )
    await connection.execute(moving.values(address=new))


def _subscription(row: Row[Any]) -> Subscription:
    return replace(
        load_subscription(row.body),
        address=row.address,
        event_uid=row.event_uid,
        since=row.since,
        paused_until=row.paused_until,
    )
