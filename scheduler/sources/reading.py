"""What every event source is and gives (leaf of the folder)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from scheduler.classifying import lasts_long, lasts_weeks
from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind
from scheduler.ports import Fetch, Fetched
from scheduler.settings import EventSourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFailure:
    """An item that could not be read; the rest of its source was."""

    #: How a person finds it: its title, else its uid or address.
    name: str
    error: str
    #: Where known; an event with this uid is not taken for withdrawn.
    uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResult:
    """What one reading of a source gave."""

    events: tuple[Event, ...] = ()
    failures: tuple[ItemFailure, ...] = ()
    #: The source lists all that lies ahead: what is missing was withdrawn.
    #: False for a cut-off calendar, or a feed that shows only its newest items.
    complete: bool = True
    #: It lists nothing that begins later: calendars often show so many events and no more.
    until: datetime | None = None
    #: Withdrawn for certain: the page says 404 or 410, or the source says so.
    withdrawn: tuple[str, ...] = ()


class EventSource(Protocol):
    """One place where events are published."""

    #: As in the configuration.
    name: str

    async def read(self, fetch: Fetch, now: datetime, known: Sequence[Event] = ()) -> SourceResult:
        """Read it all; `known` is what was read from it before and is not over.

        Raises:
            scheduler.errors.EventSourceError: it cannot be read at all.
        """


async def body_of(fetch: Fetch, url: str) -> bytes:
    """Return what stands at an address.

    Raises:
        EventSourceError: nothing came, or the server says that it is not there.
    """
    return there(await fetch(url)).body


def there(fetched: Fetched) -> Fetched:
    """Return an answer that holds what was asked for.

    Raises:
        EventSourceError: the server says that it is not there.
    """
    if fetched.status != 200:
        raise EventSourceError(f"{fetched.url} answers with status {fetched.status}.")
    return fetched


def json_of(fetched: Fetched) -> object:
    """Return what an answer says in JSON.

    Raises:
        EventSourceError: it says something else.
    """
    if fetched.body.lstrip().startswith(b"<"):
        raise EventSourceError(f"{fetched.url} answers with a web page, not with data.")
    try:
        return json.loads(fetched.body)
    except (ValueError, RecursionError) as error:
        raise EventSourceError(f"{fetched.url}: this is no JSON: {error}") from error


def default_kind(
    settings: EventSourceSettings, start: datetime | date | None, end: datetime | date | None
) -> EventKind:
    """Return the kind of an event of which nothing says it."""
    if settings.event_kind is not EventKind.SEMINAR or not lasts_long(start, end):
        return settings.event_kind
    # What is open for weeks is open for applications.
    weeks = start is not None and end is not None and lasts_weeks(start, end)
    return EventKind.CALL if weeks else EventKind.CONFERENCE
