"""The reminder that a call has opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from scheduler.events import CallState, Event, Reminder
from scheduler.reminders.anchors import Anchor
from scheduler.reminders.occasions import Manner, Occasion
from scheduler.reminders.timing import allowed_from

__all__ = ["occasions", "spent"]

#: Later than this it is no news that a call has opened.
NEWS = timedelta(days=14)


def occasions(anchor: Anchor, event: Event, manner: Manner) -> Iterator[Occasion]:
    """Yield the one occasion: the opening, or the next allowed hour unless a deadline is first."""
    ahead = [deadline.at for deadline in event.deadlines if deadline.at > anchor.at]
    due = allowed_from(
        anchor.at,
        manner.timezone,
        quiet=manner.quiet,
        limit=min(ahead, default=None),
        reason="instant",
    )
    yield Occasion(anchor=anchor, due=due)


def spent(reminder: Reminder, event: Event, now: datetime) -> str:
    """Return why it is of no use any more: the call has closed, or opened long ago."""
    if event.call_state(now) is CallState.CLOSED:
        return "closed"
    return "no news" if now - reminder.due_at > NEWS else ""
