"""A year of events, edits, failing sources, downtimes and deaths; then every promise is checked.

`python -m tests.simulation.year --events 2000 --subscriptions 300` runs the large one.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from scheduler.delivery.outbox import LEASE
from scheduler.events import (
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Notice,
    Subscription,
)
from scheduler.reconciling.sync import apply
from scheduler.settings import SchedulerSettings
from scheduler.sources import SourceResult
from scheduler.store import Delivery
from scheduler.store.reminders import next_due
from tests.scheduler.posting import FakeDeliverer
from tests.simulation.oracle import Oracle, Spell, allowed
from tests.simulation.process import Clock, Lives

TOPICS = ["energy", "parking", "data", "waste", "health"]
KINDS = [EventKind.SEMINAR, EventKind.CONFERENCE, EventKind.CALL]
#: A kill comes somewhere within so many awaits of a tick.
AWAITS = (40, 60, 200, 1000)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How large and how bad the simulated time is."""

    events: int
    subscriptions: int
    days: int
    seed: int = 1
    #: Of a tick, of a reading of the source.
    kills: float = 0.1
    #: Of a day.
    downtimes: float = 0.06
    edits: float = 1.5


@dataclass
class Platforms(FakeDeliverer):
    """Slack can be asked what was posted, Telegram cannot."""

    clock: Clock = field(default_factory=lambda: Clock(datetime.max.replace(tzinfo=UTC)))
    #: post id -> instants of its arrivals.
    arrivals: dict[str, list[datetime]] = field(default_factory=dict)

    async def deliver(self, notice: Notice) -> str:
        """Post."""
        self.arrivals.setdefault(notice.post_id, []).append(self.clock.now)
        return await super().deliver(notice)

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Look up."""
        self.mute = address.startswith("telegram:")
        return await super().find(address, post_id, since)


class Year:
    """The simulated time, and what is known about it."""

    def __init__(self, plan: Plan, url: str) -> None:
        self.plan = plan
        self.dice = random.Random(plan.seed)
        self.clock = Clock(datetime(2027, 3, 1, 10, 0, tzinfo=UTC))
        self.platforms = Platforms(clock=self.clock)
        self.lives = Lives(url, self.clock, self.platforms, SchedulerSettings(sources=()))
        self.oracle = Oracle()
        self.source: dict[str, Event] = {}
        self.waiting: list[Event] = []
        #: Instants at which a tick was done to its end.
        self.ticks: list[datetime] = []
        self.subscribers = [self._subscription(n) for n in range(plan.subscriptions)]
        self.edits: Counter[str] = Counter()
        #: Every event there was, as it was last.
        self.seen: dict[str, Event] = {}
        #: What each address was told last of each event, and how many posts that counts.
        self.last: dict[tuple[str, str], Event] = {}
        self.told_of = 0
        self.stale: list[str] = []

    async def run(self) -> None:
        """Live through it."""
        await self.lives.begin()
        end = self.clock.now + timedelta(days=self.plan.days)
        self.waiting = [self._event(n) for n in range(self.plan.events)]
        for _ in range(self.plan.events // 2):
            self._publish()
        for one in self.subscribers:
            await self.lives.scheduler.subscribing.subscribe(one)
        await self._read()
        while self.clock.now < end:
            await self._day()
        # The last leases run out, the last posts are settled.
        self.clock.now += LEASE * 2
        await self._tick()
        await self._tick()

    async def _day(self) -> None:
        midnight = self.clock.now + timedelta(days=1)
        if self.dice.random() < self.plan.downtimes:
            self.clock.now += timedelta(hours=self.dice.choice([2, 9, 26, 60]))
        edits = sorted(
            self.clock.now + timedelta(seconds=self.dice.randrange(86_400))
            for _ in range(int(self.plan.edits + self.dice.random()))
        )
        while self.clock.now < midnight:
            wake = await self._next()
            stop = min([midnight, *edits[:1]])
            if wake and self.clock.now < wake <= stop:
                self.clock.now = wake
            else:
                self.clock.now = max(stop, self.clock.now)
                if edits and edits[0] <= self.clock.now:
                    edits.pop(0)
                    self._edit()
                    await self._read()
            await self._tick()

    async def _next(self) -> datetime | None:
        async with self.lives.store.reading() as connection:
            return await next_due(connection)

    async def _tick(self) -> None:
        await self._survive(lambda: self.lives.scheduler.tick(self.clock.now))
        self.ticks.append(self.clock.now)
        await self._check_told()

    async def _read(self) -> None:
        """Read the source; now and then it is empty, which changes nothing."""
        if self.dice.random() < 0.1:
            await apply(self.lives.store, "feed", SourceResult(), self.clock.now)
        result = SourceResult(events=tuple(self.source.values()))
        await self._survive(lambda: apply(self.lives.store, "feed", result, self.clock.now))
        there = {one.uid: one for one in await self.lives.store.events()}
        self.seen.update(there)
        for uid in {*self.oracle.spells, *there}:
            self.oracle.known(uid, there.get(uid), self.clock.now)

    async def _survive(self, work: Callable[[], Awaitable[object]]) -> None:
        stop_at = self._within() if self.dice.random() < self.plan.kills else 0
        while await self.lives.attempt(stop_at, work):
            stop_at = self.dice.choice([0, 0, self._within()])

    def _within(self) -> int:
        return self.dice.randrange(1, self.dice.choice(AWAITS))

    def _subscription(self, n: int) -> Subscription:
        platform = "slack" if n % 2 else "telegram"
        kinds = tuple(self.dice.sample(KINDS, self.dice.choice([1, 2, 3])))
        topics = tuple(self.dice.sample(TOPICS, self.dice.choice([0, 1, 2])))
        address = f"{platform}:C{n}"
        return Subscription(id=address, address=address, kinds=kinds, topics=topics, origin="chat")

    def _event(self, n: int) -> Event:
        kind = self.dice.choice(KINDS)
        day = self.clock.now + timedelta(days=self.dice.randrange(2, self.plan.days + 40))
        start = day.replace(hour=self.dice.randrange(6, 18), minute=self.dice.choice([0, 30]))
        event = Event(
            uid=f"e{n}",
            title=f"Event {n} of {self.dice.random()}",
            kind=kind,
            place=f"Place {n}",
            source="feed",
            url=f"https://example.org/{n}",
            topics=tuple(self.dice.sample(TOPICS, 2)),
        )
        if kind is EventKind.CALL:
            opening = start - timedelta(days=self.dice.randrange(5, 50))
            return replace(event, open_from=opening, deadlines=(Deadline(at=start),))
        if kind is EventKind.CONFERENCE and self.dice.random() < 0.5:
            return replace(event, start=start.date(), all_day=True)
        return replace(event, start=start)

    def _publish(self) -> None:
        if self.waiting:
            event = self.waiting.pop()
            self.source[event.uid] = event

    def _edit(self) -> None:
        self._publish()
        ahead = [one for one in self.source.values() if not one.over(self.clock.now)]
        if not ahead:
            return
        event = self.dice.choice(ahead)
        what = self.dice.choice(
            ["move", "move", "cancel", "revive", "place", "withdraw", "summary"]
        )
        self.edits[what] += 1
        if what == "withdraw" and len(ahead) > 8:
            del self.source[event.uid]
        elif what != "withdraw":
            self.source[event.uid] = _changed(event, what, self.dice)

    async def _check_told(self) -> None:
        """Nobody who may be written to holds an old date for long after it changed."""
        if allowed(self.clock.now) != self.clock.now:
            return
        there = {one.uid: one for one in await self.lives.store.events()}
        for notice in self.platforms.posted[self.told_of :]:
            for item in notice.items:
                self.last[notice.address, item.event.uid] = item.event
        self.told_of = len(self.platforms.posted)
        for (address, uid), told in list(self.last.items()):
            if told.over(self.clock.now):
                del self.last[address, uid]
            now = there.get(uid)
            if now and not now.over(self.clock.now) and _facts(now) != _facts(told):
                self.stale.append(f"{address} {uid} at {self.clock.now}")


def _facts(event: Event) -> object:
    off = event.status is EventStatus.CANCELLED
    return off or (event.start, event.deadlines, event.status)


def _changed(event: Event, what: str, dice: random.Random) -> Event:
    days = timedelta(days=dice.choice([-2, 1, 3, 7, 14]))
    if what == "move" and event.kind is EventKind.CALL:
        return replace(
            event, deadlines=tuple(replace(one, at=one.at + days) for one in event.deadlines)
        )
    if what == "move":
        assert event.start is not None
        return replace(event, start=event.start + days)
    if what == "cancel":
        return replace(event, status=EventStatus.CANCELLED)
    if what == "revive":
        return replace(event, status=EventStatus.SCHEDULED)
    words = f"{what} {dice.random()}"
    return replace(event, place=words) if what == "place" else replace(event, summary=words)


def broken_promises(year: Year, rows: list[Delivery]) -> list[str]:
    """Return all that is not as it was promised."""
    wrong = [f"an old date is still believed: {line}" for line in year.stale]
    wrong += _unended(rows, year.clock.now)
    wrong += _doubled(year, rows)
    sent = {
        (row.address, row.event_uid, row.kind, row.lead, row.anchor): row
        for row in rows
        if row.outcome == "sent"
    }
    begun = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
    expected = {}
    for uid, event in year.seen.items():
        for what, (due, spell) in year.oracle.due(uid, begun).items():
            for one in year.subscribers:
                if _wants(one, event):
                    expected[(one.address, uid, *what)] = (due, spell)
    for key, (due, spell) in expected.items():
        tick = next((tick for tick in year.ticks if tick >= due), None)
        useless = key[4] if key[2] != "opened" else due + timedelta(days=1)
        if tick and tick < min(spell.ended, useless) and key not in sent:
            wrong.append(f"lost: {key} due {due}, {tick} was in time")
    for key, row in sent.items():
        if row.kind in LEADING:
            wrong += _untimely(key, expected.get(key), year.platforms.arrivals[row.post_id][0])
    return wrong


LEADING = ("before-start", "before-deadline", "opened")


def _wants(one: Subscription, event: Event) -> bool:
    topics = not one.topics or not set(event.topics).isdisjoint(one.topics)
    return event.kind in one.kinds and topics


def _unended(rows: list[Delivery], now: datetime) -> list[str]:
    ends = {"sent", "missed", "cancelled", "failed"}
    open_ = [row for row in rows if row.due_at <= now and row.outcome not in ends]
    unsaid = [row for row in rows if row.outcome in ends - {"sent"} and not row.reason]
    return [f"no end or no reason: {row}" for row in (*open_, *unsaid)]


def _doubled(year: Year, rows: list[Delivery]) -> list[str]:
    doubts = {row.post_id: row.doubts for row in rows if row.post_id}
    addresses = {notice.post_id: notice.address for notice in year.platforms.posted}
    wrong = []
    for post_id, arrivals in year.platforms.arrivals.items():
        extra = len(arrivals) - 1
        on_slack = addresses[post_id].startswith("slack:")
        # A post of which nothing was left when it was to be sent again has no row any more.
        if extra > (0 if on_slack else doubts.get(post_id, extra)):
            wrong.append(f"doubled: {addresses[post_id]} {post_id}")
    said = Counter(row.post_id for row in rows if row.outcome == "sent")
    wrong += [f"never arrived: {one}" for one in said if one not in year.platforms.arrivals]
    return wrong


def _untimely(
    key: tuple[object, ...], expected: tuple[datetime, Spell] | None, arrived: datetime
) -> list[str]:
    if expected is None:
        return [f"sent, though not due: {key}"]
    due, spell = expected
    anchor = key[4]
    assert isinstance(anchor, datetime)
    too_early = arrived < due - timedelta(minutes=1)
    too_late = key[2] != "opened" and arrived >= anchor
    outdated = arrived > spell.ended
    return [f"sent at {arrived}: {key} due {due}"] if too_early or too_late or outdated else []


async def live(plan: Plan, url: str) -> tuple[Year, list[Delivery], list[str]]:
    """Live through a year and check every promise."""
    year = Year(plan, url)
    await year.run()
    rows = await year.lives.store.deliveries(limit=10_000_000)
    await year.lives.end()
    return year, rows, broken_promises(year, rows)


def main() -> None:
    """Run the simulation that the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--subscriptions", type=int, default=300)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    plan = Plan(
        events=given.events,
        subscriptions=given.subscriptions,
        days=given.days,
        seed=given.seed,
        edits=max(1.5, given.events / given.days),
    )
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{folder}/year.sqlite"
        year, rows, wrong = asyncio.run(live(plan, url))
    twice = sum(len(one) > 1 for one in year.platforms.arrivals.values())
    lines = [
        f"occasions: {dict(Counter(row.outcome for row in rows))}",
        f"posts: {len(year.platforms.arrivals)}, twice on Telegram: {twice}",
        f"ticks: {len(year.ticks)}, deaths: {year.lives.deaths}, edits: {dict(year.edits)}",
        f"broken promises: {len(wrong)}",
        *wrong[:40],
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
