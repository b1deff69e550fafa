"""SQL of what addresses were told: which events, in which revision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, or_, select

import scheduler.store.tables as tables
from scheduler.events import NoticeItem, PostState, ReminderKind
from scheduler.store.posts import Post
from scheduler.store.rows import Connection, pieces

__all__ = ["Telling", "digested", "last_digest", "tell", "told"]

TABLE, TOLD = tables.posts.c, tables.deliveries.c
#: What an address may have seen.
SEEN = (PostState.SENT.value, PostState.SENDING.value, PostState.IN_DOUBT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What an address was told last about an event or one date of it."""

    event_uid: str
    recurrence_id: str
    address: str
    revision: int
    post_id: str
    #: When the post was due.
    at: datetime


async def tell(
    connection: Connection, told: Iterable[tuple[Post, Sequence[tuple[NoticeItem, int]]]]
) -> None:
    """Write down which events, in which revision, posts tell of."""
    whole = list(told)
    again = [post.id for post, _ in whole if post.attempts > 1]
    if again:
        await connection.execute(delete(tables.deliveries).where(TOLD.post_id.in_(again)))
    rows = [
        {
            "post_id": post.id,
            "address": post.address,
            "event_uid": item.event.uid,
            "recurrence_id": item.recurrence_id,
            "kind": item.kind.value,
            "revision": revision,
        }
        for post, items in whole
        for item, revision in items
    ]
    if rows:
        await connection.execute(insert(tables.deliveries), rows)


async def told(
    connection: Connection, uids: Iterable[str], *, address: str = "", besides: str = ""
) -> list[Telling]:
    """Return what each address (or one) was told last about events, date by date.

    besides: a post that does not count, being the one in the making.
    """
    last: dict[tuple[str, str, str], Telling] = {}
    for piece in pieces(uids):
        query = _told(piece).where(TABLE.id != besides)
        if address:
            query = query.where(TOLD.address == address)
        for row in await connection.execute(query):
            key = (row.event_uid, row.recurrence_id, row.address)
            last[key] = Telling(
                event_uid=row.event_uid,
                recurrence_id=row.recurrence_id,
                address=row.address,
                revision=row.revision,
                post_id=row.post_id,
                at=row.due_at,
            )
    return list(last.values())


async def digested(connection: Connection, address: str, *, besides: str) -> dict[str, int]:
    """Return the events that digests told an address of, with the revision told last."""
    query = (
        select(TOLD.event_uid, TOLD.revision)
        .join(tables.posts, TABLE.id == TOLD.post_id)
        .where(
            TOLD.address == address,
            TOLD.kind == ReminderKind.DIGEST.value,
            TABLE.state.in_(SEEN),
            TABLE.id != besides,
        )
        .order_by(TOLD.id)
    )
    return {row.event_uid: row.revision for row in await connection.execute(query)}


async def last_digest(
    connection: Connection, address: str, *, besides: str, empty: str
) -> datetime | None:
    """Return when the last digest was due at an address that was sent, or was `empty`."""
    digests = tables.reminders.c
    sent = and_(TABLE.state.in_(SEEN), TABLE.id != besides)
    query = (
        select(func.max(digests.due_at))
        .outerjoin(tables.posts, TABLE.id == digests.post_id)
        .where(
            digests.address == address,
            digests.kind == ReminderKind.DIGEST.value,
            or_(sent, digests.outcome == empty),
        )
    )
    found: datetime | None = (await connection.execute(query)).scalar()
    return found


def _told(uids: Sequence[str]) -> Select[Any]:
    return (
        select(tables.deliveries, TABLE.due_at)
        .join(tables.posts, TABLE.id == TOLD.post_id)
        .where(TOLD.event_uid.in_(uids), TABLE.state.in_(SEEN))
        .order_by(TOLD.id)
    )
