"""SQL of the outbox: posts and their claims."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

import scheduler.store.tables as tables
from scheduler.events import PostState
from scheduler.store.rows import Connection, pieces

__all__ = [
    "Post",
    "abandoned",
    "any_abandoned",
    "claim",
    "create",
    "doubt",
    "drop",
    "find",
    "hold",
    "next_attempt",
    "queued",
    "queued_at",
    "sent",
    "settle",
    "stranded",
    "waiting_platforms",
]

TABLE = tables.posts.c
#: After so many tries a post lets all others of its address go first.
OBSTINATE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as its row keeps it."""

    id: str
    address: str
    platform: str
    state: PostState
    created_at: datetime
    due_at: datetime
    #: Nothing is tried before.
    not_before: datetime
    attempts: int = 0
    #: How often it was sent again though it may have arrived.
    doubts: int = 0
    #: The post it answers, ours; "" for none.
    answers: str = ""
    #: The platform's id; "" until it is sent.
    ref: str = ""
    error: str = ""
    #: By the database's clock.
    claimed_at: datetime | None = None
    settled_at: datetime | None = None


async def create(connection: Connection, posts: Iterable[Post]) -> None:
    """Put posts into the outbox."""
    rows = [
        {
            "id": one.id,
            "address": one.address,
            "platform": one.platform,
            "state": one.state.value,
            "due_at": one.due_at,
            "not_before": one.not_before,
            "answers": one.answers,
            "created_at": one.created_at,
        }
        for one in posts
    ]
    if rows:
        await connection.execute(insert(tables.posts), rows)


async def queued(connection: Connection, now: datetime, platform: str, limit: int) -> list[Post]:
    """Return for each address the oldest post that may be sent now, news of changes first.

    One that is refused again and again keeps no other from being sent.
    """
    turn = (TABLE.attempts >= OBSTINATE, TABLE.answers == "", TABLE.due_at, TABLE.id)
    order = func.row_number().over(partition_by=TABLE.address, order_by=turn)
    waiting = (
        select(tables.posts, order.label("place"))
        .where(
            TABLE.state == PostState.QUEUED.value,
            TABLE.not_before <= now,
            TABLE.platform == platform,
        )
        .subquery()
    )
    query = select(waiting).where(waiting.c.place == 1).order_by(waiting.c.due_at, waiting.c.id)
    return [_post(row) for row in await connection.execute(query.limit(limit))]


async def queued_at(connection: Connection, addresses: Iterable[str]) -> list[str]:
    """Return the ids of all posts that are queued for addresses, locked."""
    found: list[str] = []
    for piece in pieces(addresses):
        query = select(TABLE.id).where(
            TABLE.state == PostState.QUEUED.value, TABLE.address.in_(piece)
        )
        rows = await connection.execute(query.with_for_update(skip_locked=True))
        found.extend(rows.scalars())
    return found


async def waiting_platforms(connection: Connection) -> set[str]:
    """Return the platforms that posts are queued or left behind for."""
    open_ = (PostState.QUEUED.value, PostState.SENDING.value)
    query = select(TABLE.platform).where(TABLE.state.in_(open_)).distinct()
    return set((await connection.execute(query)).scalars())


async def stranded(
    connection: Connection, platforms: Collection[str], *, at: datetime
) -> list[Post]:
    """Return all that nobody sends or settles on platforms, locked until the transaction ends."""
    waits = TABLE.state == PostState.QUEUED.value
    query = (
        select(tables.posts)
        .where(TABLE.platform.in_(platforms), or_(waits, _left_behind(at)))
        .order_by(TABLE.due_at, TABLE.id)
        .with_for_update(skip_locked=True)
    )
    return [_post(row) for row in await connection.execute(query)]


async def claim(
    connection: Connection, ids: Collection[str], owner: str, *, at: datetime, lease: timedelta
) -> list[Post]:
    """Take queued posts for sending; without those that another has or that are queued no more."""
    free = (
        select(TABLE.id)
        .where(TABLE.id.in_(ids), TABLE.state == PostState.QUEUED.value)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(tables.posts)
        .where(TABLE.id.in_(free.scalar_subquery()))
        .values(
            state=PostState.SENDING.value,
            attempts=TABLE.attempts + 1,
            owner=owner,
            lease_until=at + lease,
            claimed_at=at,
        )
        .returning(tables.posts)
    )
    return [_post(row) for row in await connection.execute(statement)]


def _outlived(
    platforms: Collection[str], at: datetime, but: Collection[str]
) -> ColumnElement[bool]:
    return and_(_left_behind(at), TABLE.platform.in_(platforms), TABLE.address.not_in(but))


