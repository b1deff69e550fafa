"""Event source: files kept by hand (.ics, .yaml, .csv)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from glob import glob
from pathlib import Path

from scheduler.errors import EventSourceError
from scheduler.events import Event
from scheduler.ports import Fetch
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendarlines import parse_calendar
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.sources.ical import read_components
from scheduler.sources.reading import ItemFailure, SourceResult
from scheduler.sources.relative import counted_from
from scheduler.sources.tables import read_csv, read_yaml

_SUFFIXES = (".ics", ".yaml", ".yml", ".csv")
#: A calendar kept by hand is small; what is larger is something else.
MOST_BYTES = 10 * 1024 * 1024


class FilesSource:
    """A file, a folder or a glob of files."""

    def __init__(self, settings: EventSourceSettings, *, first_start: datetime) -> None:
        self.name = settings.name
        self._settings = settings
        self._first_start = first_start

    async def read(
        self,
        fetch: Fetch,  # noqa: ARG002
        now: datetime,
        known: Sequence[Event] = (),  # noqa: ARG002
    ) -> SourceResult:
        """Read all files; one that cannot be read is reported, and the others go on.

        Raises:
            EventSourceError: there is no file, or none that could be read.
        """
        return await asyncio.to_thread(self._read, now)

    def _read(self, now: datetime) -> SourceResult:
        events: list[Event] = []
        failures: list[ItemFailure] = []
        complete = True
        for path in self._paths():
            try:
                result = self._read_file(path, now)
            except (OSError, EventSourceError, UnreadableItem) as error:
                failures.append(ItemFailure(name=path.name, error=str(error)))
                complete = False
            else:
                events += result.events
                failures += result.failures
                complete = complete and result.complete
        if failures and not events:
            raise EventSourceError(f"{failures[0].name}: {failures[0].error}")
        return SourceResult(events=tuple(events), failures=tuple(failures), complete=complete)

    def _paths(self) -> list[Path]:
        given = Path(self._settings.path)
        if given.is_dir():
            paths = [p for p in sorted(given.rglob("*")) if p.suffix.lower() in _SUFFIXES]
        else:
            paths = [Path(p) for p in sorted(glob(str(given), recursive=True))]
        if not paths:
            raise EventSourceError(f"{given}: there is no .ics, .yaml or .csv file.")
        return paths

    def _read_file(self, path: Path, now: datetime) -> SourceResult:
        if path.stat().st_size > MOST_BYTES:
            raise EventSourceError("The file is larger than 10 MB.")
        body = path.read_bytes()
        suffix = path.suffix.lower()
        if suffix == ".ics":
            calendar = counted_from(parse_calendar(body), self._first_start)
            return read_components(calendar, self._settings, now)
        if suffix in (".yaml", ".yml"):
            return read_yaml(body, path.name, self._settings, now)
        if suffix == ".csv":
            return read_csv(body, path.name, self._settings, now)
        raise EventSourceError("Only .ics, .yaml and .csv files hold events.")
