"""A page's prose -> the event it announces, for an editor to look at."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.classifying import kind_of, language_of, lasts_long, status_in_title
from scheduler.events import Event, EventKind, EventStatus, Review, instant
from scheduler.prose.reading import Context, Reading, read_call, read_event
from scheduler.prose.roles import Role
from scheduler.texts import one_line, summary
from scheduler.zones import PRAGUE

#: A page with more dates is a calendar, a handbook or a history, not an invitation.
MOST_DATES = 8
_PLACE = re.compile(
    r"^\W*(?:místo|miesto|place|venue|where|kde|adresa|location)(?:\s+konán?i[ae]?)?\s*:\s*(?P<place>.{2,120})$",
    re.IGNORECASE | re.MULTILINE,
)
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
    kind, reading = _read(plain_title, text, context, default_kind)
    status = marked or reading.status or EventStatus.SCHEDULED
    if not _announces(reading, kind, now):
        return []
    start = reading.start
    return [
        Event(
            uid=url,
            title=plain_title,
            kind=kind,
            start=start,
            end=reading.end,
            all_day=start is not None and not isinstance(start, datetime),
            timezone=PRAGUE,
            original_start=reading.previous,
            open_from=reading.open_from,
            deadlines=reading.deadlines,
            status=status,
            review=Review.SUGGESTED,
            url=url,
            place=place_in(text),
            language=language or language_of(f"{plain_title}\n{text[:400]}", "cs"),
            audience=audience,
            source=source,
            summary=summary(text),
        )
    ]


def _read(
    title: str, text: str, context: Context, default: EventKind | None
) -> tuple[EventKind, Reading]:
    """Read the text as what it is about; what has a deadline and no date is a call."""
    kind = kind_of(title, text=text[:600], default=default or EventKind.SEMINAR)
    if kind is EventKind.CALL:
        return kind, read_call(text, context)
    reading = read_event(text, context)
    held = [item for item in reading.dates if item.role in (Role.START, Role.NEW)]
    if not held and len(reading.dates) == 1:
        as_call = read_call(text, context)
        if any(item.role is Role.DEADLINE for item in as_call.dates):
            return EventKind.CALL, as_call
    unsaid = default in (None, EventKind.SEMINAR) and kind is EventKind.SEMINAR
    if unsaid and lasts_long(reading.start, reading.end):
        kind = kind_of(title, text=text[:600], default=EventKind.CONFERENCE)
    return kind, reading


def context_of(title: str, published: date | None, now: datetime) -> Context:
    """Return what a text does not say: around which day its dates are."""
    years = _YEAR.findall(title)
    today = now.astimezone(ZoneInfo(PRAGUE)).date()
    return Context(
        near=published or today, published=published, year=int(years[-1]) if years else None
    )


def place_in(text: str) -> str:
    """Return the place that a line of the text names, "online" if it says so, else ""."""
    if (found := _PLACE.search(text)) is not None:
        return one_line(found["place"]).strip(" .")
    return "online" if re.search(r"\bonline\b|\bon-line\b", text, re.IGNORECASE) else ""


def _announces(reading: Reading, kind: EventKind, now: datetime) -> bool:
    if not 0 < len(reading.dates) <= MOST_DATES:
        return False
    said = [item for item in reading.dates if item.role not in (Role.UNSAID, Role.PAST)]
    ahead = [
        instant(value, PRAGUE) > now
        for value in (
            reading.start,
            reading.end,
            reading.open_from,
            *(d.at for d in reading.deadlines),
        )
        if value is not None
    ]
    if kind is EventKind.CALL and not (reading.deadlines or reading.open_from):
        return False
    return bool(said) and any(ahead)
