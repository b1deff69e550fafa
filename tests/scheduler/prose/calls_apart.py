"""Calls whose texts hold dates, numbers and zones that are easily mistaken, by Prague's clock."""

from __future__ import annotations

CALLS: list[tuple[str, str | None, list[str]]] = [
    (
        "Uzávěrka se posouvá: místo 12. dubna 2027 platí nově 5. května 2027, 15:00.",
        None,
        ["2027-05-05 15:00"],
    ),
    ("Prodloužení lhůty: 12. 4. 2027 → 26. 4. 2027", None, ["2027-04-26"]),
    ("Uzávěrka byla 30. 11. 2026.", None, ["2026-11-30"]),
    ("Uzávěrka původně byla 30. 11. 2026.", None, []),
    (
        "Podle bodů 1.2. až 1.4. a čl. 3.5. se žádosti podávají do 12. 4. 2027.",
        None,
        ["2027-04-12"],
    ),
    ("Žádosti do 12. 4. 2027. Rozhodnutí o dotacích do 30. 6. 2027.", None, ["2027-04-12"]),
    (
        "Nabídky se otevírají 22. 4. 2027 v 10:15. Lhůta pro podání nabídek: 22. 4. 2027, 10:00.",
        None,
        ["2027-04-22 10:00"],
    ),
    (
        "Zadávací lhůta: do 30. 6. 2027. Nabídky podejte do 22. 4. 2027, 10:00.",
        None,
        ["2027-04-22 10:00"],
    ),
    (
        "Žádosti lze podávat v období 15. 3. 2027 od 8:00 hod. – 30. 4. 2027 do 15:00 hod.",
        "2027-03-15",
        ["2027-04-30 15:00"],
    ),
    ("Žádosti do 5.4.27 do 12 hod.", None, ["2027-04-05 12:00"]),
    (
        "Proposals are welcome until midnight (CET) on 31 March 2027.",
        None,
        ["2027-03-31 23:59"],
    ),
    ("Send it by 17:00 (London time) on 5 April 2027.", None, ["2027-04-05 18:00"]),
    ("Deadline: Apr. 12, 2027, 3:00 PM EDT.", None, ["2027-04-12 21:00"]),
    (
        "Stage 1: 5 April 2027, 17:00. Stage 2: 7 September 2027, 17:00. All times are UTC.",
        None,
        ["2027-04-05 19:00", "2027-09-07 19:00"],
    ),
    (
        "Nabídky doručte do 26. 4. 2027, 9 hodin. Plnění zakázky: 1. 6. 2027 – 31. 12. 2027.",
        None,
        ["2027-04-26 09:00"],
    ),
    (
        "Termín zahájení prací 1. 6. 2027, ukončení 30. 9. 2027. Nabídky do 26. 4. 2027.",
        None,
        ["2027-04-26"],
    ),
    (
        "Žádosti do 26. 4. 2027; projekty mohou běžet od 1. 6. 2027 do 31. 5. 2028.",
        None,
        ["2027-04-26"],
    ),
    (
        "Původně stanovená lhůta 26. dubna 2027 se prodlužuje do 26. května 2027 do 15:00.",
        None,
        ["2027-05-26 15:00"],
    ),
    ("Lhůta 26. 4. 2027 byla prodloužena do 26. 5. 2027.", None, ["2027-05-26"]),
    ("Uzávěrka: 26. 4. 2027 (prodlouženo do 26. 5. 2027)", None, ["2027-05-26"]),
    ("Uzávěrka: 26. 4. 2027 (změna: 26. 5. 2027)", None, ["2027-05-26"]),
    ("Uzávěrka 26. 5. 2027 byla prodloužena z 26. 4. 2027.", None, ["2027-05-26"]),
    ("Uzávěrka 26. IV. 2027", None, ["2027-04-26"]),
    ("Send it before 26 April 2027 at 17h00 Brussels time.", None, ["2027-04-26 17:00"]),
    (
        "First deadline 26 April 2027; second deadline 24 September 2027, 17:00 each.",
        None,
        ["2027-04-26 17:00", "2027-09-24 17:00"],
    ),
    (
        "The call closes at 17:00 on 26 April 2027 (CET) and will reopen on 1 September 2027.",
        None,
        ["2027-04-26 17:00"],
    ),
]
