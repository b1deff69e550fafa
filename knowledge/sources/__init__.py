"""Where documents come from: a kind is a module here and a line in `SOURCES`."""

from knowledge.sources.feed import FeedSource
from knowledge.sources.files import FilesSource
from knowledge.sources.source import Failed, Found, Item, Memory, Reading, Source
from knowledge.sources.web import WebSource

SOURCES: dict[str, type[Source]] = {
    "files": FilesSource,
    "web": WebSource,
    "feed": FeedSource,
}

__all__ = ["SOURCES", "Failed", "Found", "Item", "Memory", "Reading", "Source"]
