"""cscc events: list, sync, add, edit, cancel, approve, reject, ics."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from bot import app as parts
from bot.bridges.calendars import calendar, key, token_of
from bot.clock import clock_from
from bot.commandline.differences import difference
from bot.commandline.eventfields import fields_of
from bot.commandline.options import Config, Json, note, print_json, print_table
from bot.commandline.pausing import operator
from bot.commandline.times import read_end, read_instant, spoken
from bot.errors import UsageError
from bot.platforms.web.feeds import Wanted
from bot.settings import Settings, load
from knowledge.documents import Audience
from scheduler.errors import ImpossibleEvent
from scheduler.events import Event, EventKind, EventStatus, Review, instant, last_instant
from scheduler.listing import listed_at, to_json, written

if TYPE_CHECKING:
    from scheduler.editing import Editing
    from scheduler.reconciling.sync import SourceReport, SyncReport

app = typer.Typer(add_completion=False, no_args_is_help=True)

Uid = Annotated[str, typer.Argument(metavar="UID", help="Of the event: cscc events list.")]
Title = Annotated[str | None, typer.Option(help="Its name.")]
Start = Annotated[str | None, typer.Option(metavar="T", help="2027-06-17T10:00, or a day.")]
End = Annotated[str | None, typer.Option(metavar="T", help="Of all-day events: the last day.")]
Deadlines = Annotated[
    list[str] | None,
    typer.Option(
        "--deadline", metavar="[LABEL=]T", help="Of a call, or of registration; may be repeated."
    ),
]
Text = Annotated[str | None, typer.Option()]
OfDate = Annotated[
    str, typer.Option("--date", metavar="DAY", help="Only this date of a recurring event.")
]
Eligible = Annotated[
    list[str] | None, typer.Option("--for", help="Who may apply: municipality, region, …")
]
Topics = Annotated[list[str] | None, typer.Option("--topic", help="May be repeated.")]


@app.callback()
def events() -> None:
    """List, add, change, approve and export events."""


@app.command("list")
def list_(
    kind: Annotated[list[EventKind] | None, typer.Option(help="Only of this kind.")] = None,
    review: Annotated[Review | None, typer.Option(help="Only with this review.")] = None,
    start: Annotated[str, typer.Option("--from", metavar="T", help="Not over by then.")] = "",
    end: Annotated[str, typer.Option("--to", metavar="T", help="Begun by then.")] = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """List the events, suggested and rejected ones too."""
    settings = load(config)
    now = clock_from(settings.now)()
    found, others = asyncio.run(_list(settings, now, kind or [], review, start, end))
    if as_json:
        print_json([to_json(event, now, others.get(event.uid, ())) for event in found])
        return
    print_table(
        ("Kind", "When", "Title", "Status", "Review", "UID"),
        (
            (e.kind, _when(e, now, settings.timezone), e.title, e.status, e.review, e.uid)
            for e in found
        ),
        empty=(
            "No event matches."
            if kind or review or start or end
            else "No events are known. Read the sources with: cscc events sync"
        ),
        whole="UID",
    )


@app.command()
def sync(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]…")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Read the event sources now; 1 where one could not be read."""
    settings = load(config)
    known = {source.name for source in settings.scheduler.sources}
    if unknown := set(names or ()) - known:
        raise UsageError(
            f"There is no event source {', '.join(sorted(unknown))}. "
            f"Known: {', '.join(sorted(known)) or 'none'}."
        )
    report = asyncio.run(_sync(settings, names))
    if as_json:
        print_json({"sources": [source_json(source) for source in report.sources]})
    else:
        _show_sync(report)
    if any(source.error for source in report.sources):
        raise typer.Exit(1)


