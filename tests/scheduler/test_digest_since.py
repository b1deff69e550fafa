"""What a digest calls new is what came since the one before, be it moved by a holiday."""

from __future__ import annotations

from scheduler.events import ReminderKind
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import at, chat, seminar


async def test_a_digest_moved_by_a_holiday_leaves_nothing_out(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-06-25 12:00"), chat(digest=True, leads={"seminar": ()}))
    await world.until(at("2027-06-29 12:00"))
    await world.tell(seminar("a", start="2027-09-17 10:00"))
    # Monday and Tuesday are holidays: the digest comes on Wednesday, 7 July at 8:00.
    await world.until(at("2027-07-08 12:00"))
    await world.tell(seminar("a", start="2027-09-17 10:00"), seminar("b", start="2027-09-24 10:00"))
    await world.until(at("2027-07-19 12:00"))

    digests = [n for n in world.deliverer.posted if n.items[0].kind is ReminderKind.DIGEST]
    told = [(n.due_at, [(i.event.uid, i.lead) for i in n.items]) for n in digests]
    assert told == [
        (at("2027-07-07 08:00"), [("a", "new")]),
        (at("2027-07-12 09:00"), [("b", "new")]),
    ]
