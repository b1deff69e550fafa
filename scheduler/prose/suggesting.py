"""A page's prose -> the event it announces, for an editor to look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scheduler.addressees import eligible_in, region_in
from scheduler.classifying import kind_of, language_of, lasts_long, status_in_title
from scheduler.events import CallState, Event, EventKind, EventStatus, Review, instant
from scheduler.prose.dates import months_of_years
from scheduler.prose.dating import Context, Dated
from scheduler.prose.reading import Reading, read_about, read_call
from scheduler.prose.roles import Role, announces, told_as_past
from scheduler.prose.sentences import letters_folded
from scheduler.prose.standing import status_in
from scheduler.texts import one_line, summary
from scheduler.zones import PRAGUE

#: A page with more dates is a calendar, a handbook or a history, not an invitation.
MOST_DATES = 8
_PLACE = re.compile(
    r"^\W*(?:místo|miesto|place|venue|where|kde|adresa|location)(?:\s+konán?i[ae]?)?\s*:\s*(?P<place>.{2,120})$",
    re.IGNORECASE | re.MULTILINE,
)
#: What was published so long ago announces nothing without a year.
FRESH = timedelta(days=365)
#: Who may apply stands in so much of a text.
LONGEST_TERMS = 2000
#: Of a text, that editors are shown of what waits for them; and of a sentence, put before it.
FIRST_GLANCE, LONGEST_QUOTE = 300, 240
_TELLING = (Role.DEADLINE, Role.NEW, Role.OPEN, Role.START)
CALLED_OFF = (EventStatus.CANCELLED, EventStatus.POSTPONED)
_YEAR = re.compile(r"\b(20\d{2})\b")


def suggest(
    text: str,
    url: str,
    now: datetime,
    *,
    title: str,
    language: str = "",
    published: date | None = None,
    default_kind: EventKind | None = None,
    source: str = "",
    audience: str = "public",
) -> list[Event]:
    """Return the event that a page announces, as a suggestion; usually there is none.

    A date that is only mentioned announces nothing: something must say that it will take place,
    open or close then, and it must lie ahead.
    """
    marked, plain_title = status_in_title(one_line(title))
    if not plain_title:
        return []
    context = context_of(plain_title, published, now)
    kind, reading = _read(plain_title, text, context, _kind_by_folder(url, default_kind))
    if not lies_ahead(reading, plain_title, kind, context, now):
        return []
    event = event_of(reading, plain_title, text, kind, marked)
    return [
        replace(
            event,
            uid=url,
            url=url,
            language=language or language_of(f"{plain_title}\n{text[:400]}", "cs"),
            audience=audience,
            source=source,
        )
    ]


def event_of(
    reading: Reading, title: str, text: str, kind: EventKind, marked: EventStatus | None
) -> Event:
    """Return what was read as an event that waits for an editor; it has no uid or source yet.

    `marked` is what a mark in the title says of it.
    """
    start, place = reading.start, place_in(text)
    return Event(
        uid="",
        title=title,
        kind=kind,
        start=start,
        end=reading.end,
        all_day=start is not None and not isinstance(start, datetime),
        timezone=PRAGUE,
        original_start=reading.previous,
        open_from=reading.open_from,
        deadlines=reading.deadlines,
        status=marked or reading.status or EventStatus.SCHEDULED,
        stands=CallState.PLANNED if reading.planned and kind is EventKind.CALL else None,
        review=Review.SUGGESTED,
        place=place,
        region=region_in(title, place),
        eligible=eligible_in(title, text[:LONGEST_TERMS]) if kind is EventKind.CALL else (),
        summary=summary(_from_its_date(text, reading)),
    )


def _from_its_date(text: str, reading: Reading) -> str:
    """Return the text, after the sentence of its date where that stands far below.

    Whoever approves it sees what it was read from.
    """
    told = [item for item in reading.dates if item.role in _TELLING]
    said = one_line(told[0].sentence)[:LONGEST_QUOTE] if told else ""
    return f"{said} … {text}" if said and said not in one_line(text[:FIRST_GLANCE]) else text


def as_it_was(event: Event, before: Event) -> Event:
    """Return what was called off with the dates it had, where the text names none any more."""
    dated = event.start or event.deadlines or event.open_from
    if dated or event.status not in CALLED_OFF:
        return event
    return replace(
        event,
        kind=before.kind,
        start=before.start,
        end=before.end,
        all_day=before.all_day,
        timezone=before.timezone,
        open_from=before.open_from,
        deadlines=before.deadlines,
        place=event.place or before.place,
    )


def called_off(title: str, text: str, before: Event) -> Event | None:
    """Return an event that a page announced, as its page now calls it off; None if it does not."""
    marked, plain_title = status_in_title(one_line(title))
    status = marked or status_in(text)
    if status not in CALLED_OFF or not plain_title:
        return None
    return replace(before, title=plain_title, status=status)


def _read(title: str, text: str, context: Context, default: EventKind) -> tuple[EventKind, Reading]:
    """Read the text as what it is about; what has a deadline and no date is a call."""
    kind = kind_of(title, text=text[:600], default=default)
    if kind is EventKind.CALL:
        return kind, read_about(title, text, context, call=True)
    reading = read_about(title, text, context, call=False)
    held = [item for item in reading.dates if item.role in (Role.START, Role.NEW)]
    if not held and len(reading.dates) == 1:
        as_call = read_call(text, context)
        if any(item.role is Role.DEADLINE and _speaks(item, call=True) for item in as_call.dates):
            return EventKind.CALL, as_call
    unsaid = default is EventKind.SEMINAR and kind is EventKind.SEMINAR
    if unsaid and lasts_long(reading.start, reading.end):
        kind = kind_of(title, text=text[:600], default=EventKind.CONFERENCE)
    return kind, reading


def context_of(title: str, published: date | None, now: datetime) -> Context:
    """Return what a text does not say: around which day its dates are."""
    years = _YEAR.findall(title)
    today = now.astimezone(ZoneInfo(PRAGUE)).date()
    near = published or today
    return Context(
        near=near,
        published=published,
        year=int(years[-1]) if years else None,
        months=months_of_years(letters_folded(title), near),
    )


def place_in(text: str) -> str:
    """Return the place that a line of the text names, "online" if it says so, else ""."""
    if (found := _PLACE.search(text)) is not None:
        return one_line(found["place"]).strip(" .")
    return "online" if re.search(r"\bonline\b|\bon-line\b", text, re.IGNORECASE) else ""


def _kind_by_folder(url: str, default: EventKind | None) -> EventKind:
    """Return the kind that the page's folder says, "/cs/vyzvy/…", else the default."""
    folders = urlsplit(url).path.rstrip("/").split("/")[:-1]
    return kind_of(" ".join(folders), default=default or EventKind.SEMINAR)


