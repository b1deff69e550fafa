"""Files kept by hand -> events."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus, Precision, Review
from scheduler.settings import STARTER, EventSourceSettings
from scheduler.sources import SourceResult, open_source
from tests.scheduler.sources.reading import NOW, FakeWeb, utc

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Z kalendáře\r\n"
    "DTSTART:20270608T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def read(path: Path, *, now: datetime = NOW, first_start: datetime = NOW) -> SourceResult:
    settings = EventSourceSettings(name="files", kind="files", path=str(path))
    source = open_source(settings, first_start=first_start)
    return asyncio.run(source.read(FakeWeb(), now))


def only(result: SourceResult) -> Event:
    assert result.failures == ()
    (event,) = result.events
    return event


def test_yaml_gives_an_event_with_all_it_says(tmp_path: Path) -> None:
    (tmp_path / "akce.yaml").write_text(
        """
        events:
          - title: Parkování v malém městě
            kind: seminar
            start: 2027-06-17 10:00
            end: 2027-06-17 12:00
            place: Písek
            url: https://obec.example/parkovani
            topics: [doprava, data]
            eligible: [municipality]
            audience: members
            summary: Vstup volný.
        """
    )

    event = only(read(tmp_path))

    assert event == Event(
        uid=event.uid,
        title="Parkování v malém městě",
        kind=EventKind.SEMINAR,
        start=event.start,
        end=event.end,
        place="Písek",
        url="https://obec.example/parkovani",
        topics=("doprava", "data"),
        eligible=("municipality",),
        audience="members",
        summary="Vstup volný.",
        source="files",
    )
    assert (utc(event.start), utc(event.end)) == ("2027-06-17 08:00", "2027-06-17 10:00")
    assert event.review is Review.APPROVED


def test_a_call_in_yaml_has_labelled_deadlines_in_their_zones(tmp_path: Path) -> None:
    (tmp_path / "calls.yml").write_text(
        """
        - title: DUT Call 2027
          kind: call
          open_from: 2027-09-01
          deadlines:
            - {label: pre-proposals, at: 2027-11-17 13:00, timezone: Europe/Brussels}
            - {label: papers, at: 2027-12-01 23:59, timezone: AoE}
            - 2028-04-23
        """
    )

    event = only(read(tmp_path))

    assert (event.start, event.open_from) == (None, date(2027, 9, 1))
    assert [(d.label, utc(d.at), d.timezone, d.precision) for d in event.deadlines] == [
        ("pre-proposals", "2027-11-17 12:00", "Europe/Brussels", Precision.MINUTE),
        ("papers", "2027-12-02 11:59", "Etc/GMT+12", Precision.MINUTE),
        ("", "2028-04-23 21:59", "Europe/Prague", Precision.DATE),
    ]


SPREADSHEETS = [
    "title,kind,start,end,place\nParkování,seminar,2027-06-17 10:00,2027-06-17 12:00,Písek\n",
    "název;druh;začátek;konec;místo\nParkování;seminář;17. 6. 2027 10:00;17.6.2027 12:00;Písek\n",
    "Název\tDruh\tOd\tDo\tMísto\nParkování\tseminář\t17.06.2027 10:00\t17.06.2027 12.00\tPísek\n",
]


@pytest.mark.parametrize("text", SPREADSHEETS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_spreadsheets_are_read_as_people_save_them(
    text: str, encoding: str, tmp_path: Path
) -> None:
    (tmp_path / "akce.csv").write_bytes(text.encode(encoding))

    event = only(read(tmp_path / "akce.csv"))

    assert (event.title, event.kind, event.place) == ("Parkování", EventKind.SEMINAR, "Písek")
    assert (utc(event.start), utc(event.end)) == ("2027-06-17 08:00", "2027-06-17 10:00")


def test_several_deadlines_stand_in_one_cell(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(
        'název,druh,uzávěrky\nVýzva,výzva,"1. kolo = 2027-05-04 14:00; 2. kolo = 2027-10-04"\n'
    )

    event = only(read(tmp_path))

    assert [(d.label, utc(d.at)) for d in event.deadlines] == [
        ("1. kolo", "2027-05-04 12:00"),
        ("2. kolo", "2027-10-04 21:59"),
    ]


BAD_ROWS = [
    ("- start: 2027-06-17", "bad.yaml, 1", "It has no title."),
    ("- title: x", "x", "It has no start."),
    ("- title: x\n  start: zítra", "x", "start 'zítra' is no date; write 2027-05-04 10:00."),
    (
        "- title: x\n  start: 2027-06-17\n  end: 2027-06-16",
        "x",
        "It ends before it starts.",
    ),
    ("- title: x\n  kind: call", "x", "It has neither an opening nor a deadline."),
    (
        "- title: x\n  kind: party\n  start: 2027-06-17",
        "x",
        "kind 'party' is none of seminar, conference, call, meeting.",
    ),
    ("- slovo", "bad.yaml, 1", "This is no event: expected fields such as `title:`."),
]


@pytest.mark.parametrize(("text", "name", "error"), BAD_ROWS)
def test_a_bad_row_is_reported_by_name_and_the_rest_goes_on(
    text: str, name: str, error: str, tmp_path: Path
) -> None:
    (tmp_path / "bad.yaml").write_text(f"{text}\n- title: Dobrá\n  start: 2027-06-17\n")

    result = read(tmp_path)

    assert [event.title for event in result.events] == ["Dobrá"]
    assert [(f.name, f.error) for f in result.failures] == [(name, error)]


def test_a_bad_file_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_text(CALENDAR)
    (tmp_path / "b.yaml").write_text("- [\n")

    result = read(tmp_path)

    assert [event.title for event in result.events] == ["Z kalendáře"]
    assert [failure.name for failure in result.failures] == ["b.yaml"]
    assert not result.complete


@pytest.mark.parametrize("name", ["b.yaml", "missing.yaml", "b.txt"])
def test_when_nothing_can_be_read_the_source_fails(name: str, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("title: x")
    (tmp_path / "b.txt").write_text("text")

    with pytest.raises(EventSourceError):
        read(tmp_path / name)


def test_the_same_row_has_the_same_uid_when_its_date_changes(tmp_path: Path) -> None:
    file = tmp_path / "akce.yaml"
    file.write_text("- title: Parkování\n  start: 2027-06-17\n")
    before = only(read(tmp_path)).uid
    file.write_text("- title: Parkování\n  start: 2027-06-24\n  status: rescheduled\n")

    event = only(read(tmp_path))

    assert (event.uid, event.status) == (before, EventStatus.RESCHEDULED)


def starter(first_start: str, now: str | None = None) -> dict[str, Event]:
    start = datetime.fromisoformat(first_start)
    result = read(STARTER, first_start=start, now=datetime.fromisoformat(now or first_start))
    assert result.failures == ()
    return {event.uid.split("@")[0]: event for event in result.events}


FIRST_STARTS = [
    "2026-11-24T09:17:23+01:00",
    "2026-11-24T09:00:00+01:00",
    "2027-03-28T01:10:40+01:00",
    "2027-10-31T02:59:59+02:00",
    "2028-02-29T23:59:59+01:00",
]


@pytest.mark.parametrize("first_start", FIRST_STARTS)
def test_the_starter_reminds_soon_after_the_first_start(first_start: str) -> None:
    event = starter(first_start)["first-reminder"]

    assert isinstance(event.start, datetime)
    due = event.start.astimezone(UTC) - timedelta(hours=1)
    assert due - datetime.fromisoformat(first_start) == timedelta(seconds=20)


@pytest.mark.parametrize("first_start", FIRST_STARTS)
def test_the_starter_has_examples_of_all_kinds_and_both_languages(first_start: str) -> None:
    now = datetime.fromisoformat(first_start)
    events = starter(first_start).values()

    assert {event.kind for event in events} == set(EventKind)
    assert {event.language for event in events} == {"cs", "en"}
    assert all(not event.over(now) for event in events)
    marks = {"cs": "(ukázka)", "en": "(example)"}
    assert all(event.title.endswith(marks[event.language]) for event in events)
    for event in events:
        (other,) = event.versions
        assert {event.language, other.language} == {"cs", "en"}
        assert other.title.endswith(marks[other.language])


def test_the_starter_does_not_move_with_the_days() -> None:
    first = starter(FIRST_STARTS[0])

    later = starter(FIRST_STARTS[0], now="2026-12-03T18:00:00+01:00")

    assert {uid: (e.start, e.deadlines) for uid, e in later.items()} == {
        uid: (e.start, e.deadlines) for uid, e in first.items()
    }


def test_the_starter_keeps_weekdays_hours_and_zones() -> None:
    events = starter("2027-03-24T18:00:00+01:00")

    parking, twins = events["parking"], events["call-twins"]
    assert isinstance(parking.start, datetime)
    assert (parking.start.strftime("%A %H:%M"), parking.start > NOW) == ("Thursday 10:00", True)
    assert [(f"{d.at:%A %H:%M}", d.timezone) for d in twins.deadlines] == [
        ("Tuesday 17:00", "Europe/Brussels")
    ]
