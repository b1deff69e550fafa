"""The dates of a row of a table: in one cell or several, of an event or of a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from scheduler.events import Deadline
from scheduler.prose import written_span, written_time
from scheduler.prose.labels import of_registration
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.sources.columns import field_of
from scheduler.sources.deadlines import deadline_at, end_of_day
from scheduler.texts import one_line
from scheduler.zones import zone_named

Row: TypeAlias = Mapping[str, object]
Moment: TypeAlias = datetime | date


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDates:
    """What a row says of when; `said_as_date` is what stands under "datum" or "termín"."""

    start: Moment | None = None
    end: Moment | None = None
    open_from: Moment | None = None
    deadlines: tuple[Deadline, ...] = ()
    #: Until when one registers: of an event one more deadline, of a call the one that it has.
    registration: tuple[Deadline, ...] = ()
    said_as_date: bool = False

    def of_event(self, zone: str) -> RowDates:
        """Return the dates as those of an event.

        Raises:
            UnreadableItem: it has no start, or ends before it.
        """
        if self.start is None:
            raise UnreadableItem("It has no start.")
        if self.end is not None and _last(self.end, zone) < _last(self.start, zone):
            raise UnreadableItem("It ends before it starts.")
        named = (replace(one, label=of_registration(one.label)) for one in self.deadlines)
        return replace(self, deadlines=(*self.registration, *named))

    def of_call(self, zone: str) -> RowDates:
        """Return the dates as those of a call: it has no start, but an opening and deadlines.

        Raises:
            UnreadableItem: it has neither.
        """
        start, end = self.start, self.end
        if self.said_as_date and end is None:
            # The one date of a call is its deadline.
            start, end = None, start
        deadlines = self.deadlines or self.registration
        if end is not None and not deadlines:
            deadlines = (deadline_at(end, zone),)
        opening = self.open_from or start
        if opening is None and not deadlines:
            raise UnreadableItem("It has neither an opening nor a deadline.")
        return RowDates(open_from=opening, deadlines=deadlines)


def _last(value: Moment, zone: str) -> datetime:
    return value if isinstance(value, datetime) else end_of_day(value, zone)


def text_of(row: Row, field: str) -> str:
    """Return the text of a field on one line; "" if there is none."""
    value = row.get(field)
    return one_line(value) if isinstance(value, str) else ""


def dates_of(row: Row, zone: str, now: datetime) -> RowDates:
    """Return what a row says of when.

    Raises:
        UnreadableItem: a cell holds no date.
    """
    date_text, start_text = text_of(row, "date"), text_of(row, "start")
    first = start_text or date_text
    found = RowDates(
        open_from=_time(row, "open_from", zone, now) or _time(row, "announced", zone, now),
        deadlines=tuple(_deadlines(row, zone, now)),
        registration=tuple(_registration(row, zone, now)),
        said_as_date=bool(date_text and not start_text),
    )
    if first:
        start, end = _span(f"{first} {text_of(row, 'time')}".strip(), zone, now)
        found = replace(found, start=start, end=end)
    last, until = text_of(row, "end"), text_of(row, "end_time")
    if last or (until and first):
        return replace(found, end=_read(f"{last or first} {until}".strip(), "end", zone, now))
    return found


def _span(text: str, zone: str, now: datetime) -> tuple[Moment, Moment | None]:
    span = written_span(text, zone, now)
    if span is None:
        raise UnreadableItem(f"start {text[:40]!r} is no date; write 2027-05-04 10:00.")
    return span


def _time(row: Row, field: str, zone: str, now: datetime) -> Moment | None:
    text = text_of(row, field)
    return _read(text, field, zone, now) if text else None


def _read(text: str, field: str, zone: str, now: datetime) -> Moment:
    value = written_time(text, zone, now)
    if value is None:
        raise UnreadableItem(f"{field} {text[:40]!r} is no date; write 2027-05-04 10:00.")
    return value


def _deadlines(row: Row, zone: str, now: datetime) -> Iterator[Deadline]:
    value = row.get("deadlines")
    if isinstance(value, str):
        # In a CSV: "1. kolo = 2027-05-04 14:00; 2. kolo = 2027-10-04"
        for part in value.split(";"):
            label, _, at = part.rpartition("=")
            if at.strip():
                yield _deadline(one_line(label), one_line(at), zone, now)
        return
    for item in value if isinstance(value, list) else []:
        if not isinstance(item, dict):
            yield _deadline("", one_line(str(item)), zone, now)
            continue
        own = {field_of(str(key)): said for key, said in item.items()}
        at = text_of(own, "at") or text_of(own, "date") or text_of(own, "deadlines")
        label = text_of(own, "label") or text_of(own, "title")
        yield _deadline(label, at, zone_named(text_of(own, "timezone"), zone), now)


def _registration(row: Row, zone: str, now: datetime) -> Iterator[Deadline]:
    """Yield the end of registration; "do naplnění kapacity" is none, and no fault of the row."""
    found = written_time(text_of(row, "registration"), zone, now)
    if found is not None:
        yield deadline_at(found, zone)


def _deadline(label: str, text: str, zone: str, now: datetime) -> Deadline:
    return deadline_at(_read(text, "deadline", zone, now), zone, label)
