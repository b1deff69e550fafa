"""Things of schema.org -> events."""

from __future__ import annotations

import contextlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from scheduler.addressees import region_in
from scheduler.classifying import kind_of, language_code, language_of, status_in_title
from scheduler.events import Deadline, Event, EventKind, EventStatus, instant
from scheduler.pages import Page, versions_of
from scheduler.prose import written_time
from scheduler.prose.registering import registration_in
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendartimes import UnreadableItem, span_of, whole_days
from scheduler.sources.deadlines import deadline_at, with_deadline_of_span
from scheduler.sources.linkeddata import (
    Thing,
    each,
    event_things,
    text_of,
    texts_by_language,
    types_of,
)
from scheduler.sources.reading import ItemFailure, default_kind
from scheduler.sources.schedules import Series, series_of
from scheduler.texts import made_uid, one_line, plain, summary, web_address
from scheduler.zones import PRAGUE

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


def events_in(
    page: Page, settings: EventSourceSettings, now: datetime
) -> tuple[list[Event], list[ItemFailure]]:
    """Return the events that a page's data tell, and what of it could not be read."""
    things, failures = event_things(page)
    events: list[Event] = []
    ids = Counter(text_of(thing.get("@id")) for thing in things)
    for thing in things:
        try:
            series = series_of(thing, now)
        except UnreadableItem as error:
            failures.append(_failure(thing, ids, page, error))
            series = None
        try:
            events.append(_event(thing, series, ids, page, settings, now))
        except UnreadableItem as error:
            failures.append(_failure(thing, ids, page, error))
    if len(events) == len(things) == 1:
        events = [_completed(events[0], things[0], page)]
    return _told_apart(events), failures


def _completed(event: Event, thing: Thing, page: Page) -> Event:
    """Add what the page of one event says beside its data: other languages, its registration."""
    deadlines = event.deadlines
    alone = event.kind is not EventKind.CALL and not event.occurrences
    if alone and not deadlines and event.start is not None:
        deadlines = registration_in(page.text, event.start, event.timezone)
    return replace(
        event,
        versions=versions_of(event, page, texts_by_language(thing.get("name"))),
        deadlines=deadlines,
    )


def _failure(thing: Thing, ids: Counter[str], page: Page, error: UnreadableItem) -> ItemFailure:
    title = one_line(text_of(thing.get("name"))) or page.title or page.url
    return ItemFailure(name=title, error=str(error), uid=_uid(thing, ids, page))


def _told_apart(events: list[Event]) -> list[Event]:
    """Give events that share an address names of their own: by title, then by their dates too."""
    for dated in (False, True):
        shared = Counter(event.uid for event in events)
        events = [
            _renamed(event, dated=dated) if shared[event.uid] > 1 else event for event in events
        ]
    return events


def _renamed(event: Event, *, dated: bool) -> Event:
    date_too = (str(event.start),) if dated else ()
    return replace(event, uid=made_uid(event.uid, event.title, *date_too))


def _uid(thing: Thing, ids: Counter[str], page: Page) -> str:
    """Name an event by its @id, its own page, or the page if it holds no other."""
    own = text_of(thing.get("@id"))
    if own and not own.startswith("_:") and ids[own] == 1:
        return urljoin(page.url, own)
    address = web_address(text_of(thing.get("url")), page.url)
    if address.rstrip("/") != page.url.rstrip("/") and _is_own_page(address, page):
        return address
    if sum(ids.values()) == 1:
        return page.url
    return made_uid(page.url, one_line(text_of(thing.get("name"))))


def _is_own_page(address: str, page: Page) -> bool:
    """Say whether an address is a page of the site; a shop or the home page is many events'."""
    there = urlsplit(address)
    return there.netloc == urlsplit(page.url).netloc and bool(there.path.strip("/"))


def _event(
    thing: Thing,
    series: Series | None,
    ids: Counter[str],
    page: Page,
    settings: EventSourceSettings,
    now: datetime,
) -> Event:
    marked, title = status_in_title(_title(thing, page))
    if not title:
        raise UnreadableItem("It has no name.")
    start, end = _when(thing, series, now)
    place = _place(thing)
    default = default_kind(settings, start, end)
    if default is EventKind.CALL and settings.event_kind is not EventKind.CALL:
        default = EventKind.CONFERENCE  # an event that lasts for weeks is an exhibition, no call
    kind = _kind(thing, title, default)
    status = _STATUSES.get(re.split(r"[/#:]", text_of(thing.get("eventStatus")).lower())[-1])
    event = Event(
        uid=_uid(thing, ids, page),
        title=title,
        kind=kind,
        start=start,
        end=end,
        all_day=not isinstance(start, datetime),
        timezone=series.span.zone if series else PRAGUE,
        occurrences=series.occurrences if series else (),
        original_start=_previous(thing, now),
        deadlines=_offered(thing, start, now) or _told(thing, kind, series, start),
        status=_worse(status, marked),
        url=web_address(text_of(thing.get("url")), page.url) or page.url,
        place=place,
        language=_language(thing, page) or language_of(title, settings.language),
        audience=settings.audience,
        topics=settings.topics,
        region=region_in(title, place) or settings.region,
        source=settings.name,
        summary=summary(html.unescape(text_of(thing.get("description")))),
        example=settings.example,
    )
    return with_deadline_of_span(event)


