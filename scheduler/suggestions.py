"""Pages that the knowledge half has read -> events for an editor to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from scheduler.events import Event, Review
from scheduler.pages import Page, announced
from scheduler.settings import EventSourceSettings
from scheduler.sources.schemaorg import events_in


def suggestions(
    page: Page, now: datetime, *, source: str, audience: Literal["public", "members"] = "public"
) -> list[Event]:
    """Return what a page announces: the events of its JSON-LD, else the one of its prose.

    They are only ever suggested, and only what is not over.
    """
    settings = EventSourceSettings(name=source, kind="jsonld", url=page.url, audience=audience)
    told, _ = events_in(page, settings, now)
    if told:
        return [replace(e, review=Review.SUGGESTED) for e in told if not e.over(now)]
    return announced(page, now, source=source, audience=audience)
