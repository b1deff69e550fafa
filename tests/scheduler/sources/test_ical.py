"""iCalendar -> events."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus, Precision, Version
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult
from scheduler.sources.ical import read_calendar
from tests.scheduler.sources.reading import NOW, utc

SETTINGS = EventSourceSettings(name="calendar", kind="ics", url="https://obec.example/akce.ics")


def calendar(*items: str, head: str = "", newline: str = "\r\n") -> bytes:
    """Wrap items ("SUMMARY:x|DTSTART:…") into a calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head.split("|")]
    for item in items:
        lines += ["BEGIN:VEVENT", *item.split("|"), "END:VEVENT"]
    return newline.join([*filter(None, lines), "END:VCALENDAR", ""]).encode()


def read(*items: str, head: str = "") -> SourceResult:
    return read_calendar(calendar(*items, head=head), SETTINGS, NOW)


def only(result: SourceResult) -> Event:
    assert result.failures == ()
    (event,) = result.events
    return event


def test_an_item_is_read_with_all_it_says() -> None:
    event = only(
        read(
            "UID:a@x|SEQUENCE:2|DTSTART;TZID=Europe/Prague:20270617T100000"
            "|DTEND;TZID=Europe/Prague:20270617T120000|SUMMARY:Parkování\\, malé město"
            "|LOCATION:Písek\\; sál 2|CATEGORIES:Seminář,Doprava\\, parkování"
            "|DESCRIPTION:Vstup volný.\\nRegistrace předem.|URL:https://obec.example/parkovani"
        )
    )

    assert event == Event(
        uid="a@x",
        title="Parkování, malé město",
        kind=EventKind.SEMINAR,
        start=event.start,
        end=event.end,
        url="https://obec.example/parkovani",
        place="Písek; sál 2",
        topics=("doprava, parkování",),
        source="calendar",
        sequence=2,
        summary="Vstup volný.\nRegistrace předem.",
    )
    assert (utc(event.start), utc(event.end)) == ("2027-06-17 08:00", "2027-06-17 10:00")


ZONES = [
    ("DTSTART:20270617T100000Z", "2027-06-17 10:00"),
    ("DTSTART:20270617T100000", "2027-06-17 08:00"),
    ("DTSTART;TZID=Europe/London:20270617T100000", "2027-06-17 09:00"),
    ('DTSTART;TZID="Europe/London":20270617T100000', "2027-06-17 09:00"),
    ("DTSTART;TZID=Central Europe Standard Time:20270617T100000", "2027-06-17 08:00"),
    ("DTSTART;TZID=GMT Standard Time:20270617T100000", "2027-06-17 09:00"),
    ("DTSTART;TZID=/mozilla.org/20050126_1/Europe/Prague:20270617T100000", "2027-06-17 08:00"),
    ('DTSTART;TZID="(UTC+01:00) Praha, Bratislava":20270617T100000', "2027-06-17 08:00"),
    ("DTSTART;TZID=Praha:20270617T100000", "2027-06-17 08:00"),
    ("DTSTART;TZID=Nikde:20270617T100000", "2027-06-17 08:00"),
    # The clock skips it: the offset before the gap holds.
    ("DTSTART;TZID=Europe/Prague:20270328T023000", "2027-03-28 01:30"),
    # It comes twice: the first one.
    ("DTSTART;TZID=Europe/Prague:20271031T023000", "2027-10-31 00:30"),
]


@pytest.mark.parametrize(("line", "start"), ZONES)
def test_times_are_read_in_their_zone(line: str, start: str) -> None:
    assert utc(only(read(f"UID:a|SUMMARY:x|{line}")).start) == start


def test_floating_times_are_of_the_calendars_zone() -> None:
    event = only(
        read("UID:a|SUMMARY:x|DTSTART:20270617T100000", head="X-WR-TIMEZONE:America/New_York")
    )

    assert utc(event.start) == "2027-06-17 14:00"


def test_a_zone_of_its_own_name_is_known_by_its_location() -> None:
    head = "BEGIN:VTIMEZONE|TZID:Nase|X-LIC-LOCATION:Europe/London|END:VTIMEZONE"

    event = only(read("UID:a|SUMMARY:x|DTSTART;TZID=Nase:20270617T100000", head=head))

    assert utc(event.start) == "2027-06-17 09:00"


