"""What a deadline was before it was moved is kept, to be told whenever somebody asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from scheduler.events import Deadline, Precision, Review
from scheduler.prose import Context, read_call
from scheduler.reconciling.history import remembered
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.known import call
from tests.scheduler.posting import at

MAY = at("2027-05-03 12:00")


def until(*ends: str, label: str = "") -> tuple[Deadline, ...]:
    return tuple(Deadline(label=label, at=at(f"{end} 17:00")) for end in ends)


async def kept(new_world: MakeWorld, *readings: tuple[Deadline, ...]) -> list[datetime | None]:
    world = await new_world(MAY)
    for deadlines in readings:
        await world.tell(call(deadlines=deadlines, source="feed"))
    (event,) = await world.store.events()
    return [one.previous for one in event.deadlines]


async def test_an_extended_deadline_says_what_it_was(new_world: MakeWorld) -> None:
    first, second = until("2027-06-15"), until("2027-06-30")
    assert await kept(new_world, first, second, second) == [first[0].at]


async def test_a_deadline_extended_twice_says_what_it_was_last(new_world: MakeWorld) -> None:
    first, second, third = until("2027-06-15"), until("2027-06-30"), until("2027-07-15")
    assert await kept(new_world, first, second, third) == [second[0].at]


async def test_of_several_deadlines_each_says_its_own(new_world: MakeWorld) -> None:
    before = (*until("2027-06-15", label="1. kolo"), *until("2027-10-15", label="2. kolo"))
    after = (*until("2027-06-15", label="1. kolo"), *until("2027-11-15", label="2. kolo"))
    assert await kept(new_world, before, after) == [None, before[1].at]


async def test_cut_offs_that_are_counted_anew_were_not_moved(new_world: MakeWorld) -> None:
    before = (*until("2027-06-15", label="cut-off 1"), *until("2027-10-15", label="cut-off 2"))
    assert await kept(new_world, before, until("2027-10-15", label="cut-off 1")) == [None]


def test_an_hour_that_became_known_is_no_move() -> None:
    day = Deadline(at=at("2027-06-15 23:59"), precision=Precision.DATE)
    old, new = call(deadlines=(day,)), call(deadlines=until("2027-06-15"))
    assert remembered(old, new, MAY) == new


def test_the_next_round_is_no_extension() -> None:
    old, new = call(deadlines=until("2027-06-15")), call(deadlines=until("2028-06-15"))
    assert remembered(old, new, at("2027-12-01 12:00")) == new


async def test_what_an_editor_put_right_before_approving_was_not_moved(
    new_world: MakeWorld,
) -> None:
    world = await new_world(MAY)
    suggested = replace(call(deadlines=until("2027-06-15"), source="feed"), review=Review.SUGGESTED)
    await world.tell(suggested)
    edited = await world.scheduler.editing.edit("c", {"deadlines": until("2027-06-30")}, "ed")
    assert [one.previous for one in edited.deadlines] == [None]


def test_a_text_says_both() -> None:
    text = "Uzávěrka se posouvá z 15. 6. 2027 na 30. 6. 2027 ve 12:00."
    (deadline,) = read_call(text, Context(near=MAY.date())).deadlines
    assert (deadline.at, deadline.previous) == (at("2027-06-30 12:00"), at("2027-06-15 12:00"))
