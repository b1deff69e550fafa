"""One request at a time to a host, with a pause between, over all processes.

Each host has a file. Who holds its lock may ask; in it stands when the next may.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

#: Seconds between two looks at a lock that another process holds.
_LOOK = 0.02


class Pace:
    """Gives turns to ask hosts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turns: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, pause: float) -> AsyncIterator[None]:
        """Wait for a turn; the next one begins `pause` seconds after this one has ended."""
        async with self._turns.setdefault(host, asyncio.Lock()):
            file = self._open(host)
            try:
                # Another process may hold it: there is no event to wait for.
                while not _taken(file):  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK)
                await asyncio.sleep(max(0.0, _next(file) - time.time()))
                try:
                    yield
                finally:
                    _write(file, time.time() + pause)
            finally:
                os.close(file)

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody ask this host for so long: it said so."""
        file = self._open(host)
        try:
            _write(file, max(_next(file), time.time() + seconds))
        finally:
            os.close(file)

    def _open(self, host: str) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        readable = re.sub(r"[^\w.-]", "_", host)[:80]
        digest = hashlib.sha256(host.encode()).hexdigest()[:8]
        return os.open(self._folder / f"{readable}-{digest}", os.O_RDWR | os.O_CREAT, 0o644)


def _taken(file: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _next(file: int) -> float:
    """Return when the next may ask. A time far ahead is that of a clock which was set back."""
    with suppress(ValueError):
        at = float(os.pread(file, 64, 0) or b"0")
        return at if at - time.time() < _LONGEST else 0.0
    return 0.0


#: Seconds that a host is waited for at most.
_LONGEST = 600.0


def _write(file: int, at: float) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, f"{at:.3f}".encode(), 0)
