"""cscc ingest: the same as `python ingest.py`."""

from __future__ import annotations

import typer

import ingest as command

app = typer.Typer(add_completion=False)


@app.command(
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],
    }
)
def ingest(ctx: typer.Context) -> None:
    """Bring the index in line with the sources."""
    raise typer.Exit(command.main(ctx.args))
