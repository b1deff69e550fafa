"""cscc events: what editors do from the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commandline import events
from bot.commandline.eventfields import read_deadline
from bot.errors import UsageError
from scheduler.events import Event, EventKind
from tests.bot.commandline.conftest import Cscc

SEMINAR = (
    "events", "add", "--uid", "kurz", "--title", "Kurz pletení",
    "--start", "2027-06-17T10:00", "--end", "2027-06-17T12:00", "--topic", "řemesla",
)  # fmt: skip
CALL = (
    "events", "add", "--uid", "vyzva", "--title", "Výzva 3", "--kind", "call",
    "--deadline", "2027-06-09T14:00", "--deadline", "druhé kolo=2027-09-09",
)  # fmt: skip


def test_an_added_event_is_listed_as_agreed(cscc: Cscc) -> None:
    added = cscc(*SEMINAR, "--json").json
    (listed,) = cscc("events", "list", "--json").json

    assert listed == added
    assert {k: listed[k] for k in ("uid", "title", "kind", "start", "end", "status", "review")} == {
        "uid": "kurz",
        "title": "Kurz pletení",
        "kind": "seminar",
        "start": "2027-06-17T10:00:00+02:00",
        "end": "2027-06-17T12:00:00+02:00",
        "status": "scheduled",
        "review": "approved",
    }


def test_a_call_has_labelled_deadlines(cscc: Cscc) -> None:
    added = cscc(*CALL, "--json").json

    assert [(d["label"], d["at"], d["precision"]) for d in added["deadlines"]] == [
        ("", "2027-06-09T14:00:00+02:00", "minute"),
        ("druhé kolo", "2027-09-09T23:59:00+02:00", "date"),
    ]


def test_the_list_tells_what_comes_next_first(
    cscc: Cscc,
) -> None:
    later = ("--start", "2027-06-20T10:00", "--deadline", "2027-06-01")
    cscc("events", "add", "--uid", "later", "--title", "Kurz šití", *later)
    cscc(*SEMINAR)
    opens = ("--opens", "2027-06-18", "--deadline", "2027-09-09")
    cscc("events", "add", "--uid", "planned", "--title", "Výzva 4", "--kind", "call", *opens)

    rows = cscc("events", "list").out.splitlines()[1:]

    assert [row.split()[-1] for row in rows] == ["kurz", "planned", "later"]
    assert "opens 18 Jun 2027, 9 Sep 2027 23:59" in rows[1]


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("America/New_York", "10 Mar 2027 09:00 America/New_York"),
        ("Europe/Prague", "10 Mar 2027 15:00"),
        ("UTC", "10 Mar 2027 15:00"),
    ],
)
def test_the_zone_is_told_where_it_is_another(zone: str, shown: str) -> None:
    start = datetime(2027, 3, 10, 14, tzinfo=UTC)
    event = Event(uid="e", title="E", kind=EventKind.SEMINAR, start=start, timezone=zone)

    assert events._when(event, start, "Europe/Prague") == shown


def test_the_list_can_be_narrowed(cscc: Cscc) -> None:
    for arguments in (SEMINAR, CALL):
        cscc(*arguments)

    def uids(*options: str) -> list[str]:
        return [one["uid"] for one in cscc("events", "list", "--json", *options).json]

    assert uids() == ["vyzva", "kurz"]
    assert uids("--kind", "seminar") == ["kurz"]
    assert uids("--from", "2027-06-18") == ["vyzva"]
    assert uids("--to", "2027-06-10") == ["vyzva"]
    assert uids("--review", "suggested") == []


def test_an_event_is_changed_and_cancelled(cscc: Cscc) -> None:
    cscc(*SEMINAR)

    moved = cscc("events", "edit", "kurz", "--start", "2027-06-24", "--place", "Lhota", "--json")
    cancelled = cscc("events", "cancel", "kurz", "--json")

    assert (moved.json["start"], moved.json["all_day"], moved.json["place"]) == (
        "2027-06-24",
        True,
        "Lhota",
    )
    assert cancelled.json["status"] == "cancelled"


def test_a_cancellation_is_taken_back(cscc: Cscc) -> None:
    cscc(*SEMINAR)
    cscc("events", "cancel", "kurz")

    again = cscc("events", "edit", "kurz", "--status", "scheduled", "--region", "Praha", "--json")

    assert (again.json["status"], again.json["region"]) == ("scheduled", "Praha")


WEEKLY = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:cyklus
SUMMARY:Cyklus
DTSTART;TZID=Europe/Prague:20270610T100000
DTEND;TZID=Europe/Prague:20270610T120000
RRULE:FREQ=WEEKLY;COUNT=9
END:VEVENT
END:VCALENDAR
"""


