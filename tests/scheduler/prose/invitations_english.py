"""Texts of invitations in English: (text, start, end, where it was before) by Prague's clock."""

from __future__ import annotations

ENGLISH: list[tuple[str, str | None, str | None, str | None]] = [
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
        "Registration is open until 10 April 2027. The seminar takes place on 20 April "
        "2027 at 9:00.",
        "2027-04-20 09:00",
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
        "Date: 21 October 2027\nTime: 9:00 am – 5:00 pm\nVenue: Plzeň",
        "2027-10-21 09:00",
        "2027-10-21 17:00",
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
        "Start: 10 April 2027, 10:00 CEST\nEnd: 11 April 2027, 15:00 CEST",
        "2027-04-10 10:00",
        "2027-04-11 15:00",
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
        "When: Thu 22 Apr 2027, 14:00 CET – 16:00 CET",
        "2027-04-22 14:00",
        "2027-04-22 16:00",
        None,
    ),
    (
        "Doors open at 8:30; the conference begins at 9:00 on 22 April 2027.",
        "2027-04-22 09:00",
        None,
        None,
    ),
    (
        "Webinar 22 April 2027, 10–11.30 CET; recording available from 26 April.",
        "2027-04-22 10:00",
        "2027-04-22 11:30",
        None,
    ),
    (
        "The hackathon starts on Friday 7 May 2027 at 6 pm and ends on Sunday 9 May 2027 at 2 pm.",
        "2027-05-07 18:00",
        "2027-05-09 14:00",
        None,
    ),
]
