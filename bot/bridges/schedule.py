"""The scheduler as the commands need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import scheduler.store.subscriptions as subscriptions
from bot.agenda import Deed
from bot.bridges.calendars import key, revisions, token_of, written
from knowledge.documents import Audience
from scheduler.events import Event, EventKind, Notice, ReminderKind, Review, Subscription
from scheduler.explaining import preview
from scheduler.ports import Clock
from scheduler.service import Scheduler
from scheduler.store import EventFilter, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Implements `bot.agenda.Agenda` over the scheduler's rows."""

    scheduler: Scheduler
    store: Store
    clock: Clock
    timezone: str

    async def events(
        self,
        *,
        after: datetime,
        kinds: Sequence[EventKind] = (),
        audience: str,
        examples: bool,
        limit: int = 50,
    ) -> list[Event]:
        """Return what lies ahead and may be read, next first."""
        readable = [one.value for one in Audience(audience).readable()]
        wanted = EventFilter(kinds=kinds, audiences=readable, examples=examples)
        return await self.store.events_between(after, wanted=wanted, limit=limit)

    async def event(self, uid: str) -> Event | None:
        """Return an event by its uid or an alias of it."""
        return await self.store.event(uid)

    async def subscriptions(self, chat: str) -> list[Subscription]:
        """Return those of a chat and of its threads and topics."""
        return await self.scheduler.subscribing.in_chat(chat)

    async def subscribe(self, subscription: Subscription) -> None:
        """Begin a subscription, or change the one with its id; a new one tells what lies ahead."""
        known = await self._find(subscription.id)
        new = known is None and not subscription.event_uid
        await self.scheduler.subscribing.subscribe(subscription, summary=new)

    async def unsubscribe(self, id: str) -> None:
        """End a subscription."""
        await self.scheduler.subscribing.unsubscribe(id)

    async def pause(self, id: str, until: datetime | None) -> None:
        """Let a subscription send nothing before an instant; None: it sends again."""
        found = await self._find(id)
        if found is not None:
            await self.scheduler.subscribing.pause(found.address, until)

    async def move(self, old: str, new: str) -> None:
        """Follow a chat to its new address."""
        async with self.store.writing() as connection:
            await subscriptions.rename(connection, old, new)
        self.scheduler.wake()

    async def forget(self, author: str, address: str) -> int:
        """Drop what a person subscribed in the direct chat; return how many there were."""
        own = [one for one in await self.scheduler.subscribing.of(address) if one.origin == "chat"]
        await self.scheduler.subscribing.forget(author, [address])
        return len(own)

    async def suggested(self) -> list[Event]:
        """Return what waits for an editor."""
        return await self.store.suggested()

    async def review(self, uid: str, review: Review, by: str) -> None:
        """Approve or reject an event."""
        await self.scheduler.editing.review(uid, review, by)

    async def edit(
        self, uid: str, changes: Mapping[str, object], by: str, *, of_date: str = ""
    ) -> Event:
        """Change fields of an event, or of one date of it; return it as it is now."""
        return await self.scheduler.editing.edit(uid, changes, by, of_date=of_date)

    async def cancel(self, uid: str, by: str, *, of_date: str = "") -> None:
        """Say that an event, or one date of it, does not take place."""
        await self.scheduler.editing.cancel(uid, by, of_date=of_date)

    async def add(self, event: Event, by: str) -> None:
        """Add an event by hand."""
        await self.scheduler.editing.add(event, by)

    async def preview(self, uid: str, address: str, language: str) -> list[Notice]:
        """Return the notices that an event would cause at an address, nothing stored."""
        event = await self.store.event(uid)
        if event is None:
            return []
        now = self.clock()
        kinds = _kinds(event)
        return [
            await preview(
                self.store,
                uid,
                now,
                kind=kind,
                address=address,
                language=language,
                timezone=self.timezone,
            )
            for kind in kinds
        ]

    async def addresses(self) -> list[tuple[str, str]]:
        """Return (address, language) of the chats that subscribed and want to hear now."""
        now = self.clock()
        return [
            (one.address, one.language)
            for one in await self.scheduler.subscribing.all()
            if not one.event_uid and (one.paused_until is None or one.paused_until <= now)
        ]

    async def paused(self) -> bool:
        """Tell whether all posting is paused."""
        return await self.scheduler.paused()

    async def pause_posting(self, by: str) -> None:
        """Post nothing until it is resumed."""
        await self.scheduler.pause(by)

    async def resume_posting(self, by: str) -> None:
        """Post again."""
        await self.scheduler.resume(by)

    async def note(self, by: str, action: str, subject: str) -> None:
        """Keep who did what that is not an event's."""
        await self.scheduler.editing.note(by, action, subject)

    async def log(self, limit: int) -> list[Deed]:
        """Return what editors did last, newest first."""
        return [
            Deed(by=one.who, action=one.action, subject=one.subject, at=one.at)
            for one in await self.scheduler.editing.log(limit=limit)
        ]

    async def feed_token(self, address: str) -> str:
        """Return what opens an address's own calendar at /events/TOKEN.ics."""
        return token_of(await key(self.store), address)

    async def calendar(self, events: Sequence[Event], language: str) -> bytes:
        """Return events as an iCalendar file, which follows one that was sent before."""
        return written(events, language, self.clock(), await revisions(self.store, events))

    async def _find(self, id: str) -> Subscription | None:
        async with self.store.reading() as connection:
            return await subscriptions.find(connection, id)


def _kinds(event: Event) -> tuple[ReminderKind, ...]:
    """Return what there is to say about an event ahead of it."""
    if event.kind is EventKind.CALL:
        return (ReminderKind.OPENED, ReminderKind.BEFORE_DEADLINE)
    return (ReminderKind.BEFORE_START,)