MADE_UP = [
    (("+0100", "+0200"), "2027-06-17 08:00"),
    (("-0500", "-0400"), "2027-06-17 14:00"),
    (("+0300",), "2027-06-17 07:00"),
    (("+0545", "+0130"), "2027-06-17 08:00"),
]


@pytest.mark.parametrize(("offsets", "start"), MADE_UP)
def test_a_zone_with_a_made_up_name_is_what_its_offsets_say(
    offsets: tuple[str, ...], start: str
) -> None:
    rules = "|".join(f"BEGIN:STANDARD|TZOFFSETTO:{offset}|END:STANDARD" for offset in offsets)
    head = f"BEGIN:VTIMEZONE|TZID:Customized Time Zone|{rules}|END:VTIMEZONE"

    event = only(
        read("UID:a|SUMMARY:x|DTSTART;TZID=Customized Time Zone:20270617T100000", head=head)
    )

    assert utc(event.start) == start


LENGTHS = [
    (
        "DTSTART:20270608T000000|DTEND:20270610T000000|X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "2027-06-08",
        "2027-06-09",
    ),
    ("DTSTART;VALUE=DATE:20270608|DTEND;VALUE=DATE:20270611", "2027-06-08", "2027-06-10"),
    ("DTSTART;VALUE=DATE:20270608", "2027-06-08", "2027-06-08"),
    ("DTSTART;VALUE=DATE:20270608|DTEND;VALUE=DATE:20270608", "2027-06-08", "2027-06-08"),
    ("DTSTART;VALUE=DATE:20270608|DURATION:P2D", "2027-06-08", "2027-06-09"),
    ("DTSTART:20270327T120000|DURATION:P1D", "2027-03-27 11:00", "2027-03-28 10:00"),
    ("DTSTART:20270327T120000|DURATION:PT24H", "2027-03-27 11:00", "2027-03-28 11:00"),
    ("DTSTART:20270327T120000|DURATION:P1DT2H", "2027-03-27 11:00", "2027-03-28 12:00"),
    ("DTSTART:20270327T200000|DTEND:20270328T080000", "2027-03-27 19:00", "2027-03-28 06:00"),
    ("DTSTART:20270328T000000|DTEND:20270328T010000", "2027-03-27 23:00", "2027-03-28 00:00"),
    ("DTSTART:20270608T100000", "2027-06-08 08:00", None),
]


@pytest.mark.parametrize(("lines", "start", "end"), LENGTHS)
def test_ends(lines: str, start: str, end: str | None) -> None:
    event = only(read(f"UID:a|SUMMARY:x|{lines}"))

    assert (utc(event.start), utc(event.end)) == (start, end)
    assert event.all_day is (len(start) == len("2027-06-08"))


BROKEN = [
    ("SUMMARY:Vadný|DTSTART:20270399T256100", "DTSTART '20270399T256100' is no date."),
    ("SUMMARY:Vadný", "It has no DTSTART."),
    ("SUMMARY:Vadný|DTSTART:zítra", "DTSTART 'zítra' is no date."),
]


@pytest.mark.parametrize(("item", "error"), BROKEN)
def test_a_broken_item_is_reported_and_the_rest_goes_on(item: str, error: str) -> None:
    result = read(
        "UID:a|SUMMARY:První|DTSTART:20270608T100000",
        f"UID:b|{item}",
        "UID:c|SUMMARY:Třetí|DTSTART:20270609T100000",
    )

    assert [event.title for event in result.events] == ["První", "Třetí"]
    assert [(f.name, f.error, f.uid) for f in result.failures] == [("Vadný", error, "b")]
    assert result.complete


def test_an_end_before_the_start_is_left_out_and_reported() -> None:
    result = read("UID:a|SUMMARY:x|DTSTART:20270608T100000|DTEND:20270608T090000")

    assert [event.end for event in result.events] == [None]
    assert [f.error for f in result.failures] == ["It ends before it starts; the end is left out."]


