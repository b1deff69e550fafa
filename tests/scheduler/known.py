"""Events for tests of merging, and what is known of them reading by reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.events import Deadline, Event, EventKind
from scheduler.reconciling.merging import Merged, merge
from scheduler.sources import ItemFailure, SourceResult

NOW = datetime(2027, 3, 1, 7, tzinfo=UTC)
JUNE = datetime(2027, 6, 17, 8, tzinfo=UTC)


def talk(uid: str = "a", **values: object) -> Event:
    fields: dict[str, object] = {
        "title": "Parkování v malém městě",
        "kind": EventKind.SEMINAR,
        "start": JUNE,
        "end": JUNE + timedelta(hours=2),
        "source": "web",
    }
    return Event(uid=uid, **(fields | values))  # type: ignore[arg-type]


def call(uid: str = "c", **values: object) -> Event:
    fields: dict[str, object] = {
        "title": "14. výzva IROP eGovernment",
        "kind": EventKind.CALL,
        "start": None,
        "end": None,
        "deadlines": (Deadline(at=JUNE),),
    }
    return talk(uid, **(fields | values))


class Known:
    """What is stored, as one reading after the other brings it."""

    def __init__(self) -> None:
        self.items: list[Event] = []
        self.aliases: dict[str, str] = {}
        self.events: dict[str, Event] = {}

    def read(
        self,
        source: str,
        *events: Event,
        complete: bool = True,
        failures: Sequence[ItemFailure] = (),
        withdrawn: tuple[str, ...] = (),
        now: datetime = NOW,
    ) -> Merged:
        result = SourceResult(
            events=tuple(replace(event, source=source) for event in events),
            failures=tuple(failures),
            complete=complete,
            withdrawn=withdrawn,
        )
        merged = merge(self.items, self.aliases, source=source, result=result, now=now)
        self.items = [i for i in self.items if i.source != source] + list(merged.items)
        assert self.aliases.items() <= merged.aliases.items()
        self.aliases = dict(merged.aliases)
        self.events = {event.uid: event for event in merged.events}
        return merged
