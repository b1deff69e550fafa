"""Announcements of events in many phrasings: (text, start, end, where it was before)."""

from __future__ import annotations

ANNOUNCED: list[tuple[str, str | None, str | None, str | None]] = [
    (
        "Zveme vás na seminář ve čtvrtek 17. června 2027 od 9.30 do 15 hodin v sále Magistrátu.",
        "2027-06-17 09:30",
        "2027-06-17 15:00",
        None,
    ),
    (
        "Konference se koná ve dnech 12.–13. října 2027 v Brně. Účastnický poplatek 2 500 Kč.",
        "2027-10-12",
        "2027-10-13",
        None,
    ),
    (
        "Setkání proběhne 20. dubna 2027 v 10:00 online na MS Teams. Zápis z "
        "minulého setkání ze dne 12. 1. 2027 najdete níže.",
        "2027-04-20 10:00",
        None,
        None,
    ),
    (
        "Workshop: 5. května 2027, 13:00–16:30, Technologická 12, Plzeň 301 00. "
        "Přihlášky do 28. dubna.",
        "2027-05-05 13:00",
        "2027-05-05 16:30",
        None,
    ),
    (
        "Kdy: středa 19. 5. 2027, 9–12 h\nKde: Zlín",
        "2027-05-19 09:00",
        "2027-05-19 12:00",
        None,
    ),
    (
        "Datum a čas: 19/05/2027 14:00",
        "2027-05-19 14:00",
        None,
        None,
    ),
    (
        "The annual summit takes place on 7 and 8 October 2027 in Ostrava. Early "
        "bird tickets (EUR 120) until 31 July 2027.",
        "2027-10-07",
        "2027-10-08",
        None,
    ),
    (
        "Join our webinar on Tuesday, May 11th at 2:30 pm CEST. It lasts 90 minutes.",
        "2027-05-11 14:30",
        None,
        None,
    ),
    (
        "The conference will be held from 29 September to 1 October 2027.",
        "2027-09-29",
        "2027-10-01",
        None,
    ),
    (
        "Kongres se uskuteční od 30. září do 2. října 2027 na výstavišti.",
        "2027-09-30",
        "2027-10-02",
        None,
    ),
    (
        "Seminář plánovaný na 11. května 2027 se přesouvá na 25. května 2027 ve stejný čas.",
        "2027-05-25",
        "2027-05-25",
        "2027-05-11",
    ),
    (
        "Z důvodu nemoci přednášejícího přesouváme webinář z 6. 4. 2027 na 13. 4. 2027 od 10:00.",
        "2027-04-13 10:00",
        None,
        "2027-04-06 10:00",
    ),
    (
        "Due to illness, the training scheduled for 4 May 2027 will now take place "
        "on 18 May 2027 at 9:00.",
        "2027-05-18 09:00",
        None,
        "2027-05-04 09:00",
    ),
    (
        "New date: 2 June 2027, 10:00 (originally 19 May 2027).",
        "2027-06-02 10:00",
        None,
        "2027-05-19 10:00",
    ),
    (
        "Srdečně zveme na kulatý stůl dne 8. 4. 2027 od 14 hodin. Občerstvení "
        "zajištěno, vstup zdarma.",
        "2027-04-08 14:00",
        None,
        None,
    ),
    (
        "Veletrh proběhne 2.–4. 11. 2027 vždy od 9 do 17 hodin.",
        "2027-11-02 09:00",
        "2027-11-04 17:00",
        None,
    ),
    (
        "Save the date: 3–4 June 2027, Vienna",
        "2027-06-03",
        "2027-06-04",
        None,
    ),
    (
        "Mark your calendars: June 10, 2027 | 9 a.m. – 1 p.m. | Prague",
        "2027-06-10 09:00",
        "2027-06-10 13:00",
        None,
    ),
    (
        "Letos v listopadu, konkrétně 23. listopadu 2027, se v Olomouci sejdou "
        "starostové. Program začíná v 9.00 a končí v 15.30.",
        "2027-11-23 09:00",
        "2027-11-23 15:30",
        None,
    ),
    (
        "Školení pro úředníky podle zákona č. 312/2002 Sb. se koná 14. dubna 2027 v "
        "8:30, cena 1 890 Kč vč. DPH 21 %.",
        "2027-04-14 08:30",
        None,
        None,
    ),
    (
        "Registrace od 8:30, zahájení v 9:00. Čtvrtek 22. dubna 2027, Hradec Králové.",
        "2027-04-22 09:00",
        None,
        None,
    ),
    (
        "Thursday 22 April 2027: registration opens at 8:30, programme 9:00–16:00.",
        "2027-04-22 09:00",
        "2027-04-22 16:00",
        None,
    ),
    (
        "Hackathon začíná v pátek 23. dubna 2027 v 17:00 a končí v neděli 25. dubna 2027 v 15:00.",
        "2027-04-23 17:00",
        "2027-04-25 15:00",
        None,
    ),
    (
        "The hackathon kicks off on Friday 23 April 2027 at 5 pm and ends on Sunday "
        "25 April at 3 pm.",
        "2027-04-23 17:00",
        "2027-04-25 15:00",
        None,
    ),
    (
        "Konferencia sa uskutoční 9. júna 2027 v Žiline od 9:00 do 16:00.",
        "2027-06-09 09:00",
        "2027-06-09 16:00",
        None,
    ),
    (
        "Zveme Vás na Den otevřených dveří, který se koná v sobotu 5. června, 10.00–18.00.",
        "2027-06-05 10:00",
        "2027-06-05 18:00",
        None,
    ),
    (
        "Pracovní skupina se sejde 6. 4. 2027 (10:00 – 12:00) v budově C, č. dveří 312, 3. patro.",
        "2027-04-06 10:00",
        "2027-04-06 12:00",
        None,
    ),
    (
        "Online lecture, 14 April 2027, 16:00 UTC",
        "2027-04-14 18:00",
        None,
        None,
    ),
    (
        "Webinar: 14 April 2027 at 10:00 London time",
        "2027-04-14 11:00",
        None,
        None,
    ),
    (
        "Konference Chytré kraje 2027 se bude konat 15. a 16. září v Liberci.",
        "2027-09-15",
        "2027-09-16",
        None,
    ),
    (
        "Těšíme se na vás 27. dubna 2027 od 9 do 13 hodin v Centru architektury.",
        "2027-04-27 09:00",
        "2027-04-27 13:00",
        None,
    ),
    (
        "Online diskuse se uskuteční v úterý 13. 4. 2027 v čase 15:00–16:30. Odkaz "
        "pošleme den předem.",
        "2027-04-13 15:00",
        "2027-04-13 16:30",
        None,
    ),
    (
        "Date: Wednesday, 16 June 2027\nTime: 10:00–15:30 CEST\nPlace: Brno",
        "2027-06-16 10:00",
        "2027-06-16 15:30",
        None,
    ),
    (
        "Exkurze: pátek 14. května, sraz v 8:45 před radnicí.",
        "2027-05-14 08:45",
        None,
        None,
    ),
    (
        "The info day, previously announced for 20 April 2027, has been moved to 27 "
        "April 2027, 10:00–12:00.",
        "2027-04-27 10:00",
        "2027-04-27 12:00",
        "2027-04-20 10:00",
    ),
    (
        "Seminář dne 5. 5. 2027 se ruší a bude se konat až 2. 6. 2027.",
        "2027-06-02",
        "2027-06-02",
        "2027-05-05",
    ),
    (
        "Letní škola proběhne 12. až 16. července 2027 v Telči; přihlášky do 31. května.",
        "2027-07-12",
        "2027-07-16",
        None,
    ),
    (
        "Pozvánka na webinář | 8. června 2027 | 13.00–14.30 | MS Teams",
        "2027-06-08 13:00",
        "2027-06-08 14:30",
        None,
    ),
]