def test_an_item_without_uid_gets_the_same_one_each_time() -> None:
    first, second = (read("SUMMARY:x|DTSTART:20270608T100000").events[0].uid for _ in range(2))

    assert first == second != ""


def test_of_two_versions_the_higher_sequence_counts() -> None:
    event = only(
        read(
            "UID:a|SEQUENCE:2|SUMMARY:nová|DTSTART:20270608T140000",
            "UID:a|SEQUENCE:1|SUMMARY:stará|DTSTART:20270608T100000",
        )
    )

    assert event.title == "nová"


def test_a_letter_split_by_folding_is_whole() -> None:
    body = calendar("UID:a|DTSTART:20270608T140000|SUMMARY:Žluťoučký kůň")
    letter = "ť".encode()
    broken = body.replace(letter, letter[:1] + b"\r\n " + letter[1:])

    assert read_calendar(broken, SETTINGS, NOW).events[0].title == "Žluťoučký kůň"


def test_bare_newlines_and_a_byte_order_mark_are_read() -> None:
    body = b"\xef\xbb\xbf" + calendar("UID:a|DTSTART:20270608T140000|SUMMARY:x", newline="\n")

    assert read_calendar(body, SETTINGS, NOW).events[0].title == "x"


def test_old_czech_letters_are_read() -> None:
    body = calendar("UID:a|DTSTART:20270608T140000|SUMMARY:Příliš žluťoučký kůň")

    read_back = read_calendar(body.decode().encode("cp1250"), SETTINGS, NOW)

    assert read_back.events[0].title == "Příliš žluťoučký kůň"


@pytest.mark.parametrize("body", [b"", b"<html><body>403</body></html>", b"\x00\xff\xfe", b"{}"])
def test_what_is_no_calendar_is_an_error(body: bytes) -> None:
    with pytest.raises(EventSourceError, match="no iCalendar"):
        read_calendar(body, SETTINGS, NOW)


def test_a_cut_off_calendar_is_not_complete_and_names_what_is_cut() -> None:
    body = calendar(
        "UID:a|DTSTART:20270608T140000|SUMMARY:Celá", "UID:b|SUMMARY:Půlka|DTSTART:20270609T140000"
    )

    result = read_calendar(body[: body.index(b"DTSTART:20270609") + 4], SETTINGS, NOW)

    assert [event.title for event in result.events] == ["Celá"]
    assert [failure.name for failure in result.failures] == ["Půlka"]
    assert not result.complete


STATUSES = [
    ("STATUS:CANCELLED|SUMMARY:x", EventStatus.CANCELLED, "x"),
    ("STATUS:TENTATIVE|SUMMARY:x", EventStatus.SCHEDULED, "x"),
    ("SUMMARY:ZRUŠENO: x", EventStatus.CANCELLED, "x"),
    ("SUMMARY:x (odloženo)", EventStatus.POSTPONED, "x"),
    ("SUMMARY:CANCELLED - x", EventStatus.CANCELLED, "x"),
]


@pytest.mark.parametrize(("lines", "status", "title"), STATUSES)
def test_statuses(lines: str, status: EventStatus, title: str) -> None:
    event = only(read(f"UID:a|DTSTART:20270608T140000|{lines}"))

    assert (event.status, event.title) == (status, title)


def test_a_calendar_of_cancellations_cancels() -> None:
    event = only(read("UID:a|SUMMARY:x|DTSTART:20270608T140000", head="METHOD:CANCEL"))

    assert event.status is EventStatus.CANCELLED


def dates(*items: str) -> list[tuple[str, str | None, str | None, bool]]:
    event = only(read(*items))
    return [(o.recurrence_id, utc(o.start), utc(o.end), o.cancelled) for o in event.occurrences]


WEEKLY = (
    "UID:a|SUMMARY:x|DTSTART;TZID=Europe/Prague:20270323T160000"
    "|DTEND;TZID=Europe/Prague:20270323T170000"
)


