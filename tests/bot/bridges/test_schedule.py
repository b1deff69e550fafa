"""The scheduler as the commands see it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.bridges.schedule import Schedule
from scheduler.events import Subscription
from tests.scheduler.posting import at, chat, make_world, seminar

NOW = at("2027-06-01 09:00")


async def test_an_announcement_reaches_those_who_subscribed_and_want_to_hear(
    tmp_path: Path,
) -> None:
    world = await make_world(tmp_path, NOW)
    await world.tell(seminar())
    given: list[Subscription] = [
        chat("slack:C1", language="en"),
        chat("slack:C2", event_uid="s"),
        chat("slack:C3", paused_until=NOW + timedelta(days=1)),
        chat("slack:C4", paused_until=NOW - timedelta(days=1)),
    ]
    for subscription in given:
        await world.scheduler.subscribing.subscribe(subscription)
    schedule = Schedule(
        scheduler=world.scheduler,
        store=world.store,
        clock=lambda: NOW,
        timezone="Europe/Prague",
    )

    reached = await schedule.addresses()
    await world.engine.dispose()

    assert sorted(reached) == [("slack:C1", "en"), ("slack:C4", "cs")]


async def test_a_calendar_file_follows_the_one_that_was_sent_before(tmp_path: Path) -> None:
    world = await make_world(tmp_path, NOW)
    await world.tell(seminar())
    schedule = Schedule(
        scheduler=world.scheduler,
        store=world.store,
        clock=lambda: NOW,
        timezone="Europe/Prague",
    )

    sent: list[str] = []
    for start in ("2027-06-17 10:00", "2027-06-18 10:00", "2027-06-18 10:00"):
        await world.tell(seminar(start=start))
        events = await world.store.events()
        sent.append((await schedule.calendar(events, "cs")).decode())
    await world.engine.dispose()

    lines = [line for text in sent for line in text.splitlines() if line.startswith("SEQUENCE")]
    assert lines == ["SEQUENCE:0", "SEQUENCE:1", "SEQUENCE:1"]
