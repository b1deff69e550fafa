"""Names of time zones as sources write them -> IANA names, and local times -> instants."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

PRAGUE = "Europe/Prague"
#: Of anything that is to be told; programs write 0001 and 9999 for "none".
POSSIBLE_YEARS = range(1900, 2200)

#: Folded names of places and abbreviations, as people write them.
_NAMES = {
    "praha": PRAGUE,
    "prague": PRAGUE,
    "prag": PRAGUE,
    "bratislava": "Europe/Bratislava",
    "brusel": "Europe/Brussels",
    "brussels": "Europe/Brussels",
    "bruxelles": "Europe/Brussels",
    "wien": "Europe/Vienna",
    "vienna": "Europe/Vienna",
    "viden": "Europe/Vienna",
    "berlin": "Europe/Berlin",
    "warsaw": "Europe/Warsaw",
    "varsava": "Europe/Warsaw",
    "budapest": "Europe/Budapest",
    "london": "Europe/London",
    "londyn": "Europe/London",
    "paris": "Europe/Paris",
    "pariz": "Europe/Paris",
    "madrid": "Europe/Madrid",
    "z": "UTC",
    "utc": "UTC",
    "gmt": "UTC",
    "aoe": "Etc/GMT+12",
    "eest": "Europe/Helsinki",
    "eet": "Europe/Helsinki",
    "wet": "Europe/Lisbon",
    "west": "Europe/Lisbon",
    "bst": "Europe/London",
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-−])\s*(\d{1,2})(?::?00)?")
_CENTRAL = {"cet", "cest", "sec", "selc", "mez", "mesz"}


def fold(text: str) -> str:
    """Lower the case and drop the accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def zone_named(name: str, otherwise: str = "") -> str:
    """Return the IANA zone that a name means: IANA's own, a city, "CET", "UTC+2", "AoE".

    A name that means nothing gives `otherwise`.
    """
    return _zone_named(name.strip().strip('"')) or otherwise


@lru_cache(maxsize=512)
def _zone_named(name: str) -> str:
    if name in _known():
        return name
    folded = fold(name)
    if folded in _CENTRAL:
        return PRAGUE
    if folded in _NAMES:
        return _NAMES[folded]
    if offset := _OFFSET.fullmatch(folded):
        return fixed_zone(int(offset[2]) * (1 if offset[1] == "+" else -1))
    return _named_within(name, folded)


def _named_within(name: str, folded: str) -> str:
    """Find a zone in "/mozilla.org/20050126_1/Europe/Prague" or "(UTC+01:00) Praha, Bratislava"."""
    parts = name.split("/")
    for length in (3, 2):
        if (tail := "/".join(parts[-length:])) in _known():
            return tail
    named = [_NAMES[word] for word in re.findall(r"[a-z]{4,}", folded) if word in _NAMES]
    # Windows names a zone by all its capitals; of those here Prague is the one that is meant.
    return PRAGUE if PRAGUE in named else next(iter(named), "")


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    # Bare names such as "CET" or "EST" are zones too, with rules nobody means by them.
    return frozenset(name for name in available_timezones() if "/" in name) | {"UTC"}


def fixed_zone(hours: int) -> str:
    """Return the zone that is always so many hours ahead of UTC (its IANA sign is reversed).

    "" where no land has it: there are zones from 12 hours behind to 14 ahead.
    """
    name = "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"
    return name if name in _known() else ""


def at_local(local: datetime, zone: str) -> datetime:
    """Return the instant of a naive local time, in its zone.

    A time that the clock skips takes the offset before the gap, one that comes twice is the
    first (RFC 5545, 3.3.5); the result is written with the offset that then really holds.
    """
    info = ZoneInfo(zone)
    return local.replace(tzinfo=info).astimezone(UTC).astimezone(info)
