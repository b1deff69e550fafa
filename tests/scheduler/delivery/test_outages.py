"""The database away, a platform that hangs, a machine too busy: in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from scheduler.database import open_database
from scheduler.delivery.outbox import LEASE, MOST_AT_ONCE, SOON, TIMEOUT
from scheduler.delivery.settling import MOST_ATTEMPTS, TRIED_FOR
from scheduler.errors import NotDelivered
from scheduler.events import Event, Lead, Notice
from scheduler.reconciling.sync import apply
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.sources import SourceResult
from scheduler.store.rows import Connection
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import FakeDeliverer, at, chat, seminar
from tests.simulation.virtualtime import Hours, TimedStore, run

LATE_MAY = at("2027-05-25 12:00")
DUE = at("2027-06-10 09:00")
SECOND = timedelta(seconds=1)


class FailingStore(TimedStore):
    """A store that is away until some time, and whose commits may be slow."""

    away_until = -1.0
    #: Reading takes so long.
    reads = 0.0
    #: Called after each commit.
    after: Callable[[], None] = staticmethod(lambda: None)

    def slow(self, seconds: float) -> None:
        """Let commits take so long from now on."""
        self.commit = seconds

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Open a transaction that only reads."""
        async with super().reading() as connection:
            yield connection
        await asyncio.sleep(self.reads)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """Open a transaction that writes."""
        if self._hours.now < self.away_until:
            raise OperationalError("INSERT", None, Exception("database is locked"))
        async with super().writing() as connection:
            yield connection
        self.after()


@dataclass
class Line(FakeDeliverer):
    """A platform whose calls take time; `meanwhile` is called at the begin of each."""

    hours: Hours = field(default_factory=Hours)
    takes: Callable[[str], float] = lambda _: 0.0
    #: Wait so long for the platform's limit.
    limits: dict[str, float] = field(default_factory=dict)
    meanwhile: Callable[[str], None] = lambda _: None
    #: (address, seconds) of arrivals.
    arrived: list[tuple[str, float]] = field(default_factory=list)

    async def ready(self, address: str) -> None:
        await asyncio.sleep(self.limits.get(address, 0))

    async def deliver(self, notice: Notice) -> str:
        self.meanwhile(notice.address)
        await asyncio.sleep(self.takes(notice.address))
        ref = await super().deliver(notice)
        self.arrived.append((notice.address, self.hours.now))
        return ref


@dataclass
class Scene:
    """A process in virtual time: its clock says DUE when the loop's says 0."""

    hours: Hours
    store: FailingStore
    line: Line
    scheduler: Scheduler
    #: By which the clock is ahead of the loop's time.
    ahead: timedelta = timedelta()
    epoch: datetime = LATE_MAY

    def clock(self) -> datetime:
        """Return the time."""
        return self.epoch + timedelta(seconds=self.hours.now) + self.ahead

    async def tick(self) -> None:
        """Do all that is to be done now."""
        await self.scheduler.advance(self.clock())
        await self.drain()

    async def drain(self) -> None:
        """Send what is queued."""
        assert self.scheduler._outbox is not None
        await self.scheduler._outbox.drain(self.clock)


def play(
    folder: Path,
    act: Callable[[Scene], Coroutine[None, None, None]],
    chats: list[str],
    *events: Event,
    mute: bool = False,
) -> None:
    """Let something happen at the moment at which reminders have fallen due."""
    hours = Hours()
    engine = open_database(f"sqlite:///{folder}/s.sqlite")
    scenes: list[Scene] = []

    async def main() -> None:
        store = FailingStore(engine, hours, lambda: scenes[0].clock(), 0.0)
        line = Line(hours=hours, mute=mute)
        scheduler = Scheduler(
            SchedulerSettings(sources=()),
            store=store,
            clock=lambda: scenes[0].clock(),
            deliverer=line,
        )
        scene = Scene(hours, store, line, scheduler)
        scenes.append(scene)
        with hours.standing():
            await store.upgrade()
        await scheduler.begin()
        for address in chats:
            await scheduler.subscribing.subscribe(chat(address))
        await apply(store, "feed", SourceResult(events=events or (seminar(),)), LATE_MAY)
        await scheduler.advance(DUE - timedelta(hours=20))
        scene.epoch = DUE - timedelta(seconds=hours.now)
        await act(scene)
        with hours.standing():
            await engine.dispose()

    run(hours, main())


