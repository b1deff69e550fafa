"""Texts of calls -> when they open and close."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.events import Precision
from scheduler.prose import Context, read_call

NEAR = date(2027, 3, 1)


def written(value: datetime | date | None) -> str | None:
    """Write an instant by Prague's clock, as in the tables below."""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo('Europe/Prague')):%Y-%m-%d %H:%M}"
    return str(value) if value else None


CALLS = [
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
        "The call is open until 15 June 2027, 17:00 CEST.",
        None,
        ["2027-06-15 17:00"],
    ),
    (
        "Applications must be submitted by 5 p.m. Brussels time on 22 September 2027.",
        None,
        ["2027-09-22 17:00"],
    ),
    (
        "Deadline for submission: 1st July 2027 at 12 noon.",
        None,
        ["2027-07-01 12:00"],
    ),
    (
        "Submission deadline extended to 30 April 2027 (originally 15 April 2027).",
        None,
        ["2027-04-30"],
    ),
    (
        "The deadline has been extended from 15 April 2027 to 30 April 2027 at 23:59 AoE.",
        None,
        ["2027-05-01 13:59"],
    ),
    (
        "Expressions of interest are due by May 14, 2027; full applications by September 30, 2027.",
        None,
        ["2027-05-14", "2027-09-30"],
    ),
    (
        "Opening: 1 April 2027. Closing: 30 June 2027 17:00 (Brussels time).",
        "2027-04-01",
        ["2027-06-30 17:00"],
    ),
    (
        "Opening date 1 April 2027 / Deadline date 30 June 2027 17:00:00 Brussels time",
        "2027-04-01",
        ["2027-06-30 17:00"],
    ),
    (
        "Open for applications from 3 May to 11 June 2027.",
        "2027-05-03",
        ["2027-06-11"],
    ),
    (
        "Proposals will be accepted between 3 May 2027 and 11 June 2027.",
        "2027-05-03",
        ["2027-06-11"],
    ),
    (
        "Two cut-off dates: 4 May 2027 and 5 October 2027, each at 17:00 Brussels time.",
        None,
        ["2027-05-04 17:00", "2027-10-05 17:00"],
    ),
    (
        "Submit your abstract no later than 2027-05-09.",
        None,
        ["2027-05-09"],
    ),
    (
        "The call closes end of June 2027.",
        None,
        ["2027-06-30"],
    ),
    (
        "Applications are welcome until the end of 2027.",
        None,
        ["2027-12-31"],
    ),
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
        "Prihlášky posielajte najneskôr do 20. júna 2027 do 12.00 hod.",
        None,
        ["2027-06-20 12:00"],
    ),
    (
        "Žiadosti sa prijímajú do konca októbra 2027.",
        None,
        ["2027-10-31"],
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
        "Deadline: Friday, June 4, 2027 (11:59 PM Prague time)",
        None,
        ["2027-06-04 23:59"],
    ),
    (
        "Close date: 04/06/2027 at 17.00",
        None,
        ["2027-06-04 17:00"],
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
        "Opens 12 April 2027. Stage 1 closes 8 June 2027 and stage 2 closes 9 November 2027.",
        "2027-04-12",
        ["2027-06-08", "2027-11-09"],
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
        "Proposals due: 30 April 2027 17:00 UTC+2",
        None,
        ["2027-04-30 17:00"],
    ),
    (
        "Proposals due: 30 April 2027 15:00 GMT",
        None,
        ["2027-04-30 17:00"],
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
        "Deadline: 31/05/2027 – 17:00 (Brussels)",
        None,
        ["2027-05-31 17:00"],
    ),
    (
        "Deadline Date: 22 September 2027 17:00:00 Brussels time",
        None,
        ["2027-09-22 17:00"],
    ),
    (
        "Applications open on Monday 3 May at 10:00 CEST and close on Friday 28 May at 17:00 CEST.",
        "2027-05-03",
        ["2027-05-28 17:00"],
    ),
    (
        "The call will be launched on 1 June 2027; the deadline for full proposals is 1 "
        "December 2027 (17:00 CET).",
        "2027-06-01",
        ["2027-12-01 17:00"],
    ),
    (
        "Please submit your application by the 30th of April 2027.",
        None,
        ["2027-04-30"],
    ),
    (
        "Pre-proposals: 17 November 2027, 13:00 CET. Full proposals: 23 April 2028, 13:00 CEST.",
        None,
        ["2027-11-17 13:00", "2028-04-23 13:00"],
    ),
    (
        "Call for papers – submission by 11:59 pm AoE, 15 March 2027",
        None,
        ["2027-03-16 12:59"],
    ),
    (
        "Deadline 15 March 2027, 23:59 anywhere on Earth",
        None,
        ["2027-03-16 12:59"],
    ),
    (
        "Applications are accepted on a rolling basis until funds are exhausted.",
        None,
        [],
    ),
    (
        "Výzva je kontinuální, žádosti lze podávat kdykoliv.",
        None,
        [],
    ),
    (
        "The call opened on 1 February 2027 and remains open until 30 April 2027.",
        "2027-02-01",
        ["2027-04-30"],
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
        "Cut-off dates: 15 April 2027, 15 September 2027 and 15 February 2028 (17:00 "
        "Brussels time).",
        None,
        ["2027-04-15", "2027-09-15", "2028-02-15 17:00"],
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
        "Applicants have until noon on 16 April 2027 to apply.",
        None,
        ["2027-04-16 12:00"],
    ),
    (
        "The submission window runs from 6 April 2027 through 7 May 2027.",
        "2027-04-06",
        ["2027-05-07"],
    ),
    (
        "Apply before 23 April 2027, 18:00 (Europe/Brussels).",
        None,
        ["2027-04-23 18:00"],
    ),
    (
        "Note the new deadline: 28 May 2027 instead of 14 May 2027.",
        None,
        ["2027-05-28"],
    ),
    (
        "The deadline is brought forward from 28 May 2027 to 14 May 2027.",
        None,
        ["2027-05-14"],
    ),
    (
        "First cut-off: 1 June 2027; second cut-off: 1 December 2027.",
        None,
        ["2027-06-01", "2027-12-01"],
    ),
    (
        "EOI deadline 20 April 2027, full proposal deadline 20 July 2027 (both 17:00 CEST).",
        None,
        ["2027-04-20 17:00", "2027-07-20 17:00"],
    ),
    (
        "Closing date for applications is 13 August 2027 at 11.59pm UK time.",
        None,
        ["2027-08-14 00:59"],
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
    (
        "Applications close 5 May 2027 at 17:00 (CEST).",
        None,
        ["2027-05-05 17:00"],
    ),
    (
        "Deadline for applications: Wednesday, 5 May 2027, 13:00 CEST",
        None,
        ["2027-05-05 13:00"],
    ),
    (
        "You can apply from today until 5 May 2027.",
        None,
        ["2027-05-05"],
    ),
    (
        "The call will open on 15 April 2027 and close on 15 July 2027 at 17:00 Brussels time.",
        "2027-04-15",
        ["2027-07-15 17:00"],
    ),
    (
        "Submission of full proposals: 12 October 2027, 5:00 pm (Brussels time).",
        None,
        ["2027-10-12 17:00"],
    ),
    (
        "Letters of intent by 1 April 2027; full applications by 1 June 2027.",
        None,
        ["2027-04-01", "2027-06-01"],
    ),
    (
        "The submission deadline was postponed from 1 April to 15 April 2027.",
        None,
        ["2027-04-15"],
    ),
    (
        "Call deadline: 15.04.2027 (17:00 CET)",
        None,
        ["2027-04-15 17:00"],
    ),
    (
        "Applications accepted until April 30th, 2027, 11:59 p.m. Central European Time.",
        None,
        ["2027-04-30 23:59"],
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


@pytest.mark.parametrize(("text", "opening", "deadlines"), CALLS)
def test_the_text_of_a_call(text: str, opening: str | None, deadlines: list[str]) -> None:
    reading = read_call(text, Context(near=NEAR))

    assert [
        written(d.at if d.precision is Precision.MINUTE else d.at.date()) for d in reading.deadlines
    ] == deadlines
    assert (written(reading.open_from) or "")[:10] == (opening or "")
