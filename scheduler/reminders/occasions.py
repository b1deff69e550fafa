"""What the reminder kinds return: occasions, and how a subscription wants them timed (leaf)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduler.events import Lead
from scheduler.reminders.anchors import Anchor
from scheduler.reminders.timing import Due

__all__ = ["Manner", "Occasion", "Window"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How reminders are timed; many subscriptions share one."""

    leads: tuple[Lead, ...]
    #: Before the registration for an event ends.
    registration: tuple[Lead, ...] = ()
    timezone: str
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One thing to remind of, whoever is told."""

    anchor: Anchor
    #: As written; "" where there is none.
    lead: str = ""
    #: None where the lead makes no sense for this anchor.
    due: Due | None

    def key(self, uid: str) -> str:
        """Return what, with the address, means "once"."""
        return f"{uid}|{self.anchor.key}|{self.lead}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time: `after` is outside it, `until` inside."""

    after: datetime
    until: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.after < at <= self.until
