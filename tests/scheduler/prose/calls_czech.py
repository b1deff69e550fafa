"""Texts of calls in Czech: (text, opening, deadlines) by Prague's clock."""

from __future__ import annotations

CZECH: list[tuple[str, str | None, list[str]]] = [
    (
        "Žádosti o dotaci lze podávat do 30. 6. 2027 do 12:00 hodin.",
        None,
        ["2027-06-30 12:00"],
    ),
    (
        "Příjem žádostí bude zahájen 1. dubna 2027 a ukončen 30. června 2027 ve 14.00 hod.",
        "2027-04-01",
        ["2027-06-30 14:00"],
    ),
    (
        "Termín pro podání projektových žádostí: 15.05.2027, 16:00.",
        None,
        ["2027-05-15 16:00"],
    ),
    (
        "Výzva bude vyhlášena 3. května 2027. Uzávěrka příjmu žádostí je 31. srpna 2027.",
        "2027-05-03",
        ["2027-08-31"],
    ),
    (
        "Přihlášku zašlete nejpozději do pátku 16. dubna 2027 do půlnoci.",
        None,
        ["2027-04-16 23:59"],
    ),
    (
        "Lhůta pro podání návrhů projektů: 3. 5. 2027 – 17. 6. 2027 (do 16:30 hod.)",
        "2027-05-03",
        ["2027-06-17 16:30"],
    ),
    (
        "Sběr žádostí probíhá od 1. 4. do 31. 5. 2027.",
        "2027-04-01",
        ["2027-05-31"],
    ),
    (
        "Žádosti přijímáme průběžně až do konce listopadu 2027.",
        None,
        ["2027-11-30"],
    ),
    (
        "Žádosti je možné podávat do konce roku 2027 nebo do vyčerpání prostředků.",
        None,
        ["2027-12-31"],
    ),
    (
        "Uzávěrka byla prodloužena z 30. dubna 2027 na 31. května 2027, 14:00.",
        None,
        ["2027-05-31 14:00"],
    ),
    (
        "Ministerstvo prodlužuje lhůtu pro podání žádostí do 15. července 2027 (původně "
        "30. června 2027).",
        None,
        ["2027-07-15"],
    ),
    (
        "Nový termín uzávěrky je 20. 9. 2027 v 17:00, původní datum 31. 8. 2027 se ruší.",
        None,
        ["2027-09-20 17:00"],
    ),
    (
        "Termín podání se posouvá z 10. 5. 2027 na 24. 5. 2027.",
        None,
        ["2027-05-24"],
    ),
    (
        "První kolo: do 30. 4. 2027, druhé kolo: do 30. 9. 2027.",
        None,
        ["2027-04-30", "2027-09-30"],
    ),
    (
        "Předběžné žádosti se předkládají do 14. 5. 2027, plné žádosti do 15. 10. 2027 do "
        "12 hodin.",
        None,
        ["2027-05-14", "2027-10-15 12:00"],
    ),
    (
        "Výzva se otevírá 15. března a uzavírá 15. června 2027.",
        "2027-03-15",
        ["2027-06-15"],
    ),
    (
        "Nabídky zasílejte na adresu úřadu, uzávěrka 9. dubna 2027 v poledne.",
        None,
        ["2027-04-09 12:00"],
    ),
    (
        "Uzávěrka: 12. 4. 2027 ve 23:59 SELČ.",
        None,
        ["2027-04-12 23:59"],
    ),
    (
        "Deadline 17:00 bruselského času dne 21. září 2027.",
        None,
        ["2027-09-21 17:00"],
    ),
    (
        "Žádosti se podávají prostřednictvím datové schránky nejpozději dne 28. května "
        "2027 do 18 hodin.",
        None,
        ["2027-05-28 18:00"],
    ),
    (
        "Harmonogram výzvy: vyhlášení 10. 3. 2027, zahájení příjmu žádostí 24. 3. 2027, "
        "ukončení příjmu žádostí 30. 7. 2027 ve 12:00.",
        "2027-03-24",
        ["2027-07-30 12:00"],
    ),
    (
        "Výsledky budou zveřejněny do 31. 10. 2027. Přihlášky do 31. 5. 2027.",
        None,
        ["2027-05-31"],
    ),
    (
        "Prihlášky posielajte najneskôr do 20. júna 2027 do 12.00 hod.",
        None,
        ["2027-06-20 12:00"],
    ),
    (
        "Žádosti přijímáme od 9:00 dne 12. dubna 2027 do 15:00 dne 14. května 2027.",
        "2027-04-12",
        ["2027-05-14 15:00"],
    ),
    (
        "Příjem žádostí probíhá v termínu 1. 4. 2027 10:00 – 31. 5. 2027 12:00.",
        "2027-04-01",
        ["2027-05-31 12:00"],
    ),
    (
        "Žádosti lze podat do 24 hodin 30. dubna 2027.",
        None,
        ["2027-05-01 00:00"],
    ),
    (
        "Termín: středa 12. května 2027 do 13.30.",
        None,
        ["2027-05-12 13:30"],
    ),
    (
        "Přijímání žádostí končí 4. října v 10.00 hodin.",
        None,
        ["2027-10-04 10:00"],
    ),
    (
        "Ukončení výzvy je naplánováno na 30. 11. 2027 ve 12:00:00.",
        None,
        ["2027-11-30 12:00"],
    ),
    (
        "Data ukončení příjmu: 30. listopadu 2027, 12 h",
        None,
        ["2027-11-30 12:00"],
    ),
    (
        "Alokace výzvy je 250 mil. Kč. Žádosti od 5.4.2027 8:00 do 30.6.2027 14:00. "
        "Projekty musí být dokončeny do 31. 12. 2029.",
        "2027-04-05",
        ["2027-06-30 14:00"],
    ),
    (
        "Ve výzvě mohou žádat obce do 10 000 obyvatel. Uzávěrka je 1. 6. 2027.",
        None,
        ["2027-06-01"],
    ),
    (
        "Výzva č. 12/2027 podle § 14 odst. 3 zákona č. 218/2000 Sb. Příjem do 15. 8. 2027.",
        None,
        ["2027-08-15"],
    ),
    (
        "Seminář pro žadatele se koná 20. dubna 2027. Žádosti se podávají do 30. června 2027.",
        None,
        ["2027-06-30"],
    ),
    (
        "Výzva se zavírá již 30. dubna.",
        None,
        ["2027-04-30"],
    ),
    (
        "Žádat lze do 28. února 2028.",
        None,
        ["2028-02-28"],
    ),
    (
        "Termín pro podání žádostí byl zkrácen na 30. 4. 2027.",
        None,
        ["2027-04-30"],
    ),
    (
        "Dotační titul Chytrá obec 2027\nPříjem žádostí: od 1. 4. 2027 8.00 hod. do 31. 5. "
        "2027 12.00 hod.\nAlokace: 50 mil. Kč",
        "2027-04-01",
        ["2027-05-31 12:00"],
    ),
    (
        "Datum zveřejnění výzvy: 1. 3. 2027\nZahájení příjmu žádostí: 15. 3. 2027, "
        "9:00\nUkončení příjmu žádostí: 30. 6. 2027, 12:00",
        "2027-03-15",
        ["2027-06-30 12:00"],
    ),
    (
        "Žádosti se přijímají v období 1. 9.–31. 10. 2027.",
        "2027-09-01",
        ["2027-10-31"],
    ),
    (
        "Projektové záměry lze předkládat do 30. 4. 2027, plné žádosti pak od 1. 7. 2027 "
        "do 30. 9. 2027.",
        "2027-07-01",
        ["2027-04-30", "2027-09-30"],
    ),
    (
        "O prodloužení výzvy se neuvažuje. Žádosti lze podávat do 30. 6. 2027.",
        None,
        ["2027-06-30"],
    ),
    (
        "Výzva končí za měsíc, 1. dubna 2027 v 10 hodin dopoledne.",
        None,
        ["2027-04-01 10:00"],
    ),
    (
        "Poslední možnost podat žádost je v pátek 30. dubna 2027 do 15 hodin.",
        None,
        ["2027-04-30 15:00"],
    ),
    (
        "Přihlášky do soutěže posílejte do 15. května!",
        None,
        ["2027-05-15"],
    ),
    (
        "Žádosti podávejte od dubna do 30. června 2027.",
        None,
        ["2027-06-30"],
    ),
    (
        "Výzva je kontinuální, žádosti lze podávat kdykoliv.",
        None,
        [],
    ),
    (
        "Výzva č. 5/2027 – uzávěrka 31.5.2027",
        None,
        ["2027-05-31"],
    ),
    (
        "Výzva pro rok 2027, doba realizace do 31. 12. 2028, uzávěrka žádostí 30. 4. 2027",
        None,
        ["2027-04-30"],
    ),
    (
        "Žádosti můžete podat do konce dubna.",
        None,
        ["2027-04-30"],
    ),
    (
        "Žádosti můžete podat do konce února.",
        None,
        ["2028-02-29"],
    ),
    (
        "Lhůta končí 30 dní po vyhlášení, tedy 14. 4. 2027.",
        None,
        ["2027-04-14"],
    ),
    (
        "Uzávěrka 1. výzvy: 30. 4. 2027; uzávěrka 2. výzvy: 30. 9. 2027",
        None,
        ["2027-04-30", "2027-09-30"],
    ),
    (
        "Žádosti: 1.3.–30.4.2027",
        "2027-03-01",
        ["2027-04-30"],
    ),
    (
        "Žádosti: 1.3.2027-30.4.2027",
        "2027-03-01",
        ["2027-04-30"],
    ),
    (
        "Žádosti lze podávat v termínu od 15.03.2027 (08:00) do 30.04.2027 (16:00).",
        "2027-03-15",
        ["2027-04-30 16:00"],
    ),
    (
        "Zavírá se 30. dubna ve 13 h.",
        None,
        ["2027-04-30 13:00"],
    ),
    (
        "Odevzdání návrhů: nejpozději 7. 5. 2027 v 9:00 pražského času",
        None,
        ["2027-05-07 09:00"],
    ),
    (
        "Termín odevzdání: 7. květen 2027",
        None,
        ["2027-05-07"],
    ),
    (
        "Registrace týmů je možná do neděle 4. dubna 2027 23:59.",
        None,
        ["2027-04-04 23:59"],
    ),
    (
        "Nadace vyhlašuje grantové řízení. Žádosti posílejte elektronicky do čtvrtka 22. "
        "dubna 2027, 12:00.",
        None,
        ["2027-04-22 12:00"],
    ),
    (
        "Nezapomeňte, že 31. května 2027 končí příjem žádostí do programu.",
        None,
        ["2027-05-31"],
    ),
    (
        "Do 15. června 2027 mohou obce žádat o příspěvek na energetického manažera.",
        None,
        ["2027-06-15"],
    ),
    (
        "Program startuje 1. června 2027 a potrvá do 30. září 2027.",
        "2027-06-01",
        ["2027-09-30"],
    ),
    (
        "Kraj otevře příjem žádostí v pondělí 12. dubna v 8:00, uzavře jej v pátek 14. "
        "května ve 14:00.",
        "2027-04-12",
        ["2027-05-14 14:00"],
    ),
    (
        "Fond přijímá projekty od 3. května; uzávěrka je stanovena na 18. června 2027, 15.00 hod.",
        "2027-05-03",
        ["2027-06-18 15:00"],
    ),
    (
        "Termín uzávěrky: 2. 7. 2027 (včetně)",
        None,
        ["2027-07-02"],
    ),
    (
        "Soutěž má dvě kola – uzávěrka prvního kola je 10. 5. 2027, druhého kola 11. 10. 2027.",
        None,
        ["2027-05-10", "2027-10-11"],
    ),
    (
        "Prodlužujeme termín! Žádosti lze nově podávat až do 20. května 2027.",
        None,
        ["2027-05-20"],
    ),
    (
        "Změna: místo 30. dubna 2027 přijímáme žádosti až do 14. května 2027.",
        None,
        ["2027-05-14"],
    ),
    (
        "Žádosti doručte do podatelny do 12. 5. 2027, 17.00 (rozhoduje čas přijetí).",
        None,
        ["2027-05-12 17:00"],
    ),
    (
        "Uzávěrka nominací: neděle 9. května 2027 20:00 hodin",
        None,
        ["2027-05-09 20:00"],
    ),
    (
        "Příjem žádostí probíhá do 30. 6. 2027; projekty lze realizovat od 1. 1. 2027 do "
        "31. 12. 2029.",
        None,
        ["2027-06-30"],
    ),
    (
        "Žádosti do OPŽP podávejte od 10. května 2027 10:00 do 10. září 2027 20:00.",
        "2027-05-10",
        ["2027-09-10 20:00"],
    ),
    (
        "Příjem žádostí začíná ve středu 7. dubna 2027 v 9.00 a končí v pátek 28. května "
        "2027 ve 14.00 hodin.",
        "2027-04-07",
        ["2027-05-28 14:00"],
    ),
    (
        "Příjem projektových záměrů bude ukončen k 31. květnu 2027.",
        None,
        ["2027-05-31"],
    ),
    (
        "Elektronické podání je možné od 00:00 dne 1. 5. 2027 do 23:59 dne 30. 6. 2027.",
        "2027-05-01",
        ["2027-06-30 23:59"],
    ),
    (
        "Zájemci se mohou hlásit do 16. 4. 2027.",
        None,
        ["2027-04-16"],
    ),
    (
        "Přihlášky: do 16. 4. 2027 na e-mail soutez@obec.example",
        None,
        ["2027-04-16"],
    ),
    (
        "Soutěžní návrhy odevzdejte do 3. září 2027 do 14 hodin v podatelně.",
        None,
        ["2027-09-03 14:00"],
    ),
    (
        "Výzva je vyhlášena od 15. 2. 2027, žádosti lze předkládat do 15. 4. 2027 (12:00).",
        "2027-02-15",
        ["2027-04-15 12:00"],
    ),
    (
        "Termín předložení žádosti o podporu: nejpozději 30. 9. 2027 do 20:00 hod.",
        None,
        ["2027-09-30 20:00"],
    ),
    (
        "Datum ukončení příjmu žádostí se mění z 31. 5. 2027 na 30. 6. 2027.",
        None,
        ["2027-06-30"],
    ),
    (
        "Kvůli velkému zájmu se uzávěrka zkracuje na 10. května 2027.",
        None,
        ["2027-05-10"],
    ),
    (
        "Ukončení: 31. 12. 2027 nebo vyčerpáním alokace",
        None,
        ["2027-12-31"],
    ),
    (
        "Do konce března mohou obce podávat žádosti o dotaci.",
        None,
        ["2027-03-31"],
    ),
    (
        "Uzávěrka je v poledne 14. května 2027.",
        None,
        ["2027-05-14 12:00"],
    ),
    (
        "Termíny uzávěrek: 31. března, 30. června, 30. září a 31. prosince 2027.",
        None,
        ["2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"],
    ),
    (
        "1. kolo – uzávěrka 15. 4. 2027, 2. kolo – uzávěrka 15. 9. 2027",
        None,
        ["2027-04-15", "2027-09-15"],
    ),
]
