"""Which events a subscription is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

from scheduler.events import Event, Subscription
from scheduler.reconciling.meanings import meaning_of_word
from scheduler.zones import fold

__all__ = ["EXAMPLE_PLATFORMS", "mismatch"]

#: Where the starter's examples may be shown.
EXAMPLE_PLATFORMS = ("console", "web")

#: Letters that words of one topic begin alike with at least, and that endings have at most.
_BEGINNING, _ENDING = 4, 3


def mismatch(subscription: Subscription, event: Event) -> str:
    """Return why an event is not for a subscription, as a field's name; "" if it is for it."""
    if event.example and subscription.address.partition(":")[0] not in EXAMPLE_PLATFORMS:
        return "example"
    if event.audience != "public" and subscription.audience != event.audience:
        return "audience"
    if subscription.event_uid:
        return "" if subscription.event_uid == event.uid else "event"
    if subscription.kinds and event.kind not in subscription.kinds:
        return "kind"
    if subscription.languages and event.languages.isdisjoint(subscription.languages):
        return "language"
    if subscription.topics and not _is_about(event, subscription.topics):
        return "topic"
    # An event that names no region, or nobody in particular, is for everyone.
    if subscription.regions and event.region and not _overlap(subscription.regions, [event.region]):
        return "region"
    if subscription.eligible and event.eligible:
        return "" if _overlap(subscription.eligible, event.eligible) else "eligible"
    return ""


def _is_about(event: Event, wanted: Iterable[str]) -> bool:
    """Tell whether an event is about one of these topics; one that names none, by its title."""
    told = [_words(text) for text in event.topics or (event.title,)]
    return any(
        all(any(_alike(word, other) for other in words) for word in _words(topic))
        for topic in wanted
        for words in told
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", fold(text)))


def _alike(one: str, other: str) -> bool:
    """Tell whether two folded words mean the same, or differ in their endings alone."""
    meant = meaning_of_word(one)
    if one == other or (meant is not None and meant == meaning_of_word(other)):
        return True
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    shared = sum(1 for _ in pairs)
    return shared >= _BEGINNING and max(len(one), len(other)) - shared <= _ENDING


def _overlap(wanted: Iterable[str], offered: Iterable[str]) -> bool:
    return not {word.casefold() for word in wanted}.isdisjoint(word.casefold() for word in offered)
