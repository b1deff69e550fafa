"""Announcements of calls in many phrasings: (text, opening, deadlines) by Prague's clock."""

from __future__ import annotations

CZECH: list[tuple[str, str | None, list[str]]] = [
    (
        "Žádosti o podporu se podávají prostřednictvím portálu AIS do 30. června "
        "2027 do 12:00. Alokace činí 250 000 000 Kč podle zákona č. 416/2004 Sb.",
        None,
        ["2027-06-30 12:00"],
    ),
    (
        "Podávejte žádosti nejpozději do pátku 18. 6. 2027, 15:00 hod. Kontakt: tel. "
        "224 862 111, Mgr. Nováková.",
        None,
        ["2027-06-18 15:00"],
    ),
    (
        "Uzávěrka příjmu žádostí: 1. 9. 2027 v 17.00 hod. Vyhlášeno dne 12. 2. 2027.",
        "2027-02-12",
        ["2027-09-01 17:00"],
    ),
    (
        "Příjem žádostí od 1. března do 30. dubna 2027, vždy do 14 hodin posledního dne.",
        "2027-03-01",
        ["2027-04-30 14:00"],
    ),
    (
        "Sběr žádostí běží od 1. prosince 2027 do 31. ledna 2028.",
        "2027-12-01",
        ["2028-01-31"],
    ),
    (
        "Výzva je otevřena od 15. listopadu do 15. ledna 2028, 12.00 hod.",
        "2027-11-15",
        ["2028-01-15 12:00"],
    ),
    (
        "Žádosti lze podávat od 2. listopadu do 10. ledna.",
        "2027-11-02",
        ["2028-01-10"],
    ),
    (
        "Lhůta pro příjem žádostí se prodlužuje z 31. 3. 2027 do 30. 4. 2027 do 13:00.",
        None,
        ["2027-04-30 13:00"],
    ),
    (
        "Prodloužení výzvy: žádosti lze nově podávat až do 17. září 2027 (původní "
        "termín 30. června 2027).",
        None,
        ["2027-09-17"],
    ),
    (
        "Dvoukolová výzva. 1. kolo (záměry): 16. dubna 2027 do 12:00. 2. kolo (plné "
        "žádosti): 1. října 2027 do 12:00.",
        None,
        ["2027-04-16 12:00", "2027-10-01 12:00"],
    ),
    (
        "Hodnocení probíhá ve třech vlnách s uzávěrkami 31. 3., 30. 6. a 30. 9. 2027.",
        None,
        ["2027-03-31", "2027-06-30", "2027-09-30"],
    ),
    (
        "Podle nařízení vlády č. 189 ze dne 4. 5. 2022 mohou obce do 3 000 obyvatel "
        "žádat do 31. května 2027. Dotace až 85 %, nejvýše 4 500 000 Kč.",
        None,
        ["2027-05-31"],
    ),
    (
        "Soutěž pro studenty ve věku 15 až 19 let. Práce se odevzdávají do 20. 5. "
        "2027. Informace na čísle 777 123 456.",
        None,
        ["2027-05-20"],
    ),
    (
        "V souladu s vyhláškou č. 162/2011 Sb., ve znění účinném od 1. 1. 2024, "
        "přijímá krajský úřad žádosti v termínu 3. 5. 2027 až 21. 5. 2027.",
        "2027-05-03",
        ["2027-05-21"],
    ),
    (
        "Projekty musí být realizovány od 1. 1. 2028 do 31. 12. 2029. Žádosti "
        "podávejte do 17. 9. 2027.",
        None,
        ["2027-09-17"],
    ),
    (
        "Výsledky budou zveřejněny do 30. 11. 2027. Konec příjmu žádostí 31. 8. 2027 ve 23:59.",
        None,
        ["2027-08-31 23:59"],
    ),
    (
        "Zájemci se mohou hlásit do 5. května.",
        None,
        ["2027-05-05"],
    ),
    (
        "Přihlášky posílejte na adresu mesto@obec.example do neděle 11. dubna 2027 do půlnoci.",
        None,
        ["2027-04-11 23:59"],
    ),
    (
        "Vyhlášení výzvy: 2. 3. 2027\nZahájení příjmu žádostí: 15. 3. 2027 v "
        "10:00\nUkončení příjmu žádostí: 15. 9. 2027 v 14:00",
        "2027-03-15",
        ["2027-09-15 14:00"],
    ),
    (
        "Datum vyhlášení: 1. 4. 2027 | Příjem žádostí od: 1. 6. 2027, 9:00 | Příjem "
        "žádostí do: 30. 11. 2027, 12:00",
        "2027-06-01",
        ["2027-11-30 12:00"],
    ),
    (
        "Od 19. dubna 2027 (9:00) do 28. května 2027 (17:00) přijímá Technologická "
        "agentura návrhy projektů.",
        "2027-04-19",
        ["2027-05-28 17:00"],
    ),
    (
        "Soutěžní lhůta začíná dnem 14. dubna 2027 a končí dnem 26. května 2027 v 16:30:00 hodin.",
        "2027-04-14",
        ["2027-05-26 16:30"],
    ),
    (
        "Program Smart: 4. výzva. Elektronické podání do 30.09.2027, 23:59:59.",
        None,
        ["2027-09-30 23:59"],
    ),
    (
        "Konečný termín je středa 8. září 2027 ve 12 hodin v poledne.",
        None,
        ["2027-09-08 12:00"],
    ),
    (
        "Kotlíkové dotace: příjem zahájíme v úterý 6. dubna 2027 v 10 hodin, "
        "ukončíme 31. srpna 2027 nebo po vyčerpání 30 mil. Kč.",
        "2027-04-06",
        ["2027-08-31"],
    ),
    (
        "Nominace do soutěže lze zasílat do konce června 2027, slavnostní vyhlášení "
        "proběhne 14. října 2027.",
        None,
        ["2027-06-30"],
    ),
    (
        "Uzávěrka první výzvy byla 31. ledna 2027. Druhá výzva má uzávěrku 31. července 2027.",
        None,
        ["2027-07-31"],
    ),
    (
        "Žádost je nutné podat v období od 1. do 31. května 2027.",
        "2027-05-01",
        ["2027-05-31"],
    ),
    (
        "Žiadosti je možné predkladať od 1. apríla 2027 do 30. júna 2027 do 15:00.",
        "2027-04-01",
        ["2027-06-30 15:00"],
    ),
    (
        "Uzávierka výzvy sa predlžuje z 30. apríla 2027 na 14. mája 2027.",
        None,
        ["2027-05-14"],
    ),
    (
        "Registrujte svůj projekt do 12. 4. 2027 (včetně). Startovné 1 200 Kč, kapacita 40 osob.",
        None,
        ["2027-04-12"],
    ),
    (
        "Příjem žádostí je kontinuální, poslední možný den podání je 29. 12. 2028.",
        None,
        ["2028-12-29"],
    ),
    (
        "Výzva č. 12/2027 bude otevřena 10. května 2027. Podmínky platí od 1. 1. 2027.",
        "2027-05-10",
        [],
    ),
    (
        "Výzva se otevře 1. října 2027 v 8:00; žádosti bude možné podávat tři měsíce.",
        "2027-10-01",
        [],
    ),
    (
        "Žádosti do programu přijímáme do 15. 8. téhož roku, tedy roku 2027.",
        None,
        ["2027-08-15"],
    ),
    (
        "Termín: do 30. 4. 2027 (čtvrtletní zprávy se odevzdávají k 30. 6.).",
        None,
        ["2027-04-30"],
    ),
    (
        "Ministerstvo přijímá žádosti elektronicky do 14. 5. 2027, 14:00; listinné "
        "podání není možné. Celkem je připraveno 120 mil. Kč.",
        None,
        ["2027-05-14 14:00"],
    ),
    (
        "Nabídky podávejte nejpozději dne 3. 6. 2027 do 9.00 hodin na podatelnu "
        "(Masarykovo nám. 1, 586 01 Jihlava).",
        None,
        ["2027-06-03 09:00"],
    ),
    (
        "Výzva běží od 1. 9. 2027 do vyčerpání alokace, nejdéle do 30. 6. 2028.",
        "2027-09-01",
        ["2028-06-30"],
    ),
    (
        "Příjem přihlášek končí v pondělí 31. května 2027 o půlnoci.",
        None,
        ["2027-05-31 23:59"],
    ),
    (
        "Z technických důvodů prodlužujeme příjem žádostí o týden, do 7. května 2027.",
        None,
        ["2027-05-07"],
    ),
    (
        "Žádosti o dotaci na rok 2028 je možné podat od 1. 10. 2027 od 8:00 do 29. "
        "10. 2027 do 12:00.",
        "2027-10-01",
        ["2027-10-29 12:00"],
    ),
    (
        "Uchazeči narození po 1. 1. 1992 mohou své práce zaslat do 15. dubna 2027.",
        None,
        ["2027-04-15"],
    ),
    (
        "Projekty se realizují nejpozději do 31. 12. 2028, žádosti se přijímají do 30. 9. 2027.",
        None,
        ["2027-09-30"],
    ),
    (
        "Prihlášky posielajte do 20. mája 2027 do 24:00.",
        None,
        ["2027-05-21 00:00"],
    ),
]

