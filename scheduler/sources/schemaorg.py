"""JSON-LD of schema.org -> events."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from scheduler.addressees import region_in
from scheduler.classifying import kind_of, language_of, status_in_title
from scheduler.events import Event, EventKind, EventStatus, Version
from scheduler.pages import Page
from scheduler.prose import written_time
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.sources.deadlines import with_deadline_of_span
from scheduler.sources.reading import ItemFailure, default_kind
from scheduler.texts import made_uid, one_line, summary, web_address
from scheduler.zones import PRAGUE

_EVENT = re.compile(r"(?:^|[/#:])(?:\w*Event|Festival|Hackathon|EventSeries)$")
#: Named like events, but of goods and broadcasts.
_NO_EVENT = re.compile(r"(?:Delivery|Publication|Broadcast|OnDemand|Sale)Event$")
_TRAILING_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])', re.DOTALL)
_WRAPPER = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*;?\s*$")
_STATUSES = {
    "eventscheduled": EventStatus.SCHEDULED,
    "eventrescheduled": EventStatus.RESCHEDULED,
    "eventmovedonline": EventStatus.MOVED_ONLINE,
    "eventpostponed": EventStatus.POSTPONED,
    "eventcancelled": EventStatus.CANCELLED,
    "eventcanceled": EventStatus.CANCELLED,
}
_KINDS = {
    "EducationEvent": EventKind.SEMINAR,
    "CourseInstance": EventKind.SEMINAR,
    "Hackathon": EventKind.SEMINAR,
    "ExhibitionEvent": EventKind.CONFERENCE,
    "Festival": EventKind.CONFERENCE,
}
#: Nested deeper than this a document is hostile.
DEEPEST = 40

Thing = Mapping[str, object]


def events_in(
    page: Page, settings: EventSourceSettings, now: datetime
) -> tuple[list[Event], list[ItemFailure]]:
    """Return the events of a page's JSON-LD, and what of it could not be read."""
    things: list[Thing] = []
    failures: list[ItemFailure] = []
    for script in page.scripts:
        try:
            things += _events(_parsed(script))
        except (ValueError, RecursionError) as error:
            name = page.title or page.url
            failures.append(ItemFailure(name=name, error=f"Its JSON-LD is broken: {error}"))
    things = list({_gist(thing): thing for thing in things}.values())
    events: list[Event] = []
    alone = len(things) == 1
    ids = Counter(_text(thing.get("@id")) for thing in things)
    for thing in things:
        try:
            event = _event(thing, ids, page, settings, now)
            events.append(replace(event, versions=_versions(event, page)) if alone else event)
        except UnreadableItem as error:
            title = one_line(_text(thing.get("name"))) or page.title or page.url
            failures.append(ItemFailure(name=title, error=str(error), uid=_uid(thing, ids, page)))
    return _told_apart(events), failures


def _gist(thing: Thing) -> tuple[str, ...]:
    """What two scripts say of the same event, where a theme and a plugin both write one."""
    return tuple(_text(thing.get(name)) for name in ("name", "startDate", "url"))


def _told_apart(events: list[Event]) -> list[Event]:
    """Give events that share an address names of their own."""
    shared = Counter(event.uid for event in events)
    return [
        replace(event, uid=made_uid(event.uid, event.title)) if shared[event.uid] > 1 else event
        for event in events
    ]


def _parsed(script: str) -> object:
    """Read JSON as people write it: comments around it, raw newlines, a comma too many."""
    text = _WRAPPER.sub("", _WRAPPER.sub("", script)).strip().rstrip(";")
    mended = _TRAILING_COMMA.sub(lambda found: found[1] or "", text)
    for attempt in (text, mended, html.unescape(mended)):
        try:
            return json.loads(attempt, strict=False)
        except ValueError as error:
            problem = error
    raise problem


def _events(value: object, depth: int = 0) -> Iterator[Thing]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _events(item, depth + 1)
    elif isinstance(value, dict):
        if _is_event(value):
            yield value
            nested: Iterable[object] = (value.get("subEvent"), value.get("subEvents"))
        else:
            nested = value.values()
        for item in nested:
            yield from _events(item, depth + 1)


def _types(thing: Thing) -> list[str]:
    value = thing.get("@type")
    return [str(item) for item in (value if isinstance(value, list) else [value or ""])]


def _is_event(thing: Thing) -> bool:
    types = _types(thing)
    return any(_EVENT.search(name) and not _NO_EVENT.search(name) for name in types)


def _text(value: object) -> str:
    """Return the text of a value that may be a list, or an object with a value or a name."""
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), "")
    if isinstance(value, dict):
        return _text(value.get("@value") or value.get("name") or value.get("@id") or "")
    return value.strip() if isinstance(value, str) else ""


def _uid(thing: Thing, ids: Counter[str], page: Page) -> str:
    """Name an event by its @id, its own page, or the page if it holds no other."""
    own = _text(thing.get("@id"))
    if own and not own.startswith("_:") and ids[own] == 1:
        return urljoin(page.url, own)
    address = web_address(_text(thing.get("url")), page.url)
    if address.rstrip("/") != page.url.rstrip("/") and _is_own_page(address, page):
        return address
    if sum(ids.values()) == 1:
        return page.url
    return made_uid(page.url, one_line(_text(thing.get("name"))))


