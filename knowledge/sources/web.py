"""A web site: its start pages, its sitemaps, and what they lead to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from knowledge.errors import SourceError
from knowledge.fetching import (
    BACKOFF,
    LONGEST_WAIT,
    TRANSIENT,
    Fetched,
    Fetcher,
    FetchError,
    conditions,
)
from knowledge.index.pages import Page
from knowledge.settings import SourceSettings
from knowledge.sources import sitemaps
from knowledge.sources.absence import nothing_there, nowhere
from knowledge.sources.crawling import Crawl
from knowledge.sources.source import Found, Item, Reading
from knowledge.sources.urls import Scope, normal
from knowledge.web.guarding import Forbidden, default_port
from knowledge.web.robots import Robots, address

logger = logging.getLogger(__name__)

#: Sitemaps that are read, and addresses that are taken from them.
_MOST_SITEMAPS, _MOST_PAGES = 200, 50_000

_HOPS = 4


class WebSource:
    """Pages and files of one host."""

    def __init__(self, settings: SourceSettings) -> None:
        self._settings = settings

    def read(self, reading: Reading) -> Iterator[Item]:
        """Yield every document of the site.

        Raises:
            SourceError: the site does not answer, or does not want to be read.
        """
        # A loop of its own: the source runs in a thread, whatever its caller runs in.
        yield from asyncio.run(self._crawl(reading))

    async def _crawl(self, reading: Reading) -> list[Item]:
        settings = self._settings
        start = normal(settings.url)
        if not start:
            raise SourceError(f"The url of the source is not an address: {settings.url!r}")
        scope = Scope(start, settings.include, settings.exclude)
        private = settings.allow_private_hosts
        async with Fetcher(reading.settings, allow_private_hosts=private) as fetcher:
            shelf = Shelf(reading, fetcher)
            robots = await read_robots(shelf, start, reading.settings.user_agent)
            if not robots.allows(start):
                raise SourceError("Its robots.txt does not let us read it.")
            crawl = Crawl(settings, reading, fetcher, scope, robots)
            seeds = await self._seeds(start, shelf, robots, scope)
            if robots.allows(nowhere(start)):
                crawl.looker.nothing = await nothing_there(
                    nowhere(start), settings, reading, fetcher
                )
            items = await crawl.walk(seeds.pages, follow=settings.follow_links and not seeds.only)
            if not any(isinstance(item, Found) for item in items):
                raise SourceError(f"Nothing can be read there. {crawl.reason(start)}".strip())
            return items

    async def _seeds(self, start: str, shelf: Shelf, robots: Robots, scope: Scope) -> _Seeds:
        """Return the pages to begin with: the start pages first, then those of the sitemaps."""
        if start.endswith((".xml", ".xml.gz")):
            listed = await read_sitemaps(shelf, [start], scope)
            if not listed:
                raise SourceError("The sitemap names no page of its host.")
            return _Seeds(listed, only=True)
        named = [*self._settings.sitemaps, *robots.sitemaps]
        listed = await read_sitemaps(shelf, named or [urljoin(start, "/sitemap.xml")], scope)
        return _Seeds([start, *self._settings.start, *listed], only=False)


class _Seeds:
    def __init__(self, pages: list[str], *, only: bool) -> None:
        self.pages = pages
        #: Only these pages, not what they lead to.
        self.only = only


class Shelf:
    """Small files that are read before anything else, kept for when they are unchanged."""

    def __init__(self, reading: Reading, fetcher: Fetcher) -> None:
        self._reading = reading
        self.fetcher = fetcher

    async def read(self, url: str) -> bytes | None:
        """Return the body, None if there is none (404 and the like).

        What was read before serves where it cannot be read now.

        Raises:
            SourceError: it cannot be read, and never was.
        """
        known = self._reading.memory.page(url)
        try:
            answer = await self._ask(url, known)
        except (FetchError, Forbidden) as error:
            if known and known.body is not None:
                return known.body
            raise SourceError(f"{url} cannot be read: {error}") from error
        if answer.status == 304 and known:
            return known.body
        if answer.status >= 500 or answer.status == 429:
            if known and known.body is not None:
                return known.body
            raise SourceError(f"{url} cannot be read: the server answers {answer.status}.")
        body = answer.body if answer.status == 200 else None
        self._keep(url, answer, body)
        return body

    async def _ask(self, url: str, known: Page | None) -> Fetched:
        validators = {"etag": known.etag, "last-modified": known.last_modified} if known else {}
        target, asked = url, conditions(validators)
        for wait in (*BACKOFF, None):
            answer = await self._follow(target, asked)
            if answer.status not in TRANSIENT or wait is None:
                return answer
            asked_for = answer.retry_after
            await asyncio.sleep(wait if asked_for is None else min(asked_for, LONGEST_WAIT))
        raise AssertionError

    async def _follow(self, url: str, headers: dict[str, str]) -> Fetched:
        for _ in range(_HOPS):
            answer = await self.fetcher.ask(url, headers=headers)
            if not answer.target:
                return answer
            url = answer.target
        raise FetchError("It redirects too often.")

    def _keep(self, url: str, answer: Fetched, body: bytes | None) -> None:
        page = Page(
            key=url,
            etag=answer.headers.get("etag", ""),
            last_modified=answer.headers.get("last-modified", ""),
            body=body,
            checked_at=self._reading.clock(),
        )
        self._reading.memory.save(page)


async def read_robots(shelf: Shelf, url: str, user_agent: str) -> Robots:
    """Return the rules of a host; where there are none, everything may be read.

    Raises:
        SourceError: the host fails to say: then nothing is read.
    """
    body = await shelf.read(address(url))
    robots = Robots.parse(body or b"", user_agent)
    parts = urlsplit(url)
    if robots.delay:
        host = f"{parts.hostname}:{parts.port or default_port(parts.scheme)}"
        shelf.fetcher.pauses[host] = robots.delay
        shelf.fetcher.pace.hold(host, robots.delay)  # the request for robots.txt counts too
    return robots


async def read_sitemaps(shelf: Shelf, urls: list[str], scope: Scope) -> list[str]:
    """Return the pages that sitemaps name; one that cannot be read is passed over."""
    pages: dict[str, None] = {}
    waiting, seen = list(urls), set[str]()
    while waiting and len(seen) < _MOST_SITEMAPS and len(pages) < _MOST_PAGES:
        url = normal(waiting.pop(0))
        if not url or url in seen or not scope.holds(url):
            continue
        seen.add(url)
        try:
            body = await shelf.read(url)
            found = sitemaps.parse(body) if body else sitemaps.Sitemap()
        except SourceError as error:
            logger.warning("The sitemap %s is passed over: %s", url, error)
            continue
        waiting += found.sitemaps
        pages.update(dict.fromkeys(found.pages))
    return list(pages)[:_MOST_PAGES]
