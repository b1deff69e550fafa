"""Walks a web site: what is asked, in which order, how often, and when to stop.

Everything that comes back is judged by `looking`; here it is decided where to go next.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from urllib.parse import urlsplit

from knowledge.errors import SourceError
from knowledge.fetching import BACKOFF, LONGEST_WAIT, MOST_HOPS, Fetcher
from knowledge.index.duplicates import resemblance
from knowledge.index.pages import Page
from knowledge.settings import SourceSettings
from knowledge.sources.looking import Look, Looker
from knowledge.sources.source import Failed, Found, Item, Reading, remembered
from knowledge.sources.urls import Scope, Traps, is_document, list_of, normal
from knowledge.web.guarding import default_port
from knowledge.web.robots import Robots

logger = logging.getLogger(__name__)

#: After so many pages in a row that do not answer, the host is taken to be down.
_MOST_SILENT = 8

#: A page that calls another its original must share this much with it.
_SAME_CONTENT = 0.5


@dataclass(frozen=True, slots=True, order=True)
class _Visit:
    """A page to be looked at."""

    #: Not before this time (monotonic).
    due: float
    url: str
    depth: int = field(compare=False)
    attempt: int = field(compare=False, default=0)
    #: Addresses that redirected here, the first one first.
    via: tuple[str, ...] = field(compare=False, default=())


class Crawl:
    """One walk through one site."""

    def __init__(
        self,
        settings: SourceSettings,
        reading: Reading,
        fetcher: Fetcher,
        scope: Scope,
        robots: Robots,
    ) -> None:
        self._settings = settings
        self._reading = reading
        self._fetcher = fetcher
        self._scope = scope
        self._robots = robots
        self.looker = Looker(settings, reading, fetcher)
        self._traps = Traps()
        self._queue: deque[_Visit] = deque()
        self._later: list[_Visit] = []
        self._seen: set[str] = set()
        self._looked: set[str] = set()
        self._looks = 0
        self._silent = 0
        self._pages: dict[str, Page] = {}
        self._failed: dict[str, str] = {}
        #: List of several pages -> where they led so far.
        self._led: dict[str, set[str]] = {}
        #: Address -> where it leads.
        self._leads: dict[str, str] = {}

    async def walk(self, seeds: Iterable[str], *, follow: bool) -> list[Item]:
        """Look at the seeds and what they lead to; return what stands.

        Raises:
            SourceError: the host stopped to answer.
        """
        self._enqueue(seeds, depth=0)
        while self._looks < self._settings.max_pages and (visit := await self._next()):
            self._looks += 1
            self._looked.add(visit.url)
            self._reading.looked_at(self._looks)
            look = await self.looker.look(visit.url)
            self._silent = self._silent + 1 if look.silent else 0
            if self._silent >= _MOST_SILENT:
                raise SourceError(f"The host does not answer any more: {look.error}")
            self._judge(visit, look, follow=follow)
        return self._items()

    def reason(self, url: str) -> str:
        """Return why an address could not be read; "" if it is not known."""
        return self._failed.get(self._arrived(url)) or self._failed.get(url, "")

    def _judge(self, visit: _Visit, look: Look, *, follow: bool) -> None:
        if look.target:
            self._redirect(visit, look)
        elif look.transient and visit.attempt < len(BACKOFF):
            self._again(visit, look)
        elif look.error:
            self._failed[visit.url] = look.error
            self._go_on(visit, look, follow=follow)
        elif look.page is not None:
            self._pages[visit.url] = look.page
            self._go_on(visit, look, follow=follow)

    def _go_on(self, visit: _Visit, look: Look, *, follow: bool) -> None:
        if look.page is None:
            return
        if look.page.url:
            self._enqueue([look.page.url], depth=visit.depth)
        if follow:
            self._enqueue(self._further(visit.url, look.page.links), depth=visit.depth)
        if follow and visit.depth < self._settings.max_depth:
            self._enqueue(look.page.links, depth=visit.depth + 1)

    def _further(self, url: str, links: Sequence[str]) -> list[str]:
        """Return the further pages of a list, which are as deep as the list itself.

        None once a page leads nowhere that those before it did not: it may go on for ever.
        """
        own = list_of(url) or url
        same = [link for link in links if list_of(link) in {own, f"{own}/"}]
        led = self._led.setdefault(own, set()) if same else set()
        fresh = set(links).difference(led, same)
        led |= fresh
        return same if fresh else []

    def _redirect(self, visit: _Visit, look: Look) -> None:
        target = normal(look.target)
        if target in {visit.url, *visit.via}:
            self._failed[visit.url] = "It redirects in a circle."
        elif len(visit.via) >= MOST_HOPS:
            self._failed[visit.url] = f"It redirects more than {MOST_HOPS} times."
        elif self._may_ask(target):
            self._leads[visit.url] = target
            if target not in self._seen:
                self._seen.add(target)
                via = (*visit.via, visit.url)
                self._queue.appendleft(_Visit(0.0, target, visit.depth, via=via))

    def _again(self, visit: _Visit, look: Look) -> None:
        """Put a page that did not answer well behind; a server that names a time is obeyed."""
        wait = BACKOFF[visit.attempt] if look.wait is None else look.wait
        if wait > LONGEST_WAIT:
            self._failed[visit.url] = f"{look.error} It asks to be left alone for {wait:.0f} s."
            return
        if look.crowded:
            parts = urlsplit(visit.url)
            port = parts.port or default_port(parts.scheme)
            self._fetcher.pace.hold(f"{parts.hostname}:{port}", wait)
        self._looks -= 1
        later = replace(visit, due=monotonic() + wait, attempt=visit.attempt + 1)
        heapq.heappush(self._later, later)

    async def _next(self) -> _Visit | None:
        if self._later and self._later[0].due <= monotonic():
            return heapq.heappop(self._later)
        if self._queue:
            return self._queue.popleft()
        if not self._later:
            return None
        await asyncio.sleep(max(0.0, self._later[0].due - monotonic()))
        return heapq.heappop(self._later)

    def _enqueue(self, urls: Iterable[str], *, depth: int) -> None:
        for given in urls:
            url = normal(given)
            if url in self._seen or not self._may_ask(url):
                continue
            self._seen.add(url)
            if self._traps.is_one(url):
                logger.info("%s looks endless and is not followed.", url[:200])
                continue
            self._queue.append(_Visit(0.0, url, depth))

    def _may_ask(self, url: str) -> bool:
        return (
            bool(url) and is_document(url) and self._scope.holds(url) and self._robots.allows(url)
        )

    def _arrived(self, url: str) -> str:
        for _ in range(2 * MOST_HOPS):
            if url not in self._leads:
                break
            url = self._leads[url]
        return url

    def _items(self) -> list[Item]:
        """Join what is the same page, and name what stands."""
        for url, page in self._pages.items():
            original = self._arrived(page.url) if page.url else ""
            if original != url and self._is_original(original, page):
                self._leads[url] = original
        aliases: dict[str, list[str]] = {}
        for url in self._leads:
            aliases.setdefault(self._arrived(url), []).append(url)
        items: list[Item] = [
            self._found(page, tuple(sorted(aliases.get(url, []))))
            for url, page in self._pages.items()
            if page.document and url not in self._leads and self._scope.wants(url)
        ]
        return [*items, *self._not_reached(), *(self._failure(url) for url in self._failed)]

    def _not_reached(self) -> Iterator[Found]:
        """Yield what was there before and was not asked for, because the limit of pages was met."""
        if self._looks < self._settings.max_pages:
            return
        for key in self._reading.memory.members():
            page = None if key in self._looked else self._reading.memory.page(key)
            if page and page.document:
                yield Found(key=key, hash=page.hash)

    def _is_original(self, url: str, page: Page) -> bool:
        original = self._pages.get(url)
        return (
            original is not None
            and bool(original.hash and page.hash)
            and self._arrived(url) == url
            and resemblance(original.signature, page.signature) >= _SAME_CONTENT
        )

    def _found(self, page: Page, aliases: tuple[str, ...]) -> Found:
        assert page.document is not None
        if page.document.aliases != aliases:
            page = remembered(replace(page.document, aliases=aliases), page)
            self._reading.memory.save(page)
        return Found(key=page.key, hash=page.hash)

    def _failure(self, url: str) -> Failed:
        return Failed(key=url, url=url, error=self._failed[url])
