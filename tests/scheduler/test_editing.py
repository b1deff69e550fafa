"""What editors add, edit, approve, reject and cancel."""

from __future__ import annotations

from scheduler.events import (
    Review,
)
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import at, chat, seminar

LATE_MAY = at("2027-05-25 12:00")


async def test_suggested_events_wait_for_an_editor(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar("a", review=Review.SUGGESTED), seminar("b", review=Review.SUGGESTED))
    await world.until(at("2027-06-12 12:00"))

    assert [one.uid for one in await world.store.suggested()] == ["a", "b"]
    await world.scheduler.editing.approve("a", "slack:U1")
    await world.scheduler.editing.reject("b", "slack:U1")
    await world.tell(
        seminar("a", review=Review.SUGGESTED), seminar("b", review=Review.SUGGESTED, place="Tábor")
    )
    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [("slack:C1", "a", "1d@09:00"), ("slack:C1", "a", "1h")]
    assert [(one.who, one.action, one.subject) for one in await world.scheduler.editing.log()] == [
        ("slack:U1", "rejected", "b"),
        ("slack:U1", "approved", "a"),
    ]


async def test_what_an_editor_set_wins_over_the_source(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.until(at("2027-06-10 12:00"))

    await world.scheduler.editing.edit("s", {"start": at("2027-06-18 10:00")}, "slack:U1")
    await world.tell(seminar(place="Tábor"))
    await world.until(at("2027-06-19 12:00"))

    assert [(n.due_at, n.items[0].kind.value) for n in world.deliverer.posted] == [
        (at("2027-06-10 09:00"), "before-start"),
        (at("2027-06-10 12:00"), "changed"),
        (at("2027-06-11 09:00"), "before-start"),
        (at("2027-06-17 09:00"), "before-start"),
        (at("2027-06-18 09:00"), "before-start"),
    ]


async def test_an_event_added_by_hand_is_reminded_of_and_can_be_cancelled(
    new_world: MakeWorld,
) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.scheduler.editing.add(seminar("mine"), "slack:U1")
    await world.until(at("2027-06-10 12:00"))
    await world.scheduler.editing.cancel("mine", "slack:U1")
    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "mine", "7d@09:00"),
        ("slack:C1", "mine", "changed"),
    ]
