"""Whether items in two languages tell of one event, by more than the words they share.

A title and its translation may have no word in common. Then what they mean is compared, and it must
be held at one time and place: two seminars of one morning in one house differ in what they are
about, and a meaning that each has and the other lacks keeps them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC
from urllib.parse import urlsplit

from scheduler.events import Event
from scheduler.reconciling.meanings import meaning
from scheduler.reconciling.titles import COMMON, KINDS, mostly, title_key
from scheduler.zones import fold

#: One meaning in common says enough of titles that have no more other words than this.
FEW_WORDS = 2
#: So much of what two titles mean must agree.
MOST_MEANINGS = 0.5
#: Names of pages shorter than this, "akce-1", are not made of a title.
LONG_NAME = 8
#: Words of places that many have, and the names of towns as English has them.
_ANY_PLACE = frozenset(
    ["ulice", "nam", "namesti", "sal", "hall", "street", "center", "centre", "the"]
)
_TOWNS = {"prague": "praha", "prahy": "praha", "praze": "praha", "pilsen": "plzen", "brne": "brno"}


def translated(one: Event, other: Event) -> bool:
    """Say whether two events of one span, in different languages, are one."""
    if one.language == other.language:
        return False
    words = [title_key(event.title) - KINDS for event in (one, other)]
    if mostly(*words) and same_place(one, other):
        return True
    shared = meanings_shared(one.title, other.title)
    if _is_somewhere(one) and _is_somewhere(other):
        return _at_one_house(one, other, shared)
    return shared > 1 and (same_place(one, other) or _host(one) == _host(other) != "")


def translated_call(one: Event, other: Event) -> bool:
    """Say whether two calls in different languages, with all deadlines in common, are one."""
    if one.language == other.language:
        return False
    # Names alone, of a programme or a ministry, many calls of one day have in common.
    known = (
        meaning(title_key(one.title) - KINDS).known & meaning(title_key(other.title) - KINDS).known
    )
    ends = [{deadline.at.astimezone(UTC) for deadline in event.deadlines} for event in (one, other)]
    same = bool(ends[0]) and ends[0] == ends[1] and len(known) > 1
    return same and meanings_shared(one.title, other.title) > 1


def on_twin_pages(one: Event, other: Event) -> bool:
    """Say whether their pages have one name in two languages: "/cs/akce/parkovani-2027"."""
    names = [urlsplit(event.url).path.rstrip("/").rpartition("/")[2] for event in (one, other)]
    return (
        one.language != other.language
        and _host(one) == _host(other) != ""
        and one.url != other.url
        and len(names[0]) >= LONG_NAME
        and names[0] == names[1]
    )


def meanings_shared(one: str, other: str) -> int:
    """Return how many meanings and names two titles have in common; 0 if they differ in any."""
    keys = [title_key(title) for title in (one, other)]
    if _numbers(keys[0]) != _numbers(keys[1]):
        return 0
    first, second = (meaning(key - KINDS - COMMON) for key in keys)
    if first.known - second.known and second.known - first.known:
        return 0
    names = first.others & second.others
    shared = len(first.known & second.known) + len(names)
    if shared < MOST_MEANINGS * (len(first.known | second.known) + len(names)):
        return 0
    unknown = max(len(first.others), len(second.others)) - len(names)
    return shared if shared > 1 or unknown <= FEW_WORDS else 0


def same_place(one: Event, other: Event) -> bool:
    """Say whether both name the same house, or town."""
    place = fold(one.place).split(",")[0].strip()
    return bool(place) and place == fold(other.place).split(",")[0].strip()


def _at_one_house(one: Event, other: Event, shared: int) -> bool:
    """Say whether titles with so much in common are of one place; a town alone says less."""
    if same_place(one, other):
        return shared > 0
    first, second = (_place_words(event.place) for event in (one, other))
    only_town = bool(first - second and second - first)
    return bool(first & second) and shared > only_town


def _place_words(place: str) -> frozenset[str]:
    words = (_TOWNS.get(word, word) for word in re.findall(r"[a-z]{3,}", fold(place)))
    return frozenset(words) - _ANY_PLACE


def _is_somewhere(event: Event) -> bool:
    return bool(event.place) and "online" not in fold(event.place)


def _host(event: Event) -> str:
    return (urlsplit(event.url).hostname or "").removeprefix("www.")


def _numbers(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(letter.isdigit() for letter in word))
