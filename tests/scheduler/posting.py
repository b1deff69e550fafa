"""Stand-ins of what delivery speaks through, and the little world its tests live in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from scheduler.database import open_database
from scheduler.errors import CannotTell
from scheduler.events import Event, EventKind, Notice, Subscription
from scheduler.reconciling.sync import SourceReport, apply
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.sources import SourceResult
from scheduler.store import Store
from scheduler.store.reminders import next_due

PRAGUE = ZoneInfo("Europe/Prague")


def at(text: str) -> datetime:
    """Return a wall clock of Prague."""
    return datetime.fromisoformat(text).replace(tzinfo=PRAGUE)


@dataclass
class FakeDeliverer:
    """Remembers what was posted; can be asked for it, as Slack can, unless `mute`."""

    #: (address, notice) in order of arrival.
    posted: list[Notice] = field(default_factory=list)
    #: Raised by the next calls, each once; None lets one through.
    faults: list[BaseException | None] = field(default_factory=list)
    #: The call arrives, and its answer is lost.
    lose_answer: list[BaseException] = field(default_factory=list)
    #: Telegram: cannot be asked what was posted.
    mute: bool = False
    waited: list[str] = field(default_factory=list)

    async def ready(self, address: str) -> None:
        self.waited.append(address)

    async def deliver(self, notice: Notice) -> str:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.posted.append(notice)
        if self.lose_answer:
            raise self.lose_answer.pop(0)
        return str(len(self.posted))

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        if self.mute:
            raise CannotTell
        for number, notice in enumerate(self.posted, 1):
            if (notice.address, notice.post_id) == (address, post_id):
                return str(number)
        return None

    def said(self) -> list[tuple[str, str, str]]:
        """Return (address, event, lead or kind) of every item that was posted, in order."""
        return [
            (notice.address, item.event.uid, item.lead or item.kind.value)
            for notice in self.posted
            for item in notice.items
        ]


@dataclass
class World:
    """A scheduler over a database of its own, with a clock that stands until it is set."""

    engine: AsyncEngine
    store: Store
    scheduler: Scheduler
    deliverer: FakeDeliverer
    now: datetime
    source: list[Event] = field(default_factory=list)

    async def go(self, to: datetime) -> None:
        """Set the clock and tick."""
        self.now = to
        await self.scheduler.tick(to)

    async def until(self, to: datetime) -> None:
        """Tick whenever something falls due, and every half day, up to an instant."""
        while self.now < to:
            async with self.store.reading() as connection:
                due = await next_due(connection)
            step = self.now + timedelta(hours=12)
            await self.go(min(step, to, due if due and due > self.now else to))

    async def tell(self, *events: Event, complete: bool = True) -> SourceReport:
        """Let the source say that these are its events."""
        result = SourceResult(events=tuple(events), complete=complete)
        return await apply(self.store, "feed", result, self.now)

    async def outcomes(self) -> list[tuple[str, str, str]]:
        """Return (lead or kind, outcome, reason) of every reminder, by due instant."""
        rows = await self.store.deliveries(limit=10_000)
        return [(one.lead or one.kind, one.outcome, one.reason) for one in reversed(rows)]


async def make_world(
    folder: Path,
    now: datetime,
    *subscriptions: Subscription,
    settings: SchedulerSettings | None = None,
    url: str = "",
    deliverer: FakeDeliverer | None = None,
) -> World:
    """Return a world whose subscriptions began now."""
    engine = open_database(url or f"sqlite:///{folder}/scheduler.sqlite")
    return await join_world(engine, now, subscriptions, settings, deliverer)


async def join_world(
    engine: AsyncEngine,
    now: datetime,
    subscriptions: Sequence[Subscription] = (),
    settings: SchedulerSettings | None = None,
    deliverer: FakeDeliverer | None = None,
) -> World:
    """Return a further process's view of the same database, as after a restart."""
    voice = deliverer or FakeDeliverer()
    clock: list[Callable[[], datetime]] = []
    store = Store(engine, lease_clock=lambda: clock[0]())
    await store.upgrade()
    scheduler = Scheduler(
        settings or SchedulerSettings(sources=()),
        store=store,
        clock=lambda: clock[0](),
        deliverer=voice,
    )
    world = World(engine=engine, store=store, scheduler=scheduler, deliverer=voice, now=now)
    clock.append(lambda: world.now)
    await scheduler.begin()
    for subscription in subscriptions:
        await scheduler.subscribing.subscribe(subscription)
    return world


def chat(address: str = "slack:C1", **fields: object) -> Subscription:
    """Return a subscription to everything."""
    given = {"id": address, "address": address, "origin": "chat", **fields}
    return Subscription(**given)  # type: ignore[arg-type]


def seminar(uid: str = "s", start: str | None = "2027-06-17 10:00", **fields: object) -> Event:
    """Return a seminar of the source "feed"."""
    given = {
        "uid": uid,
        "title": f"Seminar {uid}",
        "kind": EventKind.SEMINAR,
        "start": at(start) if start else None,
        "place": "Písek",
        "source": "feed",
        "url": f"https://example.org/{uid}",
        **fields,
    }
    return Event(**given)  # type: ignore[arg-type]