def test_a_recurring_event_is_moved_as_a_whole_and_by_dates(cscc: Cscc) -> None:
    Path("akce.ics").write_text(WEEKLY, encoding="utf-8")
    with Path("cscc.toml").open("a", encoding="utf-8") as settings:
        settings.write('[[scheduler.sources]]\nname = "files"\nkind = "files"\npath = "akce.ics"\n')
    cscc("events", "sync")

    moved = cscc("events", "edit", "cyklus", "--start", "2027-06-11T09:00").err
    one = cscc("events", "edit", "cyklus", "--date", "2027-06-18", "--place", "Tábor").err
    off = cscc("events", "cancel", "cyklus", "--date", "2027-06-25", "--json").json
    unknown = cscc("events", "cancel", "cyklus", "--date", "2027-06-26")

    assert moved.splitlines() == [
        "cyklus: Cyklus (scheduled, approved)",
        "  start: 10 Jun 2027 10:00 -> 11 Jun 2027 09:00",
        "  end: 10 Jun 2027 12:00 -> 11 Jun 2027 11:00",
        "  date: 10 Jun 2027 10:00 to 10 Jun 2027 12:00 -> 11 Jun 2027 09:00 to 11 Jun 2027 11:00",
        "  date: 17 Jun 2027 10:00 to 17 Jun 2027 12:00 -> 18 Jun 2027 09:00 to 18 Jun 2027 11:00",
        "  date: 24 Jun 2027 10:00 to 24 Jun 2027 12:00 -> 25 Jun 2027 09:00 to 25 Jun 2027 11:00",
        "  date: 1 Jul 2027 10:00 to 1 Jul 2027 12:00 -> 2 Jul 2027 09:00 to 2 Jul 2027 11:00",
        "  date: 8 Jul 2027 10:00 to 8 Jul 2027 12:00 -> 9 Jul 2027 09:00 to 9 Jul 2027 11:00",
        "  and 4 more dates alike",
    ]
    assert one.splitlines()[-1].endswith("-> 18 Jun 2027 09:00 to 18 Jun 2027 11:00 in Tábor")
    assert [d["status"] for d in off["occurrences"]].index("cancelled") == 2
    assert str(unknown.error).startswith("It has no date 2027-06-26; it has 2027-06-11, 2027-06-18")


def test_a_rejected_event_can_be_approved_after_all(cscc: Cscc) -> None:
    cscc(*SEMINAR)

    reviews = [
        cscc("events", verb, "kurz", "--json").json["review"] for verb in ("reject", "approve")
    ]

    assert reviews == ["rejected", "approved"]


def test_the_calendar_is_written(cscc: Cscc) -> None:
    for arguments in (SEMINAR, CALL):
        cscc(*arguments)

    lines = cscc("events", "ics", "--kind", "call").out.splitlines()

    assert lines[0] == "BEGIN:VCALENDAR"
    assert [line for line in lines if line.startswith("SUMMARY")] == [
        "SUMMARY;LANGUAGE=cs:Uzávěrka: Výzva 3",
        "SUMMARY;LANGUAGE=cs:Uzávěrka: Výzva 3 – druhé kolo",
    ]


def test_a_chats_own_calendar_has_a_link(cscc: Cscc, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = cscc("events", "ics", "--link")
    monkeypatch.setenv("CSCC_PUBLIC_URL", "https://bot.example.cz/")

    public = cscc("events", "ics", "--link").out
    own = [cscc("events", "ics", "--link", "--address", f"slack:C{n}").out for n in (1, 1, 2)]

    assert str(refused.error) == (
        "Set CSCC_PUBLIC_URL, the address under which the world reaches us."
    )
    assert public == "https://bot.example.cz/events.ics\n"
    assert own[0] == own[1] != own[2]
    assert own[0].startswith("https://bot.example.cz/events/")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "--title", "X"), "An event needs --start, a call at least one --deadline."),
        (
            ("add", "--title", "X", "--start", "brzy"),
            '"brzy" is no instant; write it like 2027-06-17T10:00 or 2027-06-17.',
        ),
        (
            ("add", "--title", "X", "--start", "2027-06-17", "--url", "javascript:alert(1)"),
            "--url takes an http or https address.",
        ),
        (
            ("add", "--title", "X", "--start", "2027-06-17T10:00", "--end", "2027-06-17"),
            "Give --start and --end both with a time, or both as days.",
        ),
        (("edit", "kurz"), "Say what to change: cscc events edit --help"),
        (("cancel", "kurz"), "There is no event kurz. List them with: cscc events list"),
        (("sync", "web"), "There is no event source web. Known: none."),
    ],
)
def test_what_cannot_be_done_is_said(cscc: Cscc, arguments: tuple[str, ...], sentence: str) -> None:
    assert str(cscc("events", *arguments).error) == sentence


