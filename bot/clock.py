"""The time, as everything else is told it: the machine's, or one that begins at `CSCC_NOW`."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def clock_from(start: datetime | None) -> Clock:
    """Return the machine's clock, or one that stands at `start` now and goes on from there."""
    if start is None:
        return system_clock
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)
