"""Makes the notice of a claimed post from what holds now, and drops what holds no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import scheduler.store.events as events
import scheduler.store.posts as posts
import scheduler.store.reminders as reminders
import scheduler.store.subscriptions as subscriptions
import scheduler.store.telling as telling
from scheduler.delivery.gathering import take_along
from scheduler.events import (
    Event,
    Notice,
    NoticeItem,
    Reminder,
    ReminderKind,
    ReminderState,
    Review,
    Subscription,
)
from scheduler.reminders.anchors import Anchor, anchors
from scheduler.reminders.change import LONG_OVER, differences
from scheduler.reminders.digest import (
    SUMMARY_WITHIN,
    Entry,
    digest_items,
    summary_items,
    told_until,
)
from scheduler.reminders.lateness import spent
from scheduler.reminders.matching import mismatch
from scheduler.reminders.planning import Known, why_not
from scheduler.store.events import StoredEvent
from scheduler.store.posts import Post
from scheduler.store.reminders import Planned
from scheduler.store.rows import Connection

__all__ = ["Composed", "compose"]

#: Why a digest or summary was not sent.
NOTHING = "nothing to tell"

_OVERVIEWS = (ReminderKind.DIGEST, ReminderKind.SUMMARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A post and its notice; None if nothing is left to say."""

    post: Post
    notice: Notice | None
    #: Each item of it with the event's revision.
    told: tuple[tuple[NoticeItem, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    items: tuple[NoticeItem, ...] = ()
    #: Why there is none.
    dropped: str = ""
    missed: bool = False
    #: It is told then instead.
    put_off: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of all that several posts tell of."""

    planned: Mapping[str, list[Planned]]
    #: Events by uid; those of overviews are added.
    stored: dict[str, StoredEvent]
    subscriptions: Sequence[Subscription]
    #: Those that have not ended, by address.
    active: Mapping[str, Sequence[Subscription]]


async def compose(connection: Connection, made: Sequence[Post], now: datetime) -> list[Composed]:
    """Make the notices of posts.

    Reminders that hold no more (moved, cancelled, too late) are closed with the reason.
    """
    planned = await reminders.of_posts(connection, [post.id for post in made])
    addresses = {post.address for post in made}
    await take_along(connection, planned, addresses, now)
    every = [one.reminder for group in planned.values() for one in group]
    # Held: who changes one meanwhile must see that it has been told.
    stored = await events.load(connection, {one.event_uid for one in every}, held=True)
    active: dict[str, list[Subscription]] = {address: [] for address in addresses}
    for subscription in await subscriptions.active(connection, addresses):
        active[subscription.address].append(subscription)
    known = _Known(
        planned=planned,
        stored={one.event.uid: one for one in stored},
        subscriptions=await subscriptions.all_of(
            connection, {one.subscription_id for one in every}, addresses
        ),
        active=active,
    )
    return [await _compose(connection, post, known, now) for post in made]


async def _compose(connection: Connection, post: Post, known: _Known, now: datetime) -> Composed:
    planned = known.planned[post.id]
    items: dict[tuple[object, ...], tuple[NoticeItem, int]] = {}
    for one in planned:
        told = await _tell(connection, post, one.reminder, known, now)
        if told.put_off:
            await reminders.put_off(connection, one.id, told.put_off, now)
        if told.dropped:
            state = ReminderState.MISSED if told.missed else ReminderState.CANCELLED
            await reminders.close(
                connection, [one.id], state, told.dropped, now, was=ReminderState.ENQUEUED
            )
        for item in told.items:
            # Of several leads of one date that come together, the last says enough.
            key = (item.kind, item.event.uid, item.recurrence_id, item.anchor)
            items[key] = (item, known.stored[item.event.uid].revision)
    if not items:
        return Composed(post=post, notice=None)
    to = _recipient(planned[0].reminder.subscription_id, post.address, known.subscriptions)
    notice = await _notice(connection, post, to, [item for item, _ in items.values()])
    return Composed(post=post, notice=notice, told=tuple(items.values()))


def _recipient(identity: str, address: str, known: Sequence[Subscription]) -> Subscription | None:
    """Return the subscription, even if it has ended; else any of the address."""
    exact = [one for one in known if one.id == identity]
    return next((one for one in exact or known if exact or one.address == address), None)


async def _notice(
    connection: Connection, post: Post, to: Subscription | None, items: list[NoticeItem]
) -> Notice:
    answered = await posts.find(connection, post.answers) if post.answers else None
    return Notice(
        post_id=post.id,
        address=post.address,
        language=to.language if to else "cs",
        timezone=to.timezone if to else "Europe/Prague",
        items=tuple(items),
        reply_to=answered.ref if answered else "",
        due_at=post.due_at,
    )


async def _tell(
    connection: Connection,
    post: Post,
    reminder: Reminder,
    known: _Known,
    now: datetime,
) -> _Told:
    active = known.active[post.address]
    if reminder.kind in _OVERVIEWS:
        return await _overview(connection, post, reminder, known, now)
    one = known.stored.get(reminder.event_uid)
    if one is None or not one.may_be_told(reminder.kind):
        return _Told(dropped="withdrawn")
    if why := spent(reminder, one.event, now):
        return _Told(dropped=why, missed=True)
    if reminder.kind is ReminderKind.CHANGED:
        if not active:
            return _Told(dropped="unsubscribed")
        if all(mismatch(subscription, one.event) == "audience" for subscription in active):
            return _Told(dropped="audience")
        if all(_paused(subscription, now) for subscription in active):
            return _Told(put_off=min(filter(None, (each.paused_until for each in active))))
        return await _change(connection, post, reminder, one, now)
    anchor = _holding(reminder, one)
    if anchor is None:
        return _Told(dropped="moved or cancelled")
    if why := why_not(Known(event=one.event, anchors=(anchor,)), reminder.occasion, active):
        return _Told(dropped=why)
    return _Told(items=(_item(reminder, one, anchor),))


async def _change(
    connection: Connection, post: Post, reminder: Reminder, one: StoredEvent, now: datetime
) -> _Told:
    """Compare with what this address was really told last; another post may have told it all."""
    last = [
        told
        for told in await telling.told(
            connection, [one.event.uid], address=post.address, besides=post.id
        )
        if told.recurrence_id == reminder.recurrence_id
    ]
    if not last:
        return _Told(dropped="nothing was told")
    key = (one.event.uid, last[-1].revision)
    was = (await events.load_version(connection, [key])).get(key, one.event)
    changes = differences(was, one.event, reminder.recurrence_id, now)
    if not changes:
        return _Told(dropped="told already")
    item = NoticeItem(
        kind=reminder.kind,
        event=one.event,
        recurrence_id=reminder.recurrence_id,
        changes=changes,
    )
    return _Told(items=(item,))


async def _overview(
    connection: Connection,
    post: Post,
    reminder: Reminder,
    known: _Known,
    now: datetime,
) -> _Told:
    if why := spent(reminder, None, now):
        return _Told(dropped=why, missed=True)
    heard = [one for one in known.active[post.address] if not _paused(one, now)]
    entries = await _entries(connection, known, now)
    if reminder.kind is ReminderKind.DIGEST:
        digested = [one for one in heard if one.digest]
        items = await _digest(connection, post, entries, digested, now)
    else:
        mine = [one for one in heard if one.id == reminder.subscription_id]
        items = summary_items(entries, mine, now)
    return _Told(items=items, dropped="" if items else NOTHING)


async def _digest(
    connection: Connection,
    post: Post,
    entries: Sequence[Entry],
    digested: list[Subscription],
    now: datetime,
) -> tuple[NoticeItem, ...]:
    """Return what no digest has told here yet, also where the last ones did not come."""
    if not digested:
        return ()
    last = await telling.last_digest(connection, post.address, besides=post.id, empty=NOTHING)
    begun = digested[0].since
    since = last if last and begun and last >= begun else told_until(digested[0], now)
    was = await events.versions_at(connection, [one.event.uid for one in entries], since)
    told = await telling.digested(connection, post.address, besides=post.id)
    versions = await events.load_version(connection, told.items())
    was |= {uid: event for (uid, _), event in versions.items()}
    before = [replace(one, was=_comparable(was.get(one.event.uid), now)) for one in entries]
    return digest_items(before, digested, now)


def _comparable(was: Event | None, now: datetime) -> Event | None:
    """Return what an event is compared with; None of what could not be told, or took place."""
    told = was is not None and was.review is Review.APPROVED
    return was if was and told and not was.over(now - LONG_OVER) else None


async def _entries(connection: Connection, known: _Known, now: datetime) -> list[Entry]:
    ahead = await events.known_between(connection, now, now + SUMMARY_WITHIN * 6)
    more = {one.event.uid for one in ahead} - known.stored.keys()
    known.stored.update({one.event.uid: one for one in await events.load(connection, more)})
    return [Entry(event=known.stored[o.event.uid].event, anchors=o.anchors) for o in ahead]


def _paused(subscription: Subscription, now: datetime) -> bool:
    return subscription.paused_until is not None and now < subscription.paused_until


def _holding(reminder: Reminder, one: StoredEvent) -> Anchor | None:
    """Return the anchor the reminder counts from if the event still has it."""
    for anchor in anchors(one.event):
        if reminder.occasion == f"{one.event.uid}|{anchor.key}|{reminder.lead}":
            return anchor
    return None


def _item(reminder: Reminder, one: StoredEvent, anchor: Anchor) -> NoticeItem:
    return NoticeItem(
        kind=reminder.kind,
        event=one.event,
        recurrence_id=reminder.recurrence_id,
        label=anchor.label,
        anchor=anchor.day or anchor.at,
        lead=reminder.lead,
    )
