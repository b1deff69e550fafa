"""cscc pause, cscc resume: all posting of reminders, in every process."""

from __future__ import annotations

import asyncio
import getpass

import typer

from bot import app as parts
from bot.clock import clock_from
from bot.commandline.options import Config, Json, note, print_json
from bot.settings import Settings, load

pause_app = typer.Typer(add_completion=False)
resume_app = typer.Typer(add_completion=False)


@pause_app.command()
def pause(as_json: Json = False, config: Config = None) -> None:
    """Send nothing until it is resumed; questions are still answered."""
    asyncio.run(_set(load(config), paused=True))
    _tell(as_json=as_json, paused=True)


@resume_app.command()
def resume(as_json: Json = False, config: Config = None) -> None:
    """Send again; what fell due meanwhile is sent if it is still of use."""
    asyncio.run(_set(load(config), paused=False))
    _tell(as_json=as_json, paused=False)


async def _set(settings: Settings, *, paused: bool) -> None:
    async with parts.open_stores(settings) as stores:
        scheduler = parts.make_scheduler(settings, stores, {}, clock_from(settings.now))
        await (scheduler.pause if paused else scheduler.resume)(operator())


def operator() -> str:
    """Return who does it, as the audit keeps it."""
    return f"cli:{getpass.getuser()}"


def _tell(*, as_json: bool, paused: bool) -> None:
    if as_json:
        print_json({"paused": paused})
    else:
        note("Posting is paused. Resume it with: cscc resume" if paused else "Posting goes on.")
