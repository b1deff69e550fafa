"""How the tests of event sources read: from addresses that hold what the test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from scheduler.errors import EventSourceError
from scheduler.events import Event
from scheduler.ports import Fetched
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult, open_source

NOW = datetime.fromisoformat("2027-03-01T08:00:00+01:00")


@dataclass
class FakeWeb:
    """A web of a few addresses; what is not there is a 404, an exception is raised."""

    pages: dict[str, bytes | str | int | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    async def __call__(
        self,
        url: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        self.asked.append(url)
        if data is not None:
            self.sent.append(data)
        page = self.pages.get(url, self.pages.get(url.split("?")[0], 404))
        if isinstance(page, Exception):
            raise page
        if isinstance(page, int):
            return Fetched(status=page, url=url)
        body = page.encode() if isinstance(page, str) else page
        return Fetched(status=200, url=url, body=body)


def read(
    settings: EventSourceSettings,
    pages: Mapping[str, bytes | str | int | Exception],
    *,
    known: Sequence[Event] = (),
    now: datetime = NOW,
) -> SourceResult:
    """Read a source from a web of these pages."""
    source = open_source(settings, first_start=now)
    return asyncio.run(source.read(FakeWeb(dict(pages)), now, known))


def utc(value: datetime | date | None) -> str | None:
    """Write an instant in UTC, a date as it is."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    return str(value) if value else None


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


UNREACHABLE = EventSourceError("It does not answer.")
