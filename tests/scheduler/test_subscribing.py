"""Subscriptions of chats and of the configuration: pauses, digests, single events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler.database import open_database
from scheduler.errors import Undeliverable
from scheduler.events import Deadline, EventKind, Lead
from scheduler.settings import SchedulerSettings, SubscriptionSettings
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import FakeDeliverer, at, chat, join_world, seminar

LATE_MAY = at("2027-05-25 12:00")


async def test_a_pause_of_a_chat_and_of_all(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(), chat("slack:C2"))
    await world.tell(seminar())
    await world.scheduler.subscribing.pause("slack:C2", at("2027-06-11 00:00"))
    await world.until(at("2027-06-15 12:00"))
    await world.scheduler.pause("cli")
    await world.until(at("2027-06-16 12:00"))
    quiet = world.deliverer.said()
    await world.scheduler.resume("cli")
    await world.until(at("2027-06-17 12:00"))

    assert quiet == [("slack:C1", "s", "7d@09:00")]
    assert sorted(world.deliverer.said()[1:]) == [
        ("slack:C1", "s", "1d@09:00"),
        ("slack:C1", "s", "1h"),
        ("slack:C2", "s", "1d@09:00"),
        ("slack:C2", "s", "1h"),
    ]


async def test_remind_me_is_for_one_event_and_one_lead(new_world: MakeWorld) -> None:
    leads = {"seminar": (Lead.parse("2d@08:30"),)}
    world = await new_world(LATE_MAY, chat("slack:D1", event_uid="b", leads=leads))
    await world.tell(seminar("a"), seminar("b"))

    await world.until(at("2027-06-17 12:00"))

    assert [(n.due_at, n.items[0].event.uid) for n in world.deliverer.posted] == [
        (at("2027-06-15 08:30"), "b")
    ]


@pytest.mark.parametrize("moved", [False, True])
async def test_a_reminder_for_once_does_not_come_before_another_date(
    new_world: MakeWorld, moved: bool
) -> None:
    lead, due = Lead.parse("3d@13:30"), at("2027-06-14 13:30")
    once = chat("slack:D1", event_uid="c", leads={"call": (lead,)}, quiet=False, until=due)
    world = await new_world(at("2027-06-14 12:30"), once)
    stages = [Deadline(at=at("2027-06-17 10:00")), Deadline(at=at("2027-07-17 10:00"))]
    call = seminar("c", None, kind=EventKind.CALL, deadlines=tuple(stages))
    await world.tell(call)
    if moved:
        stages[0] = Deadline(at=at("2027-06-24 10:00"))
        await world.tell(replace(call, deadlines=tuple(stages)))

    await world.until(at("2027-07-18 12:00"))

    assert [n.due_at for n in world.deliverer.posted] == [due] * (not moved)
    assert (await world.scheduler.subscribing.of("slack:D1"))[0].until == due


async def test_a_new_subscription_may_begin_with_a_summary(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY)
    await world.tell(seminar("a"), seminar("far", "2027-09-17 10:00"))
    await world.scheduler.subscribing.subscribe(chat(), summary=True)
    await world.go(world.now)

    assert world.deliverer.said() == [("slack:C1", "a", "summary")]


async def test_the_digest_says_what_is_new_changed_or_closing(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(digest=True, leads={"seminar": ()}))
    await world.tell(seminar("a", "2027-07-20 10:00"), seminar("b", "2027-06-17 10:00"))
    await world.until(at("2027-06-14 12:00"))

    assert [
        (n.due_at, [(i.event.uid, i.lead) for i in n.items]) for n in world.deliverer.posted
    ] == [
        (at("2027-05-31 09:00"), [("b", "new"), ("a", "new")]),
        (at("2027-06-14 09:00"), [("b", "closing")]),
    ]
    assert ("digest", "cancelled", "nothing to tell") in await world.outcomes()


async def test_settings_say_who_is_told_and_take_it_back(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    both = SchedulerSettings(
        sources=(),
        subscriptions=(
            SubscriptionSettings(address="slack:C1"),
            SubscriptionSettings(address="slack:C2"),
        ),
    )
    world = await join_world(engine, LATE_MAY, settings=both)
    await world.tell(seminar())
    await world.until(at("2027-06-10 12:00"))

    one = both.model_copy(update={"subscriptions": both.subscriptions[:1]})
    later = await join_world(engine, at("2027-06-10 13:00"), settings=one)
    await later.until(at("2027-06-17 12:00"))
    await engine.dispose()

    assert sorted(world.deliverer.said()) == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C2", "s", "7d@09:00"),
    ]
    assert later.deliverer.said() == [("slack:C1", "s", "1d@09:00"), ("slack:C1", "s", "1h")]


async def test_a_configured_chat_that_moved_goes_on_where_it_was(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    old = SchedulerSettings(
        sources=(), subscriptions=(SubscriptionSettings(address="telegram:-1"),)
    )
    moved = FakeDeliverer(faults=[Undeliverable("upgraded", moved_to="telegram:-1002")])
    world = await join_world(engine, LATE_MAY, settings=old, deliverer=moved)
    await world.tell(seminar())
    await world.until(at("2027-06-10 12:00"))

    # It was down while the next one fell due; then the address of now is named.
    now = old.model_copy(
        update={"subscriptions": (SubscriptionSettings(address="telegram:-1002"),)}
    )
    later = await join_world(engine, at("2027-06-16 13:00"), settings=now)
    await later.until(at("2027-06-17 12:00"))
    await engine.dispose()

    assert moved.said() == [("telegram:-1002", "s", "7d@09:00")]
    assert later.deliverer.said() == [
        ("telegram:-1002", "s", "1d@09:00"),
        ("telegram:-1002", "s", "1h"),
    ]


@pytest.mark.parametrize("lead", ["1d@09:00"])
async def test_two_subscriptions_of_one_chat_tell_once(new_world: MakeWorld, lead: str) -> None:
    world = await new_world(LATE_MAY, chat(), chat(id="other", topics=("x",)))
    await world.tell(seminar(topics=("x",)))
    await world.until(at("2027-06-12 12:00"))
    await world.scheduler.subscribing.unsubscribe("slack:C1")

    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C1", "s", lead),
        ("slack:C1", "s", "1h"),
    ]


@pytest.mark.parametrize(
    ("asked_at", "wish", "due"),
    [
        # Sunday's is now to come before the weekend, which has begun.
        ("2027-06-12 12:00", {"quiet": True}, "2027-06-14 08:00"),
        # It is past nine in Moscow.
        ("2027-06-13 08:30", {"quiet": False, "timezone": "Europe/Moscow"}, "2027-06-13 08:30"),
        ("2027-06-12 12:00", {"quiet": False, "timezone": "Europe/London"}, "2027-06-13 10:00"),
    ],
    ids=str.split("weekend east west"),
)
async def test_other_hours_lose_and_double_nothing(
    new_world: MakeWorld, asked_at: str, wish: dict[str, Any], due: str
) -> None:
    week = {"seminar": (Lead.parse("7d@09:00"),)}
    world = await new_world(LATE_MAY, chat(quiet=False, leads=week))
    await world.tell(seminar(start="2027-06-20 10:00"))
    await world.until(at(asked_at))

    await world.scheduler.subscribing.subscribe(chat(leads=week, **wish))
    [line] = (await world.scheduler.explain("s")).lines
    await world.until(at("2027-06-20 12:00"))

    assert [n.due_at for n in world.deliverer.posted] == [at(due)]
    assert line.due_at == at(due)


async def test_an_hour_that_another_wish_still_has_ahead_stays(new_world: MakeWorld) -> None:
    week = {"seminar": (Lead.parse("7d@09:00"),)}
    quiet = chat(id="quiet", quiet=True, leads={"seminar": ()})
    world = await new_world(LATE_MAY, chat(quiet=False, leads=week), quiet)
    await world.tell(seminar(start="2027-06-20 10:00"))
    await world.until(at("2027-06-12 12:00"))

    await world.scheduler.subscribing.subscribe(replace(quiet, leads=week))
    await world.until(at("2027-06-20 12:00"))

    assert [n.due_at for n in world.deliverer.posted] == [at("2027-06-13 09:00")]


async def test_a_digest_comes_though_its_hour_passed_by_another_zone(
    new_world: MakeWorld,
) -> None:
    world = await new_world(at("2027-05-26 12:00"), chat(digest=True, leads={"seminar": ()}))
    await world.tell(seminar("a", "2027-09-17 10:00"))
    await world.until(at("2027-05-31 08:30"))

    await world.scheduler.subscribing.subscribe(
        chat(digest=True, leads={"seminar": ()}, timezone="Asia/Tokyo")
    )
    await world.until(at("2027-06-08 12:00"))

    assert [n.due_at for n in world.deliverer.posted] == [at("2027-05-31 08:30")]


async def test_the_very_beginning_is_told_in_time_or_not_at_all(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(leads={"seminar": (Lead.parse("0m"),)}))
    await world.tell(seminar("a"), seminar("b", "2027-06-18 10:00"))
    await world.until(at("2027-06-17 10:00"))

    await world.go(at("2027-06-18 09:00"))
    await world.go(at("2027-06-18 10:20"))

    assert world.deliverer.said() == [("slack:C1", "a", "0s")]
    assert await world.outcomes() == [("0s", "sent", ""), ("0s", "missed", "began")]
