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
from scheduler.changes import plan_changes
from scheduler.events import (
    Event,
    Reminder,
    ReminderKind,
    ReminderState,
    Subscription,
    instant,
)
from scheduler.reminders.digest import plan_digests
from scheduler.reminders.leads import DEFAULT_LEADS
from scheduler.reminders.occasions import Window
from scheduler.reminders.planning import ANCHORED, Known, Subscribers, gather, plan, why_not
from scheduler.reminders.timing import allowed_from
from scheduler.store.reminders import Planned
from scheduler.store.rows import Connection

__all__ = [
    "HORIZON",
    "STEP",
    "extend",
    "plan_window",
    "replan_addresses",
    "replan_events",
]

#: How far ahead rows are planned; moved on once half of it is left.
HORIZON = timedelta(hours=48)
#: How much of it is planned in one transaction.
STEP = timedelta(hours=6)
#: The furthest that quiet hours, weekends and holidays move a reminder.
SLACK = timedelta(days=14)

#: They are of no use after their anchor.
COUNTED_DOWN = (ReminderKind.BEFORE_START, ReminderKind.BEFORE_DEADLINE)
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
    await reminders.insert(connection, await _opened(connection, known, active, now), now)
    await plan_changes(connection, uids, active, now)


async def _opened(
    connection: Connection, known: Iterable[Known], active: Iterable[Subscription], now: datetime
) -> list[Reminder]:
    """Return the news of calls that have just opened sooner than they were to."""
    open_ = [
        (one.event.uid, replace(one, anchors=(anchor,)))
        for one in known
        for anchor in one.anchors
        if anchor.kind is ReminderKind.OPENED and anchor.at <= now and anchor.since == anchor.at
    ]
    stored = await events.load(connection, {uid for uid, _ in open_})
    pairs = {one.event.uid: (one.event.uid, one.revision - 1) for one in stored}
    was = await events.load_version(connection, pairs.values())
    before = {uid: was[pair] for uid, pair in pairs.items() if pair in was}
    news = [one for uid, one in open_ if uid in before and _is_ahead(before[uid], now)]
    subscribers = Subscribers(active)
    closing = {one.event.uid: [each.at for each in one.event.deadlines] for one in news}
    return [
        _put_off(one, subscribers, now, min(closing[one.event_uid], default=None))
        for one in plan(news, subscribers, Window(after=now - SLACK * 2, until=now))
    ]


def _is_ahead(event: Event, now: datetime) -> bool:
    return event.opening is not None and instant(event.opening, event.timezone) > now


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
    found = {}
    for one in passed:
        key = (one.occasion, one.address)
        if key in lost and one.due_at <= now:
            had = lost[key].reminder
            limit = one.anchor if one.kind in COUNTED_DOWN else None
            waits = had.due_at <= now
            found[key] = had if waits else _put_off(one, subscribers, now, limit)
    return found


def _put_off(
    one: Reminder, subscribers: Subscribers, now: datetime, limit: datetime | None
) -> Reminder:
    """Return it due at the next hour at which its subscription may be written to."""
    to = next(each for each in subscribers.all if each.id == one.subscription_id)
    due = allowed_from(
        now,
        to.timezone,
        quiet=to.quiet,
        limit=limit,
        reason="instant",
    )
    return replace(one, due_at=due.at, reason=due.reason)


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
