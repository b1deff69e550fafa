"""Event source: an iCalendar feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scheduler.errors import EventSourceError
from scheduler.events import Event
from scheduler.ports import Fetch
from scheduler.settings import EventSourceSettings
from scheduler.sources.ical import read_calendar
from scheduler.sources.reading import SourceResult, body_of


class IcsSource:
    """A calendar at an address; `webcal:` is `https:`."""

    def __init__(self, settings: EventSourceSettings) -> None:
        self.name = settings.name
        self._settings = settings
        self._url = settings.url.replace("webcal://", "https://", 1)

    async def read(
        self,
        fetch: Fetch,
        now: datetime,
        known: Sequence[Event] = (),  # noqa: ARG002
    ) -> SourceResult:
        """Read the calendar.

        Raises:
            EventSourceError: nothing came, or no iCalendar.
        """
        body = await body_of(fetch, self._url)
        try:
            return read_calendar(body, self._settings, now)
        except EventSourceError as error:
            raise EventSourceError(f"{self._url}: {error}") from error
