"""How an ingest ended, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A document, or a whole source, that could not be read."""

    url: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What became of one source."""

    name: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[Failure, ...] = ()
    #: Why nothing of it was changed; "" if it was read.
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an ingest did."""

    sources: tuple[SourceReport, ...]
    #: Of the whole index.
    chunks: int
    #: Texts that went through the embedding model.
    embedded: int
    seconds: float
    #: The generation that answers now; "" if there is none.
    generation: str = ""
    #: A new generation was made.
    written: bool = False

    @property
    def failed(self) -> bool:
        """Tell whether a source as a whole failed."""
        return any(source.error for source in self.sources)

    def plain(self) -> dict[str, object]:
        """Return the report as `--json` prints it."""
        return {
            "sources": [_plain(source) for source in self.sources],
            "chunks": self.chunks,
            "embedded": self.embedded,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far an ingest is."""

    #: "reading", "embedding" or "writing".
    stage: str
    #: Name of the source; "" where all are meant.
    source: str = ""
    done: int
    #: None: not known yet.
    total: int | None = None


Progress = Callable[[Step], None]


def _plain(source: SourceReport) -> dict[str, object]:
    failures = [{"url": each.url, "error": each.error} for each in source.failed]
    return {
        "name": source.name,
        "added": source.added,
        "updated": source.updated,
        "unchanged": source.unchanged,
        "removed": source.removed,
        "failed": failures,
    }
