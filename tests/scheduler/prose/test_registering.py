"""Until when one can register, as invitations say it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.prose import Context, read_event, suggest
from scheduler.prose.registering import registration_in

START = datetime(2027, 6, 17, 10, tzinfo=ZoneInfo("Europe/Prague"))


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Registrace do 12. 6.", "06-12 23:59"),
        ("Přihlášky do 12. 6. 2027 do 12:00.", "06-12 12:00"),
        ("Registrace je otevřena od 1. 5. do 10. 6.", "06-10 23:59"),
        ("Registrace prodloužena z 10. 6. na 14. 6. 2027", "06-14 23:59"),
        ("Registrační formulář uzavřeme 15. června ve 12 hodin.", "06-15 12:00"),
        ("Vstup zdarma, registrace nutná (do 10. 6.).", "06-10 23:59"),
        ("Závazné přihlášky posílejte do konce května.", "05-31 23:59"),
        ("Termín pro přihlášení: 10. 6. 2027", "06-10 23:59"),
        ("Přihláška: do středy 9. 6. 2027 na e-mail obec@obec.example", "06-09 23:59"),
        ("Potvrďte účast do 14. 6.", "06-14 23:59"),
        ("Přihlaste se do 14. 6. 18:00", "06-14 18:00"),
        ("RSVP by June 10, 2027, 5 pm", "06-10 17:00"),
        ("Sign up until 14 June", "06-14 23:59"),
        ("Last day to register: June 10", "06-10 23:59"),
        ("Registration closes on 12 June 2027 at 17:00 CET.", "06-12 17:00"),
        ("Ticket sales end on June 14, 2027", "06-14 23:59"),
        # The place is limited by seats, hours or days of something else.
        ("Registrace účastníků: 17. 6. 2027 od 9:00", ""),
        ("Early bird do 1. 5. 2027, poté plná cena.", ""),
        ("Registrace do naplnění kapacity.", ""),
        ("Představíme výzvu s uzávěrkou 1. 6. 2027.", ""),
        ("Registration for the next year's event opens after 30 June 2028.", ""),
    ],
)
def test_a_registration_ends_when_the_text_says(text: str, ends: str) -> None:
    assert [f"{one.at:%m-%d %H:%M}" for one in registration_in(text, START)] == [ends] * bool(ends)


def test_what_else_ends_before_an_event_keeps_its_name() -> None:
    text = "Deadline for abstracts: 1 May 2027; registration deadline: 1 June 2027"
    found = [(one.label, f"{one.at:%m-%d}") for one in registration_in(text, START)]
    assert found == [("abstracts", "05-01"), ("", "06-01")]


def test_a_date_without_a_year_is_the_last_before_the_event() -> None:
    start = datetime(2028, 1, 20, 9, tzinfo=ZoneInfo("Europe/Prague"))
    found = registration_in("Přihlášky do 15. prosince.", start)
    assert [f"{one.at:%Y-%m-%d}" for one in found] == ["2027-12-15"]


def test_an_extended_registration_does_not_move_the_event() -> None:
    text = (
        "Seminář se koná 17. 6. 2027 od 10:00. "
        "Registrace se prodlužuje z 10. 6. 2027 na 14. 6. 2027."
    )
    reading = read_event(text, Context(near=START.date()))
    assert (reading.start, reading.previous) == (START, None)
    assert [f"{one.at:%m-%d}" for one in reading.deadlines] == ["06-14"]


def test_an_early_registration_is_told_by_its_name() -> None:
    text = "Early bird registrace do 31. března, registrace končí 28. dubna ve 12 hodin."
    found = [(one.label, f"{one.at:%m-%d %H:%M}") for one in registration_in(text, START)]
    assert found == [("Early bird", "03-31 23:59"), ("", "04-28 12:00")]


def test_a_registration_without_a_year_is_no_reason_to_doubt_the_event() -> None:
    text = "Zveme vás na seminář, který se koná 22. 4. 2027 od 9:00. Přihlášky do 15. 4. 12:00."
    now = datetime(2027, 3, 1, 9, tzinfo=START.tzinfo)
    (event,) = suggest(text, "https://obec.example/cs/akce/a/", now, title="Seminář Energie")
    assert [f"{one.at:%Y-%m-%d %H:%M}" for one in event.deadlines] == ["2027-04-15 12:00"]