ENGLISH: list[tuple[str, str | None, list[str]]] = [
    (
        "Applications are accepted from 1 March to 30 April 2027. Grants of up to EUR 60 000.",
        "2027-03-01",
        ["2027-04-30"],
    ),
    (
        "Applications will be accepted between March 15 and May 31, 2027 at 5 p.m. CET.",
        "2027-03-15",
        ["2027-05-31 17:00"],
    ),
    (
        "Deadline: 15 September 2027 17:00 Brussels time. Budget: EUR 12.5 million.",
        None,
        ["2027-09-15 17:00"],
    ),
    (
        "The deadline for submission is 17:00 (Brussels local time) on 22 September "
        "2027. The call was published on 3 February 2027.",
        None,
        ["2027-09-22 17:00"],
    ),
    (
        "Submit by the 3rd of May 2027, 23:59 AoE.",
        None,
        ["2027-05-04 13:59"],
    ),
    (
        "Abstract submissions close on April 9th, 2027 (AoE).",
        None,
        ["2027-04-09"],
    ),
    (
        "Full papers are due May 21st, 2027, anywhere on Earth.",
        None,
        ["2027-05-21"],
    ),
    (
        "The deadline has been extended from 31 March 2027 to 14 April 2027, 16:00.",
        None,
        ["2027-04-14 16:00"],
    ),
    (
        "Deadline extended! The new closing date is Friday 28 May 2027 at noon "
        "(previously 14 May).",
        None,
        ["2027-05-28 12:00"],
    ),
    (
        "Expressions of interest by 12 April 2027, full proposals by invitation "
        "until 6 September 2027, both at 17:00 CET.",
        None,
        ["2027-04-12 17:00", "2027-09-06 17:00"],
    ),
    (
        "Cut-off dates: 18 March 2027, 16 June 2027 and 15 September 2027, 17:00 Brussels time.",
        None,
        ["2027-03-18 17:00", "2027-06-16 17:00", "2027-09-15 17:00"],
    ),
    (
        "The project may last 24 months and start no earlier than 1 January 2028. "
        "Closing date for applications: 11 June 2027.",
        None,
        ["2027-06-11"],
    ),
    (
        "Results will be announced in December 2027. Apply before 30 June 2027, 12 noon.",
        None,
        ["2027-06-30 12:00"],
    ),
    (
        "Call opens 1 June 2027; deadline 30 September 2027, 13:00 CEST.",
        "2027-06-01",
        ["2027-09-30 13:00"],
    ),
    (
        "Opening: 12 May 2027. Deadline: 13 October 2027 – 17:00 CET. Topic "
        "HORIZON-CL5-2027-D4-02-03.",
        "2027-05-12",
        ["2027-10-13 17:00"],
    ),
    (
        "Planned opening date 14 January 2028, deadline date 21 April 2028 17:00:00 Brussels time.",
        "2028-01-14",
        ["2028-04-21 17:00"],
    ),
    (
        "Nominations close at the end of June 2027; winners will be revealed on 14 October 2027.",
        None,
        ["2027-06-30"],
    ),
    (
        "Please send your proposal no later than Monday, 7 June 2027 by 10:00 a.m. (Prague time).",
        None,
        ["2027-06-07 10:00"],
    ),
    (
        "Submission window: 4 May 2027 – 29 June 2027.",
        "2027-05-04",
        ["2027-06-29"],
    ),
    (
        "Open: 4 May 2027 / Close: 29 June 2027, 16:00 UK time",
        "2027-05-04",
        ["2027-06-29 17:00"],
    ),
    (
        "The 2026 call closed on 15 December 2026. The 2027 call closes on 15 December 2027.",
        None,
        ["2027-12-15"],
    ),
    (
        "Applications must be received by 1700 hours CET on 19 May 2027.",
        None,
        ["2027-05-19 17:00"],
    ),
    (
        "Apply by 03/05/2027 (dd/mm/yyyy).",
        None,
        ["2027-05-03"],
    ),
    (
        "Deadline (stage 1): 2027-04-15 17:00; deadline (stage 2): 2027-10-07 17:00. "
        "All times Brussels.",
        None,
        ["2027-04-15 17:00", "2027-10-07 17:00"],
    ),
    (
        "Proposals are invited until Thursday 3rd June at 5pm.",
        None,
        ["2027-06-03 17:00"],
    ),
    (
        "The call remains open until 31 December 2027 or until the budget of EUR "
        "3,000,000 is spent.",
        None,
        ["2027-12-31"],
    ),
    (
        "The application form must be submitted online by Tuesday 15 June 2027, "
        "14:00 CEST at the latest.",
        None,
        ["2027-06-15 14:00"],
    ),
    (
        "Call launch: 2 March 2027 | Application deadline: 2 June 2027 | Start of "
        "projects: January 2028",
        "2027-03-02",
        ["2027-06-02"],
    ),
    (
        "We have decided to extend the deadline to 11 June 2027.",
        None,
        ["2027-06-11"],
    ),
    (
        "Two cut-off dates are foreseen: 22 April 2027 and 23 September 2027 (17.00 "
        "Brussels time).",
        None,
        ["2027-04-22 17:00", "2027-09-23 17:00"],
    ),
    (
        "Kdy podat: 12. 4. – 11. 6. 2027",
        "2027-04-12",
        ["2027-06-11"],
    ),
    (
        "Opens 6 April 2027, closes 8 June 2027 17:00 CEST.",
        "2027-04-06",
        ["2027-06-08 17:00"],
    ),
    (
        "Applicants born after 1 January 1992 can apply until April 15, 2027.",
        None,
        ["2027-04-15"],
    ),
]
