"""Event source: pages with schema.org/Event in JSON-LD; without it, what they announce in prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from scheduler.errors import EventSourceError
from scheduler.events import Event
from scheduler.pages import Page, announced, read_page
from scheduler.ports import Fetch
from scheduler.prose.suggesting import called_off
from scheduler.settings import EventSourceSettings
from scheduler.sources.reading import ItemFailure, SourceResult
from scheduler.sources.schemaorg import events_in

#: So many pages behind a listing are read.
MOST_PAGES = 100
_GONE = (404, 410)


@dataclass(slots=True)
class _Progress:
    """What was found so far."""

    events: dict[str, Event] = field(default_factory=dict)
    failures: list[ItemFailure] = field(default_factory=list)
    #: Addresses that say 404 or 410.
    gone: set[str] = field(default_factory=set)
    #: Pages that were read, by address.
    pages: dict[str, Page] = field(default_factory=dict)
    complete: bool = True


class JsonLdSource:
    """The pages at `url` and `urls`; a listing without events leads to the pages below it."""

    def __init__(self, settings: EventSourceSettings) -> None:
        self.name = settings.name
        self._settings = settings
        self._addresses = [a for a in (settings.url, *settings.urls) if a]

    async def read(self, fetch: Fetch, now: datetime, known: Sequence[Event] = ()) -> SourceResult:
        """Read the pages.

        Raises:
            EventSourceError: none of them could be read.
        """
        progress = _Progress()
        for address in self._addresses:
            page = await self._page(fetch, address, progress)
            if page is None:
                continue
            found = self._take(page, now, progress)
            below = [] if found else _below(page)
            for link in below[:MOST_PAGES]:
                if (inner := await self._page(fetch, link, progress)) is not None:
                    self._take(inner, now, progress)
            if not found and not below:
                self._take_prose(page, now, progress)
            progress.complete = progress.complete and len(below) <= MOST_PAGES
        self._take_called_off(known, progress)
        if not progress.pages:
            first = progress.failures[0].error if progress.failures else "It names no address."
            raise EventSourceError(first)
        return SourceResult(
            events=tuple(progress.events.values()),
            failures=tuple(progress.failures),
            complete=progress.complete,
            withdrawn=tuple(e.uid for e in known if e.url.split("#")[0] in progress.gone),
        )

    async def _page(self, fetch: Fetch, address: str, progress: _Progress) -> Page | None:
        try:
            fetched = await fetch(address)
        except EventSourceError as error:
            progress.failures.append(ItemFailure(name=address, error=str(error)))
            progress.complete = False
            return None
        if fetched.status != 200:
            problem = f"{address} answers with status {fetched.status}."
            progress.failures.append(ItemFailure(name=address, error=problem))
            progress.gone |= {address} if fetched.status in _GONE else set()
            progress.complete = progress.complete and fetched.status in _GONE
            return None
        page = read_page(fetched.body, address, fetched.headers.get("content-type", ""))
        progress.pages[address] = page
        return page

    def _take(self, page: Page, now: datetime, progress: _Progress) -> bool:
        """Take the events of a page's JSON-LD; of an invitation, what its prose says."""
        events, failures = events_in(page, self._settings, now)
        progress.failures += failures
        progress.events.update({event.uid: event for event in events})
        if not events and page.url not in self._addresses:
            self._take_prose(page, now, progress)
        return bool(events)

    def _take_called_off(self, known: Sequence[Event], progress: _Progress) -> None:
        """Take what a page announced, and now only says of that it does not take place."""
        for event in known:
            page = progress.pages.get(event.uid)
            if page is not None and event.uid not in progress.events:
                off = called_off(page.title, page.text, event)
                progress.events |= {event.uid: off} if off else {}

    def _take_prose(self, page: Page, now: datetime, progress: _Progress) -> None:
        for event in announced(
            page,
            now,
            source=self.name,
            audience=self._settings.audience,
            default_kind=self._settings.event_kind,
        ):
            progress.events.setdefault(event.uid, event)


def _below(page: Page) -> list[str]:
    """Return the links of a listing to the pages below it."""
    here = urlsplit(page.url)
    folder = here.path if here.path.endswith("/") else here.path + "/"
    links: list[str] = []
    for link in page.links:
        there = urlsplit(link)
        if there.netloc == here.netloc and there.path.startswith(folder) and there.path != folder:
            links.append(link)
    return links