def _title(thing: Thing, page: Page) -> str:
    """Return its name, in the page's language where there are several."""
    names = texts_by_language(thing.get("name"))
    chosen = names.get(page.language) or next(iter(names.values()), "")
    return one_line(html.unescape(chosen))


def _language(thing: Thing, page: Page) -> str:
    names = texts_by_language(thing.get("name"))
    if page.language and page.language in names:
        return page.language
    said = next(iter(each(thing.get("inLanguage"))), None)
    if isinstance(said, dict):
        said = said.get("alternateName") or said.get("name")
    return language_code(text_of(said)) or next(iter(names), "") or page.language


def _when(
    thing: Thing, series: Series | None, now: datetime
) -> tuple[datetime | date, datetime | date | None]:
    start = _time(thing.get("startDate"), "startDate", now)
    if series is not None and (start is None or not isinstance(start, datetime)):
        return series.span.start, series.span.end
    if start is None:
        raise UnreadableItem("It has no startDate.")
    start, end = _span(start, _end(thing, now))
    if end is None and series is not None:
        end = series.span.end_from(start)
    duration = text_of(thing.get("duration"))
    if end is None and duration:
        with contextlib.suppress(UnreadableItem):
            end = span_of(start, None, duration, PRAGUE).end
    return start, end


def _told(
    thing: Thing, kind: EventKind, series: Series | None, start: datetime | date
) -> tuple[Deadline, ...]:
    """Return until when one can register, as its description says; of a series it says little."""
    if series is not None or kind is EventKind.CALL:
        return ()
    return registration_in(plain(html.unescape(text_of(thing.get("description")))), start)


def _offered(thing: Thing, start: datetime | date, now: datetime) -> tuple[Deadline, ...]:
    """Return when the last of its offers ends, if all say so and it is before the start."""
    ends = []
    for offer in _offers(thing):
        said = offer if isinstance(offer, dict) else {}
        text = text_of(said.get("validThrough")) or text_of(said.get("availabilityEnds"))
        found = written_time(text, PRAGUE, now) if text else None
        if found is None:
            return ()
        ends.append(deadline_at(found, PRAGUE))
    last = max(ends, key=lambda deadline: deadline.at, default=None)
    return (last,) if last is not None and last.at < instant(start, PRAGUE) else ()


def _offers(thing: Thing) -> Iterator[object]:
    """Yield its offers; of several in one, each."""
    for offer in each(thing.get("offers")):
        within = each(offer.get("offers")) if isinstance(offer, dict) else []
        yield from within or [offer]


def _worse(status: EventStatus | None, marked: EventStatus | None) -> EventStatus:
    """Believe a title's mark where the data still say that all is as planned."""
    if status in (None, EventStatus.SCHEDULED):
        return marked or EventStatus.SCHEDULED
    return status or EventStatus.SCHEDULED


def _kind(thing: Thing, title: str, default: EventKind) -> EventKind:
    by_type = (
        kind for name, kind in _KINDS.items() if any(t.endswith(name) for t in types_of(thing))
    )
    return kind_of(title, default=next(by_type, default))


def _time(value: object, name: str, now: datetime) -> datetime | date | None:
    text = text_of(value)
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
        if (days := whole_days(start, end)) is not None:
            return days
        return start, end if end >= start else None
    if end is not None and end > start.date():
        return start, datetime.combine(end, time(23, 59), ZoneInfo(PRAGUE))
    return start, None


def _place(thing: Thing) -> str:
    found = [place for item in each(thing.get("location")) if (place := _one_place(item))]
    offline = [place for place in found if place != "online"]
    if not found and "online" in text_of(thing.get("eventAttendanceMode")).lower():
        return "online"
    return (offline or found or [""])[0]


def _one_place(item: object) -> str:
    if isinstance(item, str):
        return "online" if web_address(item) else one_line(item)
    if not isinstance(item, dict):
        return ""
    if any(name.endswith("VirtualLocation") for name in types_of(item)):
        return "online"
    address = next(iter(each(item.get("address", item))), "")
    if isinstance(address, dict):
        address = address.get("addressLocality") or address.get("streetAddress")
    town = one_line(html.unescape(text_of(address)))
    name = one_line(html.unescape(text_of(item.get("name"))))
    if name and town and town.lower() not in name.lower():
        return f"{name}, {town}"
    return name or town
