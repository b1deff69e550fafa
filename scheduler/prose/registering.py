"""Until when one can register for an event, in the prose of an invitation whose date is known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from scheduler.events import Deadline, instant
from scheduler.prose.dating import Context, Dated, dated
from scheduler.prose.labels import of_registration
from scheduler.prose.reading import deadline_of, distinct
from scheduler.prose.roles import Role
from scheduler.prose.sentences import letters_folded
from scheduler.zones import PRAGUE

#: Registration does not end longer before an event than this.
LONGEST_BEFORE = timedelta(days=364)
#: An invitation with more dates than these is a programme, or a list of events.
MOST_DATES = 12
#: Of a description; what comes later is the programme.
LONGEST_TEXT = 6000
#: Words without which a deadline is that of something else: of the call that a seminar is about.
_OF_REGISTERING = re.compile(
    r"\b(?:registr|regist|prihl|hlas|rsvp|sign(?:ing)?[ -]?up|potvr[dz]|confirm|prodej|predaj"
    r"|tickets?\b|vstupen|abstra[ck]t|prispevk|prispevok|papers?\b|posters?\b)"
)


def registration_in(text: str, start: datetime | date, zone: str = PRAGUE) -> tuple[Deadline, ...]:
    """Return the ends of registration that a text names, before an event that begins at `start`.

    A date without a year is the last such day before the event.
    """
    begins = instant(start, zone)
    day = start.date() if isinstance(start, datetime) else start
    context = Context(near=day - LONGEST_BEFORE, zone=zone)
    dates = dated(text[:LONGEST_TEXT], context, call=False)
    if len(dates) > MOST_DATES:
        return ()
    found = [deadline_of(item, context) for item in dates if _is_of_registering(item)]
    return distinct(
        [
            replace(one, label=of_registration(one.label))
            for one in found
            if begins - LONGEST_BEFORE <= one.at < begins
        ]
    )


def _is_of_registering(item: Dated) -> bool:
    said = letters_folded(item.sentence)
    return item.role is Role.DEADLINE and _OF_REGISTERING.search(said) is not None
