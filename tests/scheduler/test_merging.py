"""What a source says now + what is known -> the events there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from scheduler.likeness import same_event
from scheduler.merging import Merged, merge
from scheduler.sources import ItemFailure, SourceResult

NOW = datetime(2027, 3, 1, 7, tzinfo=UTC)
JUNE = datetime(2027, 6, 17, 8, tzinfo=UTC)


def talk(uid: str = "a", **values: object) -> Event:
    fields: dict[str, object] = {
        "title": "Parkování v malém městě",
        "kind": EventKind.SEMINAR,
        "start": JUNE,
        "end": JUNE + timedelta(hours=2),
        "source": "web",
    }
    return Event(uid=uid, **(fields | values))  # type: ignore[arg-type]


def call(uid: str = "c", **values: object) -> Event:
    fields: dict[str, object] = {
        "title": "14. výzva IROP eGovernment",
        "kind": EventKind.CALL,
        "start": None,
        "end": None,
        "deadlines": (Deadline(at=JUNE),),
    }
    return talk(uid, **(fields | values))


class Known:
    """What is stored, as one reading after the other brings it."""

    def __init__(self) -> None:
        self.items: list[Event] = []
        self.aliases: dict[str, str] = {}
        self.events: dict[str, Event] = {}

    def read(
        self,
        source: str,
        *events: Event,
        complete: bool = True,
        failures: Sequence[ItemFailure] = (),
        withdrawn: tuple[str, ...] = (),
        now: datetime = NOW,
    ) -> Merged:
        result = SourceResult(
            events=tuple(replace(event, source=source) for event in events),
            failures=tuple(failures),
            complete=complete,
            withdrawn=withdrawn,
        )
        merged = merge(self.items, self.aliases, source=source, result=result, now=now)
        self.items = [i for i in self.items if i.source != source] + list(merged.items)
        assert self.aliases.items() <= merged.aliases.items()
        self.aliases = dict(merged.aliases)
        self.events = {event.uid: event for event in merged.events}
        return merged


def test_a_new_item_is_a_new_event() -> None:
    known = Known()

    merged = known.read("web", talk())

    assert merged.events == (talk(),)
    assert (merged.gone, merged.refused, merged.aliases) == ((), "", {"a": "a"})


def test_a_changed_item_is_the_same_event() -> None:
    known = Known()
    known.read("web", talk())

    known.read("web", talk(start=JUNE + timedelta(days=7), title="Parkování podruhé"))

    assert {uid: event.title for uid, event in known.events.items()} == {"a": "Parkování podruhé"}


def test_a_new_uid_at_the_same_address_is_the_same_event() -> None:
    known = Known()
    known.read("web", talk("a", url="https://o.example/parkovani/"), talk("x", title="Jiná"))

    merged = known.read(
        "web",
        talk("b", url="https://o.example/parkovani", start=JUNE + timedelta(days=7)),
        talk("x", title="Jiná"),
    )

    assert merged.gone == ()
    assert sorted(known.events) == ["a", "x"]
    assert known.events["a"].start == JUNE + timedelta(days=7)


def test_a_new_uid_with_the_same_title_is_the_same_event() -> None:
    known = Known()
    known.read("web", talk("a"), talk("x", title="Jiná"))

    merged = known.read("web", talk("b", start=JUNE + timedelta(days=7)), talk("x", title="Jiná"))

    assert merged.gone == ()
    assert sorted(known.events) == ["a", "x"]


def test_what_was_approved_does_not_wait_again() -> None:
    known = Known()
    known.read("web", talk("a", url="https://o.example/parkovani/"))

    known.read("web", talk("b", url="https://o.example/parkovani/", review=Review.SUGGESTED))

    assert {uid: event.review for uid, event in known.events.items()} == {"a": Review.APPROVED}


def test_two_candidates_are_no_answer() -> None:
    known = Known()
    known.read("web", talk("a"), talk("a2", start=JUNE + timedelta(days=30)), talk("x", title="J"))

    known.read("web", talk("b", start=JUNE + timedelta(days=7)), talk("x", title="J"))

    assert "b" in known.events


def test_what_a_complete_reading_misses_is_gone() -> None:
    known = Known()
    known.read("web", talk("a"), talk("b", title="Druhá"))

    merged = known.read("web", talk("a"))

    assert [event.uid for event in merged.gone] == ["b"]
    assert sorted(known.events) == ["a"]


KEPT = [
    {"complete": False},
    {"failures": [ItemFailure(name="Druhá", error="x")]},
    {"failures": [ItemFailure(name="?", error="x", uid="b")]},
    {"now": NOW + timedelta(days=200)},
]


@pytest.mark.parametrize("values", KEPT)
def test_what_may_only_have_been_missed_is_kept(values: dict[str, object]) -> None:
    known = Known()
    known.read("web", talk("a"), talk("b", title="Druhá"))

    merged = known.read("web", talk("a"), **values)  # type: ignore[arg-type]

    assert merged.gone == ()
    assert sorted(known.events) == ["a", "b"]


BEGUN = [
    talk("b", title="Druhá", start=NOW - timedelta(hours=1), end=NOW + timedelta(hours=1)),
    talk("b", title="Druhá", start=date(2027, 2, 27), end=date(2027, 3, 2), all_day=True),
]


@pytest.mark.parametrize("event", BEGUN)
def test_what_is_under_way_is_not_withdrawn(event: Event) -> None:
    known = Known()
    known.read("web", talk("a"), event, now=NOW - timedelta(days=9))

    merged = known.read("web", talk("a"))

    assert merged.gone == ()
    assert sorted(known.events) == ["a", "b"]


def test_what_begins_after_the_end_of_a_short_calendar_is_kept() -> None:
    known = Known()
    known.read("web", talk("a"), talk("b", title="Druhá", start=JUNE + timedelta(days=60)))

    merged = merge(
        known.items,
        known.aliases,
        source="web",
        result=SourceResult(events=(talk("a"), talk("c", title="Třetí")), until=JUNE),
        now=NOW,
    )

    assert merged.gone == ()
    assert [event.uid for event in merged.events] == ["a", "c", "b"]


def test_what_is_withdrawn_for_certain_is_gone_from_an_incomplete_reading() -> None:
    known = Known()
    known.read("web", talk("a"), talk("b", title="Druhá"))

    merged = known.read("web", talk("a"), complete=False, withdrawn=("b",))

    assert [event.uid for event in merged.gone] == ["b"]


def test_a_source_that_comes_back_empty_changes_nothing_and_is_reported() -> None:
    known = Known()
    known.read("web", talk("a"), talk("b", title="Druhá"))
    before = dict(known.events)

    merged = known.read("web")

    assert merged.refused == "It came back empty, though 2 of its events lie ahead."
    assert (known.events, merged.gone) == (before, ())


def test_a_source_whose_events_are_all_over_may_come_back_empty() -> None:
    known = Known()
    known.read("web", talk("a"))

    merged = known.read("web", now=NOW + timedelta(days=200))

    assert (merged.refused, merged.gone, sorted(known.events)) == ("", (), ["a"])


def test_a_source_that_lost_most_of_its_events_keeps_them_and_is_reported() -> None:
    known = Known()
    many = [talk(str(n), title=f"Akce {n}", start=JUNE + timedelta(days=n)) for n in range(10)]
    known.read("web", *many)

    merged = known.read("web", *many[:4], talk("new", title="Nová"))

    assert merged.gone == ()
    assert merged.refused == (
        "6 of the 10 events that lay ahead are missing from it; they are kept."
    )
    assert len(known.events) == 11


def test_of_one_uid_twice_in_a_reading_the_higher_sequence_counts() -> None:
    known = Known()

    known.read("web", talk(title="nová", sequence=2), talk(title="stará", sequence=1))

    assert known.events["a"].title == "nová"


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


WORDS = st.sampled_from(["Parkování", "Osvětlení", "Energetika", "Data obcí", "IROP 14"])
ITEMS = st.builds(
    lambda uid, title, days: talk(uid, title=title, start=JUNE + timedelta(days=days), end=None),
    st.sampled_from("abcdef"),
    WORDS,
    st.integers(0, 3),
)
READINGS = st.lists(
    st.tuples(st.sampled_from(["web", "calendar", "plugin"]), st.lists(ITEMS, max_size=4)),
    max_size=6,
)


@given(READINGS)
def test_names_never_change_and_reading_again_changes_nothing(
    readings: list[tuple[str, list[Event]]],
) -> None:
    known = Known()
    for source, events in readings:
        known.read(source, *events)
        before, names = dict(known.events), dict(known.aliases)

        again = known.read(source, *events)

        assert (known.events, known.aliases) == (before, names)
        assert again.gone == ()


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
