"""What a source is: it brings the memory of its pages up to date and names what stands now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from knowledge.documents import Audience, Document
from knowledge.extraction import Extracted
from knowledge.index.duplicates import signature
from knowledge.index.pages import Page, content_hash
from knowledge.index.state import State
from knowledge.settings import KnowledgeSettings, SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that stands where it stood, or is new."""

    key: str
    #: Of its content, as in the memory.
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A document that could not be read. What is known of it stays as it is."""

    key: str
    url: str
    error: str


Item = Found | Failed


class Memory:
    """What is remembered of the pages of one source."""

    def __init__(self, state: State, source: str) -> None:
        self._state = state
        self._source = source

    def page(self, key: str) -> Page | None:
        """Return a page as it was last read."""
        return self._state.page(self._source, key)

    def stamps(self) -> dict[str, tuple[str, str, str]]:
        """Return stamp, hash ("" if there is no document) and error of every page, by key."""
        return self._state.stamps(self._source)

    def members(self) -> list[str]:
        """Return the keys of what the source was agreed to hold."""
        return list(self._state.members(self._source))

    def save(self, *pages: Page) -> None:
        """Remember pages."""
        self._state.save(self._source, pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a source needs while it is read."""

    settings: KnowledgeSettings
    memory: Memory
    clock: Callable[[], datetime]
    #: Told how many pages were looked at.
    looked_at: Callable[[int], None]


class Source(Protocol):
    """A place that documents come from."""

    def __init__(self, settings: SourceSettings) -> None:
        """Take the settings; nothing is read yet."""

    def read(self, reading: Reading) -> Iterator[Item]:
        """Yield every document that stands now; those that are not named are gone.

        Raises:
            SourceError: the source as a whole cannot be read; nothing of it changes.
        """


def made(extracted: Extracted, settings: SourceSettings, *, key: str, url: str) -> Document:
    """Return the document of a source; its front matter may narrow the audience, never widen it."""
    restricted = Audience.MEMBERS in {settings.audience, extracted.audience}
    title = extracted.title or next(
        (section.path[0] for section in extracted.sections if section.path), ""
    )
    return Document(
        source=settings.name,
        key=key,
        url=extracted.url or url,
        title=title or url.rstrip("/").rpartition("/")[2] or url,
        sections=extracted.sections,
        language=extracted.language or "und",
        audience=Audience.MEMBERS if restricted else Audience.PUBLIC,
        updated_at=extracted.updated_at,
        alternates=extracted.alternates,
        structured=extracted.structured,
        markup=extracted.markup,
    )


def remembered(document: Document, page: Page) -> Page:
    """Return the page with its document, hash and signature."""
    content = content_hash(document)
    return replace(page, document=document, hash=content, signature=signature(document))
