"""Tables as people keep and save them -> events."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult
from scheduler.sources.tables import read_csv, read_yaml
from tests.scheduler.sources.reading import NOW, utc

SETTINGS = EventSourceSettings(name="files", kind="files", path="akce")


def csv(text: str, settings: EventSourceSettings = SETTINGS) -> SourceResult:
    return read_csv(text.encode(), "akce.csv", settings, NOW)


def yaml(text: str) -> SourceResult:
    return read_yaml(text.encode(), "akce.yaml", SETTINGS, NOW)


def only(result: SourceResult) -> Event:
    assert result.failures == ()
    (event,) = result.events
    return event


MORNING = ("2027-06-17 08:00", "2027-06-17 10:00")
WHEN = [
    ("Název;Začátek;Konec\nPorada;17. 6. 2027 10:00;17. 6. 2027 12:00", *MORNING),
    ("Název akce;Datum;Čas od;Čas do\nPorada;17. 6. 2027;10:00;12:00", *MORNING),
    ("Název akce;Datum konání;Čas\nPorada;čtvrtek 17. června 2027;10–12 hodin", *MORNING),
    ("Akce;Termín\nPorada;17. 6. 2027, 10:00–12:00", *MORNING),
    ("Akce;Termín\nPorada;od 10 do 12 hodin dne 17. 6. 2027", *MORNING),
    ("Subject,Start Date,Start Time,End Date,End Time\n"
     "Porada,06/17/2027,10:00 AM,06/17/2027,12:00 PM", *MORNING),
    ("název;od;do\nVeletrh;17. 6. 2027;18. 6. 2027", "2027-06-17", "2027-06-18"),
    ("název;kdy\nVeletrh;17.–18. 6. 2027", "2027-06-17", "2027-06-18"),
    ("název;kdy\nVeletrh;17. června – 2. července 2027", "2027-06-17", "2027-07-02"),
    ("název;kdy\nPorada;17. 6. 2027", "2027-06-17", None),
    ("název;začátek\nPorada;17.06.2027 10:00:00", "2027-06-17 08:00", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end"), WHEN)
def test_dates_stand_in_one_column_or_several(text: str, start: str, end: str | None) -> None:
    event = only(csv(text))

    assert (utc(event.start), utc(event.end)) == (start, end)


CALLS = [
    ("Název výzvy;Vyhlášení;Zahájení příjmu;Ukončení příjmu\n"
     "RES;1. 3. 2027;15.3.2027;30. 6. 2027 v 12:00", "2027-03-15", "2027-06-30 10:00"),
    ("název;druh;termín\nRES;výzva;30. 6. 2027", None, "2027-06-30 21:59"),
    ("název;druh;termín\nRES;výzva;1. 3. – 30. 6. 2027", "2027-03-01", "2027-06-30 21:59"),
    ("název;druh;od;do\nRES;výzva;1. 3. 2027;30. 6. 2027", "2027-03-01", "2027-06-30 21:59"),
    ("Title,Closing date\nRES,30 June 2027 12:00", None, "2027-06-30 10:00"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "opening", "deadline"), CALLS)
def test_calls_in_tables(text: str, opening: str | None, deadline: str) -> None:
    event = only(csv(text))

    assert event.kind is EventKind.CALL
    assert (event.start, utc(event.open_from)) == (None, opening)
    assert [utc(one.at) for one in event.deadlines] == [deadline]


def test_what_stands_above_the_heading_is_passed_over() -> None:
    text = "sep=;\nPřehled akcí klastru;;\n;;\nNázev;Začátek;Místo\nPorada;17. 6. 2027;Písek\n;;\n"

    event = only(csv(text))

    assert (event.title, event.start, event.place) == ("Porada", date(2027, 6, 17), "Písek")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1250", "iso8859-2"])
def test_letters_are_those_that_were_saved(encoding: str) -> None:
    text = "Název\tZačátek\r\nŽižkovský šťastný kůň\t17. 6. 2027\r\n"

    read = read_csv(text.encode(encoding), "akce.csv", SETTINGS, NOW)

    assert only(read).title == "Žižkovský šťastný kůň"


@pytest.mark.parametrize(
    ("said", "kind"),
    [("webinář", EventKind.SEMINAR), ("Konference", EventKind.CONFERENCE),
     ("dotační výzva", EventKind.CALL), ("schůze", EventKind.MEETING), ("", EventKind.SEMINAR)],
)  # fmt: skip
def test_kinds_in_peoples_words(said: str, kind: EventKind) -> None:
    assert only(csv(f"název;druh;datum\nAlfa;{said};17. 6. 2027")).kind is kind


@pytest.mark.parametrize(
    ("said", "status"),
    [("zrušeno", EventStatus.CANCELLED), ("odloženo", EventStatus.POSTPONED),
     ("přesunuto", EventStatus.RESCHEDULED), ("koná se", EventStatus.SCHEDULED),
     ("potvrzená", EventStatus.SCHEDULED), ("moved_online", EventStatus.MOVED_ONLINE)],
)  # fmt: skip
def test_states_in_peoples_words(said: str, status: EventStatus) -> None:
    assert only(csv(f"název;stav;datum\nAlfa;{said};17. 6. 2027")).status is status


@pytest.mark.parametrize(
    ("said", "audience"),
    [("členové", "members"), ("interní", "members"), ("veřejné", "public"), ("", "public")],
)
def test_for_whom_in_peoples_words(said: str, audience: str) -> None:
    assert only(csv(f"název;přístup;datum\nAlfa;{said};17. 6. 2027")).audience == audience


def test_what_might_be_meant_for_few_is_not_shown_to_all() -> None:
    result = csv("název;přístup;datum\nAlfa;jen rada;17. 6. 2027")

    assert (result.events, [failure.error for failure in result.failures]) == (
        (),
        ["audience 'jen rada' is none of public, members."],
    )


def test_applicants_and_languages_in_peoples_words() -> None:
    heading = "název;druh;uzávěrka;oprávnění žadatelé;jazyk"

    event = only(csv(f"{heading}\nA;výzva;17. 6. 2027;obce, kraje, Praha 5;angličtina"))

    assert (event.eligible, event.language) == (("municipality", "region", "Praha 5"), "en")


def test_rows_with_one_title_are_several_events() -> None:
    result = csv("název;datum\nPorada;17. 6. 2027\nPorada;15. 7. 2027\nJiná;1. 7. 2027")

    assert [utc(event.start) for event in result.events] == [
        "2027-06-17",
        "2027-07-15",
        "2027-07-01",
    ]
    assert len({event.uid for event in result.events}) == 3


def test_yaml_may_be_czech() -> None:
    result = yaml(
        """
        akce:
          - název: Porada
            datum: 17. 6. 2027
            čas: 10:00–12:00
            místo: Písek
        výzvy:
          - název: RES
            uzávěrky:
              - {kolo: 1. kolo, termín: 4. 5. 2027 14:00}
              - 1. 9. 2027
        """
    )

    talk, call = result.events
    assert (result.failures, utc(talk.start), utc(talk.end), talk.place) == ((), *MORNING, "Písek")
    assert [(d.label, utc(d.at)) for d in call.deadlines] == [
        ("1. kolo", "2027-05-04 12:00"),
        ("", "2027-09-01 21:59"),
    ]


def test_a_field_that_nobody_knows_is_reported_and_the_event_taken() -> None:
    result = yaml("- title: Porada\n  start: 2027-06-17\n  opakovat: weekly\n")

    assert [event.title for event in result.events] == ["Porada"]
    assert [(f.name, f.error) for f in result.failures] == [
        ("Porada", "Nobody knows its field opakovat.")
    ]


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", "název\nPorada\n", "<html></html>"])
def test_what_is_no_table_is_an_error(text: str) -> None:
    with pytest.raises(EventSourceError, match="There is no column 'title'"):
        csv(text)


def test_two_hours_are_no_offset() -> None:
    event = only(csv("title;date;time\nWebinar;2027-06-16;10:00-11:00\n"))
    assert (utc(event.start), utc(event.end)) == ("2027-06-16 08:00", "2027-06-16 09:00")


@pytest.mark.parametrize("said", ["jen pro členy", "Pouze pro členy", "for members", "interní"])
def test_what_is_for_members_is_so_in_many_words(said: str) -> None:
    assert only(csv(f"název;datum;přístup\nPorada;16. 6. 2027;{said}\n")).audience == "members"
