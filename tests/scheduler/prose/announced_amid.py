"""Announcements amid other dates: of results, projects, questions, bodies; by Prague's clock."""

from __future__ import annotations

#: (text, opening, deadlines)
CALLS: list[tuple[str, str | None, list[str]]] = [
    (
        "Program podporuje výstavbu cyklostezek v obcích do 10 000 obyvatel. Alokace výzvy "
        "je 300 mil. Kč, míra podpory 70 %. Elektronický příjem žádostí bude spuštěn 12. "
        "dubna 2027 v 10:00 a potrvá do 30. září 2027 do 14:00. Realizace musí být "
        "ukončena do 31. 12. 2029.",
        "2027-04-12",
        ["2027-09-30 14:00"],
    ),
    (
        "Rada kraje dne 15. 2. 2027 usnesením č. 123/2027 vyhlásila dotační program. Lhůta "
        "pro podání žádosti: od 22. 3. 2027 do 9. 4. 2027. Kontaktní osoba: Ing. Jan "
        "Novák, tel. 585 508 111.",
        "2027-03-22",
        ["2027-04-09"],
    ),
    (
        "Upozorňujeme žadatele, že příjem žádostí do výzvy č. 4 bude ukončen dříve, a to "
        "31. března 2027 ve 12:00, namísto původně plánovaného 30. června 2027.",
        None,
        ["2027-03-31 12:00"],
    ),
    (
        "Výzva č. 7 – Komunitní energetika. Termín vyhlášení: duben 2027. Předpokládaný "
        "termín ukončení příjmu: 29. října 2027.",
        None,
        ["2027-10-29"],
    ),
    (
        "Hlasování veřejnosti poběží od 1. do 15. května 2027, přihlášky projektů "
        "přijímáme do 31. března 2027.",
        None,
        ["2027-03-31"],
    ),
    (
        "The European Commission has opened a new call on 23 February 2027 with a total "
        "budget of €45 million. Consortia may submit proposals until 8 September 2027, "
        "17:00 (Brussels time). An info day will be held on 18 March 2027.",
        "2027-02-23",
        ["2027-09-08 17:00"],
    ),
    (
        "Interreg: third call for proposals. Step 1 closes on 26 March 2027 (12:00 CET), "
        "step 2 on 24 September 2027 (12:00 CEST).",
        None,
        ["2027-03-26 12:00", "2027-09-24 12:00"],
    ),
    (
        "EIT Urban Mobility invites cities to express interest by 30 April 2027 at noon. "
        "Selected cities will be notified by 31 May 2027.",
        None,
        ["2027-04-30 12:00"],
    ),
    (
        "Přihlášky do 12. ročníku soutěže se podávají do 16. 4. 2027. Slavnostní vyhlášení "
        "výsledků se uskuteční 3. 6. 2027 v Praze.",
        None,
        ["2027-04-16"],
    ),
    (
        "Uzávěrka přihlášek byla posunuta na 23. dubna 2027.",
        None,
        ["2027-04-23"],
    ),
    (
        "Termín pro předkládání žádostí o podporu byl prodloužen do 15. dubna 2027, 16:00 "
        "hod. Původní termín byl 31. března 2027.",
        None,
        ["2027-04-15 16:00"],
    ),
    (
        "Výzva je průběžná, hodnotící kola mají uzávěrky vždy 31. 3. a 30. 9. 2027.",
        None,
        ["2027-03-31", "2027-09-30"],
    ),
    (
        "Žádosti je možné podávat od 3. 5. 2027, 8:00 hod., do 31. 5. 2027, 15:00 hod., "
        "výhradně datovou schránkou.",
        "2027-05-03",
        ["2027-05-31 15:00"],
    ),
    (
        "Grantové řízení 2027/2028: odevzdání do 30. dubna. Vyúčtování loňských grantů "
        "odevzdejte do 31. ledna.",
        None,
        ["2027-04-30"],
    ),
    (
        "Call for papers – abstracts due 1 May 2027, notification 15 June 2027, "
        "camera-ready papers 31 July 2027.",
        None,
        ["2027-05-01"],
    ),
    (
        "Tender for pilot cities: questions may be sent until 5 April 2027, offers must "
        "arrive by 26 April 2027, 10:00 a.m.",
        None,
        ["2027-04-26 10:00"],
    ),
    (
        "Od 5. května (10:00) mohou obce žádat o příspěvek na elektromobily; příjem končí "
        "5. srpna 2027 (10:00).",
        "2027-05-05",
        ["2027-08-05 10:00"],
    ),
    (
        "Na přípravu projektů máte čas do 18. června 2027. Poté již nebude možné žádost odeslat.",
        None,
        ["2027-06-18"],
    ),
    (
        "Žádost se podává ve dvou krocích: elektronicky do 7. 5. 2027 a písemně do 14. 5. 2027.",
        None,
        ["2027-05-07", "2027-05-14"],
    ),
    (
        "Výzva bude otevřena v druhé polovině roku 2027.",
        None,
        [],
    ),
    (
        "Lhůta: 60 dnů od vyhlášení, tj. do 30. 4. 2027.",
        None,
        ["2027-04-30"],
    ),
    (
        "Podávání žádostí: 01.04.2027 08:00 - 30.04.2027 23:59",
        "2027-04-01",
        ["2027-04-30 23:59"],
    ),
    (
        "Příjem žádostí: 1.4.–30.4.2027",
        "2027-04-01",
        ["2027-04-30"],
    ),
    (
        "Příjem žádostí probíhá v období 1. dubna až 30. dubna 2027 včetně.",
        "2027-04-01",
        ["2027-04-30"],
    ),
    (
        "Zahájení příjmu 1. dubna 2027, ukončení příjmu po vyčerpání alokace, nejpozději "
        "31. prosince 2027.",
        "2027-04-01",
        ["2027-12-31"],
    ),
    (
        "Applications: 1 April – 30 April 2027",
        "2027-04-01",
        ["2027-04-30"],
    ),
    (
        "Apply now! You have until midnight on Sunday 18 April 2027.",
        None,
        ["2027-04-18 23:59"],
    ),
    (
        "Registration of teams closes on Monday, 12 April (23:59 CET); solutions are to be "
        "submitted by 10 May 2027, 12:00.",
        None,
        ["2027-04-12 23:59", "2027-05-10 12:00"],
    ),
    (
        "The closing date is extended by two weeks to Friday, 30 April 2027 at 5:00 PM CEST.",
        None,
        ["2027-04-30 17:00"],
    ),
    (
        "Uzávierka prijímania žiadostí je 15. apríla 2027 o 16:00 hod. Projekty musia byť "
        "ukončené do 31. decembra 2028.",
        None,
        ["2027-04-15 16:00"],
    ),
    (
        "Druhé kolo bude vyhlášeno 1. září 2027 a uzavřeno 15. října 2027.",
        "2027-09-01",
        ["2027-10-15"],
    ),
    (
        "Termín odevzdání: pondělí 3. května 2027 (do konce dne).",
        None,
        ["2027-05-03"],
    ),
]