def _left_behind(at: datetime) -> ColumnElement[bool]:
    return and_(TABLE.state == PostState.SENDING.value, TABLE.lease_until < at)


async def any_abandoned(
    connection: Connection, platforms: Collection[str], *, at: datetime, but: Collection[str] = ()
) -> bool:
    """Say whether a claim has outlived its lease, `but` for some addresses."""
    query = select(TABLE.id).where(_outlived(platforms, at, but))
    return (await connection.execute(query.limit(1))).first() is not None


async def abandoned(
    connection: Connection,
    owner: str,
    platforms: Collection[str],
    *,
    at: datetime,
    lease: timedelta,
    but: Collection[str] = (),
) -> list[Post]:
    """Take over the posts whose sender died or gave up: their lease is over.

    Not those to the addresses `but`, where their sender may only be slow.
    """
    outlived = _outlived(platforms, at, but)
    dead = select(TABLE.id).where(outlived).with_for_update(skip_locked=True)
    statement = (
        update(tables.posts)
        .where(TABLE.id.in_(dead.scalar_subquery()))
        .values(owner=owner, lease_until=at + lease)
        .returning(tables.posts)
    )
    rows = (await connection.execute(statement)).all()
    return sorted((_post(row) for row in rows), key=lambda post: (post.due_at, post.id))


async def settle(
    connection: Connection,
    post: Post,
    owner: str,
    *,
    state: PostState,
    now: datetime,
    ref: str = "",
    error: str = "",
    not_before: datetime | None = None,
    doubted: bool = False,
) -> bool:
    """Write what became of a claimed post; False where the claim has passed to another."""
    statement = (
        update(tables.posts)
        .where(TABLE.id == post.id, TABLE.owner == owner, TABLE.state == PostState.SENDING.value)
        .values(
            state=state.value,
            ref=ref or TABLE.ref,
            error=error,
            not_before=not_before or TABLE.not_before,
            doubts=TABLE.doubts + int(doubted),
            lease_until=None,
            settled_at=now,
        )
    )
    return (await connection.execute(statement)).rowcount == 1


async def doubt(connection: Connection, post_id: str, now: datetime, error: str) -> None:
    """Write down that it will not be known whether a post arrived."""
    statement = update(tables.posts).where(
        TABLE.id == post_id, TABLE.state == PostState.SENDING.value
    )
    await connection.execute(
        statement.values(
            state=PostState.IN_DOUBT.value, error=error, lease_until=None, settled_at=now
        )
    )


async def sent(connection: Connection, refs: Collection[tuple[str, str]], now: datetime) -> None:
    """Write down which posts (by id) arrived, each with the platform's id.

    Also where another has taken the claim over meanwhile: it need not send it any more.
    """
    statement = (
        update(tables.posts)
        .where(TABLE.id == bindparam("i"), TABLE.state != PostState.SENT.value)
        .values(
            state=PostState.SENT.value,
            ref=bindparam("r"),
            error="",
            lease_until=None,
            settled_at=now,
        )
    )
    await connection.execute(statement, [{"i": post_id, "r": ref} for post_id, ref in refs])


async def hold(connection: Connection, address: str, until: datetime) -> None:
    """Let nothing that is queued for an address be tried before an instant."""
    await connection.execute(
        update(tables.posts)
        .where(
            TABLE.address == address,
            TABLE.state == PostState.QUEUED.value,
            TABLE.not_before < until,
        )
        .values(not_before=until)
    )


async def drop(connection: Connection, ids: Collection[str]) -> None:
    """Remove posts of which nothing is left to say."""
    if ids:
        told = tables.deliveries
        await connection.execute(delete(told).where(told.c.post_id.in_(ids)))
        await connection.execute(delete(tables.posts).where(TABLE.id.in_(ids)))


async def find(connection: Connection, post_id: str) -> Post | None:
    """Return a post by its id."""
    row = (await connection.execute(select(tables.posts).where(TABLE.id == post_id))).first()
    return _post(row) if row else None


async def next_attempt(connection: Connection) -> datetime | None:
    """Return when the next queued post may be tried."""
    query = select(func.min(TABLE.not_before)).where(TABLE.state == PostState.QUEUED.value)
    found: datetime | None = (await connection.execute(query)).scalar()
    return found


def _post(row: Row[Any]) -> Post:
    return Post(
        id=row.id,
        address=row.address,
        platform=row.platform,
        state=PostState(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        not_before=row.not_before,
        attempts=row.attempts,
        doubts=row.doubts,
        answers=row.answers,
        ref=row.ref,
        error=row.error,
        claimed_at=row.claimed_at,
        settled_at=row.settled_at,
    )
