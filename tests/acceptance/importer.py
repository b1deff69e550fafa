"""What stands between the sources of the stand-in website and the store, without the store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from scheduler.events import Event
from scheduler.reconciling.merging import Merged, merge
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult, open_source
from tests.acceptance.site import Website, fetch

NOWS = [
    "2027-03-01T08:00:00+01:00",
    "2027-10-25T08:00:00+02:00",
    "2028-02-29T23:30:00+01:00",
    "2026-08-31T06:00:00+02:00",
]


class Importer:
    """What stands between the sources and the store, without the store."""

    def __init__(self, site: Website) -> None:
        self.site = site
        self.now = datetime.fromisoformat(site.now)
        self.items: list[Event] = []
        self.aliases: dict[str, str] = {}
        self.events: dict[str, Event] = {}
        self.results: dict[str, SourceResult] = {}

    def settings(self) -> list[EventSourceSettings]:
        base = self.site.base
        forms = [(e.form, e.lang, base + e.path) for e in self.site.state.events()]
        slovak = [url for form, lang, url in forms if lang == "sk" and form in ("jsonld", "html")]
        host = base.removeprefix("http://")
        return [
            EventSourceSettings.model_validate({"trusted_hosts": (host,), **own})
            for own in (
                {"name": "calendar", "kind": "ics", "url": f"{base}/events.ics"},
                {"name": "bad-calendar", "kind": "ics", "url": f"{base}/events-vadny.ics"},
                {
                    "name": "pages",
                    "kind": "jsonld",
                    "url": f"{base}/cs/akce/",
                    "urls": (f"{base}/en/events/", *slovak),
                },
                {"name": "plugin", "kind": "tribe", "url": base},
                {
                    "name": "calls",
                    "kind": "feed",
                    "url": f"{base}/cs/vyzvy/feed/",
                    "event_kind": "call",
                },
                {
                    "name": "calls-en",
                    "kind": "feed",
                    "url": f"{base}/en/calls/feed/",
                    "event_kind": "call",
                    "language": "en",
                },
                {
                    "name": "portal",
                    "kind": "funding",
                    "url": f"{base}/search-api/prod/rest/search",
                },
                {
                    "name": "invitations",
                    "kind": "jsonld",
                    "url": f"{base}/cs/pozvanky/",
                    "urls": (f"{base}/en/invitations/",),
                },
            )
        ]

    async def sync(self, *names: str) -> dict[str, Merged]:
        merged = {}
        for settings in self.settings():
            if not names or settings.name in names:
                merged[settings.name] = await self.read(settings)
        return merged

    async def read(self, settings: EventSourceSettings) -> Merged:
        source = open_source(settings, first_start=self.now)
        known = [i for i in self.items if i.source == settings.name and not i.over(self.now)]
        result = await source.read(fetch, self.now, known)
        merged = merge(self.items, self.aliases, source=settings.name, result=result, now=self.now)
        others = [item for item in self.items if item.source != settings.name]
        self.items = [*others, *(item for item in merged.items)]
        self.aliases = dict(merged.aliases)
        self.events = {event.uid: event for event in merged.events}
        self.results[settings.name] = result
        return merged

    def item(self, wanted: dict[str, Any]) -> Event | None:
        """Return the item that is the wanted one, by its uid or else its title."""
        for item in self.items:
            if item.uid.removeprefix(self.site.base) == wanted["uid"]:
                return item
        return next((item for item in self.items if item.title == wanted["title"]), None)

    def by_id(self, name: str) -> Event:
        wanted = next(e for e in self.site.expected() if e["id"] == name)
        item = self.item(wanted)
        assert item is not None, name
        return item

    def event_of(self, name: str) -> Event:
        return self.events[self.aliases[self.by_id(name).uid]]


def utc(value: datetime | date | None) -> str | None:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else None
