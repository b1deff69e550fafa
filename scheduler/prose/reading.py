"""Prose -> the dates of one event or call, with what each of them is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from scheduler.events import Deadline, EventStatus, Precision
from scheduler.prose.clock import ClockMention
from scheduler.prose.dating import Context, Dated, dated, joins
from scheduler.prose.hours import hour_elsewhere
from scheduler.prose.labels import of_registration
from scheduler.prose.roles import Role, was_then
from scheduler.prose.sentences import letters_folded
from scheduler.prose.standing import is_closed_early, status_in, will_open
from scheduler.zones import at_local

_TO_END = re.compile(r"[-–—]|\b(?:(?:a|and)\s+)?(?:az|do|to|until|konci|ends?)\b(?:\s+on\b)?")
_APPLYING = (Role.DEADLINE, Role.NEW, Role.OPEN)
#: What opens then is the taking of applications, not only the call.
_TAKING = re.compile(r"\b(?:prij|sber|zber|podav|podan|predklad|zadost|ziadost|submi|appl)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text says of when one event or call is."""

    open_from: datetime | date | None = None
    deadlines: tuple[Deadline, ...] = ()
    start: datetime | date | None = None
    end: datetime | date | None = None
    #: The start before it was moved.
    previous: datetime | date | None = None
    status: EventStatus | None = None
    #: It says that it has yet to open, and no day.
    planned: bool = False
    #: Every date that was found.
    dates: tuple[Dated, ...] = ()


def read_about(title: str, text: str, context: Context, *, call: bool) -> Reading:
    """Read a text, and its title where the text names no date."""
    read = read_call if call else read_event
    reading = read(text, context)
    return reading if reading.dates else read(f"{title}\n{text}", context)


def read_call(text: str, context: Context) -> Reading:
    """Read the text of a call: its opening, its deadlines, and whether they were changed."""
    dates = _as_they_ended(dated(text, context, call=True), context)
    deadlines: list[Deadline] = []
    for item in dates:
        if item.role in (Role.DEADLINE, Role.NEW):
            before = _previous(item, dates, context)
            deadlines.append(replace(deadline_of(item, context), previous=before))
        if item.role is Role.OPEN and item.day.first < item.day.last:
            # "V období od 1. do 31. května"
            deadlines.append(deadline_of(item, context))
    open_from = _opening(dates, deadlines, context)
    held = bool(deadlines or open_from)
    moved = held and any(item.role in (Role.OLD, Role.NEW) for item in dates)
    return Reading(
        open_from=open_from,
        deadlines=_unless_closed(text, distinct(deadlines), dates, context),
        status=status_in(text) or (EventStatus.RESCHEDULED if moved else None),
        planned=open_from is None and will_open(text),
        dates=tuple(dates),
    )


def _as_they_ended(dates: list[Dated], context: Context) -> list[Dated]:
    """Take "uzávěrka byla 30. listopadu" for a deadline, if it is over and there is no other."""
    if any(item.role in (Role.DEADLINE, Role.NEW) for item in dates):
        return dates
    return [
        replace(item, role=Role.DEADLINE) if _has_been(item, context) else item for item in dates
    ]


def _has_been(item: Dated, context: Context) -> bool:
    over = item.role is Role.OLD and item.day.last < context.near
    return over and was_then(_words_before(item))


def _previous(item: Dated, dates: Sequence[Dated], context: Context) -> datetime | None:
    """Return when a deadline was to be before it was moved, if the text says both."""
    old = [other for other in dates if other.role is Role.OLD]
    new = [other for other in dates if other.role is Role.NEW]
    alone = item.role is Role.DEADLINE and not new and len(old) == 1
    if not old or not (item in new or (alone and old[0].sentence == item.sentence)):
        return None
    labelled = [other for other in old if other.label == item.label]
    together = [other for other in labelled or old if other.sentence == item.sentence]
    chosen = (together or labelled or old)[0]
    if item in new and len(old) == len(new) and not labelled:
        chosen = old[new.index(item)]
    if chosen.clock is None:
        chosen = replace(chosen, clock=item.clock)
    return deadline_of(chosen, context).at


def _unless_closed(
    text: str, deadlines: tuple[Deadline, ...], dates: Sequence[Dated], context: Context
) -> tuple[Deadline, ...]:
    """Return the deadlines, of a call that was closed early the day when it was, or was told."""
    known = context.changed or context.published
    if known is None or not is_closed_early(text):
        return deadlines
    told = [item for item in dates if is_closed_early(item.sentence) and item.day.has_year]
    ends = [item.day.last for item in told if item.role is Role.DEADLINE]
    day = ends[0] if ends else known
    # From the beginning of that day, lest it be taken for open until its end.
    at = at_local(datetime.combine(day, time()), context.zone)
    ahead = [one.at for one in deadlines if one.at.date() > day]
    closed = Deadline(at=at, precision=Precision.DATE, timezone=context.zone)
    return (replace(closed, previous=max(ahead, default=None)),)


def _opening(
    dates: Sequence[Dated], deadlines: Sequence[Deadline], context: Context
) -> datetime | date | None:
    """Return when a call opens; of "vyhlášení …, zahájení příjmu …" the later one."""
    # "Žádosti 1.–30. dubna": the span is the time for applications.
    spans = [item for item in dates if item.role in _APPLYING and item.day.first < item.day.last]
    if spans:
        return spans[0].day.first
    items = [item for item in dates if item.role is Role.OPEN]
    # Of several rounds it is the first one's; what closed before it opens was another's.
    for end in sorted(deadline.at.date() for deadline in deadlines):
        if before := [item for item in items if item.day.first <= end]:
            items = before
            break
    else:
        items = [] if deadlines else items
    taking = [item for item in items if _TAKING.search(_words_before(item))]
    items = taking or items
    together = [item for item in items if item.sentence == items[0].sentence]
    return _instant(together[-1], context) if together else None