def test_a_weekly_item_keeps_its_hour_over_the_change_of_time() -> None:
    assert dates(f"{WEEKLY}|RRULE:FREQ=WEEKLY;COUNT=2") == [
        ("20270323T150000Z", "2027-03-23 15:00", "2027-03-23 16:00", False),
        ("20270330T140000Z", "2027-03-30 14:00", "2027-03-30 15:00", False),
    ]


@pytest.mark.parametrize(
    "exdate",
    [
        "EXDATE;TZID=Europe/Prague:20270330T160000",
        "EXDATE:20270330T140000Z",
        "EXDATE;VALUE=DATE:20270330",
        "EXDATE:20270330T160000,20270406T160000",
    ],
)
def test_excluded_dates_are_left_out(exdate: str) -> None:
    found = dates(f"{WEEKLY}|RRULE:FREQ=WEEKLY;COUNT=2|{exdate}")

    assert [recurrence for recurrence, *_ in found] == ["20270323T150000Z"]


@pytest.mark.parametrize(
    "until", ["20270405T215959Z", "20270405", "20270330T140000Z", "20270330T160000"]
)
def test_until_is_inclusive_whatever_its_form(until: str) -> None:
    assert len(dates(f"{WEEKLY}|RRULE:FREQ=WEEKLY;UNTIL={until}")) == 2


def test_exceptions_move_and_cancel_single_dates() -> None:
    found = dates(
        f"{WEEKLY}|RRULE:FREQ=WEEKLY;COUNT=3",
        "UID:a|SUMMARY:x|RECURRENCE-ID;TZID=Europe/Prague:20270330T160000"
        "|DTSTART;TZID=Europe/Prague:20270331T150000|DTEND;TZID=Europe/Prague:20270331T160000",
        "UID:a|SUMMARY:x|STATUS:CANCELLED|RECURRENCE-ID:20270406T140000Z"
        "|DTSTART:20270406T140000Z|DTEND:20270406T150000Z",
    )

    assert found == [
        ("20270323T150000Z", "2027-03-23 15:00", "2027-03-23 16:00", False),
        ("20270330T140000Z", "2027-03-31 13:00", "2027-03-31 14:00", False),
        ("20270406T140000Z", "2027-04-06 14:00", "2027-04-06 15:00", True),
    ]


def test_an_exception_for_all_that_follow_shifts_them() -> None:
    found = dates(
        f"{WEEKLY}|RRULE:FREQ=WEEKLY;COUNT=3",
        "UID:a|SUMMARY:x|RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Prague:20270330T160000"
        "|DTSTART;TZID=Europe/Prague:20270331T170000|DTEND;TZID=Europe/Prague:20270331T173000",
    )

    assert [start for _, start, _, _ in found] == [
        "2027-03-23 15:00",
        "2027-03-31 15:00",
        "2027-04-07 15:00",
    ]


def test_an_exception_without_its_series_is_an_event() -> None:
    found = dates(
        "UID:a|SUMMARY:x|RECURRENCE-ID:20270406T140000Z|DTSTART:20270407T140000Z"
        "|DTEND:20270407T150000Z"
    )

    assert ("20270406T140000Z", "2027-04-07 14:00", "2027-04-07 15:00", False) in found


def test_an_endless_rule_ends_at_the_window() -> None:
    found = dates(f"{WEEKLY}|RRULE:FREQ=WEEKLY")

    assert (found[0][1], found[-1][1]) == ("2027-03-23 15:00", "2029-03-27 14:00")


def test_a_rule_that_cannot_be_read_is_reported() -> None:
    result = read(f"{WEEKLY}|RRULE:FREQ=NIKDY")

    assert result.events == ()
    assert [failure.name for failure in result.failures] == ["x"]


def test_all_day_dates_recur() -> None:
    found = dates(
        "UID:a|SUMMARY:x|DTSTART;VALUE=DATE:20270301|RRULE:FREQ=MONTHLY;COUNT=2"
        "|EXDATE;VALUE=DATE:20270501"
    )

    assert found == [
        ("20270301", "2027-03-01", "2027-03-01", False),
        ("20270401", "2027-04-01", "2027-04-01", False),
    ]


