"""Texts of invitations in Slovak: (text, start, end, where it was before) by Prague's clock."""

from __future__ import annotations

SLOVAK: list[tuple[str, str | None, str | None, str | None]] = [
    (
        "Seminár sa uskutoční 14. apríla 2027 od 9.00 do 12.00 hod. v Žiline.",
        "2027-04-14 09:00",
        "2027-04-14 12:00",
        None,
    ),
    (
        "Konferencia sa koná v dňoch 5. – 6. mája 2027 v Bratislave.",
        "2027-05-05",
        "2027-05-06",
        None,
    ),
    (
        "Seminár sa presúva z 14. apríla 2027 na 21. apríla 2027.",
        "2027-04-21",
        "2027-04-21",
        "2027-04-14",
    ),
    (
        "Stretnutie sa koná v utorok 6. apríla o 10.00 hod.",
        "2027-04-06 10:00",
        None,
        None,
    ),
    (
        "Pozývame vás na konferenciu, ktorá bude 20. mája 2027 o 9:00 v Nitre.",
        "2027-05-20 09:00",
        None,
        None,
    ),
    (
        "Podujatie sa z 20. mája presúva na 3. júna 2027.",
        "2027-06-03",
        "2027-06-03",
        "2027-05-20",
    ),
    (
        "Konferencia sa bude konať 22. a 23. apríla 2027 v Košiciach.",
        "2027-04-22",
        "2027-04-23",
        None,
    ),
    (
        "Webinár sa uskutoční v stredu 21. apríla 2027 o 10:00.",
        "2027-04-21 10:00",
        None,
        None,
    ),
    (
        "Seminár plánovaný na 14. apríla 2027 sa presúva na 21. apríla 2027 o 9.00 h.",
        "2027-04-21 09:00",
        None,
        "2027-04-14 09:00",
    ),
]
