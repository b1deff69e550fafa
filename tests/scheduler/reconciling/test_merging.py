"""What a source says now + what is known -> the events there are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.events import Event, Review
from scheduler.reconciling.merging import merge
from scheduler.sources import ItemFailure, SourceResult
from tests.scheduler.known import JUNE, NOW, Known, talk


def test_a_new_item_is_a_new_event() -> None:
    known = Known()

    merged = known.read("web", talk())

    assert merged.events == (talk(),)
    assert (merged.gone, merged.refused, merged.aliases) == ((), "", {"a": "a"})


def test_titles_and_places_that_are_whole_pages_are_cut_at_a_word() -> None:
    known = Known()
    known.read("web", talk(title="slovo " * 900, place="sál " * 900))

    assert (len(known.events["a"].title), len(known.events["a"].place)) == (294, 296)
    assert known.events["a"].title.endswith("slovo…")


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


@pytest.mark.parametrize("order", [1, -1])
def test_a_renamed_item_is_the_one_that_stands_where_it_stood(order: int) -> None:
    known = Known()
    known.read("web", talk("a"))
    later = JUNE + timedelta(days=28)

    # A second of the same title: what names them says their dates from now on.
    known.read("web", *[talk("a-june"), talk("a-july", start=later)][::order])

    assert (known.events["a"].start, known.events["a-july"].start) == (JUNE, later)


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
