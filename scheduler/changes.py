"""Keeps the planned notices of changes in line with what addresses were told, in a transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import scheduler.store.events as events
import scheduler.store.reminders as reminders
import scheduler.store.subscriptions as subscriptions
import scheduler.store.telling as telling
from scheduler.events import Reminder, ReminderKind, ReminderState, Subscription
from scheduler.reminders.change import Told, plan_change
from scheduler.store.events import StoredEvent
from scheduler.store.reminders import Planned
from scheduler.store.rows import Connection

__all__ = ["plan_changes", "replan_changes"]


async def replan_changes(connection: Connection, address: str, now: datetime) -> None:
    """Plan the notices of changes that wait at an address anew: its pause has changed."""
    planned = await reminders.scheduled(
        connection, addresses=[address], kinds=[ReminderKind.CHANGED]
    )
    if planned:
        active = await subscriptions.active(connection)
        await plan_changes(connection, {p.reminder.event_uid for p in planned}, active, now)


async def plan_changes(
    connection: Connection, uids: set[str], active: Iterable[Subscription], now: datetime
) -> None:
    """Plan a notice for each address that was told otherwise than it is now."""
    by_address: dict[str, list[Subscription]] = defaultdict(list)
    for one in active:
        by_address[one.address].append(one)
    stored = {one.event.uid: one for one in await events.load(connection, uids)}
    tellings = await telling.told(connection, uids)
    versions = await events.load_version(
        connection, {(one.event_uid, one.revision) for one in tellings}
    )
    owed = []
    for told in tellings:
        event, was = stored.get(told.event_uid), versions.get((told.event_uid, told.revision))
        if event and was and by_address[told.address]:
            then = Told(
                address=told.address, recurrence_id=told.recurrence_id, event=was, at=told.at
            )
            owed.append(_owed(then, event, by_address[told.address][0], now))
    planned = await reminders.scheduled(connection, events=uids, kinds=[ReminderKind.CHANGED])
    await _reconcile_changes(connection, planned, [one for one in owed if one], now)


def _owed(told: Told, stored: StoredEvent, to: Subscription, now: datetime) -> Reminder | None:
    if not stored.may_be_told(ReminderKind.CHANGED):
        return None
    return plan_change(told, stored.event, stored.revision, to, now)


async def _reconcile_changes(
    connection: Connection, planned: Iterable[Planned], owed: Iterable[Reminder], now: datetime
) -> None:
    want = {(one.occasion, one.address): one for one in owed}
    have = {(one.reminder.occasion, one.reminder.address): one for one in planned}
    gone = [one.id for key, one in have.items() if key not in want]
    await reminders.close(connection, gone, ReminderState.CANCELLED, "changed again", now)
    fresh = [one for key, one in want.items() if key not in have]
    await reminders.insert(connection, fresh, now)
    moved = [
        replace(one, reminder=want[key])
        for key, one in have.items()
        if one.reminder != want.get(key, one.reminder)
        and max(one.reminder.due_at, want[key].due_at) > now
    ]
    await reminders.reschedule(connection, moved, now)
