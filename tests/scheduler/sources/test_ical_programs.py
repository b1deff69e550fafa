"""iCalendar as other programs write it, by the standard and beside it."""

from __future__ import annotations

import pytest

from scheduler.events import Event
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult
from scheduler.sources.ical import read_calendar
from tests.scheduler.sources.reading import NOW, utc

SETTINGS = EventSourceSettings(name="calendar", kind="ics", url="https://obec.example/akce.ics")
TITLE = "Žižkovský šťastný večer o řízení měst"


def calendar(*parts: str) -> str:
    """Write a calendar; a part without BEGIN is a VEVENT."""
    components = [
        part if part.startswith("BEGIN") else f"BEGIN:VEVENT\n{part}\nEND:VEVENT" for part in parts
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *components, "END:VCALENDAR", ""]
    return "\n".join(lines).replace("\n", "\r\n")


def read(*parts: str) -> SourceResult:
    return read_calendar(calendar(*parts).encode(), SETTINGS, NOW)


def only(result: SourceResult) -> Event:
    assert result.failures == ()
    (event,) = result.events
    return event


def dates(event: Event) -> list[tuple[str | None, str | None]]:
    return [(utc(one.start), utc(one.end)) for one in event.occurrences if not one.cancelled]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso8859-2"])
def test_letters_are_read_in_every_encoding_of_old_and_new_servers(encoding: str) -> None:
    text = calendar(f"UID:1\nDTSTART:20270405T080000Z\nSUMMARY:{TITLE}")

    assert only(read_calendar(text.encode(encoding), SETTINGS, NOW)).title == TITLE


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_lines_end_as_any_system_ends_them(newline: str) -> None:
    text = calendar(f"UID:1\nDTSTART:20270405T080000Z\nSUMMARY:{TITLE[:20]}\n {TITLE[20:]}")

    body = text.replace("\r\n", newline).encode()

    assert only(read_calendar(body, SETTINGS, NOW)).title == TITLE


def test_every_byte_may_be_where_a_line_is_folded() -> None:
    text = calendar(f"UID:1\nDTSTART:20270405T080000Z\nSUMMARY:{TITLE}").encode()
    line = f"SUMMARY:{TITLE}".encode()

    folded = text.replace(line, b"\r\n ".join(line[n : n + 1] for n in range(len(line))))

    assert only(read_calendar(folded, SETTINGS, NOW)).title == TITLE


@pytest.mark.parametrize(
    "tzid",
    [
        "Central Europe Standard Time",
        '"(UTC+01:00) Belehrad, Bratislava, Budapešť, Lublaň, Praha"',
        "(UTC+01:00) Belehrad\\, Bratislava\\, Budapešť\\, Lublaň\\, Praha",
        "/freeassociation.sourceforge.net/Europe/Prague",
        "CET",
        "W. Europe Standard Time",
    ],
)
def test_zones_by_all_their_names(tzid: str) -> None:
    event = only(read(f"UID:1\nDTSTART;TZID={tzid}:20270705T090000\nSUMMARY:Porada"))

    assert utc(event.start) == "2027-07-05 07:00"


def test_a_zone_of_unusual_offset_is_known_by_its_definition() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Kathmandu office\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        "TZOFFSETFROM:+0545\nTZOFFSETTO:+0545\nEND:STANDARD\nEND:VTIMEZONE"
    )

    event = only(read(zone, "UID:1\nDTSTART;TZID=Kathmandu office:20270705T090000\nSUMMARY:Porada"))

    assert (utc(event.start), event.timezone) == ("2027-07-05 03:15", "Asia/Kathmandu")


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("DTSTART:2027-07-05T09:00:00Z", "2027-07-05 09:00"),
        ("DTSTART;VALUE=DATE-TIME:20270705T0900Z", "2027-07-05 09:00"),
        ("DTSTART;VALUE=DATE:20270705T000000", "2027-07-05"),
        ("DTSTART;VALUE=DATE:2027-07-05", "2027-07-05"),
    ],
)
def test_times_that_are_not_quite_by_the_standard(line: str, start: str) -> None:
    assert utc(only(read(f"UID:1\n{line}\nSUMMARY:Porada")).start) == start


def test_a_list_of_dates_and_periods_adds_to_a_rule() -> None:
    event = only(
        read(
            "UID:1\nSUMMARY:Kurz\nDTSTART;TZID=Europe/Prague:20270405T090000\nDURATION:PT2H\n"
            "RRULE:FREQ=DAILY;UNTIL=20270406T090000\n"
            "RDATE;TZID=Europe/Prague:20270501T090000,20270502T090000\n"
            "RDATE;VALUE=PERIOD:20270510T070000Z/PT3H,20270511T070000Z/20270511T073000Z\n"
            "EXDATE;TZID=Europe/Prague:20270406T090000,20270502T090000"
        )
    )

    assert dates(event) == [
        ("2027-04-05 07:00", "2027-04-05 09:00"),
        ("2027-05-01 07:00", "2027-05-01 09:00"),
        ("2027-05-10 07:00", "2027-05-10 10:00"),
        ("2027-05-11 07:00", "2027-05-11 07:30"),
    ]