#: (text, start, end, where it was before)
EVENTS: list[tuple[str, str | None, str | None, str | None]] = [
    (
        "Srdečně vás zveme na odbornou konferenci, která se uskuteční 21. října 2027 v "
        "Pardubicích. Prezence účastníků 8:30–9:00, program 9:00–16:00. Registrační "
        "formulář vyplňte do 14. října.",
        "2027-10-21 09:00",
        "2027-10-21 16:00",
        None,
    ),
    (
        "Kulatý stůl na téma Data ve městě\nTermín: 11. 5. 2027\nČas: 14.00–16.00\nMísto: "
        "Magistrát města Brna, Malinovského nám. 3",
        "2027-05-11 14:00",
        "2027-05-11 16:00",
        None,
    ),
    (
        "Webinář bude vysílán 6. dubna 2027 od 10:00, záznam bude k dispozici od 9. dubna.",
        "2027-04-06 10:00",
        None,
        None,
    ),
    (
        "We are pleased to invite you to the final conference of the project (2024–2027), "
        "taking place on 9–10 June 2027 in Ljubljana, Slovenia.",
        "2027-06-09",
        "2027-06-10",
        None,
    ),
    (
        "Jednání pracovní skupiny se přesouvá z úterý 6. dubna na čtvrtek 8. dubna 2027 od 13:00.",
        "2027-04-08 13:00",
        None,
        "2027-04-06 13:00",
    ),
    (
        "Exkurze se koná 14. května 2027. Odjezd autobusu v 7:30 od nádraží, návrat kolem 18:00.",
        "2027-05-14",
        "2027-05-14",
        None,
    ),
    (
        "Festival: 3. 9. – 5. 9. 2027, Letenská pláň",
        "2027-09-03",
        "2027-09-05",
        None,
    ),
    (
        "Kurz má tři lekce: 6. 4., 13. 4. a 20. 4. 2027, vždy 16:00–18:00.",
        "2027-04-06 16:00",
        "2027-04-06 18:00",
        None,
    ),
    (
        "Vážení starostové, dovolte, abychom Vás pozvali na setkání, jež se bude konat v "
        "pondělí 26. dubna 2027 od 13 hodin v zasedací místnosti č. 105.",
        "2027-04-26 13:00",
        None,
        None,
    ),
    (
        "Přednáška dne 4. května 2027 v 17 hodin (místnost B2.12). Délka 60 minut.",
        "2027-05-04 17:00",
        None,
        None,
    ),
    (
        "15. 4. 2027 9:00 - 15:30 hod. Hotel Horal, Velké Karlovice",
        "2027-04-15 09:00",
        "2027-04-15 15:30",
        None,
    ),
    (
        "Symposium runs from Wednesday 5 May 2027, 13:00, to Friday 7 May 2027, 12:30.",
        "2027-05-05 13:00",
        "2027-05-07 12:30",
        None,
    ),
    (
        "The meeting on 12 April 2027 has been cancelled; a new date will be announced.",
        "2027-04-12",
        "2027-04-12",
        None,
    ),
    (
        "Seminár sa uskutoční v stredu 12. mája 2027 o 9:30 v Trenčíne.",
        "2027-05-12 09:30",
        None,
        None,
    ),
    (
        "Zveme na snídani s radní v úterý 20. dubna, 8.00 až 9.30, kavárna Pošta.",
        "2027-04-20 08:00",
        "2027-04-20 09:30",
        None,
    ),
]
