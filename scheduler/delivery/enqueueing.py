"""Puts what has fallen due into the outbox: one post for a chat and minute, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import scheduler.store.posts as posts
import scheduler.store.reminders as reminders
import scheduler.store.telling as telling
from scheduler.delivery.gathering import about, date_of
from scheduler.events import PostState, ReminderKind
from scheduler.reminders.planning import ANCHORED
from scheduler.store.posts import Post
from scheduler.store.reminders import Planned
from scheduler.store.rows import Connection, pieces

__all__ = ["enqueue", "rehearse"]

#: Reminders taken in one transaction, and all others that are due at the same addresses.
BATCH = 2000
#: Events in one post; more than this nobody reads, and platforms cut it.
MOST_ITEMS = 8
#: Reminders so long before their anchor may leave with others of their minute, seconds early.
UNHURRIED = timedelta(hours=1)

_ALONE = (ReminderKind.DIGEST, ReminderKind.SUMMARY)


async def enqueue(connection: Connection, now: datetime, most: int = BATCH) -> int:
    """Move due reminders into posts; return how many reminders there were."""
    due = await reminders.due(connection, now, most)
    if len(due) == most:  # of some addresses only a part may be among them
        addresses = {one.reminder.address for one in due}
        have = {one.id for one in due}
        there = await reminders.due_at(connection, addresses, now)
        due += [one for one in there if one.id not in have]
    if due:
        await _enqueue(connection, due, now)
    return len(due)


async def rehearse(connection: Connection, now: datetime) -> tuple[list[Post], list[int]]:
    """Enqueue what no dry run went through; return the posts and the reminders' ids."""
    due = await reminders.due(connection, now, BATCH, rehearsed=False)
    made = await _enqueue(connection, due, now) if due else []
    return made, [one.id for one in due]


async def _enqueue(connection: Connection, due: list[Planned], now: datetime) -> list[Post]:
    due = due + await _soon(connection, due, now) + await _news(connection, due)
    answered = await _answered(connection, due)
    groups: dict[tuple[str, str], list[Planned]] = defaultdict(list)
    for one in due:
        answers = answered.get(one.id, "")
        alone = one.reminder.occasion if one.reminder.kind in _ALONE else answers
        groups[one.reminder.address, alone].append(one)
    made = [
        (_post(list(piece), answered.get(piece[0].id, ""), now), [one.id for one in piece])
        for group in groups.values()
        for piece in _cut(group)
    ]
    await posts.create(connection, [post for post, _ in made])
    await reminders.enqueue(connection, [(post.id, ids) for post, ids in made], now)
    return [post for post, _ in made]


async def _soon(connection: Connection, due: Iterable[Planned], now: datetime) -> list[Planned]:
    """Return what else falls due in this minute at the same addresses and is in no hurry."""
    begin = now.replace(second=0, microsecond=0)
    fresh = {one.reminder.address for one in due if one.reminder.due_at >= begin}
    found = await reminders.due_together(connection, fresh, now, begin + timedelta(minutes=1))
    return [one for one in found if one.reminder.anchor - one.reminder.due_at >= UNHURRIED]


async def _news(connection: Connection, due: Sequence[Planned]) -> list[Planned]:
    """Return the notices of changes that wait for an allowed hour, of events that are told of now.

    Who is reminded of a new date is told first that it is a new one.
    """
    told = {about(one.reminder) for one in due if one.reminder.kind in ANCHORED}
    have = {one.id for one in due}
    changes = await reminders.scheduled(
        connection, events={uid for uid, _ in told}, kinds=[ReminderKind.CHANGED], locked=True
    )
    return [one for one in changes if about(one.reminder) in told and one.id not in have]


def _cut(group: Iterable[Planned]) -> Iterator[list[Planned]]:
    """Cut what is due at an address into posts; all leads of a date are in one of them."""
    dates: dict[object, list[Planned]] = defaultdict(list)
    for one in group:
        dates[date_of(one.reminder)].append(one)
    for piece in pieces(dates.values(), MOST_ITEMS):
        yield [one for date in piece for one in date]


async def _answered(connection: Connection, due: Iterable[Planned]) -> dict[int, str]:
    """Return, for notices of changes, the post each of them answers: the latest about its event."""
    changes = [one for one in due if one.reminder.kind is ReminderKind.CHANGED]
    tellings = await telling.told(connection, {one.reminder.event_uid for one in changes})
    latest = {(one.event_uid, one.recurrence_id, one.address): one.post_id for one in tellings}
    return {
        one.id: latest.get(
            (one.reminder.event_uid, one.reminder.recurrence_id, one.reminder.address), ""
        )
        for one in changes
    }


def _post(group: list[Planned], answers: str, now: datetime) -> Post:
    due_at = min(now, *(one.reminder.due_at for one in group))
    address = group[0].reminder.address
    return Post(
        id=uuid4().hex,
        address=address,
        platform=address.partition(":")[0],
        state=PostState.QUEUED,
        created_at=now,
        due_at=due_at,
        not_before=due_at,
        answers=answers,
    )
