"""Plans reminders: events and subscriptions in, reminders out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import scheduler.reminders.before as before
import scheduler.reminders.opening as opening
from scheduler.events import Event, EventKind, Reminder, ReminderKind, Subscription
from scheduler.reminders.anchors import Anchor
from scheduler.reminders.leads import DEFAULT_LEADS, REGISTRATION
from scheduler.reminders.matching import EXAMPLE_PLATFORMS, mismatch
from scheduler.reminders.occasions import Manner, Occasion, Window

__all__ = [
    "ANCHORED",
    "Known",
    "Option",
    "Subscribers",
    "gather",
    "manner",
    "options",
    "plan",
    "why_not",
]

Occasions = Callable[[Anchor, Event, Manner], Iterator[Occasion]]

#: The kinds that count from an anchor.
ANCHORED: Mapping[ReminderKind, Occasions] = {
    ReminderKind.BEFORE_START: before.occasions,
    ReminderKind.BEFORE_DEADLINE: before.occasions,
    ReminderKind.OPENED: opening.occasions,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An event with its anchors, each with the instant it became known."""

    event: Event
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One occasion for one subscription, and why it is not sent ("" if it is)."""

    subscription: Subscription
    occasion: Occasion | None
    why_not: str


class Subscribers:
    """Subscriptions, grouped by what they share, so that planning asks once for each group."""

    def __init__(self, subscriptions: Iterable[Subscription]) -> None:
        self.all = tuple(subscriptions)
        self._groups: dict[EventKind, list[tuple[Manner, list[list[Subscription]]]]] = {}
        self._single: dict[str, list[Subscription]] = defaultdict(list)
        for subscription in self.all:
            if subscription.event_uid:
                self._single[subscription.event_uid].append(subscription)

    def groups(self, event: Event) -> Iterator[tuple[Manner, list[list[Subscription]]]]:
        """Yield those that may care: by manner, then by what they filter."""
        if event.kind not in self._groups:
            general = [s for s in self.all if not s.event_uid]
            self._groups[event.kind] = _grouped(general, event.kind)
        yield from self._groups[event.kind]
        if event.uid in self._single:
            yield from _grouped(self._single[event.uid], event.kind)


def plan(events: Iterable[Known], subscribers: Subscribers, window: Window) -> list[Reminder]:
    """Return every reminder due in the window, each once for an address, by due instant.

    What fell due before the anchor or the subscription was known is never among them.
    """
    found = gather(events, subscribers, window)
    return sorted(found, key=lambda r: (r.due_at, r.address, r.occasion))


def gather(
    events: Iterable[Known], subscribers: Subscribers, window: Window
) -> Collection[Reminder]:
    """Return what `plan` does, in no order: to sort a great many lets nothing else run."""
    found: dict[tuple[str, str], Reminder] = {}
    for known in events:
        for manner_, groups in subscribers.groups(known.event):
            due = [o for o in _occasions(known, manner_) if o.due and o.due.at in window]
            if not due:
                continue
            for group in groups:
                if mismatch(group[0], known.event):
                    continue
                for reminder in _reminders(known.event, due, group):
                    key = (reminder.occasion, reminder.address)
                    other = found.get(key)
                    if other is None or reminder.due_at < other.due_at:
                        found[key] = reminder
    return found.values()


def options(known: Known, subscriptions: Iterable[Subscription]) -> Iterator[Option]:
    """Yield all that could be sent about an event, and for what is not sent the reason."""
    for subscription in subscriptions:
        if why_not := mismatch(subscription, known.event):
            yield Option(subscription=subscription, occasion=None, why_not=why_not)
            continue
        for occasion in _occasions(known, manner(subscription, known.event.kind)):
            why_not = _held_back(occasion, subscription)
            yield Option(subscription=subscription, occasion=occasion, why_not=why_not)


def why_not(known: Known, occasion: str, subscriptions: Sequence[Subscription]) -> str:
    """Return why none of an address's subscriptions gives an occasion; "" if one does."""
    why = "other leads are wanted" if subscriptions else "unsubscribed"
    for option in options(known, subscriptions):
        if option.occasion is None or option.occasion.key(known.event.uid) == occasion:
            if not option.why_not:
                return ""
            why = option.why_not
    return why


def manner(subscription: Subscription, kind: EventKind) -> Manner:
    """Return how a subscription wants reminders of one kind of event timed."""
    own = subscription.leads
    # Who asked to be reminded of one event at one time is not reminded of its registration, too.
    asked = bool(subscription.event_uid and own)
    registration = own.get(REGISTRATION, () if asked else DEFAULT_LEADS[REGISTRATION])
    return Manner(
        leads=tuple(own.get(kind, DEFAULT_LEADS[kind])),
        registration=() if kind is EventKind.CALL else tuple(registration),
        timezone=subscription.timezone,
        quiet=subscription.quiet,
    )


def _occasions(known: Known, how: Manner) -> Iterator[Occasion]:
    for anchor in known.anchors:
        yield from ANCHORED[anchor.kind](anchor, known.event, how)


def _reminders(
    event: Event, occasions: Sequence[Occasion], subscriptions: Iterable[Subscription]
) -> Iterator[Reminder]:
    for subscription in subscriptions:
        for occasion in occasions:
            if occasion.due and not _held_back(occasion, subscription):
                yield Reminder(
                    occasion=occasion.key(event.uid),
                    address=subscription.address,
                    subscription_id=subscription.id,
                    kind=occasion.anchor.kind,
                    event_uid=event.uid,
                    recurrence_id=occasion.anchor.recurrence_id,
                    lead=occasion.lead,
                    label=occasion.anchor.label,
                    anchor=occasion.anchor.at,
                    due_at=occasion.due.at,
                    reason=occasion.due.reason,
                )


def _held_back(occasion: Occasion, subscription: Subscription) -> str:
    if occasion.due is None:
        return "no such hour"
    if _before(occasion.due.at, occasion.anchor.since):
        return "due before the date was known"
    if _before(occasion.due.at, subscription.since):
        return "due before the subscription"
    if subscription.until and occasion.due.at > subscription.until:
        return "due after the subscription"
    return "paused" if _before(occasion.due.at, subscription.paused_until) else ""


def _before(at: datetime, begin: datetime | None) -> bool:
    return begin is not None and at < begin


def _grouped(
    subscriptions: Iterable[Subscription], kind: EventKind
) -> list[tuple[Manner, list[list[Subscription]]]]:
    by_manner: dict[Manner, dict[tuple[object, ...], list[Subscription]]] = {}
    for subscription in subscriptions:
        by_filter = by_manner.setdefault(manner(subscription, kind), {})
        by_filter.setdefault(_filter(subscription), []).append(subscription)
    return [(how, list(by_filter.values())) for how, by_filter in by_manner.items()]


def _filter(subscription: Subscription) -> tuple[object, ...]:
    """Return all that `mismatch` looks at."""
    return (
        subscription.address.partition(":")[0] in EXAMPLE_PLATFORMS,
        subscription.audience,
        subscription.event_uid,
        subscription.kinds,
        subscription.languages,
        subscription.topics,
        subscription.regions,
        subscription.eligible,
    )
