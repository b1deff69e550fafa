"""Leads, and what an event says of itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from scheduler.events import (
    CallState,
    Deadline,
    Event,
    EventKind,
    Lead,
    Occurrence,
)

NOW = datetime.fromisoformat("2027-03-01T08:00:00+01:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2027-{text}+01:00")


LEADS = [
    ("7d@09:00", Lead(days=7, at=time(9)), "7d@09:00"),
    ("7d", Lead(days=7, at=time(9)), "7d@09:00"),
    ("0d@8", Lead(days=0, at=time(8)), "0d@08:00"),
    ("30d@14:30", Lead(days=30, at=time(14, 30)), "30d@14:30"),
    ("1d@00:00", Lead(days=1, at=time(0)), "1d@00:00"),
    ("1h", Lead(before=timedelta(hours=1)), "1h"),
    ("90m", Lead(before=timedelta(minutes=90)), "90m"),
    ("60m", Lead(before=timedelta(hours=1)), "1h"),
    ("10s", Lead(before=timedelta(seconds=10)), "10s"),
    (" 3 H ", Lead(before=timedelta(hours=3)), "3h"),
]


@pytest.mark.parametrize(("text", "lead", "written"), LEADS)
def test_leads_are_read_and_written(text: str, lead: Lead, written: str) -> None:
    assert Lead.parse(text) == lead
    assert str(lead) == written
    assert Lead.parse(written) == lead


@pytest.mark.parametrize("text", ["", "7", "7x", "d", "1h@09:00", "7d@25:00", "7d@9:60", "-1d"])
def test_what_is_no_lead_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write 7d@09:00"):
        Lead.parse(text)


def call(**values: object) -> Event:
    return Event(uid="x", title="x", kind=EventKind.CALL, **values)  # type: ignore[arg-type]


STATES = [
    (call(), CallState.OPEN),
    (call(open_from=date(2027, 3, 2)), CallState.PLANNED),
    (call(open_from=date(2027, 3, 1)), CallState.OPEN),
    (call(open_from=at("03-01T08:01")), CallState.PLANNED),
    (call(deadlines=(Deadline(at=at("03-01T07:59")),)), CallState.CLOSED),
    (
        call(deadlines=(Deadline(at=at("03-01T07:59")), Deadline(at=at("04-01T12:00")))),
        CallState.OPEN,
    ),
    (call(start=date(2027, 3, 9), end=date(2027, 4, 9)), CallState.PLANNED),
    (
        call(start=date(2027, 4, 9), deadlines=(Deadline(at=at("04-09T20:00")),)),
        CallState.OPEN,
    ),
    (Event(uid="x", title="x", kind=EventKind.SEMINAR), None),
]


@pytest.mark.parametrize(("event", "state"), STATES)
def test_where_a_call_stands(event: Event, state: CallState | None) -> None:
    assert event.call_state(NOW) is state


def seminar(**values: object) -> Event:
    return Event(uid="x", title="x", kind=EventKind.SEMINAR, **values)  # type: ignore[arg-type]


OVER = [
    (seminar(start=at("03-01T07:00")), True),
    (seminar(start=at("03-01T07:00"), end=at("03-01T09:00")), False),
    (seminar(start=date(2027, 3, 1), all_day=True), False),
    (seminar(start=date(2027, 2, 28), all_day=True), True),
    (seminar(start=date(2027, 2, 27), end=date(2027, 3, 1), all_day=True), False),
    (
        seminar(
            start=at("01-04T10:00"),
            occurrences=(
                Occurrence(recurrence_id="a", start=at("01-04T10:00"), end=None),
                Occurrence(recurrence_id="b", start=at("04-04T10:00"), end=None),
            ),
        ),
        False,
    ),
    (call(), False),
    (call(open_from=date(2027, 2, 1), deadlines=(Deadline(at=at("02-09T12:00")),)), True),
]


@pytest.mark.parametrize(("event", "over"), OVER)
def test_what_is_over(event: Event, over: bool) -> None:
    assert event.over(NOW) is over
