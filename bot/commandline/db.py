"""cscc db upgrade."""

from __future__ import annotations

import asyncio

import typer

from bot import app as parts
from bot.commandline.options import Config, Json, note, print_json
from bot.settings import Settings, load

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def db() -> None:
    """Look after the database."""


@app.command()
def upgrade(as_json: Json = False, config: Config = None) -> None:
    """Bring the database's tables up to date; every other command does so, too."""
    asyncio.run(_upgrade(load(config)))
    if as_json:
        print_json({"upgraded": True})
    else:
        note("The database is up to date.")


async def _upgrade(settings: Settings) -> None:
    from knowledge.generations import current_id  # noqa: PLC0415 -- slow import

    async with parts.open_stores(settings):
        # Looking for the index brings its tables up to date, where it has any.
        await asyncio.to_thread(current_id, settings.knowledge)
