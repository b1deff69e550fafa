"""What of the scheduler's events a question about dates is answered from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.bridges.eventfacts import event_facts
from knowledge.documents import Audience, EventQuery
from scheduler.events import Deadline, Event, EventKind, EventStatus, Occurrence, Review

PRAGUE = ZoneInfo("Europe/Prague")
JUNE = EventQuery(
    start=datetime(2027, 6, 1, tzinfo=PRAGUE), end=datetime(2027, 7, 1, tzinfo=PRAGUE)
)

SEMINAR = Event(
    uid="seminar",
    title="Parkování v malém městě",
    kind=EventKind.SEMINAR,
    start=datetime(2027, 6, 17, 10, tzinfo=PRAGUE),
    end=datetime(2027, 6, 17, 12, tzinfo=PRAGUE),
    place="Písek",
    topics=("doprava",),
)
CALL = Event(
    uid="call",
    title="10. výzva IROP",
    kind=EventKind.CALL,
    open_from=date(2027, 6, 5),
    deadlines=(
        Deadline(label="first stage", at=datetime(2027, 6, 9, 14, tzinfo=PRAGUE)),
        Deadline(label="second stage", at=datetime(2027, 9, 9, 14, tzinfo=PRAGUE)),
    ),
    eligible=("municipality",),
)


def found(events: list[Event], query: EventQuery = JUNE, *, members: bool = False) -> list[str]:
    """Return "uid label" of what is found, in order."""
    audience = Audience.MEMBERS if members else Audience.PUBLIC
    facts = event_facts(events, query, audience)
    return [f"{fact.uid} {fact.label}".strip() for fact in facts]


def test_starts_and_deadlines_come_in_order() -> None:
    assert found([SEMINAR, CALL]) == ["call first stage", "seminar"]


@pytest.mark.parametrize(
    ("change", "uids"),
    [
        ({"aspect": "deadline"}, ["call first stage"]),
        ({"aspect": "start"}, ["call", "seminar"]),
        ({"kinds": ("seminar",)}, ["seminar"]),
        ({"limit": 1}, ["call first stage"]),
        ({"words": ("obce",)}, ["call first stage"]),
        ({"words": ("doprava",)}, ["seminar"]),
        ({"words": ("Písku",)}, ["seminar"]),
        ({"words": ("Písecka",)}, ["seminar"]),
        ({"words": ("dopravní",)}, ["seminar"]),
        ({"words": ("obchod",)}, []),
        ({"words": ("parkování", "praha")}, []),
        ({"end": None}, ["call first stage", "seminar", "call second stage"]),
        ({"start": datetime(2027, 6, 17, 11, tzinfo=PRAGUE)}, ["seminar"]),
    ],
)
def test_a_query_narrows(change: dict[str, object], uids: list[str]) -> None:
    assert found([SEMINAR, CALL], replace(JUNE, **change)) == uids  # type: ignore[arg-type]


def test_what_is_for_members_is_not_told_to_the_public() -> None:
    internal = replace(SEMINAR, uid="internal", audience="members")

    assert found([SEMINAR, internal]) == ["seminar"]
    assert found([SEMINAR, internal], members=True) == ["seminar", "internal"]


@pytest.mark.parametrize("review", [Review.SUGGESTED, Review.REJECTED])
def test_what_is_not_approved_is_not_told(review: Review) -> None:
    assert found([CALL, replace(SEMINAR, review=review)]) == ["call first stage"]


def test_each_date_of_a_recurring_event_is_one() -> None:
    first = datetime(2027, 6, 1, 9, tzinfo=PRAGUE)
    dates = tuple(
        Occurrence(
            recurrence_id=f"{n}",
            start=first + timedelta(weeks=n),
            end=first + timedelta(weeks=n, hours=1),
            cancelled=n == 1,
        )
        for n in range(6)
    )
    weekly = replace(SEMINAR, start=first, end=first + timedelta(hours=1), occurrences=dates)

    facts = event_facts([weekly], JUNE, Audience.PUBLIC)

    assert [fact.at.day for fact in facts] == [1, 8, 15, 22, 29]
    assert [fact.status for fact in facts][:2] == ["scheduled", "cancelled"]


def test_a_moved_event_says_from_where() -> None:
    moved = replace(
        SEMINAR,
        status=EventStatus.RESCHEDULED,
        original_start=datetime(2027, 6, 10, 10, tzinfo=PRAGUE),
    )

    fact = event_facts([moved], JUNE, Audience.PUBLIC)[0]

    assert (fact.status, fact.moved_from) == (
        "rescheduled",
        datetime(2027, 6, 10, 8, tzinfo=UTC),
    )


def test_an_event_of_several_days_is_found_while_it_lasts() -> None:
    days = replace(SEMINAR, start=date(2027, 5, 31), end=date(2027, 6, 2), all_day=True)

    fact = event_facts([days], JUNE, Audience.PUBLIC)[0]

    assert (fact.all_day, fact.at, fact.end) == (
        True,
        datetime(2027, 5, 31, tzinfo=PRAGUE),
        datetime(2027, 6, 2, 23, 59, tzinfo=PRAGUE),
    )


def test_whole_days_end_on_their_last_one() -> None:
    fair = replace(
        SEMINAR,
        start=date(2027, 1, 12),
        end=date(2027, 1, 13),
        all_day=True,
        timezone="Europe/Kyiv",
    )
    dates = Occurrence(recurrence_id="1", start=date(2027, 1, 12), end=date(2027, 1, 13))
    again = replace(fair, occurrences=(dates,))
    for event in (fair, again):
        query = EventQuery(start=datetime(2027, 1, 13, 12, tzinfo=PRAGUE), end=None)
        (fact,) = event_facts([event], query, Audience.PUBLIC)

        assert fact.end is not None
        assert (fact.at.date(), fact.end.date()) == (date(2027, 1, 12), date(2027, 1, 13))
        assert (
            event_facts(
                [event], replace(query, start=fact.end + timedelta(hours=2)), Audience.PUBLIC
            )
            == []
        )


def test_a_whole_day_lasts_until_its_end() -> None:
    day = replace(SEMINAR, start=date(2027, 6, 17), end=None, all_day=True)

    assert found([day], replace(JUNE, start=datetime(2027, 6, 17, 15, tzinfo=PRAGUE))) == [
        "seminar"
    ]
    assert found([day], replace(JUNE, start=datetime(2027, 6, 18, tzinfo=PRAGUE))) == []


def test_of_an_event_a_deadline_is_that_of_registration_and_only_where_asked_for() -> None:
    ends = Deadline(at=datetime(2027, 6, 14, 12, tzinfo=PRAGUE))
    seminar = replace(SEMINAR, deadlines=(ends,))
    assert found([seminar]) == ["seminar"]
    assert found([seminar], replace(JUNE, aspect="deadline")) == ["seminar registration"]


def test_an_extended_deadline_says_what_it_was() -> None:
    was = datetime(2027, 5, 31, 14, tzinfo=PRAGUE)
    moved = replace(CALL, deadlines=(replace(CALL.deadlines[0], previous=was),))
    assert [fact.moved_from for fact in event_facts([moved], JUNE, Audience.PUBLIC)] == [was]


REGISTRATION = replace(JUNE, aspect="registration", words=("parkování",), end=None)


def test_until_when_one_registers_is_told_from_the_deadline() -> None:
    until = Deadline(label="", at=datetime(2027, 6, 10, 12, tzinfo=PRAGUE))
    open_ = replace(SEMINAR, deadlines=(until,))
    over = replace(REGISTRATION, start=datetime(2027, 6, 11, tzinfo=PRAGUE))

    assert found([open_, CALL], REGISTRATION) == ["seminar registration"]
    assert found([open_], over) == ["seminar"]
    assert found([SEMINAR], REGISTRATION) == ["seminar"]


@pytest.mark.parametrize(("word", "uids"), [("setkáních", ["seminar"]), ("schůze", [])])
def test_an_event_is_of_the_kind_that_its_title_names(word: str, uids: list[str]) -> None:
    titled = replace(SEMINAR, title="Setkání správců parkovišť")

    assert found([titled, CALL], replace(JUNE, kinds=("meeting",), kind_words=(word,))) == uids
