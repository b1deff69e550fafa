"""How the sources stand, and what would be read of one page: for `cscc sources`."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from knowledge.documents import Document
from knowledge.errors import SourceError
from knowledge.fetching import Fetcher
from knowledge.generations import home
from knowledge.index.reports import Failure
from knowledge.index.state import Run, State
from knowledge.settings import KnowledgeSettings, SourceSettings
from knowledge.sources.looking import Looker
from knowledge.sources.source import Memory, Reading
from knowledge.sources.urls import host_of, normal
from knowledge.web.robots import Robots, address

_MOST_HOPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """How one source stands."""

    name: str
    kind: str
    audience: str
    #: When it was last read; None: never.
    last_run: datetime | None = None
    #: When the running assistant reads it again; None: it was never read.
    next_run: datetime | None = None
    #: Documents it held then.
    documents: int = 0
    failures: tuple[Failure, ...] = ()
    #: Why it could not be read as a whole; "" if it could.
    error: str = ""
    #: Since the last time it could be read; None: never.
    age: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What would be read of one page."""

    document: Document | None = None
    #: The document as Markdown; "" if there is none.
    markdown: str = ""
    #: Why there is no document; "" if there is one.
    reason: str = ""


def sources_status(settings: KnowledgeSettings, now: datetime) -> list[SourceStatus]:
    """Return how every configured source stands, in their order."""
    last: dict[str, Run] = {}
    good: dict[str, Run] = {}
    with closing(home(settings)) as place:
        if state := place.state():
            with closing(state):
                last, good = state.last_runs(), state.last_runs(good=True)
    return [
        _status(source, last.get(source.name), good.get(source.name), now)
        for source in settings.sources
    ]


def due(settings: KnowledgeSettings, now: datetime) -> list[str]:
    """Return the names of the sources that are to be read again."""
    return [
        status.name
        for status in sources_status(settings, now)
        if status.next_run is None or status.next_run <= now
    ]


async def check(url: str, settings: KnowledgeSettings, now: datetime) -> Checked:
    """Read one page of the web as the source on its host would, and keep nothing."""
    address_given = normal(url)
    source = _source_for(address_given, settings)
    with tempfile.TemporaryDirectory() as folder:
        state = State.in_file(Path(folder) / "state.sqlite")
        # The pace of hosts is shared with everybody: the folder of the data stays as it is.
        reading = Reading(
            settings=settings,
            memory=Memory(state, source.name),
            clock=lambda: now,
            looked_at=lambda _: None,
        )
        try:
            private = source.allow_private_hosts
            async with Fetcher(settings, allow_private_hosts=private) as fetcher:
                return await _check(
                    address_given, Looker(source, reading, fetcher), fetcher, reading
                )
        except SourceError as error:
            return Checked(reason=str(error))
        finally:
            state.close()


def markdown(document: Document) -> str:
    """Return a document as Markdown, with what is known of it in front."""
    facts = [
        f"url: {document.url}",
        f"title: {document.title}",
        f"language: {document.language}",
        f"audience: {document.audience}",
        *([f"updated: {document.updated_at.isoformat()}"] if document.updated_at else []),
        *(f"hreflang {language}: {url}" for language, url in document.alternates.items()),
    ]
    parts = ["---", *facts, "---", "", f"# {document.title}"]
    path: tuple[str, ...] = ()
    page: int | None = None
    for section in document.sections:
        if section.page != page:
            page = section.page
            parts += ["", f"<!-- page {page} -->"]
        for at, heading in enumerate(section.path):
            if section.path[: at + 1] != path[: at + 1]:
                parts += ["", f"{'#' * min(6, at + 2)} {heading}"]
        path = section.path
        parts += ["", section.text]
    return "\n".join(parts) + "\n"


async def _check(url: str, looker: Looker, fetcher: Fetcher, reading: Reading) -> Checked:
    if not url:
        return Checked(
            reason="This takes addresses of the web only, such as https://example.org/page."
        )
    answer = await fetcher.ask(address(url))
    rules = answer.body if answer.status == 200 else b""
    if not Robots.parse(rules, reading.settings.user_agent).allows(url):
        return Checked(reason="The robots.txt of the host does not let us read it.")
    for hops in range(_MOST_HOPS):
        look = await looker.look(url)
        if look.page and look.page.document:
            document = look.page.document
            return Checked(document=document, markdown=markdown(document))
        if not look.target:
            reason = look.error or look.reason
            return Checked(reason=f"It leads to {url}: {reason}" if hops else reason)
        url = normal(look.target)
        if not url:
            return Checked(reason=f"It leads to {look.target[:200]}, which is not of the web.")
    return Checked(reason="It redirects too often.")


def _source_for(url: str, settings: KnowledgeSettings) -> SourceSettings:
    """Return the source on whose host a page is; one of its own if there is none."""
    for source in settings.sources:
        if source.url and host_of(source.url) == host_of(url):
            return source
    return SourceSettings(name="check", kind="web", url=url)


def _status(
    source: SourceSettings, last: Run | None, good: Run | None, now: datetime
) -> SourceStatus:
    if last is None:
        return SourceStatus(name=source.name, kind=source.kind, audience=source.audience.value)
    return SourceStatus(
        name=source.name,
        kind=source.kind,
        audience=source.audience.value,
        last_run=last.started_at,
        next_run=last.started_at + source.refresh,
        documents=last.documents,
        failures=tuple(Failure(url=url, error=why) for url, why in last.failures.items()),
        error=last.error,
        age=max(now - good.started_at, timedelta()) if good else None,
    )
