"""Which events of a source wait for an editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from scheduler.events import Event, Review
from scheduler.ports import Fetch
from scheduler.settings import EventSourceSettings
from scheduler.sources.funding import PORTAL
from scheduler.sources.reading import EventSource, SourceResult


class Reviewed:
    """A source whose events wait for an editor, or not, as its settings say.

    `review = true` holds all, `false` none. Unsaid: those whose dates were found in prose (the
    source gives them as suggested), and all that come from a host that is not trusted. What
    people keep in files is theirs already.
    """

    def __init__(self, source: EventSource, settings: EventSourceSettings) -> None:
        self.name = source.name
        self._source = source
        self._review = settings.review
        self._trusted = settings.kind == "files" or trusted(settings)

    async def read(self, fetch: Fetch, now: datetime, known: Sequence[Event] = ()) -> SourceResult:
        """Read the source, and mark what waits."""
        result = await self._source.read(fetch, now, known)
        return replace(result, events=tuple(self._marked(event) for event in result.events))

    def _marked(self, event: Event) -> Event:
        if self._review is False:
            return replace(event, review=Review.APPROVED)
        if self._review is True or not self._trusted:
            return replace(event, review=Review.SUGGESTED)
        return event


def trusted(settings: EventSourceSettings) -> bool:
    """Say whether the source's host, or one above it, is trusted."""
    hosts = {host.lower() for host in settings.trusted_hosts}
    addresses = [address for address in (settings.url, *settings.urls) if address]
    if settings.kind == "funding":
        addresses = addresses or [PORTAL]
    return bool(addresses) and all(_is_trusted(address, hosts) for address in addresses)


def _is_trusted(address: str, hosts: set[str]) -> bool:
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    return bool(
        {host, parts.netloc.lower()} & hosts or any(host.endswith(f".{name}") for name in hosts)
    )
