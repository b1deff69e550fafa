"""Events as editors write them in chat: lines of "field: value"."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from bot.i18n import zone
from bot.messages import UserError
from knowledge.languages import fold
from scheduler.events import Deadline, EventKind, Precision

#: Folded name in either language -> field.
_FIELDS = {
    "nazev": "title",
    "title": "title",
    "druh": "kind",
    "kind": "kind",
    "zacatek": "start",
    "start": "start",
    "od": "start",
    "konec": "end",
    "end": "end",
    "do": "end",
    "misto": "place",
    "place": "place",
    "odkaz": "url",
    "url": "url",
    "link": "url",
    "uzaverka": "deadline",
    "deadline": "deadline",
    "tema": "topics",
    "temata": "topics",
    "topics": "topics",
    "popis": "summary",
    "summary": "summary",
    "jazyk": "language",
    "language": "language",
}

_KINDS = {
    "seminar": EventKind.SEMINAR,
    "konference": EventKind.CONFERENCE,
    "conference": EventKind.CONFERENCE,
    "vyzva": EventKind.CALL,
    "call": EventKind.CALL,
    "setkani": EventKind.MEETING,
    "meeting": EventKind.MEETING,
}

_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2})[:.](\d{2}))?$")
_CZECH = re.compile(
    r"^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})(?:,?\s+(?:v|ve)?\s*(\d{1,2})[:.](\d{2}))?$"
)


def changes_of(text: str, timezone: str) -> dict[str, Any]:
    """Return the fields that the lines name, with their values.

    Raises:
        UserError: a line names no field, or a value cannot be read.
    """
    changes: dict[str, Any] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        field = _FIELDS.get(fold(name.strip(" -*•")))
        if not colon or field is None:
            raise UserError("error.field", line=line.strip()[:60])
        changes.update(_read(field, value.strip(), timezone))
    if not changes:
        raise UserError("error.field", line="")
    return changes


def _read(field: str, value: str, timezone: str) -> dict[str, Any]:
    match field:
        case "kind":
            kind = _KINDS.get(fold(value))
            if kind is None:
                raise UserError("error.kind", value=value[:60])
            return {"kind": kind}
        case "start" | "end":
            moment = moment_of(value, timezone)
            whole_day = not isinstance(moment, datetime)
            return {field: moment, **({"all_day": whole_day} if field == "start" else {})}
        case "deadline":
            return {"deadlines": (_deadline(value, timezone),)}
        case "topics":
            return {"topics": tuple(part.strip() for part in value.split(",") if part.strip())}
    return {field: value}


def _deadline(value: str, timezone: str) -> Deadline:
    moment = moment_of(value, timezone)
    if isinstance(moment, datetime):
        return Deadline(at=moment, timezone=timezone)
    at = datetime.combine(moment, time(23, 59), zone(timezone))
    return Deadline(at=at, precision=Precision.DATE, timezone=timezone)


def moment_of(value: str, timezone: str) -> datetime | date:
    """Return the instant, or the day, that "2027-06-17 10:00" or "17. 6. 2027 10:00" names.

    Raises:
        UserError: it is no date.
    """
    iso, czech = _ISO.match(value), _CZECH.match(value)
    match = iso or czech
    if match is None:
        raise UserError("error.date", value=value[:60])
    numbers = [int(part) for part in match.groups()[:3]]
    year, month, day = numbers if iso else reversed(numbers)
    try:
        found = date(year, month, day)
        if match[4] is None:
            return found
        return datetime.combine(found, time(int(match[4]), int(match[5])), zone(timezone))
    except ValueError as error:
        raise UserError("error.date", value=value[:60]) from error
