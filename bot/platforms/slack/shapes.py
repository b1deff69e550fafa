"""Whether a delivery has the shape that Bolt and we rely on; others are dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_EVENT_TEXTS = ("channel", "channel_type", "subtype", "ts", "thread_ts", "text", "tab", "event_ts")
_INNER = ("message", "previous_message", "assistant_thread")
_OBJECTS = ("user", "team", "channel", "container", "message", "view", "enterprise")


def sound(body: Any) -> bool:
    """Tell whether this delivery can be handed on."""
    if not isinstance(body, Mapping):
        return False
    if body.get("type") == "event_callback":
        return _event(body.get("event"))
    if "command" in body:
        return _texts(body, ("command", "text")) and _filled(body, ("channel_id", "user_id"))
    return _interaction(body)


def _event(event: Any) -> bool:
    if not isinstance(event, Mapping) or not _filled(event, ("type",)):
        return False
    people = isinstance(event.get("user"), str | Mapping | None)
    links = event.get("links")
    listed = links is None or (
        isinstance(links, list) and all(isinstance(link, Mapping) for link in links)
    )
    inner = all(isinstance(event.get(name), Mapping | None) for name in _INNER)
    # Some events carry a whole channel or a whole message text's structure: not ours to read.
    plain = event["type"] not in ("message", "app_mention", "app_home_opened") or _texts(
        event, _EVENT_TEXTS
    )
    return people and listed and inner and plain


def _interaction(body: Mapping[str, Any]) -> bool:
    if not _filled(body, ("type",)):
        return False
    if not all(isinstance(body.get(name), Mapping | None) for name in _OBJECTS):
        return False
    actions = body.get("actions")
    pressed = isinstance(actions, list) and bool(actions) and isinstance(actions[0], Mapping)
    return pressed if body["type"] == "block_actions" else True


def _filled(body: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return all(isinstance(body.get(name), str) and body[name] for name in names)


def _texts(body: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return all(isinstance(body.get(name), str | None) for name in names)
