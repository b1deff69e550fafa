"""One request at a time to a host, with a pause between, over all processes.

Each host has a file. Who holds its lock may ask; in it stands when the next may, by the machine's
clock, since all processes must mean the same. Tests hand in one of their own.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

#: Seconds between two looks at a lock that another process holds.
_LOOK = 0.02

#: Seconds that a host is waited for at most.
_LONGEST = 600.0


class Pace:
    """Gives turns to ask hosts."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._sleep = sleep
        self._turns: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, pause: float) -> AsyncIterator[None]:
        """Wait for a turn; the next one begins `pause` seconds after this one has ended."""
        async with self._turns.setdefault(host, asyncio.Lock()):
            file = self._open(host)
            try:
                # Another process may hold it: there is no event to wait for.
                while not _taken(file):
                    await self._sleep(_LOOK)
                await self._sleep(_wait(file, self._clock()))
                try:
                    yield
                finally:
                    _write(file, self._clock() + pause)
            finally:
                os.close(file)

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody ask this host for so long: it said so."""
        file = self._open(host)
        try:
            now = self._clock()
            _write(file, now + max(_wait(file, now), seconds))
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


def _wait(file: int, now: float) -> float:
    """Return the seconds until the next may ask."""
    with suppress(ValueError):
        wait = float(os.pread(file, 64, 0) or b"0") - now
        # A time far ahead is that of a clock which was set back.
        return max(0.0, wait) if wait < _LONGEST else 0.0
    return 0.0


def _write(file: int, at: float) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, f"{at:.3f}".encode(), 0)
