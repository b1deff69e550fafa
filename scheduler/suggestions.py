"""Pages that the knowledge half has read -> events for an editor to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from scheduler.events import Event, Review
from scheduler.marked import fragment, marked_up
from scheduler.pages import Page, announced, has_passed
from scheduler.settings import EventSourceSettings
from scheduler.sources.schemaorg import events_in

Audience = Literal["public", "members"]


def suggestions(
    page: Page, now: datetime, *, source: str, audience: Audience = "public"
) -> list[Event]:
    """Return what a page announces: the events of its data, else the one of its prose.

    They are only ever suggested, and only what is not over.
    """
    settings = EventSourceSettings(name=source, kind="jsonld", url=page.url, audience=audience)
    told, _ = events_in(page, settings, now)
    if told:
        return [replace(e, review=Review.SUGGESTED) for e in told if not has_passed(e, now)]
    return announced(page, now, source=source, audience=audience)


def suggested_by(
    text: str,
    url: str,
    now: datetime,
    *,
    title: str,
    source: str,
    language: str = "",
    published: date | None = None,
    scripts: Sequence[str] = (),
    markup: Sequence[str] = (),
    alternates: Mapping[str, str] | None = None,
    audience: Audience = "public",
) -> list[Event]:
    """Return what a document announces of which the text is at hand, not the page.

    `scripts` are the bodies of its JSON-LD scripts, `markup` the HTML of its elements that carry
    microdata or RDFa, `alternates` the addresses of the same in other languages.
    """
    page = Page(
        url=url,
        title=title,
        text=text,
        language=language,
        published=published,
        scripts=tuple(scripts),
        marked=tuple(thing for part in markup for thing in marked_up(fragment(part))),
        links=(),
        alternates=alternates or {},
    )
    return suggestions(page, now, source=source, audience=audience)
