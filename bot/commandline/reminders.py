"""cscc reminders plan, explain, preview."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.console import Console

from bot import app as parts
from bot.clock import clock_from
from bot.commandline.options import Config, Json, note, print_json, print_table
from bot.commandline.times import read_end, read_instant, shown
from bot.errors import UsageError
from bot.platforms.console import printable
from bot.settings import TERMINAL, Settings, load, without_terminal

if TYPE_CHECKING:
    from scheduler.events import Reminder
    from scheduler.explaining import Explanation, Line
    from scheduler.service import Scheduler

app = typer.Typer(add_completion=False, no_args_is_help=True)

Uid = Annotated[str, typer.Argument(metavar="UID", help="Of the event: cscc events list.")]


@app.callback()
def reminders() -> None:
    """Show what will be sent when, and why."""


@app.command()
def plan(
    start: Annotated[str, typer.Option("--from", metavar="T", help="2027-06-01, or with a time.")],
    end: Annotated[str, typer.Option("--to", metavar="T", help="A day counts whole.")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show what is to be sent in a stretch of time."""
    settings = load(config)
    found = asyncio.run(_plan(settings, start, end))
    if as_json:
        print_json([reminder_json(one) for one in found])
        return
    print_table(
        ("Due", "To", "Event", "What", "Why then"),
        (
            (
                shown(one.due_at, settings.timezone),
                one.address,
                one.event_uid,
                f"{one.kind.value} {one.lead}".strip(),
                one.reason,
            )
            for one in found
        ),
        empty="Nothing is to be sent then.",
    )


@app.command()
def explain(uid: Uid, as_json: Json = False, config: Config = None) -> None:
    """Say for each subscription what is sent about an event and when, and why not otherwise."""
    settings = load(config)
    found = asyncio.run(_explain(settings, uid))
    if as_json:
        print_json(
            {
                "event_uid": found.event.uid,
                "title": found.event.title,
                "silent": found.silent,
                "lines": [line_json(line) for line in found.lines],
            }
        )
        return
    note(found.event.title + (f": nothing is sent ({found.silent})" if found.silent else ""))
    print_table(
        ("To", "What", "Of", "Due", "Outcome", "Why"),
        (
            (
                line.address,
                f"{line.kind} {line.lead}".strip(),
                shown(line.anchor, settings.timezone) + (f", {line.label}" if line.label else ""),
                shown(line.due_at, settings.timezone),
                line.outcome,
                line.reason,
            )
            for line in found.lines
        ),
        empty="No subscription is concerned.",
    )


@app.command()
def preview(
    uid: Uid,
    to: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Send it there once, as it would be posted.")
    ] = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show the reminders of an event as they would read now, or send them to one address."""
    settings = load(config)
    texts = asyncio.run(_preview(settings, uid, to))
    if as_json:
        print_json([{"text": text, "sent_to": to or None} for text in texts])
        return
    for text in texts:
        Console().print(printable(text))
    if to:
        note(f"Sent to {to}.")


async def _begun(settings: Settings, stores: parts.Stores) -> Scheduler:
    """Return a scheduler that knows what cscc.toml says now.

    Whether somebody sits at a terminal is for the running assistant to know.
    """
    clock = clock_from(settings.now)
    known = await parts.make_scheduler(settings, stores, {}, clock).subscribing.of(TERMINAL)
    if not known:
        settings = without_terminal(settings)
    scheduler = parts.make_scheduler(settings, stores, {}, clock)
    await scheduler.begin()
    return scheduler


async def _plan(settings: Settings, start: str, end: str) -> list[Reminder]:
    after, until = read_instant(start, settings.timezone), read_end(end, settings.timezone)
    if until <= after:
        raise UsageError(f"--from {start} is after --to {end}.")
    async with parts.open_stores(settings) as stores:
        scheduler = await _begun(settings, stores)
        return await scheduler.plan(after, until)


async def _explain(settings: Settings, uid: str) -> Explanation:
    async with parts.open_stores(settings) as stores:
        scheduler = await _begun(settings, stores)
        return await scheduler.explain(uid)


async def _preview(settings: Settings, uid: str, to: str) -> list[str]:
    from bot.wording.notices import word_notice  # noqa: PLC0415 -- slow import

    clock = clock_from(settings.now)
    async with parts.open_stores(settings) as stores:
        schedule = parts.make_schedule(settings, stores, clock)
        event = await stores.scheduler.named(uid)
        notices = await schedule.preview(event.uid, to or TERMINAL, settings.language)
        if to:
            async with parts.open_platform(settings, clock, to) as platform:
                notifier = parts.make_notifier(settings, stores, {platform.name: platform}, clock)
                for notice in notices:
                    await notifier.ready(to)
                    await notifier.deliver(replace(notice, post_id=f"preview-{uuid4().hex}"))
    return [word_notice(notice, clock()).text for notice in notices]


def reminder_json(one: Reminder) -> dict[str, object]:
    """Return a planned reminder as others rely on it."""
    return {
        "due_at": one.due_at,
        "address": one.address,
        "event_uid": one.event_uid,
        "occasion": one.occasion,
        "lead": one.lead,
        "reason": one.reason,
        "kind": one.kind.value,
    }


def line_json(line: Line) -> dict[str, object]:
    """Return one line of an explanation."""
    return {
        "address": line.address,
        "kind": line.kind,
        "lead": line.lead,
        "anchor": line.anchor,
        "label": line.label or None,
        "due_at": line.due_at,
        "outcome": line.outcome,
        "reason": line.reason,
    }