@app.command()
def add(
    title: Annotated[str, typer.Option(help="Its name.")],
    kind: Annotated[EventKind, typer.Option(help="What it is.")] = EventKind.SEMINAR,
    start: Start = None,
    end: End = None,
    deadlines: Deadlines = None,
    opens: Annotated[str | None, typer.Option(metavar="T", help="When a call opens.")] = None,
    place: Text = None,
    url: Text = None,
    summary: Text = None,
    language: Text = None,
    topics: Topics = None,
    region: Text = None,
    eligible: Eligible = None,
    audience: Annotated[Audience | None, typer.Option()] = None,
    uid: Annotated[str, typer.Option(help="A stable name; made up if not given.")] = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Add an event by hand."""
    settings = load(config)
    given = fields_of(
        settings.timezone, title=title, start=start, end=end, deadlines=deadlines, opens=opens,
        place=place, url=url, summary=summary, language=language, topics=topics, region=region,
        eligible=eligible, audience=audience,
    )  # fmt: skip
    if start is None and not deadlines:
        raise UsageError("An event needs --start, a call at least one --deadline.")
    event = Event(uid=uid or f"cli-{uuid4().hex[:12]}", title=title, kind=kind)
    event = replace(event, timezone=settings.timezone, **given)  # type: ignore[arg-type] # names are checked
    _edit(settings, lambda editing: editing.add(event, operator()), as_json=as_json)


@app.command()
def edit(
    uid: Uid,
    of_date: OfDate = "",
    title: Title = None,
    kind: Annotated[EventKind | None, typer.Option(help="What it is.")] = None,
    status: Annotated[EventStatus | None, typer.Option(help="What has become of it.")] = None,
    start: Start = None,
    end: End = None,
    deadlines: Deadlines = None,
    opens: Annotated[str | None, typer.Option(metavar="T", help="When a call opens.")] = None,
    place: Text = None,
    url: Text = None,
    summary: Text = None,
    language: Text = None,
    topics: Topics = None,
    region: Text = None,
    eligible: Eligible = None,
    audience: Annotated[Audience | None, typer.Option()] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Change an event; who was told of it is told what is different.

    Of a recurring event a new start or end moves its next date and all after it.
    """
    settings = load(config)
    changes = fields_of(
        settings.timezone, title=title, kind=kind, start=start, end=end, deadlines=deadlines,
        opens=opens, place=place, url=url, summary=summary, language=language, topics=topics,
        region=region, eligible=eligible, audience=audience, status=status,
    )  # fmt: skip
    if of_date and "status" in changes:
        changes["cancelled"] = changes.pop("status") is EventStatus.CANCELLED
    if not changes:
        raise UsageError("Say what to change: cscc events edit --help")
    _edit(
        settings,
        lambda editing: editing.edit(uid, changes, operator(), of_date=of_date),
        uid=uid,
        as_json=as_json,
    )


@app.command()
def cancel(uid: Uid, of_date: OfDate = "", as_json: Json = False, config: Config = None) -> None:
    """Say that an event does not take place; who was told of it is told."""
    _edit(
        load(config),
        lambda editing: editing.cancel(uid, operator(), of_date=of_date),
        uid=uid,
        as_json=as_json,
    )


@app.command()
def approve(uid: Uid, as_json: Json = False, config: Config = None) -> None:
    """Let a suggested event be posted."""
    _edit(load(config), lambda editing: editing.approve(uid, operator()), uid=uid, as_json=as_json)


@app.command()
def reject(uid: Uid, as_json: Json = False, config: Config = None) -> None:
    """Reject an event; it stays rejected, however often its source repeats it."""
    _edit(load(config), lambda editing: editing.reject(uid, operator()), uid=uid, as_json=as_json)


@app.command()
def ics(
    kind: Annotated[list[EventKind] | None, typer.Option(help="Only of this kind.")] = None,
    topics: Topics = None,
    language: Annotated[str, typer.Option("--lang", help="Only with a title in it.")] = "",
    address: Annotated[str, typer.Option(help="What this chat subscribed instead.")] = "",
    link: Annotated[bool, typer.Option("--link", help="Only say where it can be read.")] = False,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of stdout.")
    ] = None,
    config: Config = None,
) -> None:
    """Write the public events, or those of one chat, as an iCalendar file."""
    settings = load(config)
    if link:
        sys.stdout.write(asyncio.run(_link(settings, address)) + "\n")
        return
    made = asyncio.run(_ics(settings, kind or [], topics or [], language, address))
    if to:
        to.write_bytes(made)
        note(f"Written: {to}")
    else:
        sys.stdout.buffer.write(made)


async def _list(
    settings: Settings,
    now: datetime,
    kinds: list[EventKind],
    review: Review | None,
    start: str,
    end: str,
) -> tuple[list[Event], Mapping[str, Sequence[str]]]:
    """Return the events that are asked for, in the order of what comes next, and their aliases."""
    async with parts.open_stores(settings) as stores:
        found = await stores.scheduler.events(review=review)
        others = await parts.aliases(stores)
    begin = read_instant(start, settings.timezone) if start else None
    until = read_end(end, settings.timezone) if end else None
    wanted = (
        event
        for event in found
        if not kinds or event.kind in kinds
        if begin is None or not event.over(begin)
        if until is None or _begun(event, until)
    )
    undated = datetime.max.replace(tzinfo=UTC)
    return sorted(wanted, key=lambda e: (listed_at(e, now) or undated, e.uid)), others


