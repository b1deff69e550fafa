"""cscc run."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from bot.commandline.options import Config
from bot.process import logs
from bot.process.memory import share_heaps
from bot.settings import Role, Settings, load, without_terminal

app = typer.Typer(add_completion=False)


@app.command()
def run(
    role: Annotated[Role, typer.Option(help="What this process does.")] = Role.ALL,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Plan and write down, but post no reminders.")
    ] = False,
    config: Config = None,
) -> None:
    """Start the assistant; SIGTERM or Ctrl-C ends it."""
    signal.signal(signal.SIGTERM, _leave)  # until the parts are there and end in order
    if "MALLOC_ARENA_MAX" not in os.environ:  # else the operator knows better
        share_heaps()
    from bot.process.running import Process  # noqa: PLC0415 -- slow import

    settings = load(config)
    if dry_run:
        settings = _dry(settings)
    terminal = sys.stdin.isatty() and sys.stdout.isatty() and role is not Role.SCHEDULER
    if not terminal:
        settings = without_terminal(settings)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    logs.start(settings, folder=settings.data_dir, terminal=terminal)
    asyncio.run(Process(settings, role, terminal, _say).run())


def _dry(settings: Settings) -> Settings:
    scheduler = settings.scheduler.model_copy(update={"dry_run": True})
    return settings.model_copy(update={"scheduler": scheduler})


def _leave(*_: object) -> NoReturn:
    """End at once: nothing has begun."""
    sys.exit(0)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