def _words_before(item: Dated) -> str:
    return letters_folded(item.sentence)[: item.day.at]


def distinct(deadlines: Sequence[Deadline]) -> tuple[Deadline, ...]:
    """Drop what is said twice; of the same day the one with an hour stays."""
    kept: dict[tuple[date, str], Deadline] = {}
    for deadline in deadlines:
        same = [key for key in kept if key[0] == deadline.at.date()]
        vague = [key for key in same if kept[key].precision is not Precision.MINUTE]
        if same and deadline.precision is not Precision.MINUTE:
            continue
        for key in vague:
            deadline = replace(deadline, label=deadline.label or kept.pop(key).label)
        kept[deadline.at.date(), f"{deadline.at:%H%M}"] = deadline
    return tuple(sorted(kept.values(), key=lambda item: item.at))


def deadline_of(item: Dated, context: Context) -> Deadline:
    """Return the deadline that a date is; without an hour it is the end of the day."""
    zone = _zone(item, context)
    if item.clock is None:
        at = at_local(datetime.combine(item.day.last, time(23, 59)), zone)
        return Deadline(label=item.label, at=at, precision=item.day.precision, timezone=zone)
    # The day's last minute, lest it be shown as the first of the next day.
    clock = replace(item.clock, start=time(23, 59)) if item.clock.midnight else item.clock
    return Deadline(label=item.label, at=_at(item.day.last, clock, zone), timezone=zone)


def _zone(item: Dated, context: Context) -> str:
    return (item.clock.zone if item.clock else "") or item.zone or context.zone


def _at(day: date, clock: ClockMention, zone: str) -> datetime:
    day += timedelta(days=clock.ends_day)
    return at_local(datetime.combine(day, clock.start), zone)


def _instant(item: Dated, context: Context) -> datetime | date:
    if item.clock is None:
        return item.day.first
    return _at(item.day.first, item.clock, _zone(item, context))


def read_event(text: str, context: Context) -> Reading:
    """Read the text of a seminar, conference or meeting: its span, and whether it was moved."""
    dates = dated(text, context, call=False)
    held = [item for item in dates if item.role in (Role.START, Role.NEW)]
    unsaid = [item for item in dates if item.role is Role.UNSAID]
    old = [item for item in dates if item.role is Role.OLD]
    moved = [item for item in dates if item.role is Role.NEW]
    chosen = (moved or held or unsaid or old)[:1]
    status = status_in(text)
    registration = [item for item in dates if item.role is Role.DEADLINE]
    if not chosen:
        return Reading(status=status, dates=tuple(dates))
    first = chosen[0]
    if first.clock is None and first.day.first == first.day.last:
        first = replace(first, clock=hour_elsewhere(text))
    start, end = _span(first, dates, context)
    ends = [item for item in dates if item.role is Role.END and item.day.first >= first.day.first]
    if ends and end is None:
        end = _like(start, ends[0], context)
    previous = [item for item in old if item.day != first.day]
    if previous and status is None:
        status = EventStatus.RESCHEDULED
    return Reading(
        start=start,
        end=end,
        previous=_like(start, previous[0], context) if previous else None,
        deadlines=distinct([_of_registration_at(item, context) for item in registration]),
        status=status,
        dates=tuple(dates),
    )


def _of_registration_at(item: Dated, context: Context) -> Deadline:
    deadline = deadline_of(item, context)
    return replace(deadline, label=of_registration(deadline.label))


def _like(start: datetime | date, old: Dated, context: Context) -> datetime | date:
    """Return the old start; without an hour of its own it was at the hour of the new one."""
    if old.clock is None and isinstance(start, datetime):
        zone = str(start.tzinfo)
        return at_local(datetime.combine(old.day.first, start.time().replace(tzinfo=None)), zone)
    return _instant(old, context)


def _span(
    item: Dated, dates: Sequence[Dated], context: Context
) -> tuple[datetime | date, datetime | date | None]:
    last = _other_end(item, dates)
    zone = _zone(item, context)
    start = _instant(item, context)
    if not isinstance(start, datetime):
        return start, max(last.day.last, start)
    if last is not item and last.clock is not None:
        until = replace(last.clock, start=last.clock.end or last.clock.start)
        return start, _at(last.day.last, until, zone)
    if item.clock is not None and item.clock.end is not None:
        end = at_local(datetime.combine(last.day.last, item.clock.end), zone)
        # "od 20 do 2 hodin" ends on the next day.
        return start, end if end > start else end + timedelta(days=1)
    if last.day.last > start.date():
        # Several days, of which only the first one's hour is known.
        return item.day.first, last.day.last
    return start, None


def _other_end(item: Dated, dates: Sequence[Dated]) -> Dated:
    """Return the date that ends a span "12. dubna – 13. dubna", the same one if it is one day."""
    position = next(n for n, other in enumerate(dates) if other.day == item.day)
    following = dates[position + 1 : position + 2]
    for other in following:
        if other.sentence != item.sentence or other.role is not item.role:
            break
        between = letters_folded(item.sentence)[item.day.until : other.day.at]
        without_time = re.sub(r"[\d:.]+\s*(?:hod\w*|h\b)?|[,(]|\bod\b|\bv[e]?\b", " ", between)
        if _TO_END.search(between) and joins(_TO_END.sub("do", without_time)):
            return other
        next_day = other.day.first == item.day.last + timedelta(days=1)
        if next_day and re.fullmatch(r"\W*(?:do\W*)?(?:a|and)?\W*", without_time):
            return other
    return item
