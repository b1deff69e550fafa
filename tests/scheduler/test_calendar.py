"""Events as iCalendar, as a second library reads them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from scheduler.calendar import Entry, select, to_ical
from scheduler.events import (
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Occurrence,
    Review,
    Version,
)
from scheduler.settings import SchedulerSettings
from scheduler.sources import open_source
from scheduler.sources.ical import read_calendar
from tests.scheduler.sources.reading import FakeWeb

NOW = datetime(2027, 3, 1, 7, tzinfo=UTC)
PRAGUE = ZoneInfo("Europe/Prague")
TALK = Event(
    uid="a@x",
    title="Parkování; malé město, 1. díl",
    kind=EventKind.SEMINAR,
    start=datetime(2027, 6, 17, 8, tzinfo=UTC),
    end=datetime(2027, 6, 17, 10, tzinfo=UTC),
    place="Písek, centrum",
    url="https://o.example/p",
    summary="Vstup volný.\nRegistrace předem.",
    topics=("doprava",),
    sequence=2,
)
CALL = Event(
    uid="c@x",
    title="DUT Call",
    kind=EventKind.CALL,
    open_from=date(2027, 4, 1),
    deadlines=(
        Deadline(
            label="Stage 1", at=datetime(2027, 11, 17, 12, tzinfo=UTC), timezone="Europe/Brussels"
        ),
        Deadline(at=datetime(2028, 4, 23, 11, 59, tzinfo=UTC), timezone="Etc/GMT+12"),
    ),
)


def written(events: Iterable[Event], **named: Any) -> dict[str, Any]:
    """Write and read back by the other library: uid -> its VEVENT."""
    calendar = vobject.readOne(to_ical(events, stamp=NOW, **named).decode())
    calendar.validate()
    return {item.uid.value: item for item in getattr(calendar, "vevent_list", [])}


def test_an_event_is_written_with_all_it_says() -> None:
    item = written([TALK])["a@x"]

    assert item.summary.value == TALK.title
    assert item.dtstart.value == datetime(2027, 6, 17, 10, tzinfo=PRAGUE)
    assert item.dtend.value == datetime(2027, 6, 17, 12, tzinfo=PRAGUE)
    assert (item.location.value, item.url.value) == ("Písek, centrum", "https://o.example/p")
    assert item.description.value == "Vstup volný.\nRegistrace předem.\n\nhttps://o.example/p"
    assert (item.sequence.value, item.status.value) == ("2", "CONFIRMED")
    assert item.dtstamp.value == NOW
    assert [alarm.trigger.value for alarm in item.valarm_list] == [
        timedelta(days=-1),
        timedelta(hours=-1),
    ]


def test_times_stand_by_the_wall_clock_of_a_zone_that_is_described() -> None:
    text = to_ical([TALK, CALL], stamp=NOW).decode()

    assert "DTSTART;TZID=Europe/Prague:20270617T100000\r\n" in text
    assert "DTSTART;TZID=Europe/Brussels:20271117T130000\r\n" in text
    # A zone without a place is written in UTC.
    assert "DTSTART:20280423T115900Z\r\n" in text
    assert text.index("END:VTIMEZONE") < text.index("BEGIN:VEVENT")
    assert text.count("BEGIN:VTIMEZONE") == 2


ZONES = ["Europe/Prague", "Europe/London", "Europe/Helsinki", "Atlantic/Azores"]


@pytest.mark.parametrize("zone", ZONES)
def test_zones_are_described_as_they_are(zone: str) -> None:
    for day in (date(2027, 3, 27), date(2027, 3, 29), date(2027, 10, 30), date(2027, 11, 1)):
        start = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
        text = to_ical([replace(TALK, start=start, end=None, timezone=zone)], stamp=NOW).decode()
        # Under another name no library can use its own table.
        renamed = vobject.readOne(text.replace(zone, f"Jinde/{zone}"))

        assert renamed.vevent.dtstart.value.utcoffset() == start.utcoffset()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Etc/GMT+12", "UTC"])
def test_a_zone_with_other_rules_is_written_in_utc(zone: str) -> None:
    text = to_ical([replace(TALK, timezone=zone)], stamp=NOW).decode()

    assert "DTSTART:20270617T080000Z\r\n" in text
    assert "VTIMEZONE" not in text


def test_all_day_events_end_on_the_day_after() -> None:
    event = replace(TALK, start=date(2027, 6, 8), end=date(2027, 6, 10), all_day=True)

    item = written([event])["a@x"]

    assert (item.dtstart.value, item.dtend.value) == (date(2027, 6, 8), date(2027, 6, 11))
    assert [alarm.trigger.value for alarm in item.valarm_list] == [timedelta(hours=-15)]


def test_a_call_is_an_opening_and_timed_deadlines() -> None:
    items = written([CALL])

    assert {uid: (i.summary.value, i.dtstart.value) for uid, i in items.items()} == {
        "c@x#opening": ("📣 DUT Call", date(2027, 4, 1)),
        "c@x#deadline-stage-1": (
            "⏳ DUT Call – Stage 1",
            datetime(2027, 11, 17, 12, tzinfo=UTC),
        ),
        "c@x#deadline-2": ("⏳ DUT Call", datetime(2028, 4, 23, 11, 59, tzinfo=UTC)),
    }
    assert {item.transp.value for item in items.values()} == {"TRANSPARENT"}


def test_a_moved_deadline_keeps_its_uid_and_counts_up() -> None:
    first, second = CALL.deadlines
    moved = replace(CALL, deadlines=(replace(first, at=first.at + timedelta(days=9)), second))

    items = written([moved], revisions={"c@x": 1})

    assert items["c@x#deadline-stage-1"].sequence.value == "1"
    assert set(items) == set(written([CALL]))


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.POSTPONED])
def test_what_does_not_take_place_stays_as_cancelled_without_alarms(status: EventStatus) -> None:
    items = written([replace(TALK, status=status), replace(CALL, status=status)])

    assert {item.status.value for item in items.values()} == {"CANCELLED"}
    assert [item for item in items.values() if hasattr(item, "valarm_list")] == []


def test_each_date_of_a_series_is_an_item() -> None:
    dates = (
        Occurrence(recurrence_id="20270617T080000Z", start=TALK.start or NOW, end=TALK.end),
        Occurrence(
            recurrence_id="20270624T080000Z",
            start=datetime(2027, 6, 25, 8, tzinfo=UTC),
            end=None,
            place="Brno",
        ),
        Occurrence(
            recurrence_id="20270701T080000Z",
            start=datetime(2027, 7, 1, 8, tzinfo=UTC),
            end=None,
            cancelled=True,
        ),
    )

    items = written([replace(TALK, occurrences=dates)])

    assert {uid: (i.location.value, i.status.value) for uid, i in items.items()} == {
        "a@x#20270617T080000Z": ("Písek, centrum", "CONFIRMED"),
        "a@x#20270624T080000Z": ("Brno", "CONFIRMED"),
        "a@x#20270701T080000Z": ("Písek, centrum", "CANCELLED"),
    }


def test_titles_are_in_the_calendars_language_and_words() -> None:
    event = replace(
        CALL, versions=(Version(language="en", title="DUT call", url="https://o.example/en"),)
    )

    def worded(entry: Entry) -> str:
        return f"Deadline: {entry.title}" if entry.deadline else f"Opens: {entry.title}"

    items = written([event], language="en", title_of=worded)

    assert items["c@x#opening"].summary.value == "Opens: DUT call"
    assert items["c@x#deadline-2"].summary.value == "Deadline: DUT call"
    assert items["c@x#deadline-2"].url.value == "https://o.example/en"


HOSTILE = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\x00\x07\x9b\u202e\ud83d"


def test_nothing_of_a_title_breaks_out_of_its_line() -> None:
    items = written([replace(TALK, title=HOSTILE, place=HOSTILE, summary=HOSTILE, uid="a\r\nb")])

    assert len(items) == 1
    assert "evil" not in items


def test_an_empty_calendar_is_one() -> None:
    calendar = icalendar.Calendar.from_ical(to_ical([], stamp=NOW, name="Akce klastru"))

    assert str(calendar["X-WR-CALNAME"]) == "Akce klastru"
    assert calendar.events == []


def test_the_starter_is_written_and_read_back() -> None:
    (settings,) = SchedulerSettings().sources
    source = open_source(settings, first_start=NOW)
    events = asyncio.run(source.read(FakeWeb(), NOW)).events

    body = to_ical(events, stamp=NOW)

    seminars = [e for e in events if e.kind is EventKind.SEMINAR]
    back = {e.uid: e for e in read_calendar(body, settings, NOW).events}
    assert [(back[e.uid].title, back[e.uid].start, back[e.uid].end) for e in seminars] == [
        (e.title, e.start, e.end) for e in seminars
    ]
    assert len(written(events)) == len(back)


SELECTED = [
    ({}, ["a", "c"]),
    ({"kinds": ["call"]}, ["c"]),
    ({"topics": ["Doprava"]}, ["a"]),
    ({"language": "en"}, ["c"]),
    ({"audience": "members"}, ["a", "c", "m"]),
    ({"kinds": ["call"], "topics": ["doprava"]}, []),
]


@pytest.mark.parametrize(("filters", "uids"), SELECTED)
def test_only_what_is_approved_public_and_asked_for(
    filters: dict[str, Any], uids: list[str]
) -> None:
    events = [
        replace(TALK, uid="a"),
        replace(CALL, uid="c", versions=(Version(language="en", title="x"),)),
        replace(TALK, uid="m", audience="members"),
        replace(TALK, uid="s", review=Review.SUGGESTED),
        replace(TALK, uid="r", review=Review.REJECTED),
    ]

    assert [event.uid for event in select(events, **filters)] == uids


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_comes_twice_is_the_one_that_is_meant(fold: int) -> None:
    start = datetime(2027, 10, 31, 2, 30, fold=fold, tzinfo=PRAGUE)
    item = written([replace(TALK, start=start, end=None)])["a@x"]
    assert item.dtstart.value.astimezone(UTC) == start.astimezone(UTC)


def test_odd_characters_come_through() -> None:
    odd = "Data; voda, „vzduch“ \\ 🏙️ " * 12
    item = written([replace(TALK, title=odd.strip(), place="Sál 1; Písek,\nnám. 2")])["a@x"]
    assert item.summary.value == odd.strip()
    assert item.location.value == "Sál 1; Písek,\nnám. 2"


def test_what_was_read_in_a_file_tells_nothing_of_the_machine() -> None:
    path = "file:///srv/cscc/pozvanka.pdf"
    talk = replace(TALK, uid=path, url=path)

    assert b"srv" not in to_ical([talk], stamp=NOW)
    assert list(written([talk])) == list(written([talk]))
    assert "url" not in next(iter(written([talk]).values())).contents
