"""When two items are the same event; the rules stand in `scheduler.reconciling.merging`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scheduler.events import Event, EventKind, Review
from scheduler.reconciling.titles import (
    COMMON,
    PARTS,
    abbreviated,
    cut_off,
    one_code,
    other_year,
    title_key,
)
from scheduler.reconciling.translating import (
    on_twin_pages,
    same_place,
    translated,
    translated_call,
)
from scheduler.zones import fold

#: Of two events of one day with one title: farther apart than this they are two runs of it.
ONE_RUN = timedelta(hours=3)
#: Calls with the same long title are one, however far apart their deadlines are said to be.
LONG_TITLE = 4
#: A moved item starts at most so long before or after the one that vanished.
FARTHEST = timedelta(days=200)


def same_item(old: Event, new: Event, *, alone_there: bool) -> bool:
    """Say whether a source's new item is one that vanished from it, moved or renamed."""
    if (old.kind is EventKind.CALL) is not (new.kind is EventKind.CALL):
        return False
    if alone_there and _page(old) and _page(old) == _page(new):
        return True
    key = title_key(old.title)
    return bool(key - COMMON) and key == title_key(new.title) and _near(old, new)


def _near(old: Event, new: Event) -> bool:
    first, second = _first_day(old), _first_day(new)
    return first is None or second is None or abs(first - second) <= FARTHEST


#: Something that two items share if they are the same event.
Handle: TypeAlias = tuple[str, object]


def handles(event: Event) -> list[Handle]:
    """Return what an item must share one of with another to be the same event as it."""
    found: list[Handle] = [("uid", event.uid), ("title", title_key(event.title))]
    found += [("page", page) for page in _pages(event)]
    if event.kind is not EventKind.CALL and event.start is not None:
        found.append(("day", _first_day(event)))
    if event.kind is EventKind.CALL and event.deadlines:
        found.append(("until", frozenset(d.at.astimezone(UTC) for d in event.deadlines)))
    return found


def same_event(one: Event, other: Event) -> bool:
    """Say whether two items are the same event."""
    if one.uid == other.uid:
        return True
    if one.source == other.source and one.language == other.language:
        return _told_twice(one, other)
    if _linked(one, other):
        return True
    alike = _alike(one, other)
    if _page(one) and _page(one) == _page(other):
        return alike or (
            _comparable(one, other) and _same_day(one, other) and _one_hour(one, other)
        )
    if not _comparable(one, other):
        return False
    if one.kind is EventKind.CALL:
        known = alike and _same_call(one, other, len(title_key(one.title)))
        return known or translated_call(one, other)
    if alike:
        held_once = _same_day(one, other) and not _elsewhere(one, other) and _one_run(one, other)
        return held_once or _was_there(one, other) or _was_there(other, one)
    if _subtitled(one, other) or (on_twin_pages(one, other) and _same_day(one, other)):
        return True
    return _same_span(one, other) and (
        abbreviated(one.title, other.title) or translated(one, other)
    )


def _one_hour(one: Event, other: Event) -> bool:
    """Say whether two of one day may be one: what begins at two hours are two."""
    return one.all_day or other.all_day or same_instant(one.start, other.start)


def _one_run(one: Event, other: Event) -> bool:
    """Say whether two of one day and title may be one: in the morning and at night they are two."""
    if isinstance(one.start, datetime) and isinstance(other.start, datetime):
        return abs(one.start - other.start) < ONE_RUN
    return True


def _elsewhere(one: Event, other: Event) -> bool:
    """Say whether both name a town, "Krajský úřad, Plzeň", and not the same."""
    towns = [fold(event.place).rpartition(",") for event in (one, other)]
    named = [set(re.findall(r"[a-z]{3,}", town)) for before, _, town in towns if before]
    rest = [set(re.findall(r"[a-z]{3,}", fold(event.place))) for event in (other, one)]
    return len(named) == 2 and not any(
        mine & theirs for mine, theirs in zip(named, rest, strict=True)
    )


