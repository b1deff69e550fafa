"""iCalendar text -> events. What cannot be read is reported by name, and the rest goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.addressees import region_in
from scheduler.classifying import kind_of, language_of, status_in_title
from scheduler.events import (
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Version,
    instant,
)
from scheduler.prose.registering import registration_in
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendarlines import Component, Line, parse_calendar, unescape
from scheduler.sources.calendartimes import Span, UnreadableItem, Zones, read_span, read_time
from scheduler.sources.deadlines import stated_deadline, with_deadline_of_span
from scheduler.sources.reading import ItemFailure, SourceResult, default_kind
from scheduler.sources.recurring import occurrences
from scheduler.texts import made_uid, one_line, plain, summary, web_address


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Categories that only say what kind of event it is are no topics.
_NO_TOPICS = _set(
    "akce call calls conference deadline event events konference lecture meeting seminar "
    "seminář uzávěrka veletrh výzva výzvy webinar webinář workshop"
)
#: Where an address may stand of an item that has no page of its own.
_LINKS = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-ALT-URL",
    "LOCATION",
)
#: Calendars that show only the next so many events show 30, 50 or 100.
FEWEST_CUT_OFF = 30
#: What our own files add to iCalendar.
KIND, DEADLINE, OPENS = "X-CSCC-KIND", "X-CSCC-DEADLINE", "X-CSCC-OPENS"
REGION, ELIGIBLE, TITLE = "X-CSCC-REGION", "X-CSCC-ELIGIBLE", "X-CSCC-TITLE"


@dataclass(frozen=True, slots=True)
class _Feed:
    """What holds for the whole calendar."""

    settings: EventSourceSettings
    zones: Zones
    #: METHOD:CANCEL.
    cancels: bool
    now: datetime


def read_calendar(body: bytes, settings: EventSourceSettings, now: datetime) -> SourceResult:
    """Return the events of an iCalendar text.

    Raises:
        scheduler.errors.EventSourceError: this is no iCalendar.
    """
    return read_components(parse_calendar(body), settings, now)


def read_components(
    calendar: Component, settings: EventSourceSettings, now: datetime
) -> SourceResult:
    """Return the events of a VCALENDAR that was taken apart."""
    cancels = calendar.value("METHOD").upper() == "CANCEL"
    feed = _Feed(settings, Zones.of(calendar), cancels, now)
    events: list[Event] = []
    failures = [_cut_off(c) for c in calendar.children if c.kind == "VEVENT" and not c.closed]
    for components in _series(calendar.children):
        try:
            event, warnings = _event(components, feed)
        except UnreadableItem as error:
            failures.append(_failure(components[0], str(error)))
        else:
            events.append(event)
            failures += [_failure(components[0], warning) for warning in warnings]
    return SourceResult(
        events=tuple(events),
        failures=tuple(failures),
        complete=calendar.closed,
        until=_until(events),
    )


def _until(events: list[Event]) -> datetime | None:
    """Return the last start of a calendar that may be cut off at a number of events."""
    if len(events) < FEWEST_CUT_OFF or len(events) % 10:
        return None
    return max(instant(e.start, e.timezone) for e in events if e.start is not None)


def _series(components: Iterable[Component]) -> Iterator[list[Component]]:
    """Collect what has the same UID; an item cut off by the feed's end is left out."""
    series: dict[str, list[Component]] = defaultdict(list)
    for number, component in enumerate(components):
        if component.kind == "VEVENT" and component.closed:
            series[component.text("UID") or f"#{number}"].append(component)
    for same in series.values():
        yield from _told_apart(same)


def _told_apart(components: list[Component]) -> Iterator[list[Component]]:
    """Part what has one UID by a fault of its program: other titles on other dates."""
    masters = [c for c in components if c.first("RECURRENCE-ID") is None]
    said = {(one_line(c.text("SUMMARY")), c.value("DTSTART")) for c in masters}
    titles, starts = {title for title, _ in said}, {start for _, start in said}
    versions = {(_sequence(c), c.value("LAST-MODIFIED")) for c in masters}
    if len(versions) > 1 or len(titles) < 2 or len(titles) != len(starts):
        yield components
        return
    for master in masters:
        uid = made_uid(master.text("UID"), one_line(master.text("SUMMARY")))
        others = [line for line in master.lines if line.name != "UID"]
        yield [replace(master, lines=[Line("UID", {}, uid), *others])]


def _failure(component: Component, error: str) -> ItemFailure:
    uid = component.text("UID")
    name = one_line(component.text("SUMMARY")) or uid or "(no title)"
    return ItemFailure(name=name, error=error, uid=uid)


def _cut_off(component: Component) -> ItemFailure:
    return _failure(component, "The calendar ends in the middle of this item.")


def _event(components: list[Component], feed: _Feed) -> tuple[Event, list[str]]:
    masters = [c for c in components if c.first("RECURRENCE-ID") is None]
    overrides = [c for c in components if c.first("RECURRENCE-ID") is not None]
    # Later versions of the same exception replace earlier ones, as those of the item do.
    overrides.sort(key=_age)
    master = max(masters or components, key=_age)
    span, warnings = read_span(master, feed.zones)
    if master.garbage:
        warnings.append(f"A line of it is no property: {master.garbage[0][:60]!r}")
    event = _as_call(_told(master, span, feed), master, feed)
    if overrides or master.first("RRULE") or master.first("RDATE"):
        dates = occurrences(master, overrides, span, feed.zones, feed.now)
        event = replace(event, occurrences=dates)
    return event, warnings


