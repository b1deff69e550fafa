"""Event sources: each reads one place and says which events stand there.

To add one: a file here with a class, and a line in `SOURCES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from scheduler.settings import EventSourceSettings
from scheduler.sources.feed import FeedSource
from scheduler.sources.files import FilesSource
from scheduler.sources.funding import FundingSource
from scheduler.sources.ics import IcsSource
from scheduler.sources.jsonld import JsonLdSource
from scheduler.sources.reading import EventSource, ItemFailure, SourceResult
from scheduler.sources.reviewing import Reviewed
from scheduler.sources.tribe import TribeSource

__all__ = ["SOURCES", "EventSource", "ItemFailure", "SourceResult", "open_source"]

#: By `kind` of `[[scheduler.sources]]`: (settings, first start) -> the source.
SOURCES: Mapping[str, Callable[[EventSourceSettings, datetime], EventSource]] = {
    "ics": lambda settings, _: IcsSource(settings),
    "jsonld": lambda settings, _: JsonLdSource(settings),
    "tribe": lambda settings, _: TribeSource(settings),
    "feed": lambda settings, _: FeedSource(settings),
    "funding": lambda settings, _: FundingSource(settings),
    "files": lambda settings, first: FilesSource(settings, first_start=first),
}


def open_source(settings: EventSourceSettings, *, first_start: datetime) -> EventSource:
    """Return the source that the settings describe, with their review policy applied.

    `first_start` dates the starter's examples.
    """
    return Reviewed(SOURCES[settings.kind](settings, first_start), settings)
