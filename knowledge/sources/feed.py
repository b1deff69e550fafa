"""A feed (RSS, Atom): its items, and the pages they link."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import feedparser

from knowledge.errors import SourceError
from knowledge.extraction import Extracted, Raw, Unreadable, edition, extract
from knowledge.fetching import Fetcher
from knowledge.index.pages import Page
from knowledge.settings import SourceSettings
from knowledge.sources.crawling import Crawl
from knowledge.sources.looking import FEWEST_LETTERS
from knowledge.sources.source import Failed, Found, Item, Reading, made, remembered
from knowledge.sources.urls import Scope, normal
from knowledge.sources.web import Shelf, read_robots

logger = logging.getLogger(__name__)

#: Items that are read of one feed.
_MOST_ITEMS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One item of a feed."""

    url: str
    title: str
    #: HTML; what the feed itself says of the item.
    content: str
    updated_at: date | None


class FeedSource:
    """Items of a feed: the page on the feed's own host, otherwise what the feed says."""

    def __init__(self, settings: SourceSettings) -> None:
        self._settings = settings

    def read(self, reading: Reading) -> Iterator[Item]:
        """Yield a document for every item, and for those that left the feed but still stand.

        Raises:
            SourceError: the feed cannot be read, or is none.
        """
        yield from asyncio.run(self._read(reading))

    async def _read(self, reading: Reading) -> list[Item]:
        settings = self._settings
        start = normal(settings.url)
        if not start:
            raise SourceError(f"The url of the source is not an address: {settings.url!r}")
        private = settings.allow_private_hosts
        async with Fetcher(reading.settings, allow_private_hosts=private) as fetcher:
            shelf = Shelf(reading, fetcher)
            robots = await read_robots(shelf, start, reading.settings.user_agent)
            body = await shelf.read(settings.url)
            entries = _entries(body or b"", settings.url)
            scope = Scope(start, settings.include, settings.exclude)
            known = reading.memory.members()
            crawl = Crawl(settings, reading, fetcher, scope, robots)
            pages = [entry.url for entry in entries if scope.wants(entry.url)]
            items = await crawl.walk([*pages, *known], follow=False)
            # A page that stands elsewhere (redirect, canonical) has its item's address as alias.
            done = {alias for item in items for alias in self._addresses(item, reading)}
            missing = [entry for entry in entries if entry.url not in done]
            kept = [key for key in known if key not in done and not scope.holds(key)]
            return [*items, *self._own(missing, reading), *_standing(kept, missing, reading)]

    def _addresses(self, item: Item, reading: Reading) -> Sequence[str]:
        if isinstance(item, Failed):
            return [item.key] if reading.memory.page(item.key) else []
        page = reading.memory.page(item.key)
        return [item.key, *(page.document.aliases if page and page.document else ())]

    def _own(self, entries: Sequence[_Entry], reading: Reading) -> Iterator[Item]:
        """Yield documents made of what the feed says of its items."""
        for entry in entries:
            extracted = _extracted(entry)
            if extracted is None:
                continue
            known = reading.memory.page(entry.url)
            document = made(extracted, self._settings, key=entry.url, url=entry.url)
            bare = Page(
                key=entry.url,
                stamp=f"{edition()}:{self._settings.audience}:feed",
                checked_at=reading.clock(),
            )
            page = remembered(document, bare)
            if known is None or known.hash != page.hash:
                reading.memory.save(page)
            yield Found(key=page.key, hash=page.hash)


def _standing(keys: Sequence[str], new: Sequence[_Entry], reading: Reading) -> Iterator[Item]:
    """Yield what was made of items that have left the feed since: feeds only show the latest."""
    renewed = {entry.url for entry in new}
    for key in keys:
        page = reading.memory.page(key)
        if key not in renewed and page and page.document:
            yield Found(key=key, hash=page.hash)


def _entries(body: bytes, url: str) -> list[_Entry]:
    feed: Any = feedparser.parse(body, response_headers={"content-location": url})
    if not feed.get("version"):
        raise SourceError("It is not a feed (RSS or Atom).")
    entries = (_entry(item) for item in feed.entries[:_MOST_ITEMS])
    return list({entry.url: entry for entry in entries if entry}.values())


def _entry(item: Any) -> _Entry | None:
    url = normal(item.get("link", ""))
    if not url:
        return None
    contents = [each.get("value", "") for each in item.get("content", [])]
    when = item.get("updated_parsed") or item.get("published_parsed")
    return _Entry(
        url=url,
        title=_text(item.get("title", "")),
        content=max([*contents, item.get("summary", "")], key=len),
        updated_at=date(when.tm_year, when.tm_mon, when.tm_mday) if when else None,
    )


def _extracted(entry: _Entry) -> Extracted | None:
    """Return what the feed says of an item; None if that is too little to be a document."""
    html = f"<html><body><article>{entry.content}</article></body></html>"
    try:
        found = extract(Raw(body=html.encode(), name=entry.url, content_type="text/html"))
    except Unreadable as error:
        logger.info("The item %s is passed over: %s", entry.url, error)
        return None
    if found.letters < FEWEST_LETTERS:
        return None
    return replace(found, title=entry.title or found.title, updated_at=entry.updated_at)


def _text(html: str) -> str:
    """Return a title without the markup that feeds put into it."""
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    body = f"<html><body><h1>{html}</h1></body></html>".encode()
    try:
        return extract(Raw(body=body, name="", content_type="text/html")).title
    except Unreadable:
        return ""
