"""What became different of an event, in lines for a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.commandline.times import spoken
from scheduler.events import Event
from scheduler.listing import to_json

#: An instant or a day as JSON has it.
_DATED = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.+-]+)?$")
#: Of a recurring event so many dates are shown; the rest is counted.
MOST_DATES = 5


def difference(before: Event | None, after: Event, now: datetime) -> list[str]:
    """Return "place: Písek -> Tábor" for each field that became another."""
    if before is None:
        return []
    old, new = to_json(before, now), to_json(after, now)
    lines: list[str] = []
    for name in new:
        if name == "occurrences":
            lines += _dates(old[name], new[name])
        elif old[name] != new[name] and name not in ("source", "group"):
            lines.append(f"{name}: {_worded(old[name])} -> {_worded(new[name])}")
    return lines


def _dates(old: Any, new: Any) -> Iterator[str]:
    was = {one["recurrence_id"]: one for one in old}
    changed = [one for one in new if one != was.get(one["recurrence_id"])]
    for one in changed[:MOST_DATES]:
        before = was.get(one["recurrence_id"])
        yield f"date: {_date(before) if before else 'nothing'} -> {_date(one)}"
    if len(changed) > MOST_DATES:
        yield f"and {len(changed) - MOST_DATES} more dates alike"


def _date(one: dict[str, Any]) -> str:
    if one["status"] == "cancelled":
        return "cancelled"
    place = f" in {one['place']}" if one["place"] else ""
    until = f" to {spoken(one['end'])}" if one["end"] else ""
    return f"{spoken(one['start'])}{until}{place}"


def _worded(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_worded(one) for one in value) or "nothing"
    if isinstance(value, dict):
        return f"{value.get('label', '')} {_worded(value.get('at') or value.get('start'))}".strip()
    if isinstance(value, str) and _DATED.match(value):
        return spoken(value)
    return str(value) if value not in (None, "") else "nothing"
