"""What is told when, through the scheduler's whole path: sources in, posts out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.database import open_database
from scheduler.events import Deadline, EventKind, Lead, Notice
from scheduler.ports import Clock
from scheduler.reconciling.sync import apply
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.sources import SourceResult
from scheduler.store import Store
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import FakeDeliverer, at, chat, join_world, seminar

LATE_MAY = at("2027-05-25 12:00")


async def test_a_seminar_is_reminded_of_three_times(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())

    await world.until(at("2027-06-18 12:00"))

    assert [(n.due_at, n.items[0].lead) for n in world.deliverer.posted] == [
        (at("2027-06-10 09:00"), "7d@09:00"),
        (at("2027-06-16 09:00"), "1d@09:00"),
        (at("2027-06-17 09:00"), "1h"),
    ]
    assert await world.outcomes() == [
        ("7d@09:00", "sent", ""),
        ("1d@09:00", "sent", ""),
        ("1h", "sent", ""),
    ]


async def test_a_call_is_told_on_opening_and_before_each_deadline(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-03-01 12:00"), chat(quiet=False))
    await world.tell(
        seminar(
            "c",
            kind=EventKind.CALL,
            start=None,
            open_from=at("2027-04-01 10:00"),
            deadlines=(Deadline(label="full", at=at("2027-06-10 14:00")),),
        )
    )

    await world.until(at("2027-06-11 12:00"))

    assert [(n.due_at, n.items[0].lead, n.items[0].label) for n in world.deliverer.posted] == [
        (at("2027-04-01 10:00"), "", ""),
        (at("2027-05-11 09:00"), "30d@09:00", "full"),
        (at("2027-05-27 09:00"), "14d@09:00", "full"),
        (at("2027-06-03 09:00"), "7d@09:00", "full"),
        (at("2027-06-08 09:00"), "2d@09:00", "full"),
        (at("2027-06-10 11:00"), "3h", "full"),
    ]


async def test_what_is_due_in_one_minute_is_one_post(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(
        seminar("a"), seminar("b", "2027-06-17 14:00"), seminar("c", "2027-06-17 10:00:30")
    )

    await world.until(at("2027-06-17 09:30"))

    assert [[item.event.uid for item in n.items] for n in world.deliverer.posted] == [
        ["a", "c", "b"],
        ["a", "c", "b"],
        ["a", "c"],
    ]


async def test_each_subscription_filters(new_world: MakeWorld) -> None:
    world = await new_world(
        LATE_MAY,
        chat("slack:C1", kinds=(EventKind.CONFERENCE,)),
        chat("slack:C2", topics=("Energetika",)),
        chat("slack:C3", audience="members"),
        chat("web:a"),
    )
    await world.tell(
        seminar("public", topics=("energetika",)),
        seminar("members", audience="members"),
        seminar("example", example=True),
    )

    await world.until(at("2027-06-10 09:00"))

    assert sorted(world.deliverer.said()) == [
        ("slack:C2", "public", "7d@09:00"),
        ("slack:C3", "members", "7d@09:00"),
        ("slack:C3", "public", "7d@09:00"),
        ("web:a", "example", "7d@09:00"),
        ("web:a", "public", "7d@09:00"),
    ]


async def test_past_leads_of_what_is_new_are_never_sent(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-06-12 12:00"), chat())
    await world.tell(seminar())
    await world.go(at("2027-06-16 09:01"))
    await world.scheduler.subscribing.subscribe(chat("slack:C2"))

    await world.until(at("2027-06-17 12:00"))

    assert sorted(world.deliverer.said()) == [
        ("slack:C1", "s", "1d@09:00"),
        ("slack:C1", "s", "1h"),
        ("slack:C2", "s", "1h"),
    ]


async def test_late_ones_are_sent_while_they_are_of_use(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar("a"), seminar("b", "2027-06-10 10:00"))
    await world.go(at("2027-06-08 08:00"))

    # Down over the seven-day lead of a, and over the day and hour before b and its start.
    await world.go(at("2027-06-10 14:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "b", "7d@09:00"),
        ("slack:C1", "a", "7d@09:00"),
    ]
    assert [one for one in await world.outcomes() if one[1] != "sent"] == [
        ("1d@09:00", "missed", "began"),
        ("1h", "missed", "began"),
    ]


async def test_a_long_downtime_loses_nothing_that_was_known(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar("a"))
    await world.go(LATE_MAY)

    await world.go(at("2027-06-16 12:00"))

    assert [(n.due_at, [i.lead for i in n.items]) for n in world.deliverer.posted] == [
        (at("2027-06-10 09:00"), ["1d@09:00"])
    ]
    assert await world.outcomes() == [
        ("7d@09:00", "sent", ""),
        ("1d@09:00", "sent", ""),
        ("1h", "scheduled", ""),
    ]


async def test_a_dry_run_posts_nothing_and_uses_nothing_up(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    dry = SchedulerSettings(sources=(), dry_run=True)
    world = await join_world(engine, LATE_MAY, [chat()], settings=dry)
    await world.tell(seminar())
    await world.until(at("2027-06-10 12:00"))
    rehearsed = await world.outcomes()

    real = await join_world(engine, at("2027-06-10 13:00"))
    await real.go(at("2027-06-10 13:00"))
    await engine.dispose()

    assert world.deliverer.said() == [("slack:C1", "s", "7d@09:00")]  # once, by a dry deliverer
    assert rehearsed == [("7d@09:00", "rehearsed", "")]
    assert real.deliverer.said() == [("slack:C1", "s", "7d@09:00")]


async def test_explain_says_what_is_sent_and_why_not(new_world: MakeWorld) -> None:
    world = await new_world(
        LATE_MAY, chat(), chat("slack:C2", kinds=(EventKind.CALL,)), chat("slack:C3", leads={})
    )
    await world.tell(seminar(start="2027-06-21 10:00"))
    await world.until(at("2027-06-14 12:00"))

    lines = (await world.scheduler.explain("s")).lines

    assert [(one.address, one.lead, one.outcome, one.reason) for one in lines[:4]] == [
        ("slack:C1", "7d@09:00", "sent", "lead"),
        ("slack:C1", "1d@09:00", "planned", "weekend"),
        ("slack:C1", "1h", "planned", "lead"),
        ("slack:C2", "", "none", "kind"),
    ]


class Noting(FakeDeliverer):
    """Says when something arrives."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.arrivals: asyncio.Queue[datetime] = asyncio.Queue()
        self._clock = clock

    async def deliver(self, notice: Notice) -> str:
        self.arrivals.put_nowait(self._clock())
        return await super().deliver(notice)


