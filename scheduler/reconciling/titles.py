"""Titles as words that tell which event it is."""

from __future__ import annotations

import re
from functools import lru_cache

from scheduler.zones import fold


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words of titles that say nothing about which event it is.
_GENERIC = _set(
    "pozvanka pozvanky pozvani zveme zve vas na do v ve o pro a k se s z the a an of on in at to "
    "for and invitation save date konference konferenci konferencia konferencie conference "
    "seminar seminari seminare webinar webinari workshop workshopu akce event program "
    "online call vyzva vyzvy"
)
#: Words too common among smart cities to tell anything alone.
COMMON = _set("smart city cities mesto mesta mest chytra chytre chytry digital praha prague brno")
#: Words of titles that only say what sort of event it is; a translation has others.
KINDS = _set(
    "veletrh fair festival kongres congress sympozium symposium forum summit den dny day days "
    "setkani meeting skoleni training prednaska lecture kurz course beseda talk vystava exhibition"
)
#: Words of titles that say which one of a series it is: "modul B", "druhá část".
PARTS = _set(
    "modul module cast part lekce lesson session blok block dil den day skupina group track uroven"
)
#: "XII. ročník", "12th edition": its year tells which one it is.
_EDITION = re.compile(
    r"\b(?:\d{1,3}|[ivxl]{1,6}\b)\s?\.?\s?(?:\w{1,20}\s)?(?:rocnik\w*|edition)\b|\brocnik\w*"
    r"|\b\d{1,3}(?:st|nd|rd|th)\s+(?:annual|edition)\b|\bannual\b"
)
#: A title that a page or program cut off, and the letters that it must have left.
_CUT_OFF = re.compile(r"\s*(?:…|\.\.\.)\s*$")
FEWEST_LEFT = 20
#: "HORIZON-MISS-2027-CIT-01": one call, whatever else its titles say.
_CODE = re.compile(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+){3,}\b")
#: So much of two titles' words must agree across languages.
MOST_WORDS = 0.5


@lru_cache(maxsize=8192)
def title_key(title: str) -> frozenset[str]:
    """Return the words of a title that tell which event it is; years are not among them."""
    words = re.findall(r"[a-z0-9+]+", _EDITION.sub(" ", fold(title)))
    return frozenset(
        word for word in words if word not in _GENERIC and not re.fullmatch(r"20\d\d", word)
    )


def other_year(one: str, other: str) -> bool:
    """Say whether both titles name years, and no year in common: two editions."""
    years = [set(re.findall(r"\b20\d\d\b", title)) for title in (one, other)]
    return bool(years[0]) and bool(years[1]) and not years[0] & years[1]


def cut_off(one: str, other: str) -> bool:
    """Say whether a title is the other's beginning, "Konference o adaptaci měst na změnu kli…"."""
    for short, long in ((one, other), (other, one)):
        if (found := _CUT_OFF.search(short)) is not None:
            begun = fold(short[: found.start()])
            if len(begun) >= FEWEST_LEFT and fold(long).startswith(begun):
                return True
    return False


def one_code(one: str, other: str) -> bool:
    """Say whether both titles name one code of a call, and no other."""
    codes = [set(_CODE.findall(title)) for title in (one, other)]
    return bool(codes[0]) and codes[0] == codes[1]


def abbreviated(one: str, other: str) -> bool:
    """Say whether a title is the other's abbreviation in brackets, or the other without it."""
    for short, long in ((one, other), (other, one)):
        key = title_key(short)
        for inside in re.findall(r"\(([^()]+)\)", long):
            without = title_key(long.replace(f"({inside})", " "))
            if key - COMMON and key in (title_key(inside), without):
                return True
    return False


def mostly(first: frozenset[str], second: frozenset[str]) -> bool:
    """Say whether most words of two titles agree, and one that tells something."""
    shared = first & second
    return bool(shared - COMMON) and len(shared) >= MOST_WORDS * len(first | second)