def _is_own_page(address: str, page: Page) -> bool:
    """Say whether an address is a page of the site; a shop or the home page is many events'."""
    there = urlsplit(address)
    return there.netloc == urlsplit(page.url).netloc and bool(there.path.strip("/"))


def _event(
    thing: Thing, ids: Counter[str], page: Page, settings: EventSourceSettings, now: datetime
) -> Event:
    marked, title = status_in_title(one_line(html.unescape(_text(thing.get("name")))))
    if not title:
        raise UnreadableItem("It has no name.")
    start = _time(thing.get("startDate"), "startDate", now)
    if start is None:
        raise UnreadableItem("It has no startDate.")
    start, end = _span(start, _end(thing, now))
    place = _place(thing)
    status = _STATUSES.get(re.split(r"[/#]", _text(thing.get("eventStatus")).lower())[-1])
    event = Event(
        uid=_uid(thing, ids, page),
        title=title,
        kind=_kind(thing, title, default_kind(settings, start, end)),
        start=start,
        end=end,
        all_day=not isinstance(start, datetime),
        original_start=_previous(thing, now),
        status=_worse(status, marked),
        url=web_address(_text(thing.get("url")), page.url) or page.url,
        place=place,
        language=_text(thing.get("inLanguage"))[:2].lower()
        or page.language
        or language_of(title, settings.language),
        audience=settings.audience,
        topics=settings.topics,
        region=region_in(title, place) or settings.region,
        source=settings.name,
        summary=summary(html.unescape(_text(thing.get("description")))),
        example=settings.example,
    )
    return with_deadline_of_span(event)


def _versions(event: Event, page: Page) -> tuple[Version, ...]:
    """Return where the page of one event stands in other languages; its titles there unknown."""
    return tuple(
        Version(language=language, title=event.title, url=address)
        for language, address in page.alternates.items()
        if language != event.language and address != page.url
    )


def _worse(status: EventStatus | None, marked: EventStatus | None) -> EventStatus:
    """Believe a title's mark where the data still say that all is as planned."""
    if status in (None, EventStatus.SCHEDULED):
        return marked or EventStatus.SCHEDULED
    return status or EventStatus.SCHEDULED


def _kind(thing: Thing, title: str, default: EventKind) -> EventKind:
    by_type = (
        kind for name, kind in _KINDS.items() if any(t.endswith(name) for t in _types(thing))
    )
    return kind_of(title, default=next(by_type, default))


def _time(value: object, name: str, now: datetime) -> datetime | date | None:
    text = _text(value)
    if not text:
        return None
    compact = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?", text)
    if compact:
        day = f"{compact[1]}-{compact[2]}-{compact[3]}"
        text = f"{day}T{compact[4]}:{compact[5]}{compact[7] or ''}" if compact[4] else day
    parsed = written_time(text, PRAGUE, now)
    if parsed is None:
        raise UnreadableItem(f"{name} {text[:40]!r} is no date.")
    return parsed


def _end(thing: Thing, now: datetime) -> datetime | date | None:
    try:
        return _time(thing.get("endDate"), "endDate", now)
    except UnreadableItem:
        return None


def _previous(thing: Thing, now: datetime) -> datetime | date | None:
    try:
        return _time(thing.get("previousStartDate"), "previousStartDate", now)
    except UnreadableItem:
        return None


def _span(
    start: datetime | date, end: datetime | date | None
) -> tuple[datetime | date, datetime | date | None]:
    """Bring both to one sort: dates are all-day, and so is midnight to a second before it."""
    if not isinstance(start, datetime):
        last = end.date() if isinstance(end, datetime) else end
        return start, last if last is not None and last >= start else start
    if isinstance(end, datetime):
        if start.time() == time() and end.time() == time(23, 59, 59):
            return start.date(), max(end.date(), start.date())
        return start, end if end >= start else None
    if end is not None and end > start.date():
        return start, datetime.combine(end, time(23, 59), ZoneInfo(PRAGUE))
    return start, None


def _place(thing: Thing) -> str:
    found = [place for item in _each(thing.get("location")) if (place := _one_place(item))]
    offline = [place for place in found if place != "online"]
    if not found and "online" in _text(thing.get("eventAttendanceMode")).lower():
        return "online"
    return (offline or found or [""])[0]


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _one_place(item: object) -> str:
    if isinstance(item, str):
        return one_line(item)
    if not isinstance(item, dict):
        return ""
    if any(name.endswith("VirtualLocation") for name in _types(item)):
        return "online"
    name = one_line(html.unescape(_text(item.get("name"))))
    address = item.get("address")
    city = address.get("addressLocality") if isinstance(address, dict) else address
    town = one_line(html.unescape(_text(city)))
    if name and town and town.lower() not in name.lower():
        return f"{name}, {town}"
    return name or town
