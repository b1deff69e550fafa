"""Looks at one page: asks for it (only if it changed), and judges what came back."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace

from knowledge.extraction import Extracted, Raw, Unreadable, edition, extract, is_office
from knowledge.fetching import TRANSIENT, Fetched, Fetcher, FetchError, conditions
from knowledge.index.pages import Page
from knowledge.settings import SourceSettings
from knowledge.sources.absence import is_nothing, says_not_found
from knowledge.sources.source import Reading, made, remembered
from knowledge.sources.urls import normal
from knowledge.web.guarding import Forbidden

logger = logging.getLogger(__name__)

_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.5"

#: Content types that are documents; "" : the server says nothing.
_DOCUMENTS = re.compile(
    r"^(?:|text/(?:html|plain|markdown|x-markdown|csv|tab-separated-values|rtf|richtext)|binary/octet-stream"
    r"|application/(?:xhtml\+xml|pdf|x-pdf|octet-stream|msword|csv|vnd\.ms-\S+|x-download"
    r"|(?:x-)?rtf|vnd\.o(?:penxmlformats-officedocument|asis\.opendocument)\.\S+"
    r"|force-download|download|(?:x-)?zip\S*))$"
)

#: Content types of archives, as which some servers name Office files.
_ARCHIVES = re.compile(r"^application/(?:x-)?zip")

_NOT_FOUND = "The page says of itself that it was not found."

_ONLY_LINKS = "The page only leads on to others; those are read instead."

#: A page with fewer letters says nothing.
FEWEST_LETTERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What looking at an address gave; all empty: nothing is there."""

    #: With an error: the page as it was, so that nothing it led to is lost.
    page: Page | None = None
    #: Where it leads instead.
    target: str = ""
    #: Why it could not be read.
    error: str = ""
    #: Why it gives no document though nothing went wrong; for people who ask.
    reason: str = ""
    #: It may be different in a moment.
    transient: bool = False
    #: Seconds the server wants to be left alone; None: it does not say.
    wait: float | None = None
    #: The server said that it is asked too often.
    crowded: bool = False
    #: Nothing came at all.
    silent: bool = False


class Looker:
    """Looks at the pages of one source and remembers them."""

    def __init__(self, settings: SourceSettings, reading: Reading, fetcher: Fetcher) -> None:
        self._settings = settings
        self._reading = reading
        self._fetcher = fetcher
        #: Of what was extracted: another version or audience makes everything be read again.
        self._stamp = f"{edition()}:{settings.audience}"
        #: What was remembered before of the pages that were looked at, by address.
        self.hashes: dict[str, str] = {}
        #: Signature of the page that the site shows where nothing is; b"" if it shows none.
        self.nothing = b""

    async def look(self, url: str) -> Look:
        """Look at a page; what it held before is used where the server says it is unchanged."""
        known = self._reading.memory.page(url)
        self.hashes[url] = known.hash if known else ""
        try:
            answer = await self._ask(url, known)
        except Forbidden as error:
            logger.info("%s is not asked: %s", url[:200], error)
            return Look(reason=str(error))
        except FetchError as error:
            again = error.transient and not error.slow
            return Look(page=known, error=str(error), transient=again, silent=error.transient)
        return self._judge(url, answer, known)

    async def _ask(self, url: str, known: Page | None) -> Fetched:
        headers = {"Accept": _ACCEPT}
        if known and known.stamp == self._stamp:
            validators = {"etag": known.etag, "last-modified": known.last_modified}
            headers |= conditions(validators)
        answer = await self._fetcher.ask(url, headers=headers)
        if not answer.target or normal(answer.target) != url:
            return answer
        if answer.cookies:
            # It wants its cookie back before it shows anything.
            headers["Cookie"] = "; ".join(map("=".join, answer.cookies.items()))
        elif answer.target == url:
            return answer
        # Otherwise it wants the visit named in the address, which names no other page.
        return await self._fetcher.ask(answer.target, headers=headers)

    def _judge(self, url: str, answer: Fetched, known: Page | None) -> Look:
        if answer.status == 304 and known:
            return Look(page=known, error=known.error)
        if answer.target:
            return Look(target=answer.target)
        if answer.status in TRANSIENT:
            return Look(
                page=known,
                error=f"The server answers {answer.status}.",
                transient=True,
                wait=answer.retry_after,
                crowded=answer.status == 429,
            )
        if answer.status in {404, 410}:
            return Look(reason=f"The server answers {answer.status}: there is no such page.")
        if answer.status != 200:
            return Look(page=known, error=f"The server answers {answer.status}.")
        return self._read(url, answer)

    def _read(self, url: str, answer: Fetched) -> Look:
        page = Page(
            key=url,
            stamp=self._stamp,
            etag=answer.headers.get("etag", ""),
            last_modified=answer.headers.get("last-modified", ""),
            checked_at=self._reading.clock(),
        )
        content_type = answer.headers.get("content-type", "")
        media = content_type.partition(";")[0].strip().lower()
        if not _DOCUMENTS.match(media):
            return self._kept(page, f"This is no document: the server calls it {media}.")
        if _ARCHIVES.match(media) and not is_office(answer.body):
            return self._kept(page, f"This is no document: the server calls it {media}.")
        try:
            extracted = extract(Raw(body=answer.body, name=url, content_type=content_type))
        except Unreadable as error:
            return self._kept(replace(page, error=str(error)))
        return self._understood(url, answer, page, extracted)

    def _understood(self, url: str, answer: Fetched, page: Page, extracted: Extracted) -> Look:
        if extracted.refresh and normal(extracted.refresh) != url:
            return Look(target=extracted.refresh)
        if says_not_found(extracted):
            return Look(reason=_NOT_FOUND)
        robots = answer.headers.get("x-robots-tag", "").lower()
        noindex = extracted.noindex or "noindex" in robots or "none" in robots
        links = () if "nofollow" in robots or "none" in robots else extracted.links
        links = tuple(dict.fromkeys(link for each in links if (link := normal(each))))
        page = replace(page, links=links)
        if noindex:
            return self._kept(page, "The page asks not to be indexed.")
        if extracted.is_list:
            return self._kept(page, _ONLY_LINKS)
        if extracted.letters < FEWEST_LETTERS:
            # A page that only leads on is none; one that leads nowhere was meant to say something.
            wrong = "" if links else "The page holds no text (it may be made by a script)."
            return self._kept(replace(page, error=wrong), _ONLY_LINKS)
        canonical = normal(extracted.canonical)
        # What a page of the web calls itself in front matter is not believed.
        document = made(replace(extracted, url=""), self._settings, key=url, url=url)
        found = remembered(document, replace(page, url=canonical if canonical != url else ""))
        if is_nothing(found.signature, self.nothing) and url != normal(self._settings.url):
            return Look(reason=_NOT_FOUND)
        return self._kept(found)

    def _kept(self, page: Page, reason: str = "") -> Look:
        if page.error and self.hashes[page.key]:
            # What is known of it stays; its validators must not hide that it cannot be read.
            known = self._reading.memory.page(page.key)
            return Look(page=known, error=page.error)
        self._reading.memory.save(page)
        return Look(page=page, error=page.error, reason=reason)
