"""Event source: an RSS or Atom feed of calls or events, whose dates stand in prose."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import feedparser

from scheduler.classifying import kind_of, language_of, status_in_title
from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus
from scheduler.ports import Fetch
from scheduler.prose import Reading, read_about
from scheduler.prose.suggesting import CALLED_OFF, as_it_was, context_of, event_of, lies_ahead
from scheduler.settings import EventSourceSettings
from scheduler.sources.reading import ItemFailure, SourceResult, body_of
from scheduler.texts import made_uid, one_line, plain, web_address

#: A feed shows its newest items only. Of so many that it shows no more it is asked, at each
#: reading, whether their pages are still there.
MOST_CHECKED = 20
_GONE = (404, 410)

#: What a whole feed ends with.
_ENDS = (b"</rss>", b"</feed>", b"</rdf:RDF>", b"</RDF>")

Entry = Mapping[str, object]


class FeedSource:
    """A feed; what its items' prose says is suggested unless the settings say otherwise.

    Of a feed of calls every call is taken, of any other feed only what lies ahead: news tell
    mostly of what is over.
    """

    def __init__(self, settings: EventSourceSettings) -> None:
        self.name = settings.name
        self._settings = settings

    async def read(self, fetch: Fetch, now: datetime, known: Sequence[Event] = ()) -> SourceResult:
        """Read the feed.

        Raises:
            EventSourceError: nothing came, or no feed.
        """
        body = await body_of(fetch, self._settings.url)
        feed = feedparser.parse(io.BytesIO(body), response_headers={"content-type": "text/xml"})
        if not feed.get("version") and not feed.entries:
            raise EventSourceError(f"{self._settings.url}: this is no RSS or Atom feed.")
        language = str(feed.feed.get("language") or "")[:2].lower()
        events: dict[str, Event] = {}
        before = {event.uid: event for event in known}
        failures = [_broken(feed)] if feed.bozo and _is_broken(feed) else []
        # Where a feed is cut off, its last item may lack what it says of dates.
        for entry in feed.entries[: None if body.rstrip().endswith(_ENDS) else -1]:
            event = _event(entry, language, self._settings, now, before)
            if event is not None:
                events.setdefault(event.uid, event)
        vanished = [e for e in known if e.uid not in events and not e.over(now) and e.url]
        withdrawn = [e.uid for e in vanished[:MOST_CHECKED] if await _is_gone(fetch, e.url)]
        return SourceResult(
            events=tuple(events.values()),
            failures=tuple(failures),
            complete=False,
            withdrawn=tuple(withdrawn),
        )


def _is_broken(feed: feedparser.FeedParserDict) -> bool:
    return not isinstance(feed.bozo_exception, feedparser.CharacterEncodingOverride)


def _broken(feed: feedparser.FeedParserDict) -> ItemFailure:
    return ItemFailure(
        name=one_line(str(feed.feed.get("title") or "feed")),
        error=f"The feed is malformed: {feed.bozo_exception}",
    )


async def _is_gone(fetch: Fetch, url: str) -> bool:
    try:
        return (await fetch(url)).status in _GONE
    except EventSourceError:
        return False


def _event(
    entry: Entry,
    language: str,
    settings: EventSourceSettings,
    now: datetime,
    known: Mapping[str, Event],
) -> Event | None:
    """Return the event of an item; None for news that announce nothing."""
    marked, title = status_in_title(one_line(str(entry.get("title") or "")))
    if not title:
        return None
    text = _text(entry)
    link = str(entry.get("link") or "")
    uid = str(entry.get("id") or "") or web_address(link) or made_uid(settings.name, title)
    categories = [one_line(str(tag.get("term") or "")) for tag in _tags(entry)]
    kind = kind_of(title, categories=categories, text=text[:300], default=settings.event_kind)
    reading = _reading(entry, title, text, kind, marked, settings, now, known=uid in known)
    if reading is None:
        return None
    event = event_of(reading, title, text, kind, marked)
    if uid in known:
        event = as_it_was(event, known[uid])
    return replace(
        event,
        uid=uid,
        url=web_address(link, settings.url),
        language=language_of(f"{title}\n{text[:300]}", language or settings.language),
        audience=settings.audience,
        topics=settings.topics,
        region=event.region or settings.region,
        source=settings.name,
        updated=_changed(entry) or _issued(entry),
        example=settings.example,
    )


def _reading(
    entry: Entry,
    title: str,
    text: str,
    kind: EventKind,
    marked: EventStatus | None,
    settings: EventSourceSettings,
    now: datetime,
    *,
    known: bool,
) -> Reading | None:
    """Return what an item says of when; None where that announces nothing."""
    changed = _changed(entry)
    context = context_of(title, _published(entry), now)
    context = replace(context, changed=changed.date() if changed else None)
    is_call = kind is EventKind.CALL
    reading = read_about(title, text, context, call=is_call)
    if not is_call and reading.start is None:
        called_off = (marked or reading.status) in CALLED_OFF
        return reading if known and called_off else None
    if known or (is_call and settings.event_kind is EventKind.CALL):
        return reading
    return reading if lies_ahead(reading, title, kind, context, now) else None


def _text(entry: Entry) -> str:
    content = entry.get("content")
    if isinstance(content, list) and content:
        return plain(str(content[0].get("value") or ""))
    return plain(str(entry.get("summary") or ""))


def _tags(entry: Entry) -> list[Mapping[str, object]]:
    tags = entry.get("tags")
    return list(tags) if isinstance(tags, list) else []


def _moment(value: object) -> datetime | None:
    if not isinstance(value, tuple):
        return None
    return datetime(value[0], value[1], value[2], value[3], value[4], value[5], tzinfo=UTC)


def _published(entry: Entry) -> date | None:
    moment = _issued(entry) or _changed(entry)
    return moment.date() if moment else None


def _issued(entry: Entry) -> datetime | None:
    return _moment(entry.get("published_parsed"))


def _changed(entry: Entry) -> datetime | None:
    # Asked for without being there, it is that of publication, with a warning.
    return _moment(entry.get("updated_parsed")) if "updated_parsed" in entry else None
