"""Keeps the planned reminders in line with events and subscriptions, within a transaction.

Rows are planned some days ahead, up to one instant that is kept (`planned_until`). Time passing
moves it on (`extend`); a changed event or subscription re-plans what is its own below it. What was
due before an event's date or a subscription was known is never planned, so that it does not matter
when these run, nor after how long a downtime.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import scheduler.store.events as events
import scheduler.store.reminders as reminders
import scheduler.store.state as state
import scheduler.store.subscriptions as subscriptions
import scheduler.store.telling as telling
from scheduler.events import Reminder, ReminderKind, ReminderState, Subscription
from scheduler.reminders.change import Told, plan_change
from scheduler.reminders.digest import plan_digests
from scheduler.reminders.leads import DEFAULT_LEADS
from scheduler.reminders.occasions import Window
from scheduler.reminders.planning import ANCHORED, Known, Subscribers, gather, plan, why_not
from scheduler.reminders.timing import allowed_from
from scheduler.store.events import StoredEvent
from scheduler.store.reminders import Planned
from scheduler.store.rows import Connection

__all__ = [
    "HORIZON",
    "STEP",
    "extend",
    "plan_window",
    "replan_addresses",
    "replan_changes",
    "replan_events",
]

#: How far ahead rows are planned; moved on once half of it is left.
HORIZON = timedelta(hours=48)
#: How much of it is planned in one transaction.
STEP = timedelta(hours=6)
#: The furthest that quiet hours, weekends and holidays move a reminder.
SLACK = timedelta(days=14)

PLANNED = (*ANCHORED, ReminderKind.DIGEST)


async def extend(connection: Connection, now: datetime, most: timedelta | None = None) -> bool:
    """Plan further ahead if it is time to; return whether anything was done.

    most: plan no longer stretch at once, for others write, too; call again until it is False.
    """
    # First of all locks, also where nothing is to be done: events are changed one after another.
    await state.lock_planner(connection)
    planned_until = await _planned_until(connection, now)
    if planned_until >= now + HORIZON / 2:
        return False
    until = now + HORIZON if most is None else min(planned_until + most, now + HORIZON)
    window = Window(after=planned_until, until=until)
    planned = await plan_window(connection, window)
    await reminders.insert(connection, planned, now)
    await state.put(connection, "planned_until", at=window.until)
    return True


async def plan_window(connection: Connection, window: Window) -> list[Reminder]:
    """Return all that events and subscriptions give to be sent in a stretch of time."""
    active = await subscriptions.active(connection)
    known = await events.known_between(
        connection, window.after - SLACK, window.until + _longest(active) + SLACK
    )
    # In a thread: for a large community this takes a while, and chats must be answered meanwhile.
    planned = await asyncio.to_thread(gather, known, Subscribers(active), window)
    return [*planned, *plan_digests(active, window)]


async def replan_events(connection: Connection, changed: Iterable[str], now: datetime) -> None:
    """Plan changed events anew, and the notices of their changes that addresses are owed."""
    uids = set(changed)
    if not uids:
        return
    await state.lock_planner(connection)
    active = await subscriptions.active(connection)
    known = await events.known(connection, uids)
    planned = await reminders.scheduled(connection, events=uids, kinds=ANCHORED)
    await _reconcile(connection, planned, known, Subscribers(active), now)
    await _replan_changes(connection, uids, active, now)


async def replan_addresses(connection: Connection, addresses: Iterable[str], now: datetime) -> None:
    """Plan anew for addresses whose subscriptions changed."""
    wanted = set(addresses)
    if not wanted:
        return
    await state.lock_planner(connection)
    active = await subscriptions.active(connection, wanted)
    until = await _planned_until(connection, now)
    known = await events.known_between(connection, now - SLACK, until + _longest(active) + SLACK)
    planned = await reminders.scheduled(connection, addresses=wanted, kinds=PLANNED)
    late = [one.reminder.event_uid for one in planned if one.reminder.due_at <= now]
    have = {one.event.uid for one in known}
    known += await events.known(connection, {uid for uid in late if uid} - have)
    window = await _window(connection, planned, now)
    digests = list(plan_digests(active, replace(window, after=window.after - SLACK)))
    await _reconcile(connection, planned, known, Subscribers(active), now, digests)


async def _reconcile(
    connection: Connection,
    planned: Iterable[Planned],
    known: Iterable[Known],
    subscribers: Subscribers,
    now: datetime,
    also: Iterable[Reminder] = (),
) -> None:
    """Cancel what should no longer be, plan what should, mend what has another due instant.

    What is due and not yet handled stays if it still should be; nothing past is added.
    """
    have = {(one.reminder.occasion, one.reminder.address): one for one in planned}
    window = await _window(connection, have.values(), now)
    ahead = [*plan(known, subscribers, window), *(one for one in also if one.due_at in window)]
    want = {(r.occasion, r.address): r for r in ahead}
    if lost := {key: one for key, one in have.items() if key not in want}:
        before = Window(after=window.after - SLACK, until=now)
        passed = [*plan(known, subscribers, before), *also]
        want |= _overtaken(lost, passed, subscribers, now)
    gone = [one for key, one in have.items() if key not in want]
    for why, ids in _why_gone(gone, known, subscribers).items():
        await reminders.close(connection, ids, ReminderState.CANCELLED, why, now)
    added = [one for key, one in want.items() if key not in have and one.due_at > now]
    await reminders.insert(connection, added, now)
    moved = [
        replace(have[key], reminder=one)
        for key, one in want.items()
        if key in have and have[key].reminder != one
    ]
    await reminders.reschedule(connection, moved, now)


def _overtaken(
    lost: Mapping[tuple[str, str], Planned],
    passed: Iterable[Reminder],
    subscribers: Subscribers,
    now: datetime,
) -> dict[tuple[str, str], Reminder]:
    """Return what lay ahead and would now have been due before, since other hours are wished for.

    It is not lost by that: it comes at the next hour that is allowed before its date.
    """
    by_id = {one.id: one for one in subscribers.all}
    found = {}
    for one in passed:
        key = (one.occasion, one.address)
        if key in lost and one.due_at <= now < lost[key].reminder.due_at:
            to = by_id[one.subscription_id]
            due = allowed_from(
                now,
                to.timezone,
                quiet=to.quiet,
                limit=max(one.anchor, now) if one.kind in ANCHORED else None,
                reason="instant",
            )
            found[key] = replace(one, due_at=due.at, reason=due.reason)
    return found


def _why_gone(
    gone: Iterable[Planned], known: Iterable[Known], subscribers: Subscribers
) -> dict[str, list[int]]:
    """Return reminders that should no longer be, by the reason."""
    events_ = {one.event.uid: one for one in known}
    by_address: dict[str, list[Subscription]] = defaultdict(list)
    for subscription in subscribers.all:
        by_address[subscription.address].append(subscription)
    found: dict[str, list[int]] = defaultdict(list)
    for one in gone:
        told, active = one.reminder, by_address[one.reminder.address]
        about = events_.get(told.event_uid)
        if not active:
            why = "unsubscribed"
        elif told.kind is ReminderKind.DIGEST:
            why = "subscription changed"
        elif about is None or told.anchor not in [anchor.at for anchor in about.anchors]:
            why = "moved, cancelled or withdrawn"
        else:
            # It is wanted, and yet not now: an event that came back is known anew.
            why = why_not(about, told.occasion, active) or "event changed"
        found[why].append(one.id)
    return found


async def _window(connection: Connection, planned: Iterable[Planned], now: datetime) -> Window:
    due = [one.reminder.due_at for one in planned]
    after = min([now, *(at - timedelta(microseconds=1) for at in due)])
    return Window(after=after, until=await _planned_until(connection, now))


async def _planned_until(connection: Connection, now: datetime) -> datetime:
    found = await state.get(connection, "planned_until")
    return found[1] if found and found[1] else now


def _longest(active: Iterable[Subscription]) -> timedelta:
    """Return the longest lead there is."""
    leads = {lead for leads in DEFAULT_LEADS.values() for lead in leads}
    leads |= {lead for one in active for each in one.leads.values() for lead in each}
    return max(lead.before or timedelta(days=(lead.days or 0) + 1) for lead in leads)


async def replan_changes(connection: Connection, address: str, now: datetime) -> None:
    """Plan the notices of changes that wait at an address anew: its pause has changed."""
    planned = await reminders.scheduled(
        connection, addresses=[address], kinds=[ReminderKind.CHANGED]
    )
    if planned:
        active = await subscriptions.active(connection)
        await _replan_changes(connection, {p.reminder.event_uid for p in planned}, active, now)


async def _replan_changes(
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
            then = Told(address=told.address, recurrence_id=told.recurrence_id, event=was)
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