def test_a_call_of_a_day_has_its_deadline_at_the_end_of_it() -> None:
    event = only(
        read("UID:a|SUMMARY:DOPRAVA – uzávěrka|CATEGORIES:Výzva|DTSTART;VALUE=DATE:20270616")
    )

    (deadline,) = event.deadlines
    assert (event.kind, event.opening) == (EventKind.CALL, None)
    assert (utc(deadline.at), deadline.precision, deadline.label) == (
        "2027-06-16 21:59",
        Precision.DATE,
        "uzávěrka",
    )


def test_a_call_of_many_days_opens_and_closes() -> None:
    event = only(
        read(
            "UID:a|SUMMARY:Soutěž|CATEGORIES:Výzva|DTSTART;VALUE=DATE:20270409"
            "|DTEND;VALUE=DATE:20270611"
        )
    )

    assert event.opening == date(2027, 4, 9)
    assert [utc(deadline.at) for deadline in event.deadlines] == ["2027-06-10 21:59"]


def test_our_own_files_state_a_calls_dates() -> None:
    event = only(
        read(
            "UID:a|SUMMARY:Výzva|X-CSCC-KIND:call|DTSTART;VALUE=DATE:20270616"
            "|X-CSCC-OPENS;VALUE=DATE:20270401"
            '|X-CSCC-DEADLINE;X-LABEL="1. kolo";TZID=Europe/Brussels:20270501T170000'
            "|X-CSCC-DEADLINE;VALUE=DATE:20270616|X-CSCC-ELIGIBLE:municipality,ngo"
        )
    )

    assert event.open_from == date(2027, 4, 1)
    assert [(d.label, utc(d.at), d.timezone) for d in event.deadlines] == [
        ("1. kolo", "2027-05-01 15:00", "Europe/Brussels"),
        ("", "2027-06-16 21:59", "Europe/Prague"),
    ]
    assert event.eligible == ("municipality", "ngo")


def test_an_address_that_is_no_web_address_is_left_out() -> None:
    event = only(read("UID:a|SUMMARY:x|DTSTART:20270608T140000|URL:javascript:alert(1)"))

    assert event.url == ""


@pytest.mark.parametrize(("count", "until"), [(29, None), (30, "2027-06-30 08:00"), (31, None)])
def test_a_round_number_of_items_may_be_all_that_is_shown(count: int, until: str | None) -> None:
    result = read(
        *(f"UID:{n}|SUMMARY:x|DTSTART:202706{n + 1:02}T100000" for n in range(min(count, 30))),
        *(["UID:x|SUMMARY:y|DTSTART:20270701T100000"] if count > 30 else []),
    )

    assert utc(result.until) == until


WHOLE = calendar(
    f"{WEEKLY}|RRULE:FREQ=WEEKLY;COUNT=4|EXDATE:20270330T140000Z|DESCRIPTION:Žluťoučký\\, kůň",
    "UID:b|SUMMARY:Výzva|CATEGORIES:Výzva|DTSTART;VALUE=DATE:20270409|DTEND;VALUE=DATE:20270611",
    head="X-WR-TIMEZONE:Europe/Prague",
)


@given(st.integers(0, len(WHOLE)), st.binary(max_size=6), st.integers(0, len(WHOLE)))
def test_no_damage_is_more_than_an_error(at: int, noise: bytes, until: int) -> None:
    damaged = WHOLE[:at] + noise + WHOLE[max(at, until) :]
    try:
        result = read_calendar(damaged, SETTINGS, NOW)
    except EventSourceError:
        return

    assert all(event.uid and event.title for event in result.events)


@pytest.mark.parametrize(
    "lines",
    [
        "SUMMARY:Seminář o parkování|X-CSCC-TITLE;LANGUAGE=en:Seminar on parking\\, free",
        "SUMMARY;LANGUAGE=cs:Seminář o parkování|SUMMARY;LANGUAGE=en-GB:Seminar on parking\\, free",
    ],
)
def test_titles_in_other_languages_are_kept(lines: str) -> None:
    event = only(read(f"UID:1|{lines}|X-CSCC-TITLE:bez jazyka|DTSTART:20270617T080000Z"))

    assert event.title == "Seminář o parkování"
    assert event.versions == (Version(language="en", title="Seminar on parking, free"),)
