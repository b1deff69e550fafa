"""Takes from an update only what is understood here, where the library cannot read it whole.

Telegram is ahead of the library: what it changes about a gift or a poll must not cost a question
that came with one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["essentials"]

_Mend = Callable[[Any], Any]


def essentials(raw: Any) -> dict[str, Any]:
    """Return an update with nothing but the fields that are read here, where they are sound."""
    return _picked(raw, _UPDATE)


def _picked(raw: Any, fields: Mapping[str, _Mend]) -> dict[str, Any]:
    """Return those of the fields that are there and can be mended."""
    if not isinstance(raw, dict):
        return {}
    mended = ((name, mend(raw[name])) for name, mend in fields.items() if name in raw)
    return {name: value for name, value in mended if value is not None}


def _of(kind: type) -> _Mend:
    return lambda value: value if type(value) is kind else None


def _user(raw: Any) -> dict[str, Any] | None:
    found = _picked(raw, _USER)
    return {"is_bot": False, "first_name": "", **found} if "id" in found else None


def _chat(raw: Any) -> dict[str, Any] | None:
    found = _picked(raw, _CHAT)
    return found if {"id", "type"} <= found.keys() else None


def _entities(raw: Any) -> list[dict[str, Any]]:
    found = [_picked(one, _ENTITY) for one in raw] if isinstance(raw, list) else []
    return [one for one in found if {"type", "offset", "length"} <= one.keys()]


def _quote(raw: Any) -> dict[str, Any] | None:
    found = _picked(raw, {"text": _of(str), "position": _of(int)})
    return {"position": 0, **found} if "text" in found else None


def _answered(raw: Any) -> dict[str, Any] | None:
    """Return the message that another one answers; it answers none itself."""
    found = _picked(raw, _MESSAGE)
    return found if {"message_id", "date", "chat"} <= found.keys() else None


def _message(raw: Any) -> dict[str, Any]:
    return _picked(raw, {**_MESSAGE, "reply_to_message": _answered})


def _press(raw: Any) -> dict[str, Any]:
    found = _picked(raw, {"id": _of(str), "from": _user, "data": _of(str), "message": _answered})
    return {"chat_instance": "", **found}


def _change(raw: Any) -> dict[str, Any]:
    fields = {"chat": _chat, "from": _user, "date": _of(int)}
    members = {"old_chat_member": _member, "new_chat_member": _member}
    return _picked(raw, {**fields, **members})


def _member(raw: Any) -> dict[str, Any] | None:
    """Return whether somebody is in a chat; not with which rights, of which there are ever more."""
    found = _picked(raw, {"user": _user, "status": _of(str), "is_member": _of(bool)})
    if not {"user", "status"} <= found.keys():
        return None
    is_in = found["status"] in ("creator", "administrator", "member") or found.get("is_member")
    return {"user": found["user"], "status": "member" if is_in else "left"}


def _typed(raw: Any) -> dict[str, Any]:
    return {"offset": "", **_picked(raw, {"id": _of(str), "from": _user, "query": _of(str)})}


_USER = {
    **dict.fromkeys(("first_name", "last_name", "username", "language_code"), _of(str)),
    "id": _of(int),
    "is_bot": _of(bool),
}
_CHAT = {
    **dict.fromkeys(("type", "title", "username", "first_name", "last_name"), _of(str)),
    "id": _of(int),
}
_ENTITY = {"type": _of(str), "offset": _of(int), "length": _of(int), "user": _user}
_MESSAGE: dict[str, _Mend] = {
    **dict.fromkeys(("message_id", "date", "edit_date", "message_thread_id"), _of(int)),
    **dict.fromkeys(("migrate_to_chat_id", "migrate_from_chat_id"), _of(int)),
    **dict.fromkeys(("text", "caption", "media_group_id", "guest_query_id"), _of(str)),
    **dict.fromkeys(("is_topic_message", "is_automatic_forward"), _of(bool)),
    **dict.fromkeys(("from", "via_bot"), _user),
    **dict.fromkeys(("chat", "sender_chat"), _chat),
    **dict.fromkeys(("entities", "caption_entities"), _entities),
    "quote": _quote,
}
_UPDATE: dict[str, _Mend] = {
    **dict.fromkeys(("message", "edited_message", "guest_message"), _message),
    "update_id": _of(int),
    "callback_query": _press,
    "my_chat_member": _change,
    "inline_query": _typed,
}
