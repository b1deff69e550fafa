"""Posts that nobody sends: what has become useless meanwhile is recorded as missed."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

import scheduler.store.events as events
import scheduler.store.leases as leases
import scheduler.store.posts as posts
import scheduler.store.reminders as reminders
import scheduler.store.state as state
from scheduler.events import PostState, Reminder, ReminderState
from scheduler.reminders.lateness import spent
from scheduler.store.events import StoredEvent
from scheduler.store.posts import Post
from scheduler.store.reminders import Planned
from scheduler.store.rows import Connection
from scheduler.store.store import Store

__all__ = ["record_stranded"]

logger = logging.getLogger(__name__)


async def record_stranded(store: Store, served: Collection[str], now: datetime) -> None:
    """Close what waits in vain for a platform that neither we nor another process sends to.

    served: the platforms we send to. A post stays queued while something of it is of use; one
    that its sender left behind, and that may have arrived, is in doubt then.
    """
    async with store.reading() as connection:
        others = await posts.waiting_platforms(connection) - set(served)
    if not others:
        return
    async with store.writing() as connection:
        if await state.get(connection, "paused"):
            return
        at = await store.lease_time(connection)
        left = [name for name in others if not await leases.held(connection, f"send:{name}", at=at)]
        waiting = await posts.stranded(connection, left, at=at)
        planned = await reminders.of_posts(connection, [post.id for post in waiting])
        for post in waiting:
            await _close(connection, post, planned[post.id], now)


async def _close(
    connection: Connection, post: Post, planned: Sequence[Planned], now: datetime
) -> None:
    uids = {one.reminder.event_uid for one in planned}
    known = {one.event.uid: one for one in await events.load(connection, uids)}
    found = {
        one.id: _spent(one.reminder, known.get(one.reminder.event_uid), now) for one in planned
    }
    nobody = f"no process sends to {post.platform}"
    if post.state is PostState.SENDING:
        if all(found.values()):
            error = f"it cannot be known whether it arrived; {nobody}"
            await posts.doubt(connection, post.id, now, error)
            logger.error("Whether post %s reached %s is in doubt.", post.id, post.address)
        return
    for identity, why in found.items():
        if why:
            reason, was = f"{why}; {nobody}", ReminderState.ENQUEUED
            await reminders.close(
                connection, [identity], ReminderState.MISSED, reason, now, was=was
            )
    if all(found.values()):
        await posts.drop(connection, [post.id])
        logger.error("Post %s to %s was missed: no process sends there.", post.id, post.address)


def _spent(reminder: Reminder, stored: StoredEvent | None, now: datetime) -> str:
    event = stored.event if stored is not None and stored.may_be_told(reminder.kind) else None
    return spent(reminder, event, now)
