"""SQL of questions about events: what lies in a range, what waits for an editor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

import scheduler.store.tables as tables
from scheduler.events import Event, EventKind, Review
from scheduler.listing import dates_within
from scheduler.store.codec import load_event
from scheduler.store.rows import Connection

__all__ = ["EventFilter", "between", "everything"]

EVENTS = tables.events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are asked for; what is empty does not matter."""

    kinds: Collection[EventKind] = ()
    audiences: Collection[str] = ("public",)
    topics: Collection[str] = ()
    regions: Collection[str] = ()
    languages: Collection[str] = ()
    #: All of them must begin a word of title, summary, topics or place.
    words: Sequence[str] = ()
    #: With the starter's examples.
    examples: bool = False


async def everything(
    connection: Connection, *, review: Review | None = None, withdrawn: bool = False
) -> list[Event]:
    """Return all events, over or not, by their first instant."""
    query = select(EVENTS.body).order_by(EVENTS.first_at, EVENTS.uid)
    if review is not None:
        query = query.where(EVENTS.review == review.value)
    if not withdrawn:
        query = query.where(EVENTS.withdrawn_at.is_(None))
    return [load_event(body) for body in (await connection.execute(query)).scalars()]


async def between(
    connection: Connection, wanted: EventFilter, start: datetime, end: datetime | None
) -> list[tuple[datetime, Event]]:
    """Return approved events that have a date in a range, each with the one it is listed by.

    A date is a start (or a span that is under way), a deadline or an opening.
    """
    query = select(EVENTS.body).where(
        EVENTS.review == Review.APPROVED.value,
        EVENTS.withdrawn_at.is_(None),
        EVENTS.audience.in_(list(wanted.audiences)),
        EVENTS.last_at >= start,
    )
    if end is not None:
        query = query.where(EVENTS.first_at <= end)
    if wanted.kinds:
        query = query.where(EVENTS.kind.in_([str(kind) for kind in wanted.kinds]))
    if not wanted.examples:
        query = query.where(EVENTS.example.is_(False))
    rows = await connection.execute(query)
    found = []
    for event in map(load_event, rows.scalars()):
        dates = dates_within(event, start, end)
        if dates and _asked_for(event, wanted):
            found.append((dates[0], event))
    return sorted(found, key=lambda pair: (pair[0], pair[1].uid))


def _asked_for(event: Event, wanted: EventFilter) -> bool:
    topics = {topic.casefold() for topic in event.topics}
    if wanted.topics and topics.isdisjoint(topic.casefold() for topic in wanted.topics):
        return False
    if wanted.regions and event.region and event.region not in wanted.regions:
        return False
    if wanted.languages and event.languages.isdisjoint(wanted.languages):
        return False
    text = f" {event.title} {event.summary} {event.place} {' '.join(event.topics)}".casefold()
    return all(f" {word.casefold()}" in text for word in wanted.words)
