"""When reminders fall due: a table of cases, and both clock changes against another calculation."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.events import Deadline, Event, EventKind, Lead, ReminderKind, Subscription
from scheduler.reminders import DEFAULT_LEADS, Known, Subscribers, Window, anchors, plan
from scheduler.reminders.anchors import Anchor
from scheduler.reminders.timing import allowed_from, before, next_weekly
from tests.scheduler import independent

PRAGUE = ZoneInfo("Europe/Prague")
#: The clock changes of 2027, with the days around them.
CHANGES = [date(2027, 3, 28), date(2027, 10, 31)]
DAYS = [day + timedelta(days=n) for day in CHANGES for n in (-1, 0, 1)]
HALF_HOURS = [time(half // 2, 30 * (half % 2)) for half in range(48)]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PRAGUE)


def start(at: datetime, day: date | None = None) -> Anchor:
    return Anchor(kind=ReminderKind.BEFORE_START, at=at.astimezone(UTC), day=day)


@pytest.mark.parametrize(
    ("begins", "lead", "quiet", "due", "reason"),
    [
        ("2027-06-17 10:00", "7d@09:00", True, "2027-06-10 09:00", "lead"),
        ("2027-06-17 10:00", "1h", True, "2027-06-17 09:00", "lead"),
        # Monday's day before is Sunday: Friday.
        ("2027-06-21 10:00", "1d@09:00", True, "2027-06-18 09:00", "weekend"),
        ("2027-06-21 10:00", "1d@09:00", False, "2027-06-20 09:00", "lead"),
        # Tuesday after Easter: Monday and Friday are holidays, too.
        ("2027-03-30 10:00", "1d@09:00", True, "2027-03-25 09:00", "holiday"),
        ("2027-07-07 10:00", "1d@09:00", True, "2027-07-02 09:00", "weekend"),
        # Hour-leads never move, not even to a Sunday night.
        ("2027-06-20 03:00", "3h", True, "2027-06-20 00:00", "lead"),
        # Wall clock across the change: 9:00 stays 9:00; three hours stay three hours.
        ("2027-04-01 10:00", "7d@09:00", True, "2027-03-25 09:00", "lead"),
        ("2027-03-28 04:00", "3h", True, "2027-03-28 00:00", "lead"),
        ("2027-10-31 04:00", "3h", True, "2027-10-31 02:00", "lead"),
    ],
)
def test_a_lead_falls_due(begins: str, lead: str, quiet: bool, due: str, reason: str) -> None:
    found = before(start(local(begins)), Lead.parse(lead), "Europe/Prague", quiet=quiet)

    assert found is not None
    assert (found.at.astimezone(PRAGUE).replace(tzinfo=None).isoformat(" ", "minutes")) == due
    assert found.reason in (reason, "weekend") if reason == "holiday" else found.reason == reason


@pytest.mark.parametrize(
    ("anchor", "lead"),
    [
        (start(local("2027-06-17 00:00"), date(2027, 6, 17)), "1h"),
        (start(local("2027-06-17 08:00")), "0d@09:00"),
    ],
)
def test_a_lead_that_makes_no_sense_is_none(anchor: Anchor, lead: str) -> None:
    assert before(anchor, Lead.parse(lead), "Europe/Prague", quiet=True) is None


def test_an_all_day_event_may_be_reminded_of_on_its_day() -> None:
    anchor = start(local("2027-06-17 00:00"), date(2027, 6, 17))

    due = before(anchor, Lead.parse("0d@09:00"), "Europe/Prague", quiet=True)

    assert due is not None
    assert due.at == local("2027-06-17 09:00")


@pytest.mark.parametrize(
    ("at", "limit", "due", "reason"),
    [
        ("2027-06-17 12:00", None, "2027-06-17 12:00", "instant"),
        ("2027-06-17 00:00", None, "2027-06-17 08:00", "quiet-hours"),
        ("2027-06-17 20:00", None, "2027-06-18 08:00", "quiet-hours"),
        # Friday evening: Monday morning.
        ("2027-06-18 21:00", None, "2027-06-21 08:00", "weekend"),
        ("2027-03-25 22:00", None, "2027-03-30 08:00", "holiday"),
        # The deadline would come first.
        ("2027-06-18 21:00", "2027-06-20 12:00", "2027-06-18 21:00", "instant"),
    ],
)
def test_the_next_allowed_hour(at: str, limit: str | None, due: str, reason: str) -> None:
    found = allowed_from(
        local(at),
        "Europe/Prague",
        quiet=True,
        limit=local(limit) if limit else None,
        reason="instant",
    )

    assert (found.at, found.reason) == (local(due), reason)


def test_weekly_comes_once_a_week_over_both_changes() -> None:
    at = local("2027-01-01 00:00")
    found: list[datetime] = []
    while len(found) < 52:
        at = next_weekly(at, "Europe/Prague", 0, time(9))
        found.append(at.astimezone(PRAGUE))

    assert {(one.weekday(), one.time()) for one in found} == {(0, time(9))}
    assert [one.date() for one in found] == [
        date(2027, 1, 4) + timedelta(days=7 * n) for n in range(52)
    ]


LEADS = sorted({str(lead) for leads in DEFAULT_LEADS.values() for lead in leads})
LEADS += ["0d@18:30", "3d@02:30", "90m", "30m", "10s"]
ANCHORS = ["seminar", "conference", "deadline"]


@given(
    day=st.sampled_from(DAYS),
    lead=st.sampled_from(LEADS)
    | st.builds("{}d@{:%H:%M}".format, st.integers(0, 40), st.sampled_from(HALF_HOURS)),
    what=st.sampled_from(ANCHORS),
    half=st.sampled_from(HALF_HOURS),
    quiet=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_clock_changes_lose_and_double_nothing(
    day: date, lead: str, what: str, half: time, quiet: bool
) -> None:
    assert planned(day, lead, what, half, quiet) == expected(day, lead, what, half, quiet)


def test_every_half_hour_of_both_clock_changes_for_every_default_lead() -> None:
    cases = [
        (day, lead, what, half, quiet)
        for day in DAYS
        for lead in LEADS
        for what in ANCHORS
        for half in HALF_HOURS
        for quiet in (True, False)
    ]

    wrong = [case for case in cases if planned(*case) != expected(*case)]

    assert len(cases) == 6 * len(LEADS) * 3 * 48 * 2
    assert wrong == []


@pytest.mark.parametrize("day", DAYS)
def test_a_lead_at_every_half_hour_of_a_clock_change_falls_on_that_wall_clock(day: date) -> None:
    seminar = day + timedelta(days=7)

    found = [
        planned(seminar, f"7d@{half:%H:%M}", "seminar", time(12), False) for half in HALF_HOURS
    ]

    assert found == [[independent.to_utc(day, half.hour * 60 + half.minute)] for half in HALF_HOURS]


def planned(day: date, lead: str, what: str, half: time, quiet: bool) -> list[datetime]:
    """Return what is planned for one event in a window of two months around it."""
    event = made(day, what, half)
    kind = event.kind
    subscription = Subscription(
        id="s", address="slack:C1", leads={kind: (Lead.parse(lead),)}, quiet=quiet
    )
    middle = datetime(day.year, day.month, day.day, tzinfo=UTC)
    window = Window(after=middle - timedelta(days=60), until=middle + timedelta(days=3))
    known = Known(event=event, anchors=tuple(anchors(event)))
    return [one.due_at for one in plan([known], Subscribers([subscription]), window)]


def made(day: date, what: str, half: time) -> Event:
    at = independent.to_utc(day, half.hour * 60 + half.minute)
    if what == "seminar":
        return Event(uid="e", title="t", kind=EventKind.SEMINAR, start=at)
    if what == "conference":
        return Event(uid="e", title="t", kind=EventKind.CONFERENCE, start=day, all_day=True)
    return Event(uid="e", title="t", kind=EventKind.CALL, deadlines=(Deadline(at=at),))


def expected(day: date, lead: str, what: str, half: time, quiet: bool) -> list[datetime]:
    at = independent.to_utc(day, half.hour * 60 + half.minute)
    all_day = what == "conference"
    if "@" not in lead:
        unit = {"h": 3600, "m": 60, "s": 1}[lead[-1]]
        return [] if all_day else [at - timedelta(seconds=int(lead[:-1]) * unit)]
    days, _, clock = lead.partition("d@")
    minutes = int(clock[:2]) * 60 + int(clock[3:])
    anchor_day = day if all_day else independent.local_day(at)
    due = independent.day_lead(anchor_day, int(days), minutes, quiet=quiet)
    if all_day:
        return [due]
    return [due] if due < at else []