def _speaks(item: Dated, *, call: bool) -> bool:
    return announces(letters_folded(item.sentence), call=call)


def _is_appointment(item: Dated) -> bool:
    """Say whether a date has what only appointments have: "Středa 7. dubna 10:00"."""
    return item.clock is not None or item.day.weekday_fits is True


def _is_solid(item: Dated, context: Context, now: datetime) -> bool:
    """Say whether a date can be meant for the future: told so, and of a year that is sure.

    An old page says "on 6 June" as a new one does.
    """
    if told_as_past(letters_folded(item.sentence)) or item.day.weekday_fits is False:
        return False
    if item.day.has_year or context.year is not None:
        return True
    today = now.astimezone(ZoneInfo(PRAGUE)).date()
    recent = context.published is not None and today - context.published <= FRESH
    return recent or item.day.weekday_fits is True


def _days_of(reading: Reading) -> set[date]:
    instants = (
        reading.start,
        reading.end,
        reading.open_from,
        *(deadline.at for deadline in reading.deadlines),
    )
    days = {v.date() if isinstance(v, datetime) else v for v in instants if v is not None}
    # "31. 10. ve 24:00" is the first instant of the day after the one that is written.
    midnights = {v.date() for v in instants if isinstance(v, datetime) and v.time() == time()}
    return days | {day - timedelta(days=1) for day in midnights}


def lies_ahead(
    reading: Reading, title: str, kind: EventKind, context: Context, now: datetime
) -> bool:
    """Say whether what was read announces something, and it lies ahead for sure."""
    if not 0 < len(reading.dates) <= MOST_DATES:
        return False
    call = kind is EventKind.CALL
    if call and not (reading.deadlines or reading.open_from):
        return False
    off = reading.status in (EventStatus.CANCELLED, EventStatus.POSTPONED)
    named = kind_of(title, default=EventKind.MEETING) is kind
    days = _days_of(reading)
    said = [
        item
        for item in reading.dates
        if {item.day.first, item.day.last} & days
        and item.role is not Role.PAST
        and (item.role is not Role.UNSAID or off or (named and _is_appointment(item)))
    ]
    return (
        bool(said)
        and (named or any(_speaks(item, call=call) for item in said))
        and all(_is_solid(item, context, now) for item in _own_dates(said, call=call))
        and _lies_ahead(reading, now)
    )


def _own_dates(said: Sequence[Dated], *, call: bool) -> Sequence[Dated]:
    """Return the dates by which something stands or falls; registration follows its event's."""
    held = [item for item in said if call or item.role is not Role.DEADLINE]
    return held or said


def _lies_ahead(reading: Reading, now: datetime) -> bool:
    instants = (
        reading.start,
        reading.end,
        reading.open_from,
        *(deadline.at for deadline in reading.deadlines),
    )
    return any(instant(value, PRAGUE) > now for value in instants if value is not None)