def _begun(event: Event, until: datetime) -> bool:
    firsts = [instant(one, event.timezone) for one in (event.start, event.opening) if one]
    firsts += [deadline.at for deadline in event.deadlines]
    return any(first < until for first in firsts)


async def _sync(settings: Settings, names: list[str] | None) -> SyncReport:
    clock = clock_from(settings.now)
    async with parts.open_stores(settings) as stores, parts.open_fetch(settings) as fetch:
        scheduler = parts.make_scheduler(settings, stores, {}, clock, fetch=fetch)
        return await scheduler.sync(names or None)


def _edit(
    settings: Settings,
    work: Callable[[Editing], Awaitable[Event]],
    *,
    uid: str = "",
    as_json: bool,
) -> None:
    """Do an editor's work; uid: of the event, to say what became different."""
    clock = clock_from(settings.now)

    async def edited() -> tuple[Event | None, Event]:
        async with parts.open_stores(settings) as stores:
            before = await stores.scheduler.event(uid) if uid else None
            return before, await work(parts.make_scheduler(settings, stores, {}, clock).editing)

    try:
        before, event = asyncio.run(edited())
    except ImpossibleEvent as error:
        raise UsageError(str(error)) from error
    if as_json:
        print_json(to_json(event, clock()))
    else:
        note(f"{event.uid}: {event.title} ({event.status.value}, {event.review.value})")
        changes = difference(before, event, clock())
        for line in changes or ([] if before is None else ["Nothing is different."]):
            note(f"  {line}")


async def _ics(
    settings: Settings, kinds: list[EventKind], topics: list[str], language: str, address: str
) -> bytes:
    wanted = Wanted(kinds=tuple(kinds), topics=tuple(topics), language=language)
    async with parts.open_stores(settings) as stores:
        if address:
            wanted = replace(wanted, token=token_of(await key(stores.scheduler), address))
        made = await calendar(stores.scheduler, wanted, clock_from(settings.now)())
    return made or b""


async def _link(settings: Settings, address: str) -> str:
    if not settings.web.public_url:
        raise UsageError("Set CSCC_PUBLIC_URL, the address under which the world reaches us.")
    base = settings.web.public_url.rstrip("/")
    if not address:
        return f"{base}/events.ics"
    async with parts.open_stores(settings) as stores:
        return f"{base}/events/{token_of(await key(stores.scheduler), address)}.ics"


def _when(event: Event, now: datetime, home: str) -> str:
    """Return when it is next, or until when a call is open; with its zone where it is another."""
    if event.deadlines and (event.start is None or event.kind is EventKind.CALL):
        told = [
            f"{each.label} {_at(each.at, each.timezone, home)}".strip() for each in event.deadlines
        ]
        if event.opening is not None and instant(event.opening, event.timezone) > now:
            told.insert(0, f"opens {_at(event.opening, event.timezone, home)}")
        return ", ".join(told)
    ahead = [o for o in event.occurrences if last_instant(o.start, o.end, event.timezone) >= now]
    start = ahead[0].start if ahead else event.start or event.opening
    return _at(start, event.timezone, home) if start else ""


def _at(value: datetime | date, zone: str, home: str) -> str:
    from bot.wording.events import PLACELESS  # noqa: PLC0415 -- slow import

    if not isinstance(value, datetime):
        return spoken(value.isoformat())
    is_elsewhere = zone not in (home, *PLACELESS)
    own = spoken(written(value, zone if is_elsewhere else home) or "")
    return f"{own} {zone}" if is_elsewhere else own


def source_json(source: SourceReport) -> dict[str, object]:
    """Return what the reading of one event source came to."""
    return {
        "name": source.name,
        "added": len(source.added),
        "changed": len(source.changed),
        "withdrawn": len(source.withdrawn),
        "unchanged": source.unchanged,
        "failed": [{"item": name, "error": error} for name, error in source.broken],
        "error": source.error,
    }


def _show_sync(report: SyncReport) -> None:
    print_table(
        ("Source", "Added", "Changed", "Withdrawn", "Unchanged", "Trouble"),
        (
            (
                one.name,
                len(one.added),
                len(one.changed),
                len(one.withdrawn),
                one.unchanged,
                one.error or "; ".join(f"{name}: {error}" for name, error in one.broken),
            )
            for one in report.sources
        ),
        empty="No event sources are configured.",
    )
