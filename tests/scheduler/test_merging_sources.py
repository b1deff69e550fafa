"""Items of several sources or pages -> one event, and what is believed of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.events import (
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Occurrence,
    Precision,
    Review,
    Version,
)
from scheduler.reconciling.likeness import same_event
from tests.scheduler.known import JUNE, NOW, Known, call, talk

SAME = [
    (talk(), talk("b")),
    (talk(), talk("b", title="Pozvánka: seminář PARKOVÁNÍ v malém městě")),
    (talk(title="ISSS 2027"), talk("b", title="Pozvánka na konferenci ISSS 2027")),
    (
        talk(title="URBIS 2027", start=date(2027, 6, 17), end=date(2027, 6, 18), all_day=True),
        talk("b", title="URBIS"),
    ),
    (
        talk(title="SCSP 2027", kind=EventKind.CONFERENCE),
        talk("b", title="Smart City Symposium Prague (SCSP)", kind=EventKind.CONFERENCE),
    ),
    (
        talk(start=JUNE + timedelta(days=7), original_start=JUNE),
        talk("b"),
    ),
    (
        talk(url="https://o.example/akce/p/", title="Parkování"),
        talk("b", url="https://o.example/akce/p", title="Seminář o parkování"),
    ),
    (
        talk(title="Konference Energy Forum Bohemia", language="cs", place="Brno, výstaviště"),
        talk("b", title="Energy Forum Bohemia days", language="en", place="Brno"),
    ),
    (call(), call("d")),
    (call(), call("d", title="14. výzva IROP – eGovernment")),
    (
        call(title="Výzva IROP 14 eGovernment a kybernetická bezpečnost"),
        call(
            "d",
            title="IROP 14 eGovernment a kybernetická bezpečnost",
            deadlines=(Deadline(at=JUNE + timedelta(days=30)),),
        ),
    ),
]
DIFFERENT = [
    (talk(), talk("b", start=JUNE + timedelta(days=1))),
    (talk(), talk("b", title="Osvětlení v malém městě")),
    (talk(title="Smart Region Tour – Praha"), talk("b", title="Smart Region Tour – Plzeň")),
    (talk(title="ISSS 2027"), talk("b", title="ISSS 2027 – otevření registrace")),
    (talk(title="ISSS 2027", end=JUNE + timedelta(days=1)), talk("b", title="ISSS, porada")),
    (call(), call("d", title="15. výzva IROP eGovernment")),
    (call(title="RES+ č. 3/2027"), call("d", title="RES+ č. 4/2027")),
    (call(title="DUT Call 2027"), call("d", title="DUT Call 2027 – both stages")),
    (call(), talk("b", title="14. výzva IROP eGovernment")),
    (
        talk(title="Smart City seminar at URBIS", start=JUNE + timedelta(hours=4)),
        talk("b", title="URBIS 2027", start=date(2027, 6, 17), all_day=True, end=None),
    ),
    (talk(title="Smart City"), talk("b", title="Smart City Praha pro občany")),
    (talk(url="https://o.example/"), talk("b", url="https://o.example/", title="Osvětlení")),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_items_of_two_sources_are_one_event(one: Event, other: Event) -> None:
    known = Known()
    known.read("web", one)

    known.read("calendar", other)

    assert list(known.events) == [one.uid]
    assert known.aliases[other.uid] == one.uid
    assert same_event(replace(other, source="calendar"), one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_items_of_two_sources_are_two_events(one: Event, other: Event) -> None:
    known = Known()
    known.read("web", one)

    known.read("calendar", other)

    assert list(known.events) == [one.uid, other.uid]


def test_what_a_source_lists_twice_are_two() -> None:
    known = Known()

    known.read("web", talk("a"), talk("b"))

    assert list(known.events) == ["a", "b"]


TOLD_TWICE = [
    (talk("b", title="Pozvánka: Parkování v malém městě"), True),
    (talk("b", start=date(2027, 6, 17), end=None, all_day=True), True),
    (talk("b", start=JUNE + timedelta(days=7), original_start=JUNE), True),
    (talk("b", start=JUNE + timedelta(hours=3)), False),
    (talk("b", title="Osvětlení"), False),
]


@pytest.mark.parametrize(("other", "one"), TOLD_TWICE)
def test_two_pages_of_a_source_may_announce_one_event(other: Event, one: bool) -> None:
    known = Known()
    first = talk("a", url="https://o.example/1", review=Review.SUGGESTED)
    second = replace(other, url="https://o.example/2", review=Review.SUGGESTED)

    known.read("web", first, second)

    assert len(known.events) == (1 if one else 2)


def test_a_page_that_two_sources_read_is_one_event_whatever_kind_they_take_it_for() -> None:
    known = Known()
    known.read("web", call("c", url="https://o.example/efekt", title="EFEKT"))

    known.read("plugin", talk("d", url="https://o.example/efekt/", title="EFEKT"))

    assert list(known.events) == ["c"]


def test_the_same_event_in_two_languages_of_a_source_has_both_titles() -> None:
    known = Known()

    known.read(
        "web",
        talk("a", title="DUT info day 2027", language="cs", url="https://o.example/cs/dut"),
        talk("b", title="DUT info day", language="en", url="https://o.example/en/dut"),
    )

    assert [event.versions for event in known.events.values()] == [
        (Version(language="en", title="DUT info day", url="https://o.example/en/dut"),)
    ]


def test_an_alias_stays_when_the_items_part() -> None:
    known = Known()
    known.read("web", talk("a"))
    known.read("calendar", talk("b"))

    known.read("calendar", talk("b", start=JUNE + timedelta(days=30), title="Něco jiného"))

    assert list(known.events) == ["a"]
    assert known.aliases == {"a": "a", "b": "a"}


def test_an_event_is_gone_when_all_its_items_are() -> None:
    known = Known()
    known.read("web", talk("a"), talk("x", title="Jiná"))
    known.read("calendar", talk("b"), talk("x"))

    known.read("web", talk("x", title="Jiná"))
    assert "a" in known.events

    known.read("calendar", talk("x", title="Jiná"))
    assert "a" not in known.events


def test_an_event_that_comes_back_has_its_old_name() -> None:
    known = Known()
    known.read("web", talk("a"), talk("x", title="Jiná"))
    known.read("calendar", talk("b"), talk("y", title="Další"))
    known.read("web", talk("x", title="Jiná"))
    known.read("calendar", talk("y", title="Další"))

    known.read("calendar", talk("b"), talk("y", title="Další"))

    assert "a" in known.events


def of_two(first: Event, second: Event) -> Event:
    known = Known()
    known.read("web", first)
    known.read("calendar", second)
    assert known.aliases[second.uid] == first.uid
    return known.events[first.uid]


def test_a_stale_invitation_yields() -> None:
    later = JUNE + timedelta(days=7)
    moved = talk("b", start=later, end=None, original_start=JUNE, status=EventStatus.RESCHEDULED)

    event = of_two(talk(), moved)

    assert (event.start, event.end, event.status) == (later, None, EventStatus.RESCHEDULED)


def test_a_cancellation_is_believed() -> None:
    event = of_two(talk(), talk("b", status=EventStatus.CANCELLED))

    assert event.status is EventStatus.CANCELLED


def test_what_was_changed_last_is_believed() -> None:
    old, new = NOW - timedelta(days=9), NOW - timedelta(days=1)

    event = of_two(talk(place="Písek", updated=new), talk("b", place="Praha", updated=old))

    assert event.place == "Písek"


def test_what_is_approved_is_believed_before_what_is_suggested() -> None:
    event = of_two(
        talk(place="Písek", review=Review.SUGGESTED, updated=NOW), talk("b", place="Praha")
    )

    assert (event.place, event.review) == ("Praha", Review.APPROVED)


def test_the_hour_is_taken_from_the_one_that_has_it() -> None:
    event = of_two(talk(start=date(2027, 6, 17), end=date(2027, 6, 17), all_day=True), talk("b"))

    assert (event.start, event.all_day) == (JUNE, False)


def test_what_one_leaves_out_the_other_fills_in() -> None:
    first = talk(place="", topics=("data",), sequence=3)
    second = talk(
        "b", place="Písek", url="https://o.example/p", topics=("doprava",), audience="members"
    )

    event = of_two(first, second)

    assert (event.place, event.url, event.topics, event.sequence, event.audience) == (
        "Písek",
        "https://o.example/p",
        ("data", "doprava"),
        3,
        "public",
    )
    assert (event.uid, event.group) == ("a", "a")


def test_it_does_not_matter_which_source_was_read_last() -> None:
    known = Known()
    known.read("web", talk("a", place="Písek", url="https://o.example/1"))
    known.read("calendar", talk("b", place="Praha", url="https://o.example/2"))
    before = dict(known.events)

    known.read("web", talk("a", place="Písek", url="https://o.example/1"))

    assert known.events == before


def test_dates_and_deadlines_of_a_group_are_those_of_one_item() -> None:
    dates = (Occurrence(recurrence_id="20270617T080000Z", start=JUNE, end=None),)
    deadline = Deadline(at=JUNE - timedelta(days=7), precision=Precision.DATE)

    event = of_two(talk(), talk("b", occurrences=dates, deadlines=(deadline,)))

    assert (event.occurrences, event.deadlines) == (dates, (deadline,))