def test_a_start_moves_the_end_and_says_what_changed(cscc: Cscc) -> None:
    cscc(*SEMINAR)

    moved = cscc("events", "edit", "kurz", "--start", "2027-06-24T09:00", "--json").json

    assert [moved[k] for k in ("start", "end", "original_start", "status")] == [
        "2027-06-24T09:00:00+02:00",
        "2027-06-24T11:00:00+02:00",
        "2027-06-17T10:00:00+02:00",
        "rescheduled",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "--title", " ", "--start", "2027-06-17"), "An event needs a title."),
        (
            ("add", "--title", "X", "--start", "2027-06-17", "--end", "2027-06-16"),
            "The end is before the start.",
        ),
        (("edit", "kurz", "--end", "2027-06-17T09:00"), "The end is before the start."),
        (
            ("add", "--title", "Kurz pletení", "--start", "2027-06-17T10:00", "--place", "Písek"),
            "This event exists already as kurz. Change it with: cscc events edit kurz",
        ),
        (
            (*SEMINAR[1:], "--place", "Písek"),
            "This event exists already as kurz. Change it with: cscc events edit kurz",
        ),
    ],
)
def test_what_cannot_be_an_event_changes_nothing(
    cscc: Cscc, arguments: tuple[str, ...], sentence: str
) -> None:
    added = cscc(*SEMINAR, "--json").json

    refused = cscc("events", *arguments).error

    assert isinstance(refused, UsageError)
    assert str(refused) == sentence
    assert cscc("events", "list", "--json").json == [added]


def test_the_list_shows_names_to_copy_and_dates_to_read(cscc: Cscc) -> None:
    uid = "x" * 150 + "@example.cz"
    cscc("events", "add", "--title", "T" * 90, "--uid", uid, "--start", "2026-12-11T23:59")
    cscc(*CALL)

    lines = cscc("events", "list").out.splitlines()

    assert [line.split()[-1] for line in lines] == ["UID", uid, "vyzva"]
    assert "11 Dec 2026 23:59" in lines[1]
    assert "9 Jun 2027 14:00, druhé kolo 9 Sep 2027 23:59" in lines[2]


def test_a_list_that_is_narrowed_to_nothing_says_so(cscc: Cscc) -> None:
    assert cscc("events", "list", "--review", "suggested").out == "No event matches.\n"
    assert cscc("events", "list").out == (
        "No events are known. Read the sources with: cscc events sync\n"
    )


def test_a_change_says_what_is_different(cscc: Cscc) -> None:
    cscc(*SEMINAR)

    edited = cscc("events", "edit", "kurz", "--start", "2027-06-24T09:00", "--place", "Lhota")
    cancelled = cscc("events", "cancel", "kurz")
    approved = cscc("events", "approve", "kurz")

    assert edited.err.splitlines() == [
        "kurz: Kurz pletení (rescheduled, approved)",
        "  start: 17 Jun 2027 10:00 -> 24 Jun 2027 09:00",
        "  end: 17 Jun 2027 12:00 -> 24 Jun 2027 11:00",
        "  original_start: nothing -> 17 Jun 2027 10:00",
        "  status: scheduled -> rescheduled",
        "  place: nothing -> Lhota",
    ]
    assert cancelled.err.splitlines()[1:] == ["  status: rescheduled -> cancelled"]
    assert approved.err.splitlines()[1:] == ["  Nothing is different."]


def test_a_deadline_by_hand_may_name_its_zone() -> None:
    deadline = read_deadline("papers=2027-06-09 AoE", "Europe/Prague")
    assert (deadline.label, deadline.timezone) == ("papers", "Etc/GMT+12")
    assert deadline.at.isoformat() == "2027-06-09T23:59:00-12:00"
