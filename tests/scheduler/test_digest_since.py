"""What a digest calls new is what came since the one before, be it moved by a holiday."""

from __future__ import annotations

from scheduler.events import ReminderKind, Review
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import World, at, chat, seminar

LEADS = {"seminar": ()}
AUTUMN = "2027-09-17 10:00"


def digests(world: World) -> list[tuple[object, list[tuple[str, str]]]]:
    """Return (due instant, [(event, why)]) of each digest that was posted."""
    posted = [n for n in world.deliverer.posted if n.items[0].kind is ReminderKind.DIGEST]
    return [(n.due_at, [(i.event.uid, i.lead) for i in n.items]) for n in posted]


async def test_a_digest_moved_by_a_holiday_leaves_nothing_out(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-06-25 12:00"), chat(digest=True, leads=LEADS))
    await world.until(at("2027-06-29 12:00"))
    await world.tell(seminar("a", start="2027-09-17 10:00"))
    # Monday and Tuesday are holidays: the digest comes on Wednesday, 7 July at 8:00.
    await world.until(at("2027-07-08 12:00"))
    await world.tell(seminar("a", start="2027-09-17 10:00"), seminar("b", start="2027-09-24 10:00"))
    await world.until(at("2027-07-19 12:00"))

    assert digests(world) == [
        (at("2027-07-07 08:00"), [("a", "new")]),
        (at("2027-07-12 09:00"), [("b", "new")]),
    ]


async def test_what_a_late_digest_told_is_not_new_in_the_next(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-05-25 12:00"), chat(digest=True, leads=LEADS))
    await world.go(at("2027-05-30 12:00"))
    world.now = at("2027-06-01 12:00")
    await world.tell(seminar("a", AUTUMN))

    await world.go(at("2027-06-02 10:00"))  # after a downtime over Monday
    await world.until(at("2027-06-15 10:00"))

    assert digests(world) == [(at("2027-05-31 09:00"), [("a", "new")])]


async def test_what_came_before_a_digest_that_was_missed_is_in_the_next(
    new_world: MakeWorld,
) -> None:
    world = await new_world(at("2027-05-20 12:00"), chat(digest=True, leads=LEADS))
    await world.until(at("2027-05-27 12:00"))
    await world.tell(seminar("a", AUTUMN))
    await world.go(at("2027-05-30 12:00"))

    await world.go(at("2027-06-04 12:00"))  # too late for Monday's
    await world.until(at("2027-06-15 10:00"))

    assert ("digest", "missed", "no news") in await world.outcomes()
    assert digests(world) == [(at("2027-06-07 09:00"), [("a", "new")])]


async def test_what_an_editor_approved_is_new(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-05-20 12:00"), chat(digest=True, leads=LEADS))
    await world.tell(seminar("a", AUTUMN, review=Review.SUGGESTED))
    await world.until(at("2027-06-10 12:00"))

    await world.scheduler.editing.approve("a", "editor")
    await world.until(at("2027-06-22 10:00"))

    assert digests(world) == [(at("2027-06-14 09:00"), [("a", "new")])]


async def test_a_digest_tells_once_what_changed(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-05-20 12:00"), chat(digest=True, leads=LEADS))
    await world.tell(seminar("a", AUTUMN))
    await world.until(at("2027-06-01 12:00"))

    await world.tell(seminar("a", "2027-09-24 10:00"))
    await world.until(at("2027-06-22 10:00"))

    assert digests(world) == [
        (at("2027-05-24 09:00"), [("a", "new")]),
        (at("2027-06-07 09:00"), [("a", "changed")]),
    ]
