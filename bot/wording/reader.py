"""For whom something is worded: the language, the zone and the instant (leaf of `wording`)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from bot.i18n import Phrases, zone
from bot.markup import link, one_line

#: Characters of a handle; with the longest verb it fits into the 64 bytes of a button.
_HANDLE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, and when."""

    phrases: Phrases
    #: IANA zone of the chat.
    timezone: str
    now: datetime

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the reader's language."""
        return self.phrases.say(key, **values)

    def local(self, instant: datetime) -> datetime:
        """Return the instant by the reader's clock."""
        return instant.astimezone(zone(self.timezone))

    def today(self) -> date:
        """Return the reader's day."""
        return self.local(self.now).date()


def handle(uid: str) -> str:
    """Return the short name by which buttons and deep links call an event."""
    return hashlib.sha256(uid.encode()).hexdigest()[:_HANDLE]


def capital(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def titled(title: str, url: str) -> str:
    """Return a title as a link, as plain words where there is no address."""
    return link(title, url) if url else one_line(title)


def joined(*parts: str) -> str:
    """Join what there is with middle dots."""
    return " · ".join(part for part in parts if part)


def shortened(text: str, most: int) -> str:
    """Return a text of one line that is at most so long, cut between words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[: most - 2].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"
