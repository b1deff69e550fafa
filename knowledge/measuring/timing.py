"""Time that something took."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock, and of all processors together.

    The latter are steadier on a machine that does other things too.
    """

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Took:
        """Return where both clocks stand."""
        return cls(time.monotonic(), time.process_time())

    def since(self) -> Took:
        """Return what has passed from then on."""
        now = Took.now()
        return Took(now.wall - self.wall, now.cpu - self.cpu)
