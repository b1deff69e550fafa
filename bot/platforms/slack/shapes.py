"""Whether a delivery has the shape that Bolt and we rely on; others are dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Events that are read here; of all others only their type is.
_READ = frozenset(
    {
        *("app_mention", "message", "app_home_opened", "assistant_thread_started", "link_shared"),
        *("agent_session_stopped", "member_joined_channel", "channel_left", "group_left"),
        *("channel_id_changed", "channel_shared", "channel_unshared"),
    }
)
#: What is text in them, and in the messages within them.
_TEXTS = (
    *("user", "channel", "channel_type", "subtype", "text", "tab", "inviter", "actor_id"),
    *("ts", "thread_ts", "event_ts", "deleted_ts", "message_ts", "unfurl_id", "source"),
    *("user_id", "channel_id", "old_channel_id", "new_channel_id"),
)
_INNER = ("message", "previous_message", "assistant_thread")

#: Interactions that are read here; Slack has others, which are nobody's.
_PRESSED = frozenset({"block_actions", "message_action"})
_OBJECTS = ("user", "team", "channel", "container", "message", "view", "enterprise")
_PRESSED_TEXTS = ("id", "channel_id", "type", "ts", "message_ts", "thread_ts")


def sound(body: Any) -> bool:
    """Tell whether this delivery can be handed on."""
    if not isinstance(body, Mapping):
        return False
    if body.get("type") == "event_callback":
        return _event(body.get("event"))
    if "command" in body:
        texts = ("command", "text", "response_url", "trigger_id")
        return _texts(body, texts) and _filled(body, ("channel_id", "user_id"))
    return _interaction(body)


def _event(event: Any) -> bool:
    if not isinstance(event, Mapping) or not _filled(event, ("type",)):
        return False
    if event["type"] not in _READ:  # Bolt looks for these two, whatever it is
        known = isinstance(event.get("user"), str | Mapping | None)
        return known and _objects(event, ("assistant_thread",))
    inner = [event.get(name) or {} for name in _INNER]
    return (
        _objects(event, _INNER)
        and all(_texts(each, _TEXTS) for each in (event, *inner))
        and all(_objects(each, ("edited",)) for each in inner)
        and _listed(event.get("links"))
    )


def _listed(links: Any) -> bool:
    return links is None or (
        isinstance(links, list)
        and all(isinstance(link, Mapping) and _texts(link, ("url",)) for link in links)
    )


def _interaction(body: Mapping[str, Any]) -> bool:
    if body.get("type") not in _PRESSED or not _objects(body, _OBJECTS):
        return False
    inner = [body.get(name) or {} for name in _OBJECTS]
    whole = _texts(body, ("response_url", "trigger_id", "message_ts", "action_ts"))
    if not whole or not all(_texts(each, _PRESSED_TEXTS) for each in inner):
        return False
    if body["type"] == "message_action":
        return _filled(body, ("callback_id",))
    actions = body.get("actions")
    pressed = actions[0] if isinstance(actions, list) and actions else None
    texts = ("action_id", "block_id", "value", "action_ts")
    return isinstance(pressed, Mapping) and _texts(pressed, texts)


def _objects(body: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return all(isinstance(body.get(name), Mapping | None) for name in names)


def _filled(body: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return all(isinstance(body.get(name), str) and body[name] for name in names)


def _texts(body: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return all(isinstance(body.get(name), str | None) for name in names)