async def test_run_wakes_at_the_due_instant_and_a_restart_doubles_nothing(tmp_path: Path) -> None:
    loop, engine = asyncio.get_running_loop(), open_database(f"sqlite:///{tmp_path}/s.sqlite")
    begun = loop.time()

    def clock() -> datetime:
        return LATE_MAY + timedelta(seconds=loop.time() - begun)

    store, voice = Store(engine), Noting(clock)
    await store.upgrade()
    hour = chat(leads={"seminar": (Lead(before=timedelta(hours=1)),)})

    async def live(uid: str) -> tuple[datetime, datetime]:
        """Start a process, let a reminder fall due, and stop once it has arrived."""
        scheduler = Scheduler(
            SchedulerSettings(sources=()), store=store, clock=clock, deliverer=voice
        )
        running = asyncio.create_task(scheduler.run())
        await scheduler.subscribing.subscribe(hour)
        due = clock() + timedelta(seconds=0.5)
        event = replace(seminar(uid), start=due + timedelta(hours=1))
        await apply(store, "feed", SourceResult(events=(event,), complete=False), clock())
        scheduler.wake()
        async with asyncio.timeout(30):
            arrived = await voice.arrivals.get()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return due, arrived

    lives = [await live("first"), await live("second")]
    outcomes = [one.outcome for one in await store.deliveries()]
    await engine.dispose()

    assert [uid for _, uid, _ in voice.said()] == ["first", "second"]
    assert [due for due, arrived in lives if arrived < due] == []
    assert outcomes == ["sent", "sent"]


async def test_the_starters_examples_leave_when_sources_are_named(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    store = Store(engine)
    await store.upgrade()

    def scheduler(settings: SchedulerSettings) -> Scheduler:
        return Scheduler(settings, store=store, clock=lambda: LATE_MAY)

    await scheduler(SchedulerSettings()).sync()
    examples = [event.example for event in await store.events()]
    await apply(store, "feed", SourceResult(events=(seminar(),)), LATE_MAY)
    await scheduler(SchedulerSettings(sources=())).begin()
    left = [event.uid for event in await store.events()]
    await scheduler(SchedulerSettings()).sync()
    again = [event.example for event in await store.events()]
    await engine.dispose()

    assert len(examples) > 1
    assert all(examples)
    # What another source told stays, whether it is still named or not.
    assert left == [seminar().uid]
    assert sorted(again) == [False, *examples]
