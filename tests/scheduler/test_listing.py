"""Events in lists and as JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime

from scheduler.events import Deadline, Event, EventKind, Occurrence, Precision
from scheduler.listing import dates_within, listed_at, to_json

NOW = datetime.fromisoformat("2027-03-01T08:00:00+01:00")


def test_every_field_of_the_contract_is_there() -> None:
    event = Event(
        uid="a",
        title="Výzva",
        kind=EventKind.CALL,
        open_from=date(2027, 4, 1),
        deadlines=(
            Deadline(
                label="papers",
                at=datetime(2027, 5, 1, 11, 59, tzinfo=UTC),
                precision=Precision.MINUTE,
                timezone="Etc/GMT+12",
            ),
        ),
        topics=("data",),
        group="a",
        source="calls",
    )

    assert to_json(event, NOW, aliases=["b"]) == {
        "uid": "a",
        "title": "Výzva",
        "kind": "call",
        "start": None,
        "end": None,
        "all_day": False,
        "timezone": "Europe/Prague",
        "occurrences": [],
        "original_start": None,
        "open_from": "2027-04-01",
        "deadlines": [
            {
                "label": "papers",
                "at": "2027-04-30T23:59:00-12:00",
                "precision": "minute",
                "timezone": "Etc/GMT+12",
                "previous": None,
            }
        ],
        "status": "scheduled",
        "call_state": "planned",
        "review": "approved",
        "url": "",
        "place": "",
        "region": "",
        "language": "cs",
        "audience": "public",
        "eligible": [],
        "topics": ["data"],
        "group": "a",
        "aliases": ["b"],
        "source": "calls",
        "example": False,
    }


def test_instants_carry_the_offset_of_the_events_zone() -> None:
    event = Event(
        uid="a",
        title="x",
        kind=EventKind.SEMINAR,
        start=datetime(2027, 6, 17, 8, tzinfo=UTC),
        end=datetime(2027, 6, 17, 10, tzinfo=UTC),
        occurrences=(
            Occurrence(
                recurrence_id="20271104T090000Z",
                start=datetime(2027, 11, 4, 9, tzinfo=UTC),
                end=None,
                cancelled=True,
            ),
        ),
    )

    listed = to_json(event, NOW)

    assert (listed["start"], listed["end"]) == (
        "2027-06-17T10:00:00+02:00",
        "2027-06-17T12:00:00+02:00",
    )
    assert listed["occurrences"] == [
        {
            "recurrence_id": "20271104T090000Z",
            "start": "2027-11-04T10:00:00+01:00",
            "end": None,
            "status": "cancelled",
            "place": "",
        }
    ]


def test_all_day_spans_are_dates() -> None:
    event = Event(
        uid="a",
        title="x",
        kind=EventKind.CONFERENCE,
        start=date(2027, 6, 8),
        end=date(2027, 6, 10),
        all_day=True,
    )

    listed = to_json(event, NOW)

    assert (listed["start"], listed["end"], listed["all_day"]) == (
        "2027-06-08",
        "2027-06-10",
        True,
    )


def test_what_is_held_is_listed_by_its_start_and_a_call_by_what_it_waits_for() -> None:
    def at(day: int) -> datetime:
        return datetime(2027, 3, day, 9, tzinfo=UTC)

    ends = (Deadline(label="", at=at(5)), Deadline(label="", at=at(25)))
    held = Event(uid="h", title="H", kind=EventKind.SEMINAR, start=at(20), deadlines=ends)
    call = Event(uid="c", title="C", kind=EventKind.CALL, deadlines=ends)
    planned = Event(uid="p", title="P", kind=EventKind.CALL, open_from=at(3), deadlines=ends)

    assert [listed_at(each, NOW) for each in (held, call, planned)] == [at(20), at(5), at(3)]
    assert listed_at(held, at(21)) == at(25)
    assert listed_at(held, at(26)) == at(20)
    assert listed_at(call, at(26)) == at(25)
    assert dates_within(held, NOW, at(10)) == [at(5)]
