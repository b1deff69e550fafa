"""What the commands need of the scheduler (leaf): a port, so that a dialogue is tested alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scheduler.events import Event, EventKind, Notice, Review, Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something an editor did."""

    by: str
    action: str
    subject: str
    at: datetime


class Agenda(Protocol):
    """Events, subscriptions and posting."""

    async def events(
        self,
        *,
        after: datetime,
        kinds: Sequence[EventKind] = (),
        audience: str,
        examples: bool,
        limit: int = 50,
    ) -> list[Event]:
        """Return what lies ahead and may be read, next first; calls by their next deadline."""

    async def event(self, uid: str) -> Event | None:
        """Return an event by its uid or an alias of it."""

    async def subscriptions(self, chat: str) -> list[Subscription]:
        """Return those of a chat and of its threads and topics."""

    async def subscribe(self, subscription: Subscription) -> None:
        """Begin a subscription, or change the one with its id."""

    async def unsubscribe(self, id: str) -> None:
        """End a subscription."""

    async def pause(self, id: str, until: datetime | None) -> None:
        """Let a subscription send nothing before an instant; None: it sends again."""

    async def move(self, old: str, new: str) -> None:
        """Follow a chat to its new address."""

    async def forget(self, author: str, address: str) -> int:
        """Drop what a person subscribed in the direct chat; return how many there were."""

    async def suggested(self) -> list[Event]:
        """Return what waits for an editor."""

    async def review(self, uid: str, review: Review, by: str) -> None:
        """Approve or reject an event."""

    async def edit(
        self, uid: str, changes: Mapping[str, object], by: str, *, of_date: str = ""
    ) -> Event:
        """Change fields of an event, or of one date of it; return it as it is now."""

    async def cancel(self, uid: str, by: str, *, of_date: str = "") -> None:
        """Say that an event, or one date of it, does not take place."""

    async def add(self, event: Event, by: str) -> None:
        """Add an event by hand."""

    async def preview(self, uid: str, address: str, language: str) -> list[Notice]:
        """Return the notices that an event would cause at an address, nothing stored."""

    async def addresses(self) -> list[tuple[str, str]]:
        """Return (address, language) of everything that is subscribed to."""

    async def paused(self) -> bool:
        """Tell whether all posting is paused."""

    async def pause_posting(self, by: str) -> None:
        """Post nothing until it is resumed."""

    async def resume_posting(self, by: str) -> None:
        """Post again."""

    async def note(self, by: str, action: str, subject: str) -> None:
        """Keep who did what that is not an event's."""

    async def log(self, limit: int) -> list[Deed]:
        """Return what editors did last, newest first."""

    async def feed_token(self, address: str) -> str:
        """Return what opens an address's own calendar at /events/TOKEN.ics."""

    async def calendar(self, events: Sequence[Event], language: str) -> bytes:
        """Return events as an iCalendar file."""
