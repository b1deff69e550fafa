"""Subscriptions of chats and of the configuration: pauses, digests, single events."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.database import open_database
from scheduler.events import (
    Lead,
)
from scheduler.settings import SchedulerSettings, SubscriptionSettings
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import at, chat, join_world, seminar

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
