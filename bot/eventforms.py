"""Events as editors write them in chat: lines of "field: value", named as in their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.messages import UserError
from scheduler.classifying import language_code
from scheduler.events import Event, EventKind, EventStatus
from scheduler.prose import written_span
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.sources.columns import (
    FIELDS,
    audience_written,
    eligible_written,
    field_of,
    kind_written,
    status_written,
)
from scheduler.sources.rowdates import dates_of
from scheduler.texts import one_line, web_address

#: Fields whose values are dates.
_DATED = ("date", "start", "end", "open_from", "announced")
_PLAIN = ("title", "place", "region", "summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the lines of a form say."""

    #: Fields by the names and types of `Event`.
    changes: dict[str, Any] = field(default_factory=dict)
    #: The day of the one date of a recurring event that is meant; "" for the event.
    of_date: str = ""


def read_form(text: str, timezone: str, now: datetime, event: Event | None = None) -> Form:
    """Return what the lines say; of a recurring `event`, "date:" names the one that is meant.

    Raises:
        UserError: a line names no field, or a value cannot be read.
    """
    row = _row(text)
    of_date = ""
    if event is not None and event.occurrences and "date" in row:
        of_date = day_of(row.pop("date"), timezone, now)
    words = _words(row)
    kind = words.get("kind") or (event.kind if event is not None else None)
    changes = {**_dates(row, timezone, now, call=kind is EventKind.CALL), **words}
    if not changes:
        raise UserError("error.field", line=text.strip()[:60])
    if of_date and "status" in changes:
        changes["cancelled"] = changes.pop("status") is EventStatus.CANCELLED
    return Form(changes=changes, of_date=of_date)


def _row(text: str) -> dict[str, str]:
    """Return the lines by their fields; several deadlines stand in several lines."""
    row: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        known = field_of(name.strip(" -*•"))
        if not colon or known not in FIELDS:
            raise UserError("error.field", line=line.strip()[:60])
        before = f"{row[known]}; " if known in row and known == "deadlines" else ""
        row[known] = before + value.strip()
    return row


def _moment(value: str, timezone: str, now: datetime) -> datetime | date:
    span = written_span(value, timezone, now)
    if span is None:
        raise UserError("error.date", value=value[:60])
    return span[0]


def day_of(value: str, timezone: str, now: datetime) -> str:
    """Return the day that a value names, as a date of a recurring event is known by.

    Raises:
        UserError: it names none.
    """
    moment = _moment(value, timezone, now)
    return str(moment.date() if isinstance(moment, datetime) else moment)


def _dates(row: dict[str, str], timezone: str, now: datetime, *, call: bool) -> dict[str, Any]:
    said = [row[name] for name in _DATED if row.get(name)]
    said += [one.rpartition("=")[2] for one in row.get("deadlines", "").split(";") if one.strip()]
    for value in said:
        _moment(value.strip(), timezone, now)
    if not said:
        return {}
    try:
        dates = dates_of(row, timezone, now)
        dates = dates.of_call(timezone) if call else dates
    except UnreadableItem as error:
        raise UserError("error.date", value=", ".join(said)[:60]) from error
    found = {"start": dates.start, "end": dates.end, "open_from": dates.open_from}
    changes: dict[str, Any] = {name: value for name, value in found.items() if value is not None}
    if dates.start is not None:
        changes["all_day"] = not isinstance(dates.start, datetime)
    if dates.deadlines:
        changes["deadlines"] = dates.deadlines
    return changes


def _words(row: dict[str, str]) -> dict[str, Any]:
    changes: dict[str, Any] = {name: one_line(row[name]) for name in _PLAIN if name in row}
    for name, read in _READ.items():
        if name in row:
            changes[name] = _read(name, row[name], read)
    return changes


def _read(name: str, value: str, read: Callable[[str], object]) -> object:
    """Return what a value means; one that means nothing is told as what may be said there."""
    try:
        found = read(value)
    except UnreadableItem:
        found = None
    if found is None or (value and found == ""):
        raise UserError(f"error.{name}", value=value[:60])
    return found


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


_READ: dict[str, Callable[[str], object]] = {
    "kind": kind_written,
    "status": status_written,
    "audience": lambda value: audience_written(value, "public"),
    "language": language_code,
    "url": web_address,
    "topics": _list,
    "eligible": lambda value: eligible_written(_list(value)),
}
