"""Begins, changes, pauses and ends subscriptions, from the configuration and from chats."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import scheduler.store.events as events
import scheduler.store.forgetting as forgetting
import scheduler.store.reminders as reminders
import scheduler.store.state as state
import scheduler.store.subscriptions as rows
from scheduler.changes import replan_changes
from scheduler.events import Lead, Subscription
from scheduler.planner import extend, replan_addresses
from scheduler.ports import Clock
from scheduler.reminders.digest import plan_summary
from scheduler.settings import SchedulerSettings, SubscriptionSettings
from scheduler.store import Store
from scheduler.store.codec import dump_subscription

__all__ = ["Subscribing", "from_settings", "identity"]


def identity(origin: str, address: str, number: int = 0) -> str:
    """Return the lasting id of a subscription."""
    digest = hashlib.sha256(f"{origin}|{address}|{number}".encode()).hexdigest()
    return f"{origin}-{digest[:16]}"


def from_settings(settings: SchedulerSettings) -> list[Subscription]:
    """Return the subscriptions that the configuration asks for."""
    seen: Counter[str] = Counter()
    found = []
    for one in settings.subscriptions:
        found.append(_from_settings(one, settings, seen[one.address]))
        seen[one.address] += 1
    return found


def _from_settings(
    one: SubscriptionSettings, settings: SchedulerSettings, number: int
) -> Subscription:
    return Subscription(
        id=identity("config", one.address, number),
        address=one.address,
        kinds=one.kinds,
        topics=one.topics,
        regions=one.regions,
        eligible=one.eligible,
        languages=one.languages,
        language=one.language or settings.language,
        timezone=one.timezone or settings.timezone,
        audience=one.audience,
        leads={kind: tuple(map(Lead.parse, leads)) for kind, leads in one.leads.items()},
        quiet=one.quiet,
        digest=one.digest,
        origin="config",
    )


class Subscribing:
    """What `/subscribe` and the configuration do; the plan follows in the same transaction."""

    def __init__(self, store: Store, clock: Clock, changed: Callable[[], None]) -> None:
        """changed: called when there may be something new to send."""
        self._store = store
        self._clock = clock
        self._changed = changed

    async def reconcile(self, wanted: Sequence[Subscription]) -> None:
        """Bring the subscriptions of the configuration in line with it; chats' own stay."""
        now = self._clock()
        async with self._store.writing() as connection:
            await state.lock_planner(connection)
            have = {one.id: one for one in await rows.active(connection) if one.origin == "config"}
            wanted = list(_adopting(have, wanted))
            named = {one.id for one in wanted}
            ended = [one for key, one in have.items() if key not in named]
            for one in ended:
                await rows.end(connection, one.id, now)
            await replan_addresses(connection, [one.address for one in ended], now)
            # What fell due before this start belongs to the subscriptions as they were.
            await extend(connection, now)
            different = [one for one in wanted if not _same(have.get(one.id), one)]
            for one in different:
                await rows.put(connection, one, now)
            await replan_addresses(connection, [one.address for one in different], now)
        self._changed()

    async def subscribe(self, subscription: Subscription, *, summary: bool = False) -> None:
        """Begin a subscription or change the one with its id.

        summary: post once what lies ahead. Nothing that fell due before is ever sent.
        """
        now = self._clock()
        async with self._store.writing() as connection:
            await extend(connection, now)
            uid = subscription.event_uid and await events.canonical(
                connection, subscription.event_uid
            )
            await rows.put(connection, replace(subscription, event_uid=uid), now)
            await replan_addresses(connection, [subscription.address], now)
            if summary:
                await reminders.insert(connection, [plan_summary(subscription, now)], now)
        self._changed()

    async def unsubscribe(self, identity: str) -> None:
        """End a subscription; what was planned for it is not sent."""
        now = self._clock()
        async with self._store.writing() as connection:
            await state.lock_planner(connection)
            one = await rows.find(connection, identity)
            if one is not None:
                await rows.end(connection, identity, now)
                await replan_addresses(connection, [one.address], now)

    async def pause(self, address: str, until: datetime | None) -> None:
        """Send nothing to an address before an instant, whoever subscribed it; None lifts it."""
        now = self._clock()
        async with self._store.writing() as connection:
            await state.lock_planner(connection)
            for one in await rows.active(connection, [address]):
                await rows.pause(connection, one.id, until)
            await replan_addresses(connection, [address], now)
            await replan_changes(connection, address, now)
        self._changed()

    async def of(self, address: str) -> list[Subscription]:
        """Return the subscriptions of one address."""
        async with self._store.reading() as connection:
            return await rows.active(connection, [address])

    async def in_chat(self, chat: str) -> list[Subscription]:
        """Return those of a chat, its threads and topics included."""
        async with self._store.reading() as connection:
            return await rows.in_chat(connection, chat)

    async def all(self) -> list[Subscription]:
        """Return every subscription that has not ended."""
        async with self._store.reading() as connection:
            return await rows.active(connection)

    async def forget(self, person: str, addresses: Sequence[str] = ()) -> None:
        """Remove what is kept of a person: their own chats' reminders, their name in the audit."""
        now = self._clock()
        async with self._store.writing() as connection:
            await state.lock_planner(connection)
            for one in await rows.active(connection, addresses):
                if one.origin == "chat":
                    await rows.end(connection, one.id, now)
            await replan_addresses(connection, addresses, now)
            for address in addresses:
                await forgetting.forget(connection, address)
            await state.forget(connection, person)


def _adopting(
    have: Mapping[str, Subscription], wanted: Sequence[Subscription]
) -> Iterator[Subscription]:
    """Yield what is wanted; where a chat has moved to its address, what it had goes on."""
    names = {one.id for one in wanted}
    moved = [one for key, one in sorted(have.items()) if key not in names]
    for want in wanted:
        there = [one for one in moved if one.address == want.address and want.id not in have]
        if there:
            moved.remove(there[0])
        yield replace(want, id=there[0].id) if there else want


def _same(have: Subscription | None, want: Subscription) -> bool:
    if have is None:
        return False
    bare = replace(have, since=None, paused_until=None)
    return dump_subscription(bare) == dump_subscription(want)
