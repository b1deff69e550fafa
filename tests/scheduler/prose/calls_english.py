"""Texts of calls in English: (text, opening, deadlines) by Prague's clock."""

from __future__ import annotations

ENGLISH: list[tuple[str, str | None, list[str]]] = [
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
        "Opens 12 April 2027. Stage 1 closes 8 June 2027 and stage 2 closes 9 November 2027.",
        "2027-04-12",
        ["2027-06-08", "2027-11-09"],
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
        "The call opened on 1 February 2027 and remains open until 30 April 2027.",
        "2027-02-01",
        ["2027-04-30"],
    ),
    (
        "Cut-off dates: 15 April 2027, 15 September 2027 and 15 February 2028 (17:00 "
        "Brussels time).",
        None,
        ["2027-04-15 17:00", "2027-09-15 17:00", "2028-02-15 17:00"],
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
    ("Deadline: end of Q2 2027", None, ["2027-06-30"]),
]
