"""Who uses the data folder: running processes share it, and a restore wants it alone."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import CommandError

#: Held locked as long as somebody uses the folder; the system lets go of it when a process dies.
_LOCK = "in-use.lock"


@contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Use the folder beside other processes; it is made if there is none.

    Raises:
        CommandError: it is being restored just now, or cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder, fcntl.LOCK_SH, f"{folder} is being restored. Start again afterwards."):
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Use the folder while no running process does.

    Raises:
        CommandError: one does.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    reason = f"The assistant is running with {folder}. Stop it first; nothing was changed."
    with _locked(folder, fcntl.LOCK_EX, reason):
        yield


@contextmanager
def _locked(folder: Path, kind: int, reason: str) -> Iterator[None]:
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(reason) from error
        yield
