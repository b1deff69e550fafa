"""Measures planning and an idle tick over growing numbers of events and subscriptions.

Called by `cscc bench plan`; writes only into a database of its own.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import scheduler.store.events as events
import scheduler.store.subscriptions as subscriptions
from scheduler.database import open_database
from scheduler.events import Deadline, Event, EventKind, Lead, Subscription
from scheduler.reminders import Known, Subscribers, Window, anchors, plan
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.store import Store
from scheduler.store.events import StoredEvent

__all__ = ["SIZES", "Measure", "measure"]

#: (events, subscriptions)
SIZES = ((1_000, 100), (5_000, 500), (20_000, 2_000))
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
YEAR_OF_MINUTES = 365 * 24 * 60
TOPICS = ("energy", "parking", "data", "waste", "health", "housing", "water", "safety")
IDLE_TICKS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one size costs."""

    events: int
    subscriptions: int
    #: Planning two days anew, in memory.
    plan_seconds: float
    #: Reminders it gave.
    planned: int
    #: Planning two days in the database, as at a start.
    first_tick_seconds: float
    #: A tick with nothing due: the median, and the slowest.
    idle_tick_ms: float
    slowest_idle_tick_ms: float

    @property
    def microseconds_per_pair(self) -> float:
        """Return the cost of planning for one event and one subscription."""
        return self.plan_seconds * 1e6 / (self.events * self.subscriptions)


async def measure(
    sizes: Sequence[tuple[int, int]] = SIZES, progress: Callable[[Measure], None] | None = None
) -> list[Measure]:
    """Measure each size; `progress` is told of each as it is done."""
    await _measure(50, 5)  # the first planning of a process reads holidays and time zones
    found = []
    for many, few in sizes:
        found.append(await _measure(many, few))
        if progress is not None:
            progress(found[-1])
    return found


async def _measure(many: int, few: int) -> Measure:
    dice = random.Random(many)  # noqa: S311 -- to be repeated
    made = [_event(n, dice) for n in range(many)]
    wishes = [_subscription(n, dice) for n in range(few)]
    known = [Known(event=one, anchors=tuple(anchors(one))) for one in made]
    begun = perf_counter()
    planned = plan(known, Subscribers(wishes), Window(after=NOW, until=NOW + timedelta(days=2)))
    took = perf_counter() - begun
    with tempfile.TemporaryDirectory() as folder:
        first, idle = await _ticks(f"sqlite:///{folder}/bench.sqlite", made, wishes)
    return Measure(
        events=many,
        subscriptions=few,
        plan_seconds=took,
        planned=len(planned),
        first_tick_seconds=first,
        idle_tick_ms=median(idle) * 1000,
        slowest_idle_tick_ms=max(idle) * 1000,
    )


async def _ticks(
    url: str, made: Sequence[Event], wishes: Sequence[Subscription]
) -> tuple[float, list[float]]:
    engine = open_database(url)
    store = Store(engine)
    await store.upgrade()
    stored = [StoredEvent(event=e, composed=e, created_at=NOW, changed_at=NOW) for e in made]
    async with store.writing() as connection:
        await events.save(connection, stored, NOW)
        for one in wishes:
            await subscriptions.put(connection, one, NOW)
    settings = SchedulerSettings(sources=())
    scheduler = Scheduler(settings, store=store, clock=lambda: NOW, deliverer=_Silent())
    begun = perf_counter()
    await scheduler.tick(NOW)
    first = perf_counter() - begun
    idle = []
    for _ in range(IDLE_TICKS):
        begun = perf_counter()
        await scheduler.tick(NOW)
        idle.append(perf_counter() - begun)
    await engine.dispose()
    return first, idle


class _Silent:
    """A deliverer with nothing to do: no tick of the benchmark has anything due."""

    async def ready(self, address: str) -> None:
        """Wait for nothing."""

    async def deliver(self, notice: object) -> str:
        """Post nothing."""
        raise AssertionError(notice)

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Find nothing."""
        raise AssertionError(address, post_id, since)


def _event(n: int, dice: random.Random) -> Event:
    start = NOW + timedelta(minutes=30 * dice.randrange(1, YEAR_OF_MINUTES // 30))
    kind = dice.choice((EventKind.SEMINAR, EventKind.CONFERENCE, EventKind.CALL))
    event = Event(uid=f"e{n}", title=f"Event {n}", kind=kind, topics=tuple(dice.sample(TOPICS, 2)))
    if kind is EventKind.CALL:
        deadlines = (Deadline(at=start), Deadline(label="second", at=start + timedelta(days=90)))
        return replace(event, open_from=start - timedelta(days=60), deadlines=deadlines)
    return replace(event, start=start)


def _subscription(n: int, dice: random.Random) -> Subscription:
    kinds = tuple(dice.sample((EventKind.SEMINAR, EventKind.CONFERENCE, EventKind.CALL), 2))
    topics = tuple(dice.sample(TOPICS, dice.choice((0, 1, 2))))
    own = {"seminar": (Lead.parse(f"{dice.randrange(1, 9)}d@09:00"),)} if n % 5 == 0 else {}
    address = f"slack:C{n}"
    return Subscription(id=address, address=address, kinds=kinds, topics=topics, leads=own)
