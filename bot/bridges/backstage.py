"""What the editors' pages show and do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clusters import clusters
from bot.i18n import Phrases
from bot.platforms.web.editors import Row, Sheet
from bot.settings import Settings
from bot.store import Store as BotStore
from bot.wording.events import deadline_when, event_when, kind_name
from bot.wording.parts import at_next
from bot.wording.reader import Reader
from knowledge.configuration import with_answers
from knowledge.overview import sources_status
from scheduler.errors import UnknownEvent
from scheduler.events import Event, EventKind, EventStatus, Review, instant
from scheduler.ports import Clock
from scheduler.service import Scheduler
from scheduler.settings import EventSourceSettings
from scheduler.store import Store as SchedulerStore
from scheduler.store.state import SourceState

#: Columns and lines of a page.
Made = tuple[tuple[str, ...], list[Row]]

_EVENT = ("title", "kind", "when", "status", "place", "source")
#: How far back unanswered questions are shown.
BACK = timedelta(days=60)
#: Lines of a page.
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstage:
    """Implements `bot.platforms.web.editors.Work` over the rows."""

    settings: Settings
    bot: BotStore
    rows: SchedulerStore
    scheduler: Scheduler
    clock: Clock

    async def sheet(self, name: str, phrases: Phrases) -> Sheet:
        """Return the table of a page."""
        makers = {
            "suggested": self._suggested,
            "events": self._events,
            "sources": self._sources,
            "questions": self._questions,
            "deliveries": self._deliveries,
        }
        columns, rows = await makers[name](
            Reader(phrases=phrases, timezone=self.settings.timezone, now=self.clock())
        )
        return Sheet(
            columns=tuple(f"editors.column.{column}" for column in columns),
            rows=rows[:MOST],
            empty=f"editors.empty.{name}",
        )

    async def act(self, action: str, subject: str, by: str) -> None:
        """Approve, reject or cancel an event.

        Raises:
            ValueError: there is no such action or event (any more).
        """
        acts = {
            "approve": self.scheduler.editing.approve,
            "reject": self.scheduler.editing.reject,
            "cancel": self.scheduler.editing.cancel,
        }
        if action not in acts:
            raise ValueError(action)
        try:
            await acts[action](subject, by)
        except UnknownEvent as error:
            raise ValueError(subject) from error

    async def _suggested(self, reader: Reader) -> Made:
        events = await self.rows.suggested()
        return _EVENT, [_event(one, reader, ("approve", "reject")) for one in events]

    async def _events(self, reader: Reader) -> Made:
        events = await self.rows.events(review=Review.APPROVED)
        ahead = sorted(
            (one for one in events if not one.over(reader.now)),
            key=lambda one: (next_instant(one, reader.now), one.title),
        )
        return _EVENT, [
            _event(one, reader, () if one.status is EventStatus.CANCELLED else ("cancel",))
            for one in ahead
        ]

    async def _sources(self, reader: Reader) -> Made:
        columns = ("source", "kind", "last_run", "next_run", "documents", "failures")
        configured = with_answers(self.settings.knowledge)
        rows = [
            Row(
                cells=(
                    one.name,
                    f"{reader.say('editors.source.documents')}: {one.kind}",
                    _when(one.last_run, reader),
                    _when(one.next_run, reader),
                    str(one.documents),
                    one.error or str(len(one.failures) or ""),
                )
            )
            for one in await asyncio.to_thread(sources_status, configured, reader.now)
        ]
        kinds = {one.name: one for one in self.settings.scheduler.sources}
        for state in await self.rows.sources():
            if state.name in kinds:
                rows.append(_event_source(state, kinds[state.name], reader))
        return columns, rows

    async def _questions(self, reader: Reader) -> Made:
        asked = await self.bot.questions.unanswered(reader.now - BACK)
        rows = [
            Row(
                cells=(
                    str(cluster.count),
                    cluster.topic,
                    cluster.questions[0].language,
                    _when(cluster.questions[0].asked_at, reader),
                )
            )
            for cluster in clusters(asked)
        ]
        return ("count", "question", "language", "when"), rows

    async def _deliveries(self, reader: Reader) -> Made:
        rows = [
            Row(
                cells=(
                    _when(one.due_at, reader),
                    one.address,
                    one.event.title if one.event else one.kind,
                    one.outcome,
                    one.reason,
                )
            )
            for one in await self.rows.deliveries(limit=MOST)
        ]
        return ("due", "address", "event", "status", "reason"), rows


def _event(event: Event, reader: Reader, actions: tuple[str, ...]) -> Row:
    status = reader.say(f"editors.status.{event.status}")
    return Row(
        cells=(
            event.title,
            kind_name(event.kind, reader),
            _dates(event, reader),
            status,
            event.place,
            event.source,
        ),
        url=event.url,
        subject=event.uid,
        actions=actions,
    )


def _dates(event: Event, reader: Reader) -> str:
    """Return when an event is held, and all its deadlines."""
    is_call = event.kind is EventKind.CALL
    unnamed = "" if is_call else reader.say("event.registration")
    told = [
        f"{label}: {when}" if label else when
        for one in sorted(event.deadlines, key=lambda one: one.at)
        for label, when in [(one.label or unnamed, deadline_when(one, reader, "short"))]
    ]
    held = "" if is_call and told else event_when(at_next(event, reader), reader, "short")
    return "; ".join(filter(None, (held, *told)))


def next_instant(event: Event, now: datetime) -> datetime:
    """Return the first instant of an event that is ahead, of what goes on its start."""
    starts = [event.start, event.opening, *(one.start for one in event.occurrences)]
    known = [instant(one, event.timezone) for one in starts if one is not None]
    known += [one.at for one in event.deadlines]
    return min((at for at in known if at >= now), default=max(known, default=now))


def _event_source(state: SourceState, settings: EventSourceSettings, reader: Reader) -> Row:
    following = state.last_run_at + settings.refresh
    return Row(
        cells=(
            state.name,
            f"{reader.say('editors.source.events')}: {settings.kind}",
            _when(state.last_run_at, reader),
            _when(following, reader),
            "",
            state.error or str(len(state.broken) or ""),
        )
    )


def _when(instant: datetime | None, reader: Reader) -> str:
    return reader.phrases.moment(reader.local(instant), "bare") if instant else ""
