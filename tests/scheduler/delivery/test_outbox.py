"""Once, in time, or recorded: refusals, lost answers, crashes, and several processes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scheduler.database import open_database
from scheduler.delivery.outbox import LEASE, SENDER_LEASE
from scheduler.delivery.settling import MOST_ATTEMPTS
from scheduler.errors import NotDelivered, Undeliverable
from scheduler.events import EventStatus, Lead, Notice
from scheduler.settings import SchedulerSettings
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import FakeDeliverer, World, at, chat, join_world, seminar

LATE_MAY = at("2027-05-25 12:00")
DUE = at("2027-06-10 09:00")
SECOND = timedelta(seconds=1)


class Crash(BaseException):
    """The process dies here."""


async def due_world(new_world: MakeWorld, deliverer: FakeDeliverer, **named: object) -> World:
    """Return a world in which one reminder has just fallen due."""
    world = await new_world(LATE_MAY, chat(), deliverer=deliverer, **named)
    await world.tell(seminar())
    await world.go(at("2027-06-09 12:00"))
    world.now = DUE
    return world


async def crash(world: World) -> None:
    with pytest.raises(BaseExceptionGroup):
        await world.go(world.now)


async def restarted(world: World, settings: SchedulerSettings | None = None) -> World:
    return await join_world(world.engine, world.now, settings=settings, deliverer=world.deliverer)


async def test_retry_after_is_obeyed(new_world: MakeWorld) -> None:
    world = await due_world(new_world, FakeDeliverer(faults=[NotDelivered(retry_after=90)]))

    await world.go(DUE)
    await world.go(DUE + timedelta(seconds=89))
    early = list(world.deliverer.posted)
    await world.go(DUE + timedelta(seconds=90))

    assert early == []
    assert world.deliverer.said() == [("slack:C1", "s", "7d@09:00")]


async def test_a_platform_that_never_takes_it_is_given_up_in_the_end(new_world: MakeWorld) -> None:
    refusals = [NotDelivered("down") for _ in range(MOST_ATTEMPTS)]
    world = await due_world(new_world, FakeDeliverer(faults=[*refusals]))

    for _ in range(MOST_ATTEMPTS):
        await world.go(world.now + timedelta(hours=3))

    assert await world.outcomes() == [("7d@09:00", "failed", "down")]


async def test_what_became_useless_while_the_platform_was_down_is_missed(
    new_world: MakeWorld,
) -> None:
    world = await due_world(new_world, FakeDeliverer(faults=[NotDelivered("down")] * 3))
    await world.go(DUE)
    await world.go(at("2027-06-17 10:30"))

    assert world.deliverer.said() == []
    assert await world.outcomes() == [
        ("7d@09:00", "missed", "began"),
        ("1d@09:00", "missed", "began"),
        ("1h", "missed", "began"),
    ]


async def test_a_chat_that_is_gone_fails_with_its_reason(new_world: MakeWorld) -> None:
    world = await due_world(new_world, FakeDeliverer(faults=[Undeliverable("kicked")]))

    await world.go(DUE)

    assert await world.outcomes() == [("7d@09:00", "failed", "kicked")]


async def test_a_chat_that_moved_is_followed(new_world: MakeWorld) -> None:
    moved = Undeliverable("upgraded", moved_to="telegram:-1002")
    world = await new_world(LATE_MAY, chat("telegram:-1"), deliverer=FakeDeliverer(faults=[moved]))
    await world.tell(seminar())

    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [
        ("telegram:-1002", "s", "7d@09:00"),
        ("telegram:-1002", "s", "1d@09:00"),
        ("telegram:-1002", "s", "1h"),
    ]


@pytest.mark.parametrize("arrived", [True, False])
async def test_after_a_crash_slack_is_asked(new_world: MakeWorld, arrived: bool) -> None:
    voice = FakeDeliverer(lose_answer=[Crash()]) if arrived else FakeDeliverer(faults=[Crash()])
    world = await due_world(new_world, voice)
    await crash(world)

    later = await restarted(world)
    await later.go(DUE + LEASE)
    early = len(voice.posted)
    await later.go(DUE + LEASE + SECOND)

    assert early == (1 if arrived else 0)
    assert voice.said() == [("slack:C1", "s", "7d@09:00")]
    assert await later.outcomes() == [("7d@09:00", "sent", "")]


@pytest.mark.parametrize(
    ("policy", "times", "outcome"),
    [
        ("resend", 2, [("7d@09:00", "sent", "")]),
        ("report", 1, [("7d@09:00", "in_doubt", "it cannot be known whether it arrived")]),
    ],
)
async def test_telegram_cannot_be_asked(
    new_world: MakeWorld, policy: str, times: int, outcome: list[tuple[str, str, str]]
) -> None:
    settings = SchedulerSettings.model_validate({"sources": (), "in_doubt": policy})
    voice = FakeDeliverer(lose_answer=[Crash()], mute=True)
    world = await due_world(new_world, voice)
    await crash(world)

    later = await restarted(world, settings)
    await later.go(DUE + LEASE + SECOND)

    assert voice.said() == [("slack:C1", "s", "7d@09:00")] * times
    assert await later.outcomes() == outcome


async def test_an_answer_that_was_lost_is_looked_up(new_world: MakeWorld) -> None:
    voice = FakeDeliverer(lose_answer=[NotDelivered("reset", certain=False)])
    world = await due_world(new_world, voice)

    await world.go(DUE)
    await world.go(DUE + LEASE + SECOND)

    assert voice.said() == [("slack:C1", "s", "7d@09:00")]
    assert await world.outcomes() == [("7d@09:00", "sent", "")]


async def test_a_mistake_of_ours_in_one_post_keeps_no_other_from_being_sent(
    new_world: MakeWorld,
) -> None:
    voice = FakeDeliverer(faults=[ValueError("a mistake")])
    world = await new_world(LATE_MAY, chat("slack:C1"), chat("slack:C2"), deliverer=voice)
    await world.tell(seminar())
    await world.go(at("2027-06-09 12:00"))

    await world.go(DUE)
    await world.go(DUE + timedelta(seconds=61))

    assert sorted(voice.said()) == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C2", "s", "7d@09:00"),
    ]


async def test_one_process_sends_and_another_takes_over_when_it_dies(
    new_world: MakeWorld,
) -> None:
    world = await due_world(new_world, FakeDeliverer(faults=[Crash()]))
    await crash(world)
    second = await restarted(world)
    second.deliverer = world.deliverer
    await second.tell(seminar(), seminar("b", "2027-06-17 11:00"))

    await second.scheduler.subscribing.subscribe(chat("slack:C2", leads={"seminar": ()}))
    await second.go(DUE + SENDER_LEASE)
    early = list(second.deliverer.posted)
    await second.go(DUE + SENDER_LEASE + SECOND)

    assert early == []
    assert second.deliverer.said() == []  # the claim of the dead one still holds
    await second.go(DUE + LEASE + SECOND)
    assert second.deliverer.said() == [("slack:C1", "s", "7d@09:00")]


async def test_processes_side_by_side_send_each_post_once(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    voice = FakeDeliverer()
    chats = [chat(f"slack:C{n}") for n in range(40)]
    first = await join_world(engine, LATE_MAY, chats, deliverer=voice)
    await first.tell(seminar())
    worlds = [first] + [await join_world(engine, LATE_MAY, deliverer=voice) for _ in range(3)]
    await first.go(at("2027-06-09 12:00"))

    await asyncio.gather(*(world.go(DUE) for world in worlds))
    await engine.dispose()

    assert sorted(voice.said()) == sorted((one.address, "s", "7d@09:00") for one in chats)


async def test_a_platform_of_another_process_is_left_to_it(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    world = await join_world(engine, LATE_MAY, [chat("slack:C1"), chat("web:all")])
    await world.tell(seminar())
    world.scheduler._outbox._platforms = {"web"}  # type: ignore[union-attr]

    await world.until(at("2027-06-10 12:00"))
    await engine.dispose()

    assert world.deliverer.said() == [("web:all", "s", "7d@09:00")]


async def test_what_no_process_sends_is_missed_once_it_is_of_no_use(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    world = await join_world(engine, LATE_MAY, [chat("slack:C1"), chat("web:all")])
    await world.tell(seminar(), seminar("later", "2027-06-17 15:00"))
    world.scheduler._outbox._platforms = {"web"}  # type: ignore[union-attr]

    await world.until(at("2027-06-17 10:30"))
    slack = await world.store.deliveries(address="slack:C1", limit=100)
    await world.go(at("2027-06-17 15:30"))
    later = await world.store.deliveries(address="slack:C1", limit=100)
    await engine.dispose()

    lost = "began; no process sends to slack"
    assert {(one.event_uid, one.outcome, one.reason) for one in slack} == {
        ("s", "missed", lost),
        ("later", "queued", ""),
        ("later", "scheduled", ""),
    }
    assert {(one.outcome, one.reason) for one in later} == {("missed", lost)}


async def test_what_a_dead_process_left_on_a_platform_of_nobody_is_in_doubt(
    new_world: MakeWorld,
) -> None:
    world = await due_world(new_world, FakeDeliverer(lose_answer=[Crash()]))
    await crash(world)
    later = await restarted(world)
    later.scheduler._outbox._platforms = {"web"}  # type: ignore[union-attr]

    await later.go(DUE + timedelta(hours=1))
    useful = (await later.outcomes())[0]
    await later.until(at("2027-06-17 10:30"))

    unknown = "it cannot be known whether it arrived; no process sends to slack"
    assert useful == ("7d@09:00", "sending", "")
    assert (await later.outcomes())[0] == ("7d@09:00", "in_doubt", unknown)


async def test_what_another_process_sends_is_left_to_it_though_it_is_late(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    world = await join_world(engine, LATE_MAY, [chat("slack:C1")])
    await world.tell(seminar())
    other = await join_world(engine, LATE_MAY)
    world.scheduler._outbox._platforms = {"web"}  # type: ignore[union-attr]
    await world.until(at("2027-06-10 12:00"))
    other.now = world.now = at("2027-06-17 10:30")

    await other.scheduler._outbox.keep_lead()  # type: ignore[union-attr]
    await world.go(world.now)
    outcomes = await world.outcomes()
    await engine.dispose()

    assert [outcome for _, outcome, _ in outcomes] == ["queued"] * 3


async def test_a_post_that_its_sender_dies_of_is_tried_ever_more_seldom(
    new_world: MakeWorld,
) -> None:
    lost = [NotDelivered("no answer", certain=False) for _ in range(100)]
    world = await due_world(new_world, FakeDeliverer(faults=[*lost]))

    tries = []
    for _ in range(30):
        await world.go(world.now + LEASE + SECOND)
        tries.append(len(world.deliverer.waited))

    # Three times at once, each a lease later; then after 5, 10, 20, 40, 80, 160 s besides.
    assert tries == [1, 2, 3, 4, 4, 5, 5, 6, 6, 7, *2 * [7], 8, *3 * [8], 9, *6 * [9], *7 * [10]]


async def test_of_several_events_in_one_post_only_what_still_holds_is_said(
    new_world: MakeWorld,
) -> None:
    busy = FakeDeliverer(faults=[NotDelivered(retry_after=120)])
    world = await new_world(LATE_MAY, chat(), deliverer=busy)
    off, later, kept = seminar("off"), seminar("later"), seminar("kept")
    await world.tell(off, later, kept)
    await world.until(DUE)
    world.now = DUE + timedelta(minutes=1)

    await world.tell(
        replace(off, status=EventStatus.CANCELLED),
        replace(later, start=at("2027-06-18 10:00")),
        kept,
    )
    await world.go(DUE + timedelta(minutes=3))

    assert busy.said() == [("slack:C1", "kept", "7d@09:00")]
    ended = [one for one in await world.outcomes() if one[1] != "scheduled"]
    assert sorted(ended) == [
        ("7d@09:00", "cancelled", "moved or cancelled"),
        ("7d@09:00", "cancelled", "moved or cancelled"),
        ("7d@09:00", "sent", ""),
    ]


async def test_a_clock_that_is_set_back_doubles_nothing(new_world: MakeWorld) -> None:
    world = await due_world(new_world, FakeDeliverer())

    await world.go(DUE)
    await world.go(DUE - timedelta(hours=1))
    await world.go(DUE - timedelta(days=9))
    await world.until(at("2027-06-18 12:00"))

    assert [lead for _, _, lead in world.deliverer.said()] == ["7d@09:00", "1d@09:00", "1h"]


class Gated(FakeDeliverer):
    """Loses an answer from C1, then lets nothing begin there before C2 has its third turn."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World | None = None
        self.gate = asyncio.Event()
        self.asked: list[str] = []

    async def ready(self, address: str) -> None:
        await super().ready(address)
        if self.waited.count("slack:C2") == 3:
            self.gate.set()
        if address == "slack:C1" and self.world:
            await self.gate.wait()

    async def deliver(self, notice: Notice) -> str:
        self.asked.append(f"{notice.address} {notice.items[0].event.uid}")
        if self.world:  # a slow call: meanwhile the lease of what was lost runs out
            self.world.now = DUE + 2 * SECOND
        elif notice.address == "slack:C2":
            raise NotDelivered(retry_after=20)
        else:
            self.lose_answer = [NotDelivered(certain=False)]
        return await super().deliver(notice)

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        self.asked.append(f"{address}?")
        return await super().find(address, post_id, since)


async def test_a_chat_that_is_being_sent_to_is_not_asked_for_what_was_lost_there(
    new_world: MakeWorld,
) -> None:
    voice = Gated()
    leads = {"seminar": (Lead(before=timedelta(hours=1)),)}
    chats = [chat(f"slack:C{n}", leads=leads, topics=(f"c{n}",)) for n in (1, 2)]
    world = await new_world(LATE_MAY, *chats, deliverer=voice)
    first, then = DUE + SECOND - LEASE, DUE
    found = [("s", "c1", first), ("r", "c2", first), ("t", "c1", then), ("u", "c2", then)]
    hour = timedelta(hours=1)
    await world.tell(
        *(replace(seminar(uid), topics=(topic,), start=due + hour) for uid, topic, due in found)
    )
    await world.go(first)
    began, voice.asked = sorted(voice.asked), []

    voice.world = world
    await world.go(then)

    assert began == ["slack:C1 s", "slack:C2 r"]
    assert voice.asked[0] == "slack:C2 r"
    assert sorted(voice.asked[1:3]) == ["slack:C1 t", "slack:C2 u"]
    assert voice.asked[3:] == ["slack:C1?"]
    assert sorted(uid for _, uid, _ in voice.said()) == ["r", "s", "t", "u"]