@pytest.mark.parametrize(("commit", "posts"), [(SOON - 1, 1), (SOON + 1, 0)])
def test_a_call_begins_soon_after_its_claim_or_not_at_all(
    tmp_path: Path, commit: float, posts: int
) -> None:
    async def act(scene: Scene) -> None:
        await scene.scheduler.advance(scene.clock())
        slow = [commit]  # the one after that which takes the lead

        def slower() -> None:
            scene.store.slow(slow.pop() if slow else 0)

        scene.store.after = slower
        await scene.drain()
        begun = len(scene.line.posted)
        await asyncio.sleep(6)
        await scene.drain()

        assert begun == posts
        assert scene.line.said() == [("slack:C1", "s", "7d@09:00")]

    assert LEASE.total_seconds() > SOON + TIMEOUT
    play(tmp_path, act, ["slack:C1"])


def test_a_machine_that_slept_after_a_claim_does_not_send_by_it(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.scheduler.advance(scene.clock())
        sleeps = [timedelta(), timedelta(hours=1)]  # after taking the lead; after the claim

        def sleep() -> None:
            scene.ahead += sleeps.pop(0) if sleeps else timedelta()

        scene.store.after = sleep
        await scene.drain()
        begun = len(scene.line.posted)
        await asyncio.sleep(6)
        await scene.drain()

        assert begun == 0
        assert scene.line.said() == [("slack:C1", "s", "7d@09:00")]

    play(tmp_path, act, ["slack:C1"])


def test_what_arrived_while_the_database_is_away_is_noted_once_it_is_back(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        def leave(_: str) -> None:
            scene.store.away_until = scene.hours.now + 12

        scene.line.meanwhile = leave
        with pytest.raises(SQLAlchemyError):
            await scene.tick()
        await asyncio.sleep(LEASE.total_seconds())
        await scene.tick()

        assert scene.line.said() == [("telegram:1", "s", "7d@09:00")]
        rows = await scene.store.deliveries()
        assert [(one.outcome, one.doubts) for one in rows] == [("sent", 0)]

    play(tmp_path, act, ["telegram:1"], mute=True)


def test_a_mistake_that_cannot_be_noted_tears_off_no_call_that_is_under_way(
    tmp_path: Path,
) -> None:
    async def act(scene: Scene) -> None:
        def fail(address: str) -> None:
            if address == "telegram:1":
                scene.store.away_until = scene.hours.now + 2
                raise ValueError("a mistake")

        scene.line.limits = {"telegram:1": 1.0}
        scene.line.takes = lambda _: 4.0
        scene.line.meanwhile = fail
        with pytest.raises(SQLAlchemyError):
            await scene.tick()

        assert scene.line.said() == [("telegram:2", "s", "7d@09:00")]
        outcomes = {one.address: one.outcome for one in await scene.store.deliveries()}
        assert outcomes["telegram:2"] == "sent"

    play(tmp_path, act, ["telegram:1", "telegram:2"])


def test_a_database_that_goes_away_tears_off_no_call_that_is_under_way(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        def leave(address: str) -> None:
            if address == "telegram:1":
                scene.store.away_until = scene.hours.now + 2

        scene.line.limits = {"telegram:2": 1.0}
        scene.line.takes = lambda _: 4.0
        scene.line.meanwhile = leave
        with pytest.raises(SQLAlchemyError):
            await scene.tick()
        first = scene.line.said()
        scene.line.takes = lambda _: 0.0
        await scene.tick()

        assert first == [("telegram:1", "s", "7d@09:00")]
        assert sorted(scene.line.said()) == [
            ("telegram:1", "s", "7d@09:00"),
            ("telegram:2", "s", "7d@09:00"),
        ]
        assert {one.doubts for one in await scene.store.deliveries()} == {0}

    play(tmp_path, act, ["telegram:1", "telegram:2"], mute=True)


def test_a_call_that_hangs_keeps_nothing_else_waiting(tmp_path: Path) -> None:
    soon = seminar("soon", "2027-06-10 10:01", topics=("t",))

    async def act(scene: Scene) -> None:
        scene.line.takes = lambda _: 15.0 if scene.hours.now < begun + 1 else 0.0
        await scene.scheduler.advance(scene.clock())
        begun = scene.hours.now
        sending = asyncio.create_task(scene.drain())
        await asyncio.sleep(5)
        await scene.scheduler.subscribing.subscribe(chat("slack:C2", since=LATE_MAY))
        scene.ahead += timedelta(seconds=55)
        await scene.scheduler.advance(scene.clock())
        await asyncio.sleep(1)
        arrived = [address for address, _ in scene.line.arrived]
        await sending

        assert arrived == ["slack:C2"]

    play(tmp_path, act, ["slack:C1"], seminar(), soon)


def test_what_ends_while_rows_are_read_makes_way_for_the_next(tmp_path: Path) -> None:
    events = [seminar(f"e{n}", topics=("t",) if n == 8 else ()) for n in range(9)]

    async def act(scene: Scene) -> None:
        scene.ahead = timedelta(minutes=-1)
        one = chat("slack:C0", topics=("t",), since=LATE_MAY)
        await scene.scheduler.subscribing.subscribe(one)
        scene.ahead = timedelta()
        await scene.scheduler.advance(scene.clock())
        # C0 ends; the lead is renewed, then rows are read, and meanwhile the first post to C1 ends.
        scene.line.takes = lambda address: 0.5 if address == "slack:C0" else 2.0
        scene.store.reads = 1.0
        await scene.drain()

        assert sorted(uid for to, uid, _ in scene.line.said() if to == "slack:C1") == sorted(
            event.uid for event in events
        )

    play(tmp_path, act, ["slack:C1"], *events)


def test_a_platform_that_hangs_keeps_no_other_waiting(tmp_path: Path) -> None:
    slack, telegram = (
        [f"slack:C{n}" for n in range(MOST_AT_ONCE + 5)],
        [f"telegram:{n}" for n in range(3)],
    )

    async def act(scene: Scene) -> None:
        scene.line.takes = lambda address: 15.0 if address.startswith("slack:") else 0.1
        begun = scene.hours.now
        await scene.tick()

        waits = {a: at - begun for a, at in scene.line.arrived if a.startswith("telegram:")}
        assert waits == pytest.approx(dict.fromkeys(telegram, 0.1))
        assert len(scene.line.arrived) == MOST_AT_ONCE + 8

    play(tmp_path, act, slack + telegram)


async def test_a_platform_that_is_down_for_hours_loses_nothing(new_world: MakeWorld) -> None:
    refusals = [NotDelivered("Slack cannot be reached", retry_after=60)] * (3 * MOST_ATTEMPTS)
    world = await new_world(LATE_MAY, chat(), deliverer=FakeDeliverer(faults=[*refusals]))
    await world.tell(seminar())
    await world.go(DUE - timedelta(hours=20))

    for minute in range(len(refusals) + 1):
        await world.go(DUE + minute * 60 * SECOND)

    assert world.deliverer.said() == [("slack:C1", "s", "7d@09:00")]


async def test_what_is_refused_for_a_day_is_given_up(new_world: MakeWorld) -> None:
    refusals = [NotDelivered("no_permission", retry_after=60)] * 100
    world = await new_world(LATE_MAY, chat(), deliverer=FakeDeliverer(faults=[*refusals]))
    await world.tell(seminar())
    await world.go(DUE - timedelta(hours=20))

    for n in range(MOST_ATTEMPTS):
        await world.go(DUE + n * 60 * SECOND)
    before = await world.outcomes()
    await world.go(DUE + TRIED_FOR)

    assert before[0] == ("7d@09:00", "queued", "no_permission")
    assert (await world.outcomes())[0] == ("7d@09:00", "failed", "no_permission")


class Choosy(FakeDeliverer):
    """Never takes a post about one event."""

    async def deliver(self, notice: Notice) -> str:
        if "bad" in [item.event.uid for item in notice.items]:
            raise NotDelivered("cannot be shown")
        return await super().deliver(notice)


async def test_a_post_that_is_never_taken_keeps_no_other_from_its_chat(
    new_world: MakeWorld,
) -> None:
    voice = Choosy()
    hour = {"seminar": (Lead(before=timedelta(hours=1)),)}
    world = await new_world(LATE_MAY, chat(leads=hour), deliverer=voice)
    good = [seminar(f"good{n}", f"2027-06-10 10:00:0{n}") for n in range(1, 9)]
    await world.tell(seminar("bad", "2027-06-10 10:00"), *good)
    await world.go(DUE - timedelta(hours=20))

    # Eight events are a post; the ninth leaves in one of its own.
    for seconds in range(10, 200, 20):
        await world.go(DUE + seconds * SECOND)

    assert [uid for _, uid, _ in voice.said()] == ["good8"]
