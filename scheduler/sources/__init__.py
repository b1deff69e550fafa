"""Event sources: each reads one place and says which events stand there.

To add one: a file here with a class, and a line in `SOURCES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from scheduler.settings import EventSourceSettings
from scheduler.sources.files import FilesSource
from scheduler.sources.ics import IcsSource
from scheduler.sources.reading import EventSource, ItemFailure, SourceResult

__all__ = ["SOURCES", "EventSource", "ItemFailure", "SourceResult", "open_source"]

#: By `kind` of `[[scheduler.sources]]`: (settings, first start) -> the source.
SOURCES: Mapping[str, Callable[[EventSourceSettings, datetime], EventSource]] = {
    "ics": lambda settings, _: IcsSource(settings),
    "files": lambda settings, first: FilesSource(settings, first_start=first),
}


def open_source(settings: EventSourceSettings, *, first_start: datetime) -> EventSource:
    """Return the source that the settings describe; `first_start` dates the starter's examples."""
    return SOURCES[settings.kind](settings, first_start)