def _subtitled(one: Event, other: Event) -> bool:
    """Say whether one has the other's title and a subtitle, at the same hour and place."""
    short, long = sorted((title_key(one.title), title_key(other.title)), key=len)
    more = long - short
    return (
        len(short - COMMON) > 1
        and short < long
        and not more & PARTS
        and not any(re.search(r"\d", word) for word in more)
        and isinstance(one.start, datetime)
        and same_instant(one.start, other.start)
        and same_place(one, other)
    )


def _told_twice(one: Event, other: Event) -> bool:
    """Say whether two pages of a source tell of one event; what a calendar lists twice are two."""
    pages = _page(one) != _page(other) and Review.SUGGESTED in (one.review, other.review)
    if not (pages and _comparable(one, other) and _alike(one, other)):
        return False
    if one.kind is EventKind.CALL:
        return _same_call(one, other, 0)
    whole_day = one.all_day or other.all_day
    return (
        _was_there(one, other)
        or _was_there(other, one)
        or same_instant(one.start, other.start)
        or (whole_day and _same_day(one, other))
    )


def _comparable(one: Event, other: Event) -> bool:
    return (one.kind is EventKind.CALL) is (other.kind is EventKind.CALL)


def _alike(one: Event, other: Event) -> bool:
    if other_year(one.title, other.title):
        return False
    key = title_key(one.title)
    if key and key == title_key(other.title):
        return True
    return cut_off(one.title, other.title) or one_code(one.title, other.title)


def same_instant(one: datetime | date | None, other: datetime | date | None) -> bool:
    """Compare as instants: Python calls no two times equal in an hour that comes twice."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.astimezone(UTC) == other.astimezone(UTC)
    return one == other


def same_dates(one: Event, other: Event) -> bool:
    """Say whether two items begin at one instant, and end for applications too."""
    ends = [{d.at.astimezone(UTC) for d in event.deadlines} for event in (one, other)]
    return same_instant(one.start, other.start) and ends[0] == ends[1]


def _page(event: Event) -> str:
    """Return the address of its own page; a site's home page is nobody's own."""
    parts = urlsplit(event.url)
    return event.url.rstrip("/") if parts.path.strip("/") else ""


def _pages(event: Event) -> set[str]:
    """Return its page and the pages that are said to be its own in other languages."""
    addresses = [event.url, *(version.url for version in event.versions)]
    return {page for page in (_page(replace(event, url=a)) for a in addresses) if page}


def _linked(one: Event, other: Event) -> bool:
    """Say whether the page of one is said to be the other's in another language."""
    if one.language == other.language:
        return False
    return _page(one) in _pages(other) - {_page(other)} or _page(other) in _pages(one) - {
        _page(one)
    }


def _day(value: datetime | date, zone: str) -> date:
    return value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value


def _first_day(event: Event) -> date | None:
    return None if event.start is None else _day(event.start, event.timezone)


def _last_day(event: Event) -> date | None:
    last = event.end or event.start
    return None if last is None else _day(last, event.timezone)


def _same_day(one: Event, other: Event) -> bool:
    if one.kind is EventKind.CALL:
        return _same_call(one, other, 0)
    return one.start is not None and _first_day(one) == _first_day(other)


def _was_there(moved: Event, stale: Event) -> bool:
    if moved.original_start is None:
        return False
    return _day(moved.original_start, moved.timezone) == _first_day(stale)


def _same_call(one: Event, other: Event, words: int) -> bool:
    days = [{_day(d.at, d.timezone) for d in event.deadlines} for event in (one, other)]
    if days[0] & days[1]:
        return True
    if not days[0] or not days[1]:
        return one.open_from == other.open_from or words >= LONG_TITLE
    return words >= LONG_TITLE and abs(min(days[0]) - min(days[1])) <= FARTHEST


def _same_span(one: Event, other: Event) -> bool:
    days = _first_day(one), _last_day(one)
    if one.start is None or days != (_first_day(other), _last_day(other)):
        return False
    if one.all_day is not other.all_day:
        return days[0] != days[1]  # of one day the hour tells apart
    return one.all_day or same_instant(one.start, other.start)
