"""Texts of calls in Slovak: (text, opening, deadlines) by Prague's clock."""

from __future__ import annotations

SLOVAK: list[tuple[str, str | None, list[str]]] = [
    (
        "Uzávierka prihlášok je 15. mája 2027 o 14:00.",
        None,
        ["2027-05-15 14:00"],
    ),
    (
        "Žiadosti možno predkladať od 1. apríla 2027 do 31. júla 2027.",
        "2027-04-01",
        ["2027-07-31"],
    ),
    (
        "Výzva bola predĺžená do 30. septembra 2027, pôvodný termín bol 31. augusta 2027.",
        None,
        ["2027-09-30"],
    ),
    (
        "Žiadosti sa prijímajú do konca októbra 2027.",
        None,
        ["2027-10-31"],
    ),
    (
        "Začiatok prijímania žiadostí: 1. 4. 2027. Koniec prijímania žiadostí: 30. 6. 2027 "
        "o 23:59.",
        "2027-04-01",
        ["2027-06-30 23:59"],
    ),
    (
        "Termín na predkladanie žiadostí je do 15. mája 2027.",
        None,
        ["2027-05-15"],
    ),
    (
        "Uzávierka výzvy sa posúva z 30. apríla na 31. mája 2027.",
        None,
        ["2027-05-31"],
    ),
    (
        "Prihláste sa do 30. apríla 2027 (23:59).",
        None,
        ["2027-04-30 23:59"],
    ),
    (
        "Výzva je otvorená od 15. marca 2027, uzávierka 15. mája 2027 o polnoci.",
        "2027-03-15",
        ["2027-05-15 23:59"],
    ),
    (
        "Žiadosť o dotáciu je potrebné doručiť najneskôr 18. júna 2027 do 14:00 hod.",
        None,
        ["2027-06-18 14:00"],
    ),
    (
        "Žiadosti sa podávajú elektronicky v termíne od 1. 4. 2027 do 15. 5. 2027 do 15:00 hod.",
        "2027-04-01",
        ["2027-05-15 15:00"],
    ),
    (
        "Uzávierka: piatok 14. mája 2027, 12.00 hod.",
        None,
        ["2027-05-14 12:00"],
    ),
    (
        "Termín uzávierky je predĺžený do 31. mája 2027.",
        None,
        ["2027-05-31"],
    ),
]
