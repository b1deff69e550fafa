"""Wishes to be reminded are questions when something is."""

from __future__ import annotations

import pytest

from knowledge.questions.reminding import without_wish


@pytest.mark.parametrize(
    ("wish", "question"),
    [
        ("Připomeň mi konferenci Chytré regiony", "Kdy je konferenci Chytré regiony?"),
        ("prosím připomeňte nám seminář o parkování.", "Kdy je seminář o parkování?"),
        ("Mohl bys mi připomenout uzávěrku výzvy Osvětlení?", "Kdy je uzávěrku výzvy Osvětlení?"),
        ("Upozorni mě na seminář o vodě", "Kdy je seminář o vodě?"),
        ("Dej mi vědět před konferencí", "Kdy je konferencí?"),
        ("Pošlete mi připomínku na příští webinář", "Kdy je příští webinář?"),
        ("Could you send me a reminder of it?", "When is it?"),
        ("please remind me of the lighting call", "When is the lighting call?"),
        ("Can you remind us about the next seminar?", "When is the next seminar?"),
        ("I'd like to be reminded of the conference", "When is the conference?"),
    ],
)
def test_what_somebody_wants_to_be_reminded_of(wish: str, question: str) -> None:
    assert without_wish(wish) == question


@pytest.mark.parametrize(
    "other",
    [
        "Připomeň mi",
        "Připomeň mi, co je S4S",
        "Připomeň mi, že mám zavolat",
        "Remind me what the working group does",
        "Remind me to call the office",
        "Jak zapnu připomínky?",
        "Kdo posílá připomínky k návrhu vyhlášky?",
        "Kdy je připomínkové řízení?",
        "Are reminders of fees sent by post?",
    ],
)
def test_what_is_no_such_wish_stays(other: str) -> None:
    assert without_wish(other) == other
