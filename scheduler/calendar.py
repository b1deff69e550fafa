"""Events -> iCalendar, for `/events.ics` and the button under a reminder.

UIDs are stable, SEQUENCE grows with each change, and what was cancelled stays in the calendar as
cancelled: so a subscribed calendar follows. Each date of a recurring event is an item of its own,
and so is each deadline of a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from scheduler.events import Deadline, Event, EventKind, EventStatus, Occurrence, Review
from scheduler.texts import made_uid, web_address
from scheduler.zones import fold

PRODUCT = "-//CSCC assistant//Events//CS"
#: Before an event, before a deadline, and on the eve of what has no hour (at 9:00).
EVENT_ALARMS = (timedelta(days=-1), timedelta(hours=-1))
DEADLINE_ALARMS = (timedelta(days=-7), timedelta(days=-1), timedelta(hours=-3))
ALL_DAY_ALARMS = (timedelta(hours=-15),)
#: How often a subscribed calendar is to be read again.
REFRESH = timedelta(hours=1)
_OFF = (EventStatus.CANCELLED, EventStatus.POSTPONED)
_TIMES = ("dtstart", "dtend")
_HOUR = timedelta(hours=1)
#: The minutes around the EU's changes of time: 01:00 UTC on the last Sundays of March and October.
_EU_CHANGES = (
    datetime(2030, 3, 31, 0, 59, tzinfo=UTC),
    datetime(2030, 3, 31, 1, 0, tzinfo=UTC),
    datetime(2030, 10, 27, 0, 59, tzinfo=UTC),
    datetime(2030, 10, 27, 1, 0, tzinfo=UTC),
)
_EU_RULE = """BEGIN:VTIMEZONE
TZID:{zone}
X-LIC-LOCATION:{zone}
BEGIN:DAYLIGHT
TZOFFSETFROM:{winter}
TZOFFSETTO:{summer}
DTSTART:19700329T{spring}
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:{summer}
TZOFFSETTO:{winter}
DTSTART:19701025T{autumn}
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one item of the calendar is about, for its title."""

    event: Event
    #: The event's title in the calendar's language.
    title: str
    #: Set for a deadline.
    deadline: Deadline | None = None
    #: The day a call opens.
    opening: bool = False


def plain_title(entry: Entry) -> str:
    """Title an item without words of any language."""
    if entry.deadline is not None:
        label = f" – {entry.deadline.label}" if entry.deadline.label else ""
        return f"⏳ {entry.title}{label}"
    return f"📣 {entry.title}" if entry.opening else entry.title


def select(
    events: Iterable[Event],
    *,
    kinds: Sequence[str] = (),
    topics: Sequence[str] = (),
    language: str = "",
    audience: str = "public",
) -> list[Event]:
    """Return the approved events that may be shown to an audience and match the filters."""
    wanted = {fold(topic) for topic in topics}
    return [
        event
        for event in events
        if event.review is Review.APPROVED
        and (event.audience == "public" or audience == "members")
        and (not kinds or event.kind in kinds)
        and (not wanted or wanted & {fold(topic) for topic in event.topics})
        and (not language or language in event.languages)
    ]


def to_ical(
    events: Iterable[Event],
    *,
    stamp: datetime,
    name: str = "CSCC",
    language: str = "",
    revisions: Mapping[str, int] | None = None,
    title_of: Callable[[Entry], str] = plain_title,
) -> bytes:
    """Return a calendar of the events.

    `revisions` says how often each event, by its uid, was changed here; `stamp` is when the
    calendar is made. In `language` are the titles of events that have one in it.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        writer = _Writer(
            event=event,
            version=_in_language(event, language),
            stamp=stamp,
            sequence=event.sequence + (revisions or {}).get(event.uid, 0),
            title_of=title_of,
        )
        for component in writer.components():
            calendar.add_component(component)
    # Zones stand before what uses them; some programs read no further.
    calendar.subcomponents[:0] = [_timezone(zone) for zone in sorted(_zones(calendar))]
    return bytes(calendar.to_ical())


def _zones(calendar: icalendar.Calendar) -> set[str]:
    zones: set[str] = set()
    for component in calendar.events:
        stamps = [component[name] for name in _TIMES if name in component]
        zones |= {str(stamp.params["TZID"]) for stamp in stamps if "TZID" in stamp.params}
    return zones - {"UTC"}


def _has_eu_rule(zone: str) -> bool:
    before, spring, summer, autumn = (
        moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in _EU_CHANGES
    )
    assert before is not None
    return (spring, summer, autumn) == (before + _HOUR, before + _HOUR, before)


def _timezone(zone: str) -> icalendar.Component:
    """Describe a zone by the EU's rule, which holds beyond any table."""
    before = _EU_CHANGES[0].astimezone(ZoneInfo(zone)).utcoffset()
    assert before is not None
    onset = datetime(1970, 1, 1, 1) + before  # noqa: DTZ001 -- the wall clock
    rule = _EU_RULE.format(
        zone=zone,
        winter=_offset(before),
        summer=_offset(before + _HOUR),
        spring=f"{onset:%H}0000",
        autumn=f"{onset + _HOUR:%H}0000",
    )
    return icalendar.Timezone.from_ical(rule.replace("\n", "\r\n"))