def test_a_series_that_starts_in_utc_keeps_its_hour_there() -> None:
    event = only(
        read(
            "UID:1\nSUMMARY:Webinar\nDTSTART:20270224T130000Z\nDURATION:PT1H\n"
            "RRULE:FREQ=MONTHLY;COUNT=4\nEXDATE;VALUE=DATE:20270524",
            "UID:1\nRECURRENCE-ID:20270424T130000Z\nSUMMARY:Webinar\nSTATUS:CANCELLED\n"
            "DTSTART:20270424T130000Z\nDURATION:PT1H",
        )
    )

    assert event.timezone == "Europe/Prague"
    assert [(f"{utc(one.start)}", one.cancelled) for one in event.occurrences] == [
        ("2027-02-24 13:00", False),
        ("2027-03-24 13:00", False),
        ("2027-04-24 13:00", True),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "SECONDLY",
        "MINUTELY",
        # These the library would never be done with, or walk through 8,000 years for.
        "WEEKLY;INTERVAL=0",
        "DAILY;BYMONTH=13",
        "HOURLY;BYMONTH=2,4;BYMONTHDAY=31",
        "DAILY;BYSETPOS=25;BYDAY=MO",
    ],
)
def test_a_rule_that_no_event_has_is_refused(rule: str) -> None:
    result = read(
        f"UID:1\nSUMMARY:Tikání\nDTSTART:20270405T080000Z\nRRULE:FREQ={rule}",
        "UID:2\nSUMMARY:Porada\nDTSTART:20270405T080000Z",
    )

    assert [event.title for event in result.events] == ["Porada"]
    assert [(failure.name, failure.uid) for failure in result.failures] == [("Tikání", "1")]


def test_a_length_beyond_all_time_is_left_out_and_reported() -> None:
    result = read("UID:1\nSUMMARY:Porada\nDTSTART:20270405T080000Z\nDURATION:P9999999W")

    assert [event.end for event in result.events] == [None]
    assert [failure.error for failure in result.failures] == ["DURATION 'P9999999W' is too long."]


def test_a_series_until_the_last_of_all_days_goes_on() -> None:
    rule = "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z"
    event = only(read(f"UID:1\nSUMMARY:Výročí\nDTSTART:20270405T080000Z\n{rule}"))

    assert [f"{one.start:%Y}" for one in event.occurrences] == ["2027", "2028"]


def test_items_that_a_program_gave_one_uid_are_told_apart() -> None:
    first = "UID:x\nSUMMARY:Seminář o vodě\nDTSTART:20270405T080000Z"
    second = "UID:x\nSUMMARY:Veletrh techniky\nDTSTART:20270506T080000Z"

    result = read(first, second)

    assert {event.title for event in result.events} == {"Seminář o vodě", "Veletrh techniky"}
    assert len({event.uid for event in result.events}) == 2
    assert {e.uid for e in read(second, first).events} == {e.uid for e in result.events}


def test_versions_of_one_item_are_not_told_apart() -> None:
    result = read(
        "UID:x\nSUMMARY:Seminář o vodě\nDTSTART:20270405T080000Z\nSEQUENCE:1",
        "UID:x\nSUMMARY:Seminář o vodě a půdě\nDTSTART:20270406T080000Z\nSEQUENCE:2",
    )

    assert [(e.uid, e.title) for e in result.events] == [("x", "Seminář o vodě a půdě")]


def test_a_description_in_html_alone_is_read() -> None:
    event = only(
        read(
            "UID:1\nSUMMARY:Porada\nDTSTART:20270405T080000Z\n"
            "X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Program\\, <b>hosté</b></p></body></html>"
        )
    )

    assert event.summary == "Program, hosté"


def test_the_link_of_a_video_call_is_the_address_of_an_item_without_page() -> None:
    event = only(
        read(
            "UID:1\nSUMMARY:Porada\nDTSTART:20270405T080000Z\n"
            "X-GOOGLE-CONFERENCE:https://meet.example/abc"
        )
    )

    assert event.url == "https://meet.example/abc"


def test_tasks_and_notes_are_no_events() -> None:
    result = read(
        "BEGIN:VTODO\nUID:1\nSUMMARY:Úkol\nDUE;VALUE=DATE:20270616\nEND:VTODO",
        "BEGIN:VJOURNAL\nUID:2\nSUMMARY:Zápis\nDTSTART:20270501T080000Z\nEND:VJOURNAL",
        "BEGIN:VFREEBUSY\nUID:3\nDTSTART:20270501T080000Z\nEND:VFREEBUSY",
        "UID:4\nSUMMARY:Porada\nDTSTART:20270501T080000Z",
    )

    assert only(result).title == "Porada"
