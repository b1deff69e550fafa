"""cscc slack-manifest."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.commandline.options import Config, Json, print_json
from bot.errors import UsageError
from bot.platforms.slack.manifest import described, manifest
from bot.settings import load

app = typer.Typer(add_completion=False)


@app.command()
def slack_manifest(
    http: Annotated[
        bool, typer.Option("--http", help="For HTTP at CSCC_PUBLIC_URL instead of Socket Mode.")
    ] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Print the manifest: api.slack.com/apps, "Create New App", "From a manifest"."""
    settings = load(config)
    url = settings.web.public_url
    if http and not url:
        raise UsageError("HTTP mode needs CSCC_PUBLIC_URL, the address Slack reaches you at.")
    wanted = {"language": settings.language, "public_url": url, "socket": not http}
    if as_json:
        print_json(described(**wanted))  # type: ignore[arg-type] # names and types as above
    else:
        sys.stdout.write(manifest(**wanted))  # type: ignore[arg-type]