def _offset(value: timedelta) -> str:
    hours = int(value.total_seconds() // 3600)
    return f"{hours:+03d}00"


def _in_language(event: Event, language: str) -> Event:
    for version in event.versions:
        if version.language == language != event.language:
            return replace(
                event, title=version.title, url=version.url or event.url, language=language
            )
    return event


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes the items of one event."""

    event: Event
    #: With title and address in the calendar's language.
    version: Event
    stamp: datetime
    sequence: int
    title_of: Callable[[Entry], str]

    def components(self) -> Iterator[icalendar.Event]:
        """Yield a VEVENT for each date and deadline."""
        event = self.event
        if event.kind is EventKind.CALL:
            if event.opening is not None:
                yield self._opening(event.opening)
        elif event.occurrences:
            for occurrence in event.occurrences:
                yield self._occurrence(occurrence)
        elif event.start is not None:
            component = self._begun(event.uid, Entry(event=event, title=self.version.title))
            self._span(component, event.start, event.end)
            yield self._finished(component, off=event.status in _OFF, all_day=event.all_day)
        yield from self._deadlines()

    def _opening(self, opening: datetime | date) -> icalendar.Event:
        event = self.event
        entry = Entry(event=event, title=self.version.title, opening=True)
        component = self._begun(f"{event.uid}#opening", entry)
        self._span(component, opening, None)
        component.add("transp", "TRANSPARENT")
        all_day = not isinstance(opening, datetime)
        return self._finished(component, off=event.status in _OFF, all_day=all_day)

    def _deadlines(self) -> Iterator[icalendar.Event]:
        event, off = self.event, self.event.status in _OFF
        for key, deadline in _keyed(event.deadlines):
            entry = Entry(event=event, title=self.version.title, deadline=deadline)
            component = self._begun(f"{event.uid}#deadline-{key}", entry)
            component.add("dtstart", _in_zone(deadline.at, deadline.timezone))
            component.add("transp", "TRANSPARENT")
            yield self._finished(component, off=off, all_day=False, alarms=DEADLINE_ALARMS)

    def _occurrence(self, occurrence: Occurrence) -> icalendar.Event:
        entry = Entry(event=self.event, title=self.version.title)
        uid = f"{self.event.uid}#{occurrence.recurrence_id}"
        component = self._begun(uid, entry, place=occurrence.place)
        self._span(component, occurrence.start, occurrence.end)
        off = occurrence.cancelled or self.event.status in _OFF
        return self._finished(
            component, off=off, all_day=not isinstance(occurrence.start, datetime)
        )

    def _begun(self, uid: str, entry: Entry, *, place: str = "") -> icalendar.Event:
        component = icalendar.Event()
        version = self.version
        component.add("uid", _clean(_public(uid)).replace("\n", " "))
        component.add("dtstamp", self.stamp.astimezone(UTC))
        component.add("sequence", self.sequence)
        title = _clean(self.title_of(entry))
        component.add("summary", title, parameters={"LANGUAGE": version.language})
        if place or version.place:
            component.add("location", _clean(place or version.place))
        url = web_address(version.url)  # a file's own address names the server's folders
        if url:
            component.add("url", url)
        described = "\n\n".join(part for part in (version.summary, url) if part)
        if described:
            component.add("description", _clean(described))
        component.add("categories", [version.kind.value.upper(), *map(_clean, version.topics)])
        return component

    def _span(
        self, component: icalendar.Event, start: datetime | date, end: datetime | date | None
    ) -> None:
        zone = self.event.timezone
        if isinstance(start, datetime):
            component.add("dtstart", _in_zone(start, zone))
            if isinstance(end, datetime) and end > start:
                component.add("dtend", _in_zone(end, zone))
            return
        last = end.date() if isinstance(end, datetime) else end or start
        component.add("dtstart", start)
        component.add("dtend", last + timedelta(days=1))

    def _finished(
        self,
        component: icalendar.Event,
        *,
        off: bool,
        all_day: bool,
        alarms: Sequence[timedelta] = EVENT_ALARMS,
    ) -> icalendar.Event:
        component.add("status", "CANCELLED" if off else "CONFIRMED")
        for trigger in () if off else ALL_DAY_ALARMS if all_day else alarms:
            alarm = icalendar.Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", component["summary"])
            alarm.add("trigger", trigger)
            component.add_component(alarm)
        return component


def _keyed(deadlines: Sequence[Deadline]) -> Iterator[tuple[str, Deadline]]:
    """Name each deadline by what stays when it is moved: its label, else its place in the row."""
    seen: set[str] = set()
    for number, deadline in enumerate(deadlines, start=1):
        key = re.sub(r"[^a-z0-9]+", "-", fold(deadline.label)).strip("-") or str(number)
        key = f"{key}-{number}" if key in seen else key
        seen.add(key)
        yield key, deadline


def _in_zone(value: datetime, zone: str) -> datetime:
    """Write it by the wall clock of its zone; of a zone without the EU's rule in UTC.

    In UTC, too, where the clock shows the hour for the second time: it would be read as the first.
    """
    local = value.astimezone(ZoneInfo(zone) if _has_eu_rule(zone) else UTC)
    return local.astimezone(UTC) if local.fold else local


def _public(uid: str) -> str:
    """Return a uid that tells nothing of this machine: what was read in a file is known by it."""
    return made_uid(uid) if uid.startswith("file:") else uid


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)
