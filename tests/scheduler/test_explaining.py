"""The record and the explanation: what became of each reminder, and why."""

from __future__ import annotations

import pytest

from scheduler.events import EventKind, Lead
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.delivery.test_between import Deed
from tests.scheduler.posting import at, chat, seminar

LATE_MAY = at("2027-05-25 12:00")
WEEK = {"seminar": (Lead.parse("7d@09:00"),)}


async def test_a_chat_that_subscribes_twice_is_explained_once(new_world: MakeWorld) -> None:
    own = chat(id="own", leads=WEEK)
    world = await new_world(LATE_MAY, chat(leads=WEEK), own, chat(id="no", kinds=(EventKind.CALL,)))
    await world.tell(seminar(), seminar("far", "2027-09-17 10:00"))
    await world.go(at("2027-06-10 09:00"))

    sent = (await world.scheduler.explain("s")).lines
    ahead = (await world.scheduler.explain("far")).lines

    assert [(one.outcome, one.reason) for one in sent] == [("none", "kind"), ("sent", "lead")]
    assert [(one.outcome, one.reason) for one in ahead] == [("none", "kind"), ("planned", "lead")]


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (lambda world: world.scheduler.subscribing.unsubscribe("slack:C1"), "unsubscribed"),
        (
            lambda world: world.scheduler.subscribing.pause("slack:C1", at("2027-07-01 00:00")),
            "paused",
        ),
        (
            lambda world: world.scheduler.subscribing.subscribe(chat(topics=("odpady",))),
            "topic",
        ),
        (
            lambda world: world.scheduler.subscribing.subscribe(chat(leads={"seminar": ()})),
            "other leads are wanted",
        ),
        (
            lambda world: world.tell(seminar(start="2027-06-18 10:00")),
            "moved, cancelled or withdrawn",
        ),
    ],
    ids=str.split("unsubscribed paused topic leads moved"),
)
async def test_what_is_planned_no_more_says_why(new_world: MakeWorld, deed: Deed, why: str) -> None:
    world = await new_world(LATE_MAY, chat(leads=WEEK))
    await world.tell(seminar())
    await world.go(at("2027-06-09 12:00"))

    await deed(world)

    assert (await world.outcomes())[0] == ("7d@09:00", "cancelled", why)


async def test_of_two_wishes_the_one_that_comes_first_is_said(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(quiet=False), chat(id="quiet", quiet=True))
    await world.tell(seminar(start="2027-06-20 10:00"))

    lines = (await world.scheduler.explain("s")).lines
    planned = await world.scheduler.plan(world.now, at("2027-06-21 12:00"))
    await world.until(at("2027-06-21 12:00"))

    ahead = [(at("2027-06-11 09:00"), "7d@09:00"), (at("2027-06-18 09:00"), "1d@09:00")]
    ahead.append((at("2027-06-20 09:00"), "1h"))
    assert [(one.due_at, one.lead) for one in lines] == ahead
    assert [(one.due_at, one.lead) for one in planned] == ahead
    assert [(n.due_at, n.items[0].lead) for n in world.deliverer.posted] == ahead


async def test_a_lead_that_is_wished_for_too_late_says_so(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(leads={"seminar": (Lead.parse("1h"),)}))
    await world.tell(seminar())
    await world.until(at("2027-06-11 12:00"))

    await world.scheduler.subscribing.subscribe(chat(leads=WEEK))

    lines = (await world.scheduler.explain("s")).lines
    assert [(one.lead, one.outcome, one.reason) for one in lines] == [
        ("7d@09:00", "none", "due before it was wanted")
    ]


async def test_while_all_is_paused_it_says_so(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(leads=WEEK))
    await world.tell(seminar())

    await world.scheduler.pause("editor")
    paused = await world.scheduler.explain("s")
    await world.scheduler.resume("editor")
    resumed = await world.scheduler.explain("s")

    assert (paused.silent, resumed.silent) == ("paused", "")
    assert paused.lines == resumed.lines
