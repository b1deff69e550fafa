"""cscc backup, cscc restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import backups
from bot.clock import clock_from
from bot.commandline.options import Config, Json, note, print_json
from bot.settings import load

backup_app = typer.Typer(add_completion=False)
restore_app = typer.Typer(add_completion=False)


@backup_app.command()
def backup(
    to: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="cscc-backup-DATE.tar.gz if not given.")
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Save the database and the index into one file, also while the assistant runs."""
    settings = load(config)
    now = clock_from(settings.now)()
    made = backups.save(settings, to or Path(f"cscc-backup-{now:%Y%m%d-%H%M%S}.tar.gz"), now)
    if as_json:
        print_json(
            {
                "file": str(made.file),
                "bytes": made.size,
                "holds": list(made.holds),
                "elsewhere": list(made.elsewhere),
            }
        )
        return
    note(f"Saved {', '.join(made.holds)} into {made.file} ({made.size / 1e6:.1f} MB).")
    if made.elsewhere:
        note(f"Not in it, since PostgreSQL keeps it: {', '.join(made.elsewhere)}. Use pg_dump.")


@restore_app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `cscc backup` made.")],
    force: Annotated[bool, typer.Option("--force", help="Put aside what is there now.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Bring back what a backup saved; stop the assistant first."""
    restored = backups.restore(load(config), file, force=force)
    if as_json:
        print_json({"restored": list(restored)})
    else:
        note(f"Restored: {', '.join(restored)}.")