def _age(component: Component) -> tuple[int, str, str]:
    """Order the versions of one item: SEQUENCE, then when it was written."""
    stamps = component.value("LAST-MODIFIED"), component.value("DTSTAMP")
    return (_sequence(component), *stamps)


def _sequence(component: Component) -> int:
    text = component.value("SEQUENCE")
    return int(text[:9]) if text.isascii() and text.isdecimal() else 0


def _told(component: Component, span: Span, feed: _Feed) -> Event:
    settings = feed.settings
    marked, title = status_in_title(one_line(component.text("SUMMARY")))
    cancelled = feed.cancels or component.value("STATUS").upper() == "CANCELLED"
    categories = list(_texts(component, "CATEGORIES"))
    details = component.text("DESCRIPTION") or component.text("X-ALT-DESC")
    address = component.text("URL")
    url = web_address(address, settings.url) if address else ""
    place = one_line(component.text("LOCATION"))
    return Event(
        uid=component.text("UID") or made_uid(settings.name, url, title, str(span.start)),
        title=title or "(bez názvu)",
        kind=_kind(component, title, categories, span, settings),
        start=span.start,
        end=span.end,
        all_day=not isinstance(span.start, datetime),
        timezone=span.zone,
        status=EventStatus.CANCELLED if cancelled else marked or EventStatus.SCHEDULED,
        url=url or _first_link(component),
        place=place,
        language=language_of(f"{title}\n{details}", settings.language),
        audience=settings.audience,
        versions=_versions(component),
        topics=_topics(categories, settings),
        region=one_line(component.text(REGION)) or region_in(title, place) or settings.region,
        eligible=tuple(_texts(component, ELIGIBLE)),
        source=settings.name,
        sequence=_sequence(component),
        summary=summary(details),
        updated=_updated(component, feed.zones),
        example=settings.example,
    )


def _versions(component: Component) -> tuple[Version, ...]:
    """Return its titles in other languages: X-CSCC-TITLE and further SUMMARY lines."""
    own = component.first("SUMMARY")
    told = [line for line in component.lines if line.name in ("SUMMARY", TITLE) and line is not own]
    titles = {line.parameters.get("LANGUAGE", "")[:2].lower(): line.value for line in told}
    return tuple(
        Version(language=language, title=one_line(unescape(title)))
        for language, title in titles.items()
        if language and title.strip()
    )


def _updated(component: Component, zones: Zones) -> datetime | None:
    line = component.first("LAST-MODIFIED")
    if line is None:
        return None
    try:
        moment = read_time(line, zones)
    except UnreadableItem:
        return None
    return moment if isinstance(moment, datetime) else None


def _texts(component: Component, name: str) -> Iterator[str]:
    """Yield the values of comma-separated lines; a comma with a backslash is part of one."""
    for line in component.lines:
        if line.name == name:
            for value in line.value.replace(r"\,", "\0").split(","):
                if text := one_line(unescape(value.replace("\0", r"\,"))):
                    yield text


def _kind(
    component: Component,
    title: str,
    categories: list[str],
    span: Span,
    settings: EventSourceSettings,
) -> EventKind:
    said = component.text(KIND).lower()
    if said in set(EventKind):
        return EventKind(said)
    return kind_of(
        title, categories=categories, default=default_kind(settings, span.start, span.end)
    )


def _topics(categories: list[str], settings: EventSourceSettings) -> tuple[str, ...]:
    own = (text.lower() for text in categories if text.lower() not in _NO_TOPICS)
    return tuple(dict.fromkeys([*own, *settings.topics]))


def _first_link(component: Component) -> str:
    # Not the calendar's own address: it shows no event, and whoever knows it may read it all.
    return next((link for name in _LINKS if (link := web_address(component.text(name)))), "")


def _as_call(event: Event, component: Component, feed: _Feed) -> Event:
    """Give a call its deadlines: those our files state, else the end of its span."""
    stated = tuple(_stated_deadlines(component, feed.zones))
    opens = component.first(OPENS)
    if opens is not None:
        event = replace(event, open_from=read_time(opens, feed.zones))
    if event.kind is not EventKind.CALL:
        return replace(event, open_from=None, deadlines=stated or _registration(event, component))
    if stated or opens is not None:
        return replace(event, deadlines=stated, start=None, end=None, all_day=False)
    return with_deadline_of_span(event)


def _registration(event: Event, component: Component) -> tuple[Deadline, ...]:
    """Return until when one can register, as the description says; of a series it says little."""
    if event.start is None or component.first("RRULE") or component.first("RDATE"):
        return ()
    details = component.text("DESCRIPTION") or component.text("X-ALT-DESC")
    return registration_in(plain(details), event.start, event.timezone)


def _stated_deadlines(component: Component, zones: Zones) -> Iterator[Deadline]:
    for line in component.lines:
        if line.name == DEADLINE:
            yield stated_deadline(line, zones)
