"""How what falls due becomes posts."""

from __future__ import annotations

from datetime import timedelta

from scheduler.delivery.enqueueing import enqueue
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
