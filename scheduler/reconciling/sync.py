"""Brings stored events in line with what their sources tell, and the plan with the events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import scheduler.store.events as events
import scheduler.store.state as state
from scheduler.errors import EventSourceError
from scheduler.events import Event, EventStatus, Review
from scheduler.planner import extend, replan_events
from scheduler.ports import Fetch
from scheduler.reconciling.history import remembered
from scheduler.reconciling.lasting import lasting
from scheduler.reconciling.merging import Merged, merge
from scheduler.sources import EventSource, SourceResult
from scheduler.store import Store
from scheduler.store.codec import dump_event, edited
from scheduler.store.events import StoredEvent
from scheduler.store.rows import Connection

__all__ = [
    "EDITORS",
    "SourceReport",
    "SyncReport",
    "apply",
    "revise",
    "suggest",
    "sync_source",
    "withdraw_examples",
]

logger = logging.getLogger(__name__)

#: The source of what editors add by hand.
EDITORS = "editors"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What the reading of one source came to."""

    name: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    unchanged: int = 0
    #: (name, error) of items that could not be read.
    broken: tuple[tuple[str, str], ...] = ()
    #: Why nothing was changed; "" if all went well.
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a synchronisation came to, source by source."""

    sources: tuple[SourceReport, ...] = ()


async def sync_source(
    source: EventSource, store: Store, fetch: Fetch, now: datetime
) -> SourceReport:
    """Read one source and apply it; one that fails changes nothing and is reported."""
    async with store.reading() as connection:
        told = [one for one in await events.items(connection) if one.source == source.name]
    try:
        result = await source.read(fetch, now, known=[one for one in told if not one.over(now)])
    except EventSourceError as error:
        logger.warning("Event source %s cannot be read: %s", source.name, error)
        return await _report(store, SourceReport(name=source.name, error=str(error)), now)
    report = await apply(store, source.name, result, now)
    if report.error:
        logger.warning("Event source %s changed nothing: %s", source.name, report.error)
    return await _report(store, report, now)


async def apply(store: Store, source: str, result: SourceResult, now: datetime) -> SourceReport:
    """Merge what a source tells into the events and plan anew what became different."""
    async with store.reading() as connection:
        step = await _step(connection, source, result, now)
    if not step.anything:
        return step.report
    async with store.writing() as connection:
        await extend(connection, now)
        step = await _step(connection, source, result, now)  # others may have written meanwhile
        await events.save_items(connection, source, step.merged.items)
        await events.save_aliases(connection, step.aliases)
        await _save(connection, step, now)
    return step.report


async def suggest(store: Store, source: str, found: Sequence[Event], now: datetime) -> SourceReport:
    """Take in events that were found by the way, in pages: an editor decides about each."""
    suggested = tuple(replace(e, review=Review.SUGGESTED, source=source) for e in found)
    return await apply(store, source, SourceResult(events=suggested, complete=False), now)


async def withdraw_examples(store: Store, now: datetime) -> None:
    """Take back the starter's examples, without a word: who names own sources has no use for them.

    What another source told stays, named or not: to forget it by a slip would cost reminders.
    """
    async with store.reading() as connection:
        examples = [one for one in await events.items(connection) if one.example]
    for source in sorted({one.source for one in examples}):
        gone = tuple(one.uid for one in examples if one.source == source)
        await apply(store, source, SourceResult(withdrawn=gone, complete=False), now)


async def revise(
    connection: Connection,
    uid: str,
    now: datetime,
    *,
    edits: str | None = None,
    verdict: Review | None = None,
) -> StoredEvent:
    """Lay an editor's fields or verdict over a stored event and plan it anew."""
    stored = (await events.load(connection, [uid]))[0]
    changed = replace(
        stored,
        edits=stored.edits if edits is None else edits,
        verdict=stored.verdict if verdict is None else verdict.value,
    )
    revised = _effective(changed, changed.composed, now)
    await events.save(connection, [revised], now)
    await replan_events(connection, [uid], now)
    return revised


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What a reading of a source changes."""

    report: SourceReport
    merged: Merged
    stored: Mapping[str, StoredEvent]
    #: Those that are new or other than before.
    aliases: Mapping[str, str]
    anything: bool


async def _step(connection: Connection, source: str, result: SourceResult, now: datetime) -> _Step:
    told = await events.items(connection)
    known = await events.aliases(connection)
    merged = await asyncio.to_thread(merge, told, known, source=source, result=result, now=now)
    stored = {one.event.uid: one for one in await events.load(connection)}
    composed = (
        lasting(stored[one.uid].composed, one) if one.uid in stored else one
        for one in merged.events
    )
    merged = replace(merged, events=tuple(composed))
    added, changed, withdrawn = _difference(stored, merged.events)
    grown = {alias: uid for alias, uid in merged.aliases.items() if known.get(alias) != uid}
    words = {dump_event(one) for one in told if one.source == source}
    report = SourceReport(
        name=source,
        added=tuple(added),
        changed=tuple(changed),
        withdrawn=tuple(withdrawn),
        unchanged=len({merged.aliases[one.uid] for one in merged.items} - {*added, *changed}),
        broken=tuple((one.name, one.error) for one in result.failures),
        error=merged.refused,
    )
    other_words = words != {dump_event(one) for one in merged.items}
    anything = bool(added or changed or withdrawn or grown or other_words)
    return _Step(report=report, merged=merged, stored=stored, aliases=grown, anything=anything)


def _difference(
    have: Mapping[str, StoredEvent], composed: Sequence[Event]
) -> tuple[list[str], list[str], list[str]]:
    """Return the uids of what is new, different and withdrawn."""
    added = [one.uid for one in composed if one.uid not in have]
    changed = [
        one.uid
        for one in composed
        if one.uid in have
        and (
            have[one.uid].withdrawn_at is not None
            or dump_event(have[one.uid].composed) != dump_event(one)
        )
    ]
    there = {one.uid for one in composed}
    withdrawn = [uid for uid, one in have.items() if uid not in there and one.withdrawn_at is None]
    return added, changed, withdrawn


async def _save(connection: Connection, step: _Step, now: datetime) -> None:
    report, stored = step.report, step.stored
    by_uid = {one.uid: one for one in step.merged.events}
    saved = [_effective(_fresh(by_uid[uid], now), by_uid[uid], now) for uid in report.added]
    saved += [
        _effective(replace(stored[uid], withdrawn_at=None), by_uid[uid], now)
        for uid in report.changed
    ]
    saved += [replace(stored[uid], withdrawn_at=now) for uid in report.withdrawn]
    await events.save(connection, saved, now)
    await replan_events(connection, [one.event.uid for one in saved], now)


def _fresh(event: Event, now: datetime) -> StoredEvent:
    return StoredEvent(event=event, composed=event, revision=-1, created_at=now, changed_at=now)


def _effective(stored: StoredEvent, composed: Event, now: datetime) -> StoredEvent:
    """Return the event as it holds: composed, then edited, then reviewed; revision counted on."""
    event = edited(composed, stored.edits)
    if stored.verdict:
        event = replace(event, review=Review(stored.verdict))
    moved = event.original_start not in (None, event.start, composed.original_start)
    if moved and event.status is EventStatus.SCHEDULED:  # what the source says goes before
        event = replace(event, status=EventStatus.RESCHEDULED)
    event = replace(event, uid=stored.event.uid)
    if stored.event.review is Review.APPROVED:
        event = remembered(stored.event, event, now)
    return replace(
        stored, event=event, composed=composed, revision=stored.revision + 1, changed_at=now
    )


async def _report(store: Store, report: SourceReport, now: datetime) -> SourceReport:
    async with store.writing() as connection:
        await state.source_went(
            connection, report.name, now, error=report.error, broken=report.broken
        )
    return report
