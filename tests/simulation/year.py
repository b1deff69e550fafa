"""A year of events, edits, failing sources, downtimes and deaths; then every promise is checked.

`python -m tests.simulation.year --events 2000 --subscriptions 300` runs the large one.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from scheduler.delivery.outbox import LEASE
from scheduler.events import (
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Subscription,
)
from scheduler.reconciling.sync import apply
from scheduler.settings import SchedulerSettings
from scheduler.sources import SourceResult
from scheduler.store import Delivery
from scheduler.store.posts import next_attempt
from scheduler.store.reminders import next_due
from scheduler.store.tables import posts
from tests.simulation.beliefs import Beliefs
from tests.simulation.oracle import Oracle, Spell, may_write
from tests.simulation.platforms import LEADING, Platforms
from tests.simulation.process import Clock, Lives

logger = logging.getLogger("year")

TOPICS = ["energy", "parking", "data", "waste", "health", "housing", "safety", "tourism", "schools"]
BEGUN = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
#: (what, lead, date) -> (due instant, while the event had the date).
Expected = dict[tuple[str, str, datetime], tuple[datetime, Spell]]
KINDS = [EventKind.SEMINAR, EventKind.CONFERENCE, EventKind.CALL]
#: So often it is looked at the end whether something is still under way.
LAST_TICKS = 10
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
    #: Of a post.
    faults: float = 0.02
    #: Of a day.
    downtimes: float = 0.06
    edits: float = 1.5


class Year:
    """The simulated time, and what is known about it."""

    def __init__(self, plan: Plan, url: str, enough: Callable[[], bool]) -> None:
        """enough: whether to stop before the time is over."""
        self.plan = plan
        self.enough = enough
        self.dice = random.Random(plan.seed)
        self.clock = Clock(BEGUN)
        self.platforms = Platforms(
            clock=self.clock, dice=random.Random(plan.seed), faults=plan.faults
        )
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
        #: Every event there is now.
        self.there: dict[str, Event] = {}
        self.beliefs = Beliefs()
        self._expected: dict[str, Expected] = {}

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
        while self.clock.now < end and not self.enough():
            await self._day()
            logger.info("%s: %d posts", self.clock.now.date(), self._posts())
        # The last leases run out, the last posts are settled: also those that the last faults hit.
        for _ in range(LAST_TICKS):
            self.clock.now += LEASE * 2
            await self._tick()

    def _posts(self) -> int:
        return sum(len(one) for one in self.platforms.arrivals.values())

    def expected(self, uid: str) -> Expected:
        """Return what should have been told of an event to those whom it concerns."""
        if uid not in self._expected:
            self._expected[uid] = self.oracle.due(uid, BEGUN)
        return self._expected[uid]

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
        """Return when something is to be done next."""
        async with self.lives.store.reading() as connection:
            free = await connection.scalar(select(func.min(posts.c.lease_until)))
            found = [await next_due(connection), await next_attempt(connection)]
        found += [free + timedelta(seconds=1)] if free else []
        return min((one for one in found if one and one > self.clock.now), default=None)

    async def _tick(self) -> None:
        await self._survive(lambda: self.lives.scheduler.tick(self.clock.now))
        self.ticks.append(self.clock.now)
        self._check_told()

    async def _read(self) -> None:
        """Read the source; now and then it is empty, which changes nothing."""
        if self.dice.random() < 0.1:
            await apply(self.lives.store, "feed", SourceResult(), self.clock.now)
        result = SourceResult(events=tuple(self.source.values()))
        await self._survive(lambda: apply(self.lives.store, "feed", result, self.clock.now))
        before, self.there = self.there, {one.uid: one for one in await self.lives.store.events()}
        self.seen.update(self.there)
        for uid in {*before, *self.there}:
            if before.get(uid) != self.there.get(uid):
                self.oracle.known(uid, self.there.get(uid), self.clock.now)
                self.beliefs.doubt(uid)

    async def _survive(self, work: Callable[[], Awaitable[object]]) -> None:
        stop_at = self._within() if self.dice.random() < self.plan.kills else 0
        while await self.lives.attempt(stop_at, work):
            stop_at = self.dice.choice([0, 0, self._within()])

    def _within(self) -> int:
        return self.dice.randrange(1, self.dice.choice(AWAITS))

    def _subscription(self, n: int) -> Subscription:
        platform = "slack" if n % 2 else "telegram"
        kinds = tuple(self.dice.sample(KINDS, self.dice.choice([1, 2, 3])))
        topics = tuple(self.dice.sample(TOPICS, self.dice.choice([0, 1, 1, 2, 2])))
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

    def _check_told(self) -> None:
        """Nobody who may be written to holds an old date for long after it changed."""
        if may_write(self.clock.now):
            self.beliefs.check(self.platforms.posted, self.there, self.clock.now)
            self.platforms.posted.clear()


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


def broken_promises(year: Year, to: Subscription, rows: list[Delivery]) -> list[str]:
    """Return all that is not as it was promised to one address."""
    wrong = _unended(rows, year.clock.now) + _doubled(year, to.address, rows)
    ended = {(row.event_uid, row.kind, row.lead, row.anchor): row for row in rows}
    refused = year.platforms.refused
    sent = {key: row for key, row in ended.items() if row.outcome == "sent"}
    failed = {key for key, row in ended.items() if row.outcome == "failed"}
    wrong += [f"given up: {ended[key]}" for key in failed if ended[key].post_id not in refused]
    expected = {}
    for uid, event in year.seen.items():
        if _wants(to, event):
            for what, (due, spell) in year.expected(uid).items():
                expected[(uid, *what)] = (due, spell)
    for key, (due, spell) in expected.items():
        number = bisect_left(year.ticks, due)
        useless = key[3] if key[1] != "opened" else due + timedelta(days=1)
        until = min(spell.ended, useless)
        if (
            number < len(year.ticks)
            and year.ticks[number] < until
            and key not in sent.keys() | failed
        ):
            wrong.append(f"lost: {to.address} {key} due {due}, {year.ticks[number]} was in time")
    for key, row in sent.items():
        if row.kind in LEADING:
            arrived = year.platforms.arrivals[to.address][row.post_id][0]
            wrong += _untimely(key, expected.get(key), arrived)
    return wrong


def _wants(one: Subscription, event: Event) -> bool:
    topics = not one.topics or not set(event.topics).isdisjoint(one.topics)
    return event.kind in one.kinds and topics


def _unended(rows: list[Delivery], now: datetime) -> list[str]:
    ends = {"sent", "missed", "cancelled", "failed"}
    open_ = [row for row in rows if row.due_at <= now and row.outcome not in ends]
    unsaid = [row for row in rows if row.outcome in ends - {"sent"} and not row.reason]
    return [f"no end or no reason: {row}" for row in (*open_, *unsaid)]


def _doubled(year: Year, address: str, rows: list[Delivery]) -> list[str]:
    doubts = {row.post_id: row.doubts for row in rows if row.post_id}
    made = year.platforms.arrivals[address]
    wrong = []
    for post_id, arrivals in made.items():
        extra = len(arrivals) - 1
        on_slack = address.startswith("slack:")
        # A post of which nothing was left when it was to be sent again has no row any more.
        if extra > (0 if on_slack else doubts.get(post_id, extra)):
            wrong.append(f"doubled: {address} {post_id}")
    said = {row.post_id for row in rows if row.outcome == "sent"}
    return wrong + [f"never arrived: {one}" for one in said if one not in made]


def _untimely(
    key: tuple[object, ...], expected: tuple[datetime, Spell] | None, arrived: datetime
) -> list[str]:
    if expected is None:
        return [f"sent, though not due: {key}"]
    due, spell = expected
    anchor = key[3]
    assert isinstance(anchor, datetime)
    too_early = arrived < due - timedelta(minutes=1)
    too_late = key[1] != "opened" and arrived >= anchor
    outdated = arrived > spell.ended
    return [f"sent at {arrived}: {key} due {due}"] if too_early or too_late or outdated else []


async def live(
    plan: Plan, url: str, enough: Callable[[], bool] = lambda: False
) -> tuple[Year, Counter[str], list[str]]:
    """Live through a year; return it, how its occasions ended, and every broken promise."""
    year = Year(plan, url, enough)
    await year.run()
    ends: Counter[str] = Counter()
    wrong = [f"an old date is still believed: {line}" for line in year.beliefs.stale]
    wrong += [f"said again: {what}" for what in year.platforms.repeated]
    for one in year.subscribers:
        rows = await year.lives.store.deliveries(address=one.address, limit=10_000_000)
        ends.update(row.outcome for row in rows)
        wrong += broken_promises(year, one, rows)
    await year.lives.end()
    return year, ends, wrong


def main() -> None:
    """Run the simulation that the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--subscriptions", type=int, default=300)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", type=float, default=0, help="a day")
    parser.add_argument("--minutes", type=float, default=1440, help="then it ends early")
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    logging.basicConfig(level=logging.CRITICAL, format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)
    stop = time.monotonic() + given.minutes * 60
    plan = Plan(
        events=given.events,
        subscriptions=given.subscriptions,
        days=given.days,
        seed=given.seed,
        edits=given.edits or max(1.5, given.events / given.days),
    )
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{folder}/year.sqlite"
        year, ends, wrong = asyncio.run(live(plan, url, lambda: time.monotonic() > stop))
    made = [one for posts in year.platforms.arrivals.values() for one in posts.values()]
    lines = [
        f"occasions: {dict(ends)}",
        f"posts: {len(made)}, twice on Telegram: {sum(len(one) > 1 for one in made)}",
        f"until {year.clock.now.date()}, ticks: {len(year.ticks)}, deaths: {year.lives.deaths}",
        f"edits: {dict(year.edits)}",
        f"broken promises: {len(wrong)}",
        *wrong[:40],
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
