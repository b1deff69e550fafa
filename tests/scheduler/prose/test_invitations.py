"""Texts of invitations -> when events take place."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.prose import Context, read_event

NEAR = date(2027, 3, 1)


def written(value: datetime | date | None) -> str | None:
    """Write an instant by Prague's clock, as in the tables below."""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo('Europe/Prague')):%Y-%m-%d %H:%M}"
    return str(value) if value else None


EVENTS = [
    (
        "Seminář se koná ve čtvrtek 17. června 2027 od 10:00 do 12:00 v Písku.",
        "2027-06-17 10:00",
        "2027-06-17 12:00",
        None,
    ),
    (
        "Zveme vás na konferenci, která proběhne 12. a 13. května 2027 v Brně.",
        "2027-05-12",
        "2027-05-13",
        None,
    ),
    (
        "Termín: 20. 4. 2027, 9.30–16 hod.",
        "2027-04-20 09:30",
        "2027-04-20 16:00",
        None,
    ),
    (
        "Kdy: úterý 6. dubna 2027 ve 14 hodin",
        "2027-04-06 14:00",
        None,
        None,
    ),
    (
        "Datum konání: 6.4.2027 od 14:00",
        "2027-04-06 14:00",
        None,
        None,
    ),
    (
        "Webinář proběhne dne 8. dubna 2027 v čase 10:00–11:30 hodin.",
        "2027-04-08 10:00",
        "2027-04-08 11:30",
        None,
    ),
    (
        "Kongres se uskuteční od 3. do 5. listopadu 2027 v Praze.",
        "2027-11-03",
        "2027-11-05",
        None,
    ),
    (
        "Setkání se bude konat v pondělí 10. května v 16.30 hodin v zasedací místnosti.",
        "2027-05-10 16:30",
        None,
        None,
    ),
    (
        "Seminář plánovaný na 15. dubna 2027 se přesouvá na 22. dubna 2027.",
        "2027-04-22",
        "2027-04-22",
        "2027-04-15",
    ),
    (
        "Konference se z původního termínu 5. května 2027 přesouvá na 9. června 2027 od 9 hodin.",
        "2027-06-09 09:00",
        None,
        "2027-05-05 09:00",
    ),
    (
        "Nový termín konference: 9. června 2027 (původní termín 5. května 2027 byl zrušen).",
        "2027-06-09",
        "2027-06-09",
        "2027-05-05",
    ),
    (
        "The seminar will be held on Thursday, 17 June 2027, from 10:00 to 12:00 in Písek.",
        "2027-06-17 10:00",
        "2027-06-17 12:00",
        None,
    ),
    (
        "Join us on June 17–18, 2027 in Prague.",
        "2027-06-17",
        "2027-06-18",
        None,
    ),
    (
        "When: 17 June 2027, 2 pm – 4.30 pm",
        "2027-06-17 14:00",
        "2027-06-17 16:30",
        None,
    ),
    (
        "Save the date! The forum takes place 5–7 October 2027.",
        "2027-10-05",
        "2027-10-07",
        None,
    ),
    (
        "The workshop originally planned for 4 May 2027 has been moved to 11 May 2027 at 10 am.",
        "2027-05-11 10:00",
        None,
        "2027-05-04 10:00",
    ),
    (
        "The conference has been rescheduled from 4 May 2027 to 11 May 2027.",
        "2027-05-11",
        "2027-05-11",
        "2027-05-04",
    ),
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
        "Akce začíná 1. dubna 2027 v 18:00 a končí 2. dubna 2027 v 1:00.",
        "2027-04-01 18:00",
        "2027-04-02 01:00",
        None,
    ),
    (
        "Přihlášky do 10. dubna 2027. Seminář se koná 20. dubna 2027 v 9:00.",
        "2027-04-20 09:00",
        None,
        None,
    ),
    (
        "Registrujte se do 10. dubna 2027, seminář proběhne 20. dubna 2027.",
        "2027-04-20",
        "2027-04-20",
        None,
    ),
    (
        "Registration is open until 10 April 2027. The seminar takes place on 20 April "
        "2027 at 9:00.",
        "2027-04-20 09:00",
        None,
        None,
    ),
    (
        "Online seminář 25. března od 17 h",
        "2027-03-25 17:00",
        None,
        None,
    ),
    (
        "Workshop: Wednesday 24 March, 9:30 – 12:00 CET (online)",
        "2027-03-24 09:30",
        "2027-03-24 12:00",
        None,
    ),
    (
        "Sejdeme se 30. 9. – 1. 10. 2027 v Litomyšli.",
        "2027-09-30",
        "2027-10-01",
        None,
    ),
    (
        "Konference se koná 30. září – 1. října 2027.",
        "2027-09-30",
        "2027-10-01",
        None,
    ),
    (
        "Přednáška 3. 5. 2027 v 18:00; loňská se konala 4. 5. 2026.",
        "2027-05-03 18:00",
        None,
        None,
    ),
    (
        "Konference proběhne ve dnech 21.–22. října 2027 v Plzni. Registrace je možná do "
        "30. září 2027.",
        "2027-10-21",
        "2027-10-22",
        None,
    ),
    (
        "Kdy: 21. 10. 2027 od 9:00 do 17:00\nKde: Plzeň",
        "2027-10-21 09:00",
        "2027-10-21 17:00",
        None,
    ),
    (
        "Datum: 21. 10. 2027\nČas: 9:00–17:00\nMísto: Plzeň",
        "2027-10-21 09:00",
        "2027-10-21 17:00",
        None,
    ),
    (
        "Date: 21 October 2027\nTime: 9:00 am – 5:00 pm\nVenue: Plzeň",
        "2027-10-21 09:00",
        "2027-10-21 17:00",
        None,
    ),
    (
        "Pozvánka na webinář, který se koná 6. dubna od 13:00.",
        "2027-04-06 13:00",
        None,
        None,
    ),
    (
        "Srdečně vás zveme na otevření laboratoře v úterý 13. dubna 2027 v 15 hod.",
        "2027-04-13 15:00",
        None,
        None,
    ),
    (
        "Workshop (14. 4. 2027, 9–12 hod.) je určen starostům.",
        "2027-04-14 09:00",
        "2027-04-14 12:00",
        None,
    ),
    (
        "Meet us at the Smart City Expo, 9-11 November 2027, Barcelona.",
        "2027-11-09",
        "2027-11-11",
        None,
    ),
    (
        "Tuesday, 6th of April 2027 from 2 to 4 pm CET",
        "2027-04-06 14:00",
        "2027-04-06 16:00",
        None,
    ),
    (
        "The event has been postponed to 11 May 2027.",
        "2027-05-11",
        "2027-05-11",
        None,
    ),
    (
        "Seminář byl odložen na 11. května 2027.",
        "2027-05-11",
        "2027-05-11",
        None,
    ),
    (
        "Seminář 4. května 2027 se ruší.",
        "2027-05-04",
        "2027-05-04",
        None,
    ),
    (
        "Akce se uskuteční v sobotu 10. dubna 2027, začátek v 10.00, konec v 15.00.",
        "2027-04-10 10:00",
        None,
        None,
    ),
    (
        "Začátek: 10. 4. 2027 10:00\nKonec: 11. 4. 2027 15:00",
        "2027-04-10 10:00",
        "2027-04-11 15:00",
        None,
    ),
    (
        "Start: 10 April 2027, 10:00 CEST\nEnd: 11 April 2027, 15:00 CEST",
        "2027-04-10 10:00",
        "2027-04-11 15:00",
        None,
    ),
    (
        "Stretnutie sa koná v utorok 6. apríla o 10.00 hod.",
        "2027-04-06 10:00",
        None,
        None,
    ),
    (
        "Kongres se koná 8. až 10. června 2027.",
        "2027-06-08",
        "2027-06-10",
        None,
    ),
    (
        "Kongres se koná od 30. listopadu do 2. prosince 2027.",
        "2027-11-30",
        "2027-12-02",
        None,
    ),
    (
        "Konference 29. 12. 2027 – 2. 1. 2028",
        "2027-12-29",
        "2028-01-02",
        None,
    ),
    (
        "Kurz probíhá každé úterý od 6. dubna do 25. května 2027.",
        "2027-04-06",
        "2027-05-25",
        None,
    ),
    (
        "Webinar on 15 April 2027 at 14:00 UTC",
        "2027-04-15 16:00",
        None,
        None,
    ),
    (
        "Webinar on 15 April 2027 at 10:00 London time",
        "2027-04-15 11:00",
        None,
        None,
    ),
    (
        "Přijďte na besedu o komunitní energetice, středa 7. dubna 2027, 17.00, knihovna.",
        "2027-04-07 17:00",
        None,
        None,
    ),
    (
        "Letošní ročník hostí Olomouc 13.–15. září 2027.",
        "2027-09-13",
        "2027-09-15",
        None,
    ),
    (
        "Rezervujte si 20. května 2027: čeká nás den plný přednášek.",
        "2027-05-20",
        "2027-05-20",
        None,
    ),
    (
        "Jednání pracovní skupiny se uskuteční 12. 4. 2027 v 9:30 v Praze a potrvá do 12:00.",
        "2027-04-12 09:30",
        None,
        None,
    ),
    (
        "Kvůli nemoci lektora se seminář 14. dubna nekoná, náhradní termín je 28. dubna 2027.",
        "2027-04-28",
        "2027-04-28",
        "2027-04-14",
    ),
    (
        "Exkurze se koná místo 5. května až 12. května 2027.",
        "2027-05-12",
        "2027-05-12",
        "2027-05-05",
    ),
    (
        "Registration closes on 1 June; the summit itself is on 10 and 11 June 2027.",
        "2027-06-10",
        "2027-06-11",
        None,
    ),
    (
        "We meet on Wednesday 14 April 2027 at 9.30 CEST.",
        "2027-04-14 09:30",
        None,
        None,
    ),
    (
        "New date: 28 April 2027 (was 14 April 2027).",
        "2027-04-28",
        "2027-04-28",
        "2027-04-14",
    ),
    (
        "The summit, previously announced for 14 April 2027, will now take place on 28 April 2027.",
        "2027-04-28",
        "2027-04-28",
        "2027-04-14",
    ),
    (
        "15 June 2027, 09:00–17:00, Brno Exhibition Centre",
        "2027-06-15 09:00",
        "2027-06-15 17:00",
        None,
    ),
    (
        "od 15. do 17. června 2027, Brno",
        "2027-06-15",
        "2027-06-17",
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
        "Webinář 9. 4. 2027, 10:00-11:00 hod., online",
        "2027-04-09 10:00",
        "2027-04-09 11:00",
        None,
    ),
    (
        "Seminář proběhne 22. dubna 2027 v Táboře, začátek v 9:00, předpokládaný konec ve 13:00.",
        "2027-04-22 09:00",
        None,
        None,
    ),
    (
        "Zveme vás na webinář v úterý 20. dubna 2027 v 10.00–11.30 hod.",
        "2027-04-20 10:00",
        "2027-04-20 11:30",
        None,
    ),
    (
        "Termín konání: 20.–21. dubna 2027",
        "2027-04-20",
        "2027-04-21",
        None,
    ),
    (
        "Termín konání: 20. 4. – 21. 4. 2027",
        "2027-04-20",
        "2027-04-21",
        None,
    ),
    (
        "Konference se koná 20. 4. 2027 od 9:00 do 16:30 a 21. 4. 2027 od 9:00 do 13:00.",
        "2027-04-20 09:00",
        "2027-04-21 13:00",
        None,
    ),
    (
        "Workshop: 20. dubna, 9:00–12:00; přihlašování do 15. dubna.",
        "2027-04-20 09:00",
        "2027-04-20 12:00",
        None,
    ),
    (
        "Přihlaste se do 15. dubna na seminář, který se uskuteční 20. dubna 2027 v Praze.",
        "2027-04-20",
        "2027-04-20",
        None,
    ),
    (
        "Seminář původně ohlášený na 20. dubna 2027 byl přesunut na 27. dubna 2027, 9:00.",
        "2027-04-27 09:00",
        None,
        "2027-04-20 09:00",
    ),
    (
        "Pozor: nový termín! Seminář se koná 27. dubna 2027 namísto 20. dubna 2027.",
        "2027-04-27",
        "2027-04-27",
        "2027-04-20",
    ),
    (
        "Setkání starostů 14. května 2027 od 9.30 hodin, Kulturní dům Kolín",
        "2027-05-14 09:30",
        None,
        None,
    ),
    (
        "The conference takes place in Brno on 14–15 October 2027. Early-bird registration "
        "ends on 1 September 2027.",
        "2027-10-14",
        "2027-10-15",
        None,
    ),
    (
        "Date and time: Thursday 22 April 2027, 10:00–11:30 CEST",
        "2027-04-22 10:00",
        "2027-04-22 11:30",
        None,
    ),
    (
        "22 April 2027 | 10:00 – 11:30 CEST | online",
        "2027-04-22 10:00",
        "2027-04-22 11:30",
        None,
    ),
    (
        "The webinar scheduled for 22 April 2027 has been rescheduled to 29 April 2027 at 10:00.",
        "2027-04-29 10:00",
        None,
        "2027-04-22 10:00",
    ),
    (
        "The hackathon starts on Friday 7 May 2027 at 6 pm and ends on Sunday 9 May 2027 at 2 pm.",
        "2027-05-07 18:00",
        "2027-05-09 14:00",
        None,
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


@pytest.mark.parametrize(("text", "start", "end", "previous"), EVENTS)
def test_the_text_of_an_invitation(
    text: str, start: str | None, end: str | None, previous: str | None
) -> None:
    reading = read_event(text, Context(near=NEAR))

    assert (written(reading.start), written(reading.end), written(reading.previous)) == (
        start,
        end,
        previous,
    )
