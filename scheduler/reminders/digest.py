"""The weekly digest, and the one summary for a new subscription."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.events import Change, Event, NoticeItem, Reminder, ReminderKind, Subscription
from scheduler.reminders.anchors import Anchor
from scheduler.reminders.change import differences
from scheduler.reminders.matching import mismatch
from scheduler.reminders.occasions import Window
from scheduler.reminders.timing import Due, allowed_from, next_weekly

__all__ = [
    "Entry",
    "digest_items",
    "plan_digests",
    "plan_summary",
    "spent",
    "summary_items",
    "told_until",
]

WEEKDAY, HOUR = 0, time(9)  # Monday at nine
WEEK = timedelta(days=7)
#: What is "closing": deadlines, and starts, that come so soon.
DEADLINES_WITHIN, STARTS_WITHIN = timedelta(days=14), timedelta(days=7)
#: How far a summary looks, and how much it or a digest holds.
SUMMARY_WITHIN = timedelta(days=30)
MOST_ITEMS = 12
#: A digest found later than this waits for the next one.
LATEST = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as a digest sees it."""

    event: Event
    anchors: tuple[Anchor, ...]
    #: How it was when a digest told of it, or could have; None if none could.
    was: Event | None = None


def plan_digests(subscriptions: Iterable[Subscription], window: Window) -> Iterator[Reminder]:
    """Yield the digests due in the window: one for an address and ISO week."""
    for one in subscriptions:
        if not one.digest:
            continue
        at = window.after - WEEK
        while (at := next_weekly(at, one.timezone, WEEKDAY, HOUR)) <= window.until:
            due = allowed_from(at, one.timezone, quiet=one.quiet, reason="weekly")
            paused = one.paused_until and due.at < one.paused_until
            if due.at in window and not paused and (one.since is None or due.at >= one.since):
                year, week, _ = at.astimezone(ZoneInfo(one.timezone)).isocalendar()
                yield _reminder(one, ReminderKind.DIGEST, f"digest|{year}-W{week:02}", due)


def told_until(subscription: Subscription, now: datetime) -> datetime:
    """Return when the digest before the one that is due was to be: what came since then is new.

    Where one was sent, its own time counts.
    """
    zone = subscription.timezone
    this = next_weekly(now - WEEK, zone, WEEKDAY, HOUR)  # the last one not after now
    before = next_weekly(this - WEEK - timedelta(hours=2), zone, WEEKDAY, HOUR)
    return allowed_from(before, zone, quiet=subscription.quiet, reason="weekly").at


def plan_summary(subscription: Subscription, now: datetime) -> Reminder:
    """Return the summary that a new subscription begins with."""
    due = allowed_from(now, subscription.timezone, quiet=subscription.quiet, reason="instant")
    return _reminder(subscription, ReminderKind.SUMMARY, f"summary|{subscription.id}", due)


def digest_items(
    entries: Iterable[Entry], subscriptions: list[Subscription], now: datetime
) -> tuple[NoticeItem, ...]:
    """Return what is new, changed or closing for any of one address's subscriptions.

    `lead` of an item says which: "new", "changed" or "closing".
    """
    found = []
    for entry in entries:
        ahead = _ahead(entry, now)
        if ahead is None or not _wanted(entry.event, subscriptions):
            continue
        changes = differences(entry.was, entry.event, ahead.recurrence_id, now) if entry.was else ()
        if entry.was is None:
            found.append(_item(entry, ahead, "new"))
        elif changes:
            found.append(_item(entry, ahead, "changed", *changes))
        elif ahead.at - now <= _soon(ahead):
            found.append(_item(entry, ahead, "closing"))
    return _first(found)


def summary_items(
    entries: Iterable[Entry], subscriptions: list[Subscription], now: datetime
) -> tuple[NoticeItem, ...]:
    """Return what lies ahead in the next weeks."""
    found = []
    for entry in entries:
        ahead = _ahead(entry, now)
        if ahead and ahead.at - now <= SUMMARY_WITHIN and _wanted(entry.event, subscriptions):
            found.append(_item(entry, ahead, ""))
    return _first(found)


def spent(reminder: Reminder, now: datetime) -> str:
    """Return why a digest or summary found late is of no use any more; "" while it is."""
    return "no news" if now - reminder.due_at > LATEST else ""


def _reminder(one: Subscription, kind: ReminderKind, occasion: str, due: Due) -> Reminder:
    return Reminder(
        occasion=occasion,
        address=one.address,
        subscription_id=one.id,
        kind=kind,
        event_uid="",
        anchor=due.at,
        due_at=due.at,
        reason=due.reason,
    )


def _ahead(entry: Entry, now: datetime) -> Anchor | None:
    """Return the next deadline or start; the opening only where there is nothing else."""
    ahead = [anchor for anchor in entry.anchors if anchor.at > now]
    ends = [anchor for anchor in ahead if anchor.kind is not ReminderKind.OPENED]
    return min(ends or ahead, key=lambda anchor: anchor.at, default=None)


def _soon(anchor: Anchor) -> timedelta:
    return DEADLINES_WITHIN if anchor.kind is ReminderKind.BEFORE_DEADLINE else STARTS_WITHIN


def _wanted(event: Event, subscriptions: Iterable[Subscription]) -> bool:
    return any(not mismatch(one, event) for one in subscriptions)


def _item(entry: Entry, ahead: Anchor, why: str, *changes: Change) -> NoticeItem:
    return NoticeItem(
        kind=ReminderKind.DIGEST if why else ReminderKind.SUMMARY,
        event=entry.event,
        recurrence_id=ahead.recurrence_id,
        label=ahead.label,
        anchor=ahead.day or ahead.at,
        lead=why,
        changes=changes,
    )


def _first(items: list[NoticeItem]) -> tuple[NoticeItem, ...]:
    items.sort(key=lambda item: (str(item.anchor), item.event.title))
    return tuple(items[:MOST_ITEMS])
