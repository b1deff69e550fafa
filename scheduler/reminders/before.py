"""Reminders before a start or a deadline, one for each lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from scheduler.events import Event, EventKind, Reminder, ReminderKind
from scheduler.reminders.anchors import Anchor
from scheduler.reminders.occasions import Manner, Occasion
from scheduler.reminders.timing import before

__all__ = ["occasions", "spent"]

#: So long it is of use to hear that something begins now.
BEGINNING = timedelta(minutes=15)


def occasions(anchor: Anchor, event: Event, manner: Manner) -> Iterator[Occasion]:
    """Yield one occasion for each lead."""
    of_call = event.kind is EventKind.CALL
    registers = anchor.kind is ReminderKind.BEFORE_DEADLINE and not of_call
    for lead in manner.registration if registers else manner.leads:
        due = before(anchor, lead, manner.timezone, quiet=manner.quiet)
        yield Occasion(anchor=anchor, lead=str(lead), due=due)


def spent(reminder: Reminder, event: Event, now: datetime) -> str:  # noqa: ARG001 -- a kind's form
    """Return why a reminder found late is of no use any more; "" while it is."""
    ends = reminder.anchor
    if reminder.due_at >= reminder.anchor:  # of an all-day event on its own day, or of none before
        ends += timedelta(days=1) if "@" in reminder.lead else BEGINNING
    return "began" if now >= ends else ""
