"""What people do in Slack beside writing: slash commands, shortcuts, buttons. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from bot.commands import COMMANDS, NAMES
from bot.messages import Message, MessageKind
from bot.platforms.slack.manifest import COMMAND
from bot.platforms.slack.places import Place, message_at, ticket
from bot.platforms.slack.reading import plain_text, said

Payload = Mapping[str, Any]

#: Our own name, as people repeat it.
_OURS = COMMAND.lstrip("/")
#: How alike a word must be to a command that it may have been meant for: "evnets", "výzva".
_ALIKE = 0.8
#: What is guessed so: of commands that are long enough, those that drop nothing.
_GUESSED = sorted(
    name
    for name, command in COMMANDS.items()
    if command.name in ("events", "calls", "subscribe", "settings", "help", "language")
    and len(name) > 4
)
_SUBSCRIBING = [name for name in _GUESSED if COMMANDS[name].name == "subscribe"]


def from_command(body: Payload) -> Message:
    """Return the message of a slash command: "/cscc events", "/cscc when is …"."""
    text = plain_text(str(body.get("text") or ""))
    command, arguments = _read(text)
    user = str(body["user_id"])
    return message_at(
        Place(str(body["channel_id"])),
        user,
        f"command/{body.get('trigger_id')}",
        kind=MessageKind.COMMAND,
        text=text,
        command=command,
        arguments=arguments,
        private=True,
        ticket=ticket(url=body.get("response_url"), user=user, team=body.get("team_id")),
    )


def _read(text: str) -> tuple[str, str]:
    """Return the command that is meant and what follows it; a question where none is."""
    first, *others = text.split(maxsplit=1) or [""]
    rest = "".join(others)
    name = unicodedata.normalize("NFC", first).lower().lstrip("/").rstrip(".,:;!?")
    if name == _OURS:  # "/cscc cscc events", as a manual has it
        return _read(rest)
    if not text:
        return "help", ""
    if name in NAMES:
        return name, rest
    # Alone, or before what is subscribed to, a word may be a command with a slip in it.
    guessed = [known for known in (_SUBSCRIBING if rest else _GUESSED) if known[0] == name[:1]]
    near = get_close_matches(name, guessed, n=1, cutoff=_ALIKE)
    return (near[0], rest) if near else ("ask", text)


def from_shortcut(body: Payload) -> Message | None:
    """Return the question that "Ask about this" makes of somebody's message."""
    message, user = body.get("message") or {}, _id(body, "user")
    channel = _id(body, "channel")
    if not channel or not user:
        return None
    ts = str(message.get("ts") or body.get("message_ts") or "")
    return message_at(
        Place(channel, str(message.get("thread_ts") or ts)),
        user,
        f"shortcut/{body.get('trigger_id')}",
        text=said(message),
        ref=ts,
        threaded=True,
        private=True,
        ticket=ticket(url=body.get("response_url"), user=user, team=_id(body, "team")),
    )


def from_action(body: Payload, direct_channel: str = "") -> Message | None:
    """Return the message of a pressed button, None for one that only opened a link.

    direct_channel: of the person, where the button stood on App Home.
    """
    action: Payload = next(iter(body.get("actions") or ()), {})
    data, user = action.get("value"), _id(body, "user")
    container = body.get("container") or {}
    home = container.get("type") == "view"
    named = str(container.get("channel_id") or _id(body, "channel"))
    channel = direct_channel if home else named
    if not data or not user or not channel:
        return None
    ts, hidden = str(container.get("message_ts") or ""), bool(container.get("is_ephemeral"))
    within = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    thread = str(within or "") or ("" if hidden or home else ts)
    sharing = str(data).startswith("share:")
    # An answer is shared once, however often the button is pressed.
    once = data if sharing else f"{ts}/{action.get('action_ts') or body.get('trigger_id')}"
    return message_at(
        Place(channel, thread),
        user,
        f"press/{channel}/{once}/{user}",
        kind=MessageKind.BUTTON,
        data=str(data),
        ref=ts,
        private=hidden and not sharing,
        ticket=ticket(
            url=body.get("response_url"),
            user=user,
            team=_id(body, "team"),
            hidden=hidden,
            home=home,
        ),
    )


def _id(body: Payload, name: str) -> str:
    return str((body.get(name) or {}).get("id") or "")
