"""Which events a subscription is for."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.events import Event, Subscription

__all__ = ["EXAMPLE_PLATFORMS", "mismatch"]

#: Where the starter's examples may be shown.
EXAMPLE_PLATFORMS = ("console", "web")


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
    if subscription.topics and not _overlap(subscription.topics, event.topics):
        return "topic"
    # An event that names no region, or nobody in particular, is for everyone.
    if subscription.regions and event.region and not _overlap(subscription.regions, [event.region]):
        return "region"
    if subscription.eligible and event.eligible:
        return "" if _overlap(subscription.eligible, event.eligible) else "eligible"
    return ""


def _overlap(wanted: Iterable[str], offered: Iterable[str]) -> bool:
    return not {word.casefold() for word in wanted}.isdisjoint(word.casefold() for word in offered)
