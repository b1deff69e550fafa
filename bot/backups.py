"""Saves the database and the index into one archive, and brings them back.

SQLite files are copied by SQLite's own backup, so a running assistant is not in the way. A
PostgreSQL database and a Chroma server are saved by their own tools (docs/operations.md).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.datafolder import alone
from bot.errors import CommandError
from bot.settings import Settings

#: What an archive of ours holds besides; says that it is one.
_LABEL = "cscc-backup.json"
_VERSION = 1
_DATABASE = "cscc.sqlite"
_INDEX = "index"
_STATE = "state.sqlite"
_ANSWERS = "answers"
_ALL = (_DATABASE, _INDEX, _STATE, _ANSWERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was saved."""

    file: Path
    size: int
    #: "database", "index", "state of ingest", "answers".
    holds: tuple[str, ...]
    #: What stands on servers, and is not in it.
    elsewhere: tuple[str, ...] = ()


def save(settings: Settings, file: Path, now: datetime) -> Backup:
    """Write the archive; a file of that name is not overwritten.

    Raises:
        CommandError: there is nothing to save, it cannot be read, or the file exists.
    """
    if file.exists():
        raise CommandError(f"{file} exists already. Name another file.")
    if not file.absolute().parent.is_dir():
        raise CommandError(f"There is no folder {file.parent}. Make it, or name another.")
    there, holds = elsewhere(settings), []
    with tempfile.TemporaryDirectory(prefix="cscc-backup-") as name:
        folder = Path(name)
        # Files that an earlier configuration left are not what counts now.
        if "database" not in there and _save_sqlite(
            settings.data_dir / _DATABASE, folder / _DATABASE
        ):
            holds.append("database")
        if "index" not in there and _save_index(settings.data_dir, folder):
            holds.append("index")
        if "state of ingest" not in there and _save_sqlite(
            settings.data_dir / _STATE, folder / _STATE
        ):
            holds.append("state of ingest")
        if (settings.data_dir / _ANSWERS).is_dir():
            shutil.copytree(settings.data_dir / _ANSWERS, folder / _ANSWERS)
            holds.append("answers")
        if not holds:
            raise CommandError(_nothing(settings))
        label = {"version": _VERSION, "made_at": now.isoformat(), "holds": holds}
        (folder / _LABEL).write_text(json.dumps(label))
        _pack(folder, file)
    return Backup(file=file, size=file.stat().st_size, holds=tuple(holds), elsewhere=there)


def elsewhere(settings: Settings) -> tuple[str, ...]:
    """Return what stands in PostgreSQL, and is saved by its own tools."""
    if settings.knowledge.on_servers:
        return ("database", "index", "state of ingest")
    return ("database",) if settings.knowledge.on_postgresql else ()


def _nothing(settings: Settings) -> str:
    if there := elsewhere(settings):
        return (
            f"All there is to save stands in PostgreSQL ({', '.join(there)}): use pg_dump. What is "
            "on a Chroma server is written again from there by `cscc ingest`."
        )
    return f"There is nothing to save in {settings.data_dir}. Is CSCC_DATA_DIR right?"


def restore(settings: Settings, file: Path, *, force: bool) -> tuple[str, ...]:
    """Bring back an archive; what is there now is put aside, not deleted.

    Raises:
        CommandError: this is no archive of ours, the assistant is running, or there is something
            in its place.
    """
    target = settings.data_dir
    if not file.is_file():
        raise CommandError(f"There is no file {file}. Name one that `cscc backup` made.")
    with tempfile.TemporaryDirectory(prefix="cscc-restore-", dir=_parent(target)) as name:
        folder = Path(name)
        label = _unpack(file, folder)
        if unused := [one for one in label["holds"] if one in elsewhere(settings)]:
            raise CommandError(
                f"{file} holds {', '.join(unused)}, but here these stand in PostgreSQL and would "
                "not be read from the folder. Bring PostgreSQL back by pg_restore, or unset "
                "CSCC_DATABASE_URL; nothing was changed."
            )
        with alone(target):
            _exchange(folder, target, force=force)
    return tuple(label["holds"])


def _exchange(folder: Path, target: Path, *, force: bool) -> None:
    """Put what is in `folder` in the place of what is in `target`, and that aside."""
    there = [one for one in _ALL if (target / one).exists()]
    if there and not force:
        raise CommandError(
            f"{target} holds {', '.join(there)} already. Run this again with --force; what is "
            "there is put aside."
        )
    aside = _aside(target) if there else target
    for one in (*there, *(f"{_DATABASE}{end}" for end in ("-wal", "-shm"))):
        if (target / one).exists():
            shutil.move(target / one, aside / one)
    for one in _ALL:
        if (folder / one).exists():
            shutil.move(folder / one, target / one)


def _save_sqlite(source: Path, target: Path) -> bool:
    if not source.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.Error as error:
        raise CommandError(
            f"{source} cannot be saved: {error}. Is there space left on its disk, and in "
            f"{tempfile.gettempdir()}? Nothing was written."
        ) from error
    return True


def _save_index(data_dir: Path, folder: Path) -> bool:
    """Save the generation that answers now; a generation is not written to once it is announced."""
    pointer = data_dir / _INDEX / "current"
    if not pointer.exists():
        return False
    name = pointer.read_text(encoding="utf-8").strip()
    current = data_dir / _INDEX / name
    for file in _files(current):
        target = folder / _INDEX / name / file.relative_to(current)
        if file.suffix in (".sqlite", ".sqlite3"):
            _save_sqlite(file, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)
    shutil.copy2(pointer, folder / _INDEX / "current")
    return True


def _files(folder: Path) -> Iterator[Path]:
    passing = ("-wal", "-shm", "-journal")
    return (one for one in folder.rglob("*") if one.is_file() and not one.name.endswith(passing))


def _pack(folder: Path, file: Path) -> None:
    """Write the archive under another name first, so that half a one is never taken for one."""
    part = file.with_name(f"{file.name}.part")
    try:
        with tarfile.open(part, "w:gz") as archive:
            for one in sorted(folder.iterdir()):
                archive.add(one, one.name)
        part.chmod(0o600)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


def _unpack(file: Path, folder: Path) -> dict[str, list[str]]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        label = json.loads((folder / _LABEL).read_text())
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise CommandError(f"{file} is no backup, or is damaged: {error}") from error
    if label.get("version") != _VERSION:
        raise CommandError(f"{file} was made by another version of the assistant.")
    found: dict[str, list[str]] = label
    return found


def _aside(target: Path) -> Path:
    number = 1
    while (aside := target.with_name(f"{target.name}-before-restore-{number}")).exists():
        number += 1
    aside.mkdir()
    return aside


def _parent(target: Path) -> Path:
    parent = target.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    return parent
