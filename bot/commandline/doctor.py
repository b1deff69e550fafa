"""cscc doctor."""

from __future__ import annotations

import asyncio

import typer
from rich.console import Console

from bot.clock import clock_from
from bot.commandline.options import Config, Json, print_json
from bot.doctor import Sign, examine
from bot.i18n import Phrases
from bot.settings import Settings, load

app = typer.Typer(add_completion=False)


@app.command()
def doctor(as_json: Json = False, config: Config = None) -> None:
    """Look for what keeps the assistant from working; 1 where something does."""
    settings = load(config)
    phrases = Phrases(settings.language)
    signs = asyncio.run(_examine(settings, phrases, aloud=not as_json))
    if as_json:
        print_json(
            [
                {"part": one.part, "ok": one.ok, "key": one.key, "text": one.say(phrases)}
                for one in signs
            ]
        )
    if not all(sign.ok for sign in signs):
        raise typer.Exit(1)


async def _examine(settings: Settings, phrases: Phrases, *, aloud: bool) -> list[Sign]:
    """Collect the signs; aloud: say each as it is found."""
    console, found = Console(), []
    async for sign in examine(settings, clock_from(settings.now)):
        found.append(sign)
        if aloud:
            mark = "[green]✓[/]" if sign.ok else "[bold red]✗[/]"
            console.print(f"{mark} {sign.part}: ", end="")
            console.print(sign.say(phrases), markup=False)
    return found
