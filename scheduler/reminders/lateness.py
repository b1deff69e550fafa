"""Which reminders, found late, are still worth sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import scheduler.reminders.before as before
import scheduler.reminders.change as change
import scheduler.reminders.digest as digest
import scheduler.reminders.opening as opening
from scheduler.events import Event, Reminder, ReminderKind

__all__ = ["spent"]

SPENT: Mapping[ReminderKind, Callable[[Reminder, Event, datetime], str]] = {
    ReminderKind.BEFORE_START: before.spent,
    ReminderKind.BEFORE_DEADLINE: before.spent,
    ReminderKind.OPENED: opening.spent,
    ReminderKind.CHANGED: change.spent,
}


def spent(reminder: Reminder, event: Event | None, now: datetime) -> str:
    """Return why a reminder is of no use at `now`; "" while it is.

    By meaning, not by minutes: "in 14 days", five hours late, helps with corrected words; "in an
    hour" after the start does not.
    """
    if reminder.kind not in SPENT:
        return digest.spent(reminder, now)
    return SPENT[reminder.kind](reminder, event, now) if event is not None else "withdrawn"
