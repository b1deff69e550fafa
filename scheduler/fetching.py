"""What the event sources read the web with, made of a fetcher that knows nothing of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from scheduler.errors import EventSourceError
from scheduler.ports import Fetch, Fetched


class Got(Protocol):
    """What a fetcher brings."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def url(self) -> str:
        """Where it came from, after redirects."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""

    @property
    def body(self) -> bytes:
        """Whole and unpacked."""


class Get(Protocol):
    """Asks the web, and fails in its own way."""

    async def __call__(
        self,
        url: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Got:
        """Return the answer, whatever its status."""


def fetch_by(get: Get, failure: type[Exception]) -> Fetch:
    """Return a `Fetch` that asks by `get`, whose `failure` means that nothing came."""

    async def fetch(
        url: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        try:
            got = await get(url, method=method, data=data, headers=headers)
        except failure as error:
            raise EventSourceError(f"{url}: {error}") from error
        return Fetched(status=got.status, url=got.url, headers=got.headers, body=got.body)

    return fetch
