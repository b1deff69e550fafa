"""Events and subscriptions as the JSON text their rows hold, and back.

Only what differs from the default is written. Instants are written in the zone they belong to, so
that one event always gives one text, whatever zone its source wrote them in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.events import (
    CallState,
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Lead,
    Occurrence,
    Precision,
    Review,
    Subscription,
    Version,
)
from scheduler.redating import DATES, SHIFTS, redated

__all__ = ["dump_event", "dump_subscription", "edited", "load_event", "load_subscription"]


#: Events that are kept as read: many chats are told of the same few.
KEPT = 4096


def dump_event(event: Event) -> str:
    """Write an event."""
    return json.dumps(_plain(event, event.timezone), ensure_ascii=False)


@lru_cache(maxsize=KEPT)
def load_event(text: str) -> Event:
    """Read what `dump_event` wrote; instants come back in the event's zone."""
    return _event(json.loads(text))


def edited(composed: Event, edits: str) -> Event:
    """Lay an editor's fields, a JSON object as `dump_event` writes them, over an event."""
    if not edits:
        return composed
    fields = json.loads(edits)
    dates = {name: fields.pop(name, {}) for name in (DATES, SHIFTS)}
    return redated(_event({**json.loads(dump_event(composed)), **fields}), dates)


def dump_subscription(subscription: Subscription) -> str:
    """Write a subscription."""
    plain = _plain(subscription, "UTC")
    leads = {kind: list(map(str, leads)) for kind, leads in subscription.leads.items()}
    return json.dumps({**plain, "leads": leads}, ensure_ascii=False)


def load_subscription(text: str) -> Subscription:
    """Read what `dump_subscription` wrote."""
    data = json.loads(text)
    made: dict[str, Any] = {
        **_tuples(data),
        **{name: _moment(data[name], UTC) for name in _MOMENTS & data.keys()},
        "kinds": tuple(map(EventKind, data.get("kinds", ()))),
        "leads": {kind: tuple(map(Lead.parse, leads)) for kind, leads in data["leads"].items()},
    }
    return Subscription(**made)


def _plain(value: Any, timezone: str) -> dict[str, Any]:
    """Return a dataclass's fields that are not at their default, as JSON's types."""
    plain = {}
    for name, default in _FIELDS[type(value)]:
        item = getattr(value, name)
        if item is not default and item != default:
            plain[name] = _simple(item, timezone)
    return plain


#: Name and default of each field.
_FIELDS: Mapping[type, tuple[tuple[str, Any], ...]] = {
    made: tuple((field.name, field.default) for field in fields(made))
    for made in (Event, Deadline, Occurrence, Version, Subscription)
}


def _simple(item: Any, timezone: str) -> Any:
    if item is None or isinstance(item, str | int):
        return item
    if isinstance(item, datetime):
        return item.astimezone(ZoneInfo(timezone)).isoformat()
    if isinstance(item, date):
        return item.isoformat()
    if isinstance(item, tuple):
        return [_simple(one, timezone) for one in item]
    if isinstance(item, Deadline):
        return _plain(item, item.timezone)
    if isinstance(item, Occurrence | Version):
        return _plain(item, timezone)
    return None  # leads, which are written apart


#: Fields that are strings, numbers or lists of strings, taken as they are.
_MOMENTS = {
    "start",
    "end",
    "original_start",
    "open_from",
    "updated",
    "since",
    "until",
    "paused_until",
}
_MADE: Mapping[str, Callable[[Any], object]] = {
    "kind": EventKind,
    "status": EventStatus,
    "review": Review,
    "stands": CallState,
}


def _event(data: dict[str, Any]) -> Event:
    zone = ZoneInfo(data.get("timezone", "Europe/Prague"))
    made = {name: make(data[name]) for name, make in _MADE.items() if name in data}
    moments = {name: _moment(data[name], zone) for name in _MOMENTS if data.get(name)}
    nested = {
        "occurrences": tuple(_occurrence(one, zone) for one in data.get("occurrences", ())),
        "deadlines": tuple(_deadline(one) for one in data.get("deadlines", ())),
        "versions": tuple(Version(**one) for one in data.get("versions", ())),
    }
    return Event(**{**_tuples(data), **made, **moments, **nested})


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    skipped = {*_MOMENTS, "kinds", "leads"}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in data.items()
        if name not in skipped
    }


def _deadline(data: dict[str, Any]) -> Deadline:
    zone = ZoneInfo(data.get("timezone", "Europe/Prague"))
    precision = Precision(data.get("precision", Precision.MINUTE))
    said = [name for name in ("at", "previous") if name in data]
    moments: dict[str, Any] = {name: _moment(data[name], zone) for name in said}
    return Deadline(**{**data, **moments, "precision": precision})


def _occurrence(data: dict[str, Any], zone: ZoneInfo) -> Occurrence:
    end = data["end"]
    moments = {"start": _moment(data["start"], zone), "end": end and _moment(end, zone)}
    return Occurrence(**{**data, **moments})


def _moment(text: str, zone: Any) -> Any:
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(zone)
