"""Guesses from words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scheduler.classifying import kind_of, language_of, lasts_long, lasts_weeks, status_in_title
from scheduler.events import EventKind, EventStatus

KINDS = [
    ("Seminář o parkování", EventKind.SEMINAR),
    ("Webinar on parking", EventKind.SEMINAR),
    ("Konference Chytrá obec", EventKind.CONFERENCE),
    ("Národná klastrová konferencia", EventKind.CONFERENCE),
    ("Smart Days Bohemia", EventKind.CONFERENCE),
    ("Kongres starostů – informační schůzka pro vystavovatele", EventKind.SEMINAR),
    ("Data Congress – noční hackathon", EventKind.SEMINAR),
    ("Pracovní skupina Data", EventKind.MEETING),
    ("Working group on data: June meeting", EventKind.SEMINAR),
    ("3. výzva OPŽP", EventKind.CALL),
    ("Call for proposals 2027", EventKind.CALL),
    ("Soutěž Nápad roku", EventKind.CALL),
    ("Vyhlášení soutěže Nápad roku", EventKind.CONFERENCE),
    ("Parkování", EventKind.SEMINAR),
]


@pytest.mark.parametrize(("title", "kind"), KINDS)
def test_kinds(title: str, kind: EventKind) -> None:
    assert kind_of(title) is kind


def test_categories_say_more_than_titles() -> None:
    assert kind_of("Konference", categories=["Výzva"]) is EventKind.CALL


MARKS = [
    ("ZRUŠENO: Parkování", EventStatus.CANCELLED, "Parkování"),
    ("Zrušeno – Parkování", EventStatus.CANCELLED, "Parkování"),
    ("[CANCELLED] Parking", EventStatus.CANCELLED, "Parking"),
    ("CANCELLED - Parking", EventStatus.CANCELLED, "Parking"),
    ("Parkování (zrušeno)", EventStatus.CANCELLED, "Parkování"),
    ("ODLOŽENO: Parkování", EventStatus.POSTPONED, "Parkování"),
    ("PRODLOUŽENO! Výzva", EventStatus.RESCHEDULED, "Výzva"),
    ("Přesunuto online: Parkování", EventStatus.MOVED_ONLINE, "Parkování"),
    ("Zrušené tratě a chytré město", None, "Zrušené tratě a chytré město"),
    ("Zrušeno", None, "Zrušeno"),
    ("", None, ""),
]


@pytest.mark.parametrize(("title", "status", "rest"), MARKS)
def test_marks_of_titles(title: str, status: EventStatus | None, rest: str) -> None:
    assert status_in_title(title) == (status, rest)


LANGUAGES = [
    ("Seminář o řízení měst", "cs"),
    ("Parkovani v malem meste pro obce", "cs"),
    ("The future of smart cities", "en"),
    ("Vyjadrenie záujmu miest o misiu je otvorené", "sk"),
    ("URBIS 2027", "de"),
    ("", "de"),
]


@pytest.mark.parametrize(("text", "language"), LANGUAGES)
def test_languages(text: str, language: str) -> None:
    assert language_of(text, "de") == language


def at(hour: int) -> datetime:
    return datetime(2027, 6, 1, hour, tzinfo=UTC)


def test_what_lasts_weeks_is_no_event() -> None:
    assert lasts_weeks(date(2027, 6, 1), date(2027, 6, 23))
    assert not lasts_weeks(at(9), date(2027, 6, 20))


LENGTHS = [
    (at(9), at(12), False),
    (at(9), at(16), True),
    (date(2027, 6, 1), date(2027, 6, 1), False),
    (date(2027, 6, 1), date(2027, 6, 2), True),
    (date(2027, 6, 1), None, False),
]


@pytest.mark.parametrize(("start", "end", "long"), LENGTHS)
def test_what_lasts_long(start: date, end: date | None, long: bool) -> None:
    assert lasts_long(start, end) is long
