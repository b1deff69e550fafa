"""iCalendar text -> events. What cannot be read is reported by name, and the rest goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from scheduler.addressees import region_in
from scheduler.classifying import kind_of, language_of, status_in_title
from scheduler.events import (
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Precision,
    instant,
)
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendarlines import Component, Line, parse_calendar, unescape
from scheduler.sources.calendartimes import Span, UnreadableItem, Zones, read_span, read_time
from scheduler.sources.reading import ItemFailure, SourceResult, default_kind
from scheduler.sources.recurring import occurrences
from scheduler.texts import made_uid, one_line, summary, web_address
from scheduler.zones import PRAGUE


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Categories that only say what kind of event it is are no topics.
_NO_TOPICS = _set(
    "akce call calls conference deadline event events konference lecture meeting seminar "
    "seminář uzávěrka veletrh výzva výzvy webinar webinář workshop"
)
#: Calendars that show only the next so many events show 30, 50 or 100.
FEWEST_CUT_OFF = 30
#: What our own files add to iCalendar.
KIND, DEADLINE, OPENS = "X-CSCC-KIND", "X-CSCC-DEADLINE", "X-CSCC-OPENS"
REGION, ELIGIBLE = "X-CSCC-REGION", "X-CSCC-ELIGIBLE"


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
    for components in _series(calendar.children).values():
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


def _series(components: Iterable[Component]) -> dict[str, list[Component]]:
    """Collect what has the same UID; an item cut off by the feed's end is left out."""
    series: dict[str, list[Component]] = defaultdict(list)
    for number, component in enumerate(components):
        if component.kind == "VEVENT" and component.closed:
            series[component.text("UID") or f"#{number}"].append(component)
    return series


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
    details = component.text("DESCRIPTION")
    url = web_address(component.text("URL"), settings.url)
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
        url=url or _first_link(component, settings),
        place=place,
        language=language_of(f"{title}\n{details}", settings.language),
        audience=settings.audience,
        topics=_topics(categories, settings),
        region=one_line(component.text(REGION)) or region_in(title, place) or settings.region,
        eligible=tuple(_texts(component, ELIGIBLE)),
        source=settings.name,
        sequence=_sequence(component),
        summary=summary(details),
        updated=_updated(component, feed.zones),
        example=settings.example,
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


def _first_link(component: Component, settings: EventSourceSettings) -> str:
    for name in ("CONFERENCE", "X-ALT-URL", "LOCATION"):
        if address := web_address(component.text(name)):
            return address
    return settings.url


def _as_call(event: Event, component: Component, feed: _Feed) -> Event:
    """Give a call its deadlines: those our files state, else the end of its span."""
    stated = tuple(_stated_deadlines(component, feed.zones))
    opens = component.first(OPENS)
    if opens is not None:
        event = replace(event, open_from=read_time(opens, feed.zones))
    if stated or opens is not None:
        return replace(event, deadlines=stated, start=None, end=None, all_day=False)
    return with_deadline_of_span(event)


def with_deadline_of_span(event: Event) -> Event:
    """Return a call that a calendar shows as an event with the deadline that this means.

    One day or several: the last one is the deadline. A timed one of an hour or two is about the
    call (its opening), unless its title says that it is the deadline.
    """
    if event.kind is not EventKind.CALL or event.start is None or event.deadlines:
        return event
    label = deadline_word(event.title)
    if not isinstance(event.start, datetime):
        last = event.end or event.start
        at = end_of_day(last.date() if isinstance(last, datetime) else last, event.timezone)
        deadline = Deadline(label=label, at=at, precision=Precision.DATE, timezone=event.timezone)
        return replace(event, deadlines=(deadline,))
    end = event.end if isinstance(event.end, datetime) else event.start
    if label or end.date() > event.start.date():
        return replace(event, deadlines=(Deadline(label=label, at=end, timezone=event.timezone),))
    return event


def deadline_word(title: str) -> str:
    """Return the word of a title that says it is a deadline; "" if none does."""
    words = ("uzávěrka", "uzavírka", "uzávierka", "deadline", "termín", "cut-off", "konec příjmu")
    return next((word for word in words if word in title.lower()), "")


def end_of_day(day: date, zone: str) -> datetime:
    """Return 23:59 of the day in the zone: a whole day ends with its last minute."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))


def _stated_deadlines(component: Component, zones: Zones) -> Iterator[Deadline]:
    for line in component.lines:
        if line.name == DEADLINE:
            yield _stated_deadline(line, zones)


def _stated_deadline(line: Line, zones: Zones) -> Deadline:
    at, zone = read_time(line, zones), zones.of_line(line)
    label = line.parameters.get("X-LABEL", "").strip('"')
    if isinstance(at, datetime):
        return Deadline(label=label, at=at, timezone=zone)
    return Deadline(
        label=label, at=end_of_day(at, zone), precision=Precision.DATE, timezone=zone or PRAGUE
    )
