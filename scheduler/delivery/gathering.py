"""Leads of one date that come together: found late, or kept waiting, the last one says enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import scheduler.store.posts as posts
import scheduler.store.reminders as reminders
from scheduler.events import Reminder
from scheduler.reminders.planning import ANCHORED
from scheduler.store.reminders import Planned
from scheduler.store.rows import Connection

__all__ = ["about", "date_of", "take_along"]


def about(reminder: Reminder) -> tuple[str, str]:
    """Return which event is told of, and where."""
    return reminder.event_uid, reminder.address


def date_of(reminder: Reminder) -> tuple[object, ...]:
    """Return what several leads of one date have in common, at one address."""
    return (*about(reminder), reminder.kind, reminder.recurrence_id, reminder.anchor)


async def take_along(
    connection: Connection,
    planned: Mapping[str, list[Planned]],
    addresses: Collection[str],
    now: datetime,
) -> None:
    """Add to posts what waits in others of the same dates; those go without it, or not at all.

    planned: the reminders of posts that are about to leave, by post.
    """
    others = set(await posts.queued_at(connection, addresses)) - planned.keys()
    waiting = await reminders.of_posts(connection, others)
    taken: dict[str, list[Planned]] = {}
    for post_id, group in planned.items():
        dates = {date_of(one.reminder) for one in group if one.reminder.kind in ANCHORED}
        if more := [o for each in waiting.values() for o in each if date_of(o.reminder) in dates]:
            taken[post_id] = more
            group.extend(more)
            group.sort(key=lambda one: (one.reminder.due_at, one.reminder.anchor, one.id))
    moved = [(post_id, [one.id for one in group]) for post_id, group in taken.items()]
    await reminders.enqueue(connection, moved, now)
