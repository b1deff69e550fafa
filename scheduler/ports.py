"""What the scheduler is handed from outside: how to speak, to read the web, to know the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from scheduler.events import Notice

__all__ = ["Clock", "Deliverer", "Fetch", "Fetched"]


class Deliverer(Protocol):
    """What the outbox speaks through; `bot/notifier.py` implements it."""

    async def ready(self, address: str) -> None:
        """Wait for the platform's limits (the token is taken before the claim)."""

    async def deliver(self, notice: Notice) -> str:
        """Post it once and return the platform's message id.

        Raises:
            scheduler.errors.NotDelivered: with `retry_after` (seconds or None) and `certain`.
            scheduler.errors.Undeliverable: it will never be taken; with `moved_to`.
        """

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Return the id of the post made with this key, None if none was made.

        Raises:
            scheduler.errors.CannotTell: the platform cannot be asked.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came back from the web, whatever its status."""

    status: int
    #: After redirects.
    url: str
    #: Names in lower case.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Whole and unpacked.
    body: bytes = b""


class Fetch(Protocol):
    """Reads the web for the event sources; `bot/app.py` hands it in."""

    async def __call__(
        self,
        url: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Return the answer, a 404 too; a cached body where the server says 304.

        Raises:
            scheduler.errors.EventSourceError: nothing came: refused, timed out, too large.
        """


#: The time; built once in bot/app.py.
Clock = Callable[[], datetime]
