"""What editors add, edit, approve, reject and cancel."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler.editing import Editing
from scheduler.errors import EventExists, ImpossibleEvent
from scheduler.events import Event, EventStatus, Review
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


async def _told(new_world: MakeWorld, *events: Event) -> Editing:
    world = await new_world(LATE_MAY, chat())
    await world.tell(*events)
    return world.scheduler.editing


def _times(event: Event) -> tuple[object, ...]:
    return event.start, event.end, event.original_start, event.status.value


async def test_a_new_start_takes_the_end_along(new_world: MakeWorld) -> None:
    start, end, later = at("2027-06-17 10:00"), at("2027-06-17 12:00"), at("2027-06-24 09:00")
    editing = await _told(new_world, seminar(end=end))

    moved = await editing.edit("s", {"start": later}, "cli")
    again = await editing.edit("s", {"start": later + timedelta(days=1)}, "cli")
    back = await editing.edit("s", {"start": start}, "cli")
    day = await editing.edit("s", {"start": date(2027, 6, 25), "all_day": True}, "cli")
    source = await editing.edit("s", {"start": None, "all_day": None}, "cli")

    assert [_times(one) for one in (moved, again, back, day, source)] == [
        (later, later + timedelta(hours=2), start, "rescheduled"),
        (later + timedelta(days=1), later + timedelta(days=1, hours=2), start, "rescheduled"),
        (start, end, None, "scheduled"),
        (date(2027, 6, 25), date(2027, 6, 25), start, "rescheduled"),
        (start, end, None, "scheduled"),
    ]


async def test_a_cancellation_by_the_source_goes_before_a_new_time(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.scheduler.editing.edit("s", {"start": at("2027-06-18 10:00")}, "cli")
    await world.tell(seminar(status=EventStatus.CANCELLED))

    assert [one.status.value for one in await world.store.events()] == ["cancelled"]


async def test_a_date_of_a_suggestion_is_only_put_right(new_world: MakeWorld) -> None:
    editing = await _told(new_world, seminar(review=Review.SUGGESTED))

    await editing.edit("s", {"start": at("2027-06-18 10:00")}, "cli")
    approved = await editing.approve("s", "cli")

    assert (approved.original_start, approved.status.value) == (None, "scheduled")


async def test_what_cannot_be_an_event_is_refused(new_world: MakeWorld) -> None:
    editing = await _told(new_world, seminar())
    before = at("2027-06-17 09:00")

    for changes, what in (({"end": before}, "end"), ({"title": " "}, "title")):
        with pytest.raises(ImpossibleEvent) as caught:
            await editing.edit("s", changes, "cli")
        assert caught.value.what == what
    with pytest.raises(ImpossibleEvent, match="The end is before the start"):
        await editing.add(seminar("t", end=before), "cli")
    assert await editing.log() == []


async def test_an_event_is_not_added_twice(new_world: MakeWorld) -> None:
    editing = await _told(new_world, seminar())

    for twin in (seminar("t", title="seminar S"), seminar(title="Jiný")):
        with pytest.raises(EventExists, match="exists already as s"):
            await editing.add(twin, "cli")


async def test_what_is_still_to_be_sent_is_no_record(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.until(at("2027-06-16 08:30"))

    every = await world.store.deliveries()
    decided = await world.store.deliveries(decided_by=world.now)

    assert "1d@09:00" in [one.lead for one in every if one.outcome == "scheduled"]
    assert [one.lead for one in decided] == ["7d@09:00"]
