"""How what falls due becomes posts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.delivery.enqueueing import enqueue
from scheduler.events import Lead
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import at, chat, seminar

DUE = at("2027-06-10 09:00")


async def test_a_chat_gets_one_post_though_its_reminders_lie_far_apart(
    new_world: MakeWorld,
) -> None:
    chats = [f"slack:C{n}" for n in range(3)]
    world = await new_world(at("2027-05-25 12:00"), *map(chat, chats))
    await world.tell(seminar("a"))
    await world.go(DUE - timedelta(hours=20))
    await world.tell(seminar("a"), seminar("b"))  # planned after "a" of all chats

    taken: list[int] = []
    while not taken or taken[-1]:
        async with world.store.writing() as connection:
            taken.append(await enqueue(connection, DUE, most=2))
    await world.go(DUE)

    assert taken == [4, 2, 0]
    assert sorted(
        (notice.address, [item.event.uid for item in notice.items])
        for notice in world.deliverer.posted
    ) == [(one, ["a", "b"]) for one in chats]


async def test_found_late_no_event_is_told_of_in_two_posts(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-05-25 12:00"), chat())
    await world.tell(*map(seminar, "abcdefghij"))
    await world.go(world.now)

    await world.go(at("2027-06-16 12:00"))  # seven days and a day before have passed

    assert sorted(world.deliverer.said()) == [("slack:C1", uid, "1d@09:00") for uid in "abcdefghij"]
    assert sorted(len(notice.items) for notice in world.deliverer.posted) == [2, 8]
    assert {one.outcome for one in await world.store.deliveries(decided_by=world.now)} == {"sent"}


@pytest.mark.parametrize("moved_to", ["2027-06-12 10:00", "2027-06-11 08:30"])
async def test_who_is_reminded_of_a_new_date_is_told_first_that_it_is_one(
    new_world: MakeWorld, moved_to: str
) -> None:
    leads = {"seminar": tuple(map(Lead.parse, ("7d@09:00", "1d@08:00", "1h")))}
    chats = [f"slack:C{n}" for n in range(4)]  # posts of one moment have no order of their own
    world = await new_world(at("2027-05-25 12:00"), *(chat(one, leads=leads) for one in chats))
    await world.tell(seminar())
    await world.until(at("2027-06-10 21:00"))

    await world.tell(seminar(start=moved_to))
    await world.until(at("2027-06-11 08:10"))

    told = [lead for _, _, lead in world.deliverer.said()[len(chats) :]]
    lead = "1h" if moved_to.endswith("08:30") else "1d@08:00"
    assert told[:: len(chats)] == ["changed", lead]
    assert sorted(told) == sorted(["changed", lead] * len(chats))
    assert {one.outcome for one in await world.store.deliveries(decided_by=world.now)} == {"sent"}
