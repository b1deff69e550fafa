"""What Slack sends, as messages. Pure: who may read what is decided afterwards."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.commands import NAMES
from bot.messages import ChatKind, Message, MessageKind
from bot.platforms.slack.api import Identity

Payload = Mapping[str, Any]

#: Kinds of messages that people write; all other subtypes are Slack's or programs' notes.
_HUMAN = frozenset({None, "", "file_share", "thread_broadcast", "me_message"})
_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#\w+\|([^>]*)>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_CALL = re.compile(r"<!(?:[^|>]*\|)?([^>]*)>")

DIRECT_KINDS = frozenset({"im", "app_home"})


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation and, within it, a thread."""

    channel: str
    thread: str = ""

    @property
    def address(self) -> str:
        """The address of this place."""
        return f"slack:{self.channel}/{self.thread}" if self.thread else f"slack:{self.channel}"


def place_of(address: str) -> Place:
    """Read an address. Only this platform does."""
    channel, _, thread = address.removeprefix("slack:").partition("/")
    return Place(channel, thread)


def ticket(**values: object) -> str:
    """Write what is needed to answer just this delivery."""
    return json.dumps({key: value for key, value in values.items() if value}, sort_keys=True)


def read_ticket(text: str) -> dict[str, Any]:
    """Read a ticket; empty where there is none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def plain_text(text: str) -> str:
    """Return what a person wrote without Slack's marks: links by their address, names bare."""
    text = _LINK.sub(lambda found: found.group(2) or found.group(1), text)
    text = _CHANNEL.sub(r"#\1", text)
    text = _MENTION.sub("", text)
    text = _CALL.sub(r"\1", text)
    return " ".join(html.unescape(text).split(" ")).strip()


def from_event(event: Payload, us: Identity) -> Message | None:
    """Return the message of an `app_mention` or `message` event, None where nobody wrote one."""
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _edited(event, us)
    if subtype == "message_deleted":
        return _deleted(event, us)
    if subtype not in _HUMAN or not _by_person(event, us):
        return None
    return _written(event, event, us)


def _by_person(message: Payload, us: Identity) -> bool:
    user = message.get("user")
    by_program = message.get("bot_id") or message.get("bot_profile") or message.get("app_id")
    return isinstance(user, str) and user not in ("USLACKBOT", us.user_id) and not by_program


def _written(event: Payload, message: Payload, us: Identity) -> Message | None:
    channel, ts = event.get("channel"), message.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str) or not channel or not ts:
        return None
    raw = message.get("text")
    text = raw if isinstance(raw, str) else ""
    direct = event.get("channel_type") in DIRECT_KINDS or channel.startswith("D")
    thread = message.get("thread_ts")
    mentioned = event.get("type") == "app_mention" or us.user_id in _MENTION.findall(text)
    return Message(
        id=f"slack:{channel}/{ts}",
        platform="slack",
        address=Place(channel, str(thread or ts)).address,
        chat=Place(channel).address,
        author=f"slack:{message['user']}",
        chat_kind=ChatKind.DIRECT if direct else ChatKind.GROUP,
        text=plain_text(text),
        addressed=direct or mentioned,
        ref=ts,
        reply_to=str(thread) if thread and thread != ts else "",
        threaded=True,
        sent_at=instant(ts),
        ticket=ticket(user=message["user"], team=message.get("team") or us.team_id),
    )


def _edited(event: Payload, us: Identity) -> Message | None:
    now, before = event.get("message"), event.get("previous_message")
    if not isinstance(now, Mapping) or not _by_person(now, us):
        return None
    if now.get("subtype") == "tombstone":
        return _deleted({**event, "previous_message": before, "deleted_ts": now.get("ts")}, us)
    same = isinstance(before, Mapping) and before.get("text") == now.get("text")
    if same or now.get("subtype") not in _HUMAN:
        return None  # a preview was added, or replies were counted
    message = _written(event, now, us)
    if message is None:
        return None
    when = (now.get("edited") or {}).get("ts") or event.get("event_ts") or event.get("ts")
    return replace(message, id=f"{message.id}/edit/{when}", edited=True)


def _deleted(event: Payload, us: Identity) -> Message | None:
    before, ts = event.get("previous_message"), event.get("deleted_ts")
    if not isinstance(before, Mapping) or not _by_person(before, us) or not ts:
        return None
    message = _written(event, {**before, "ts": str(ts), "text": ""}, us)
    if message is None:
        return None
    return replace(message, id=f"{message.id}/deleted", deleted=True, addressed=False)


def from_command(body: Payload) -> Message:
    """Return the message of a slash command: "/cscc events", "/cscc when is …"."""
    first, _, rest = str(body.get("text") or "").strip().partition(" ")
    name = first.lower()
    if not first:
        command, arguments = "help", ""
    elif name in NAMES:
        command, arguments = name, rest.strip()
    else:
        command, arguments = "ask", f"{first} {rest}".strip()
    channel, user = str(body["channel_id"]), str(body["user_id"])
    direct = channel.startswith("D")
    return Message(
        id=f"slack:command/{body.get('trigger_id')}",
        platform="slack",
        address=Place(channel).address,
        chat=Place(channel).address,
        author=f"slack:{user}",
        kind=MessageKind.COMMAND,
        chat_kind=ChatKind.DIRECT if direct else ChatKind.GROUP,
        text=plain_text(str(body.get("text") or "")),
        command=command,
        arguments=plain_text(arguments),
        private=True,
        ticket=ticket(url=body.get("response_url"), user=user, team=body.get("team_id")),
    )


def from_shortcut(body: Payload) -> Message | None:
    """Return the question that "Ask about this" makes of somebody's message."""
    message, channel = body.get("message") or {}, (body.get("channel") or {}).get("id")
    user = (body.get("user") or {}).get("id")
    text = plain_text(str(message.get("text") or ""))
    if not channel or not user or not text:
        return None
    ts = str(message.get("ts") or body.get("message_ts") or "")
    return Message(
        id=f"slack:shortcut/{body.get('trigger_id')}",
        platform="slack",
        address=Place(channel, str(message.get("thread_ts") or ts)).address,
        chat=Place(channel).address,
        author=f"slack:{user}",
        chat_kind=ChatKind.DIRECT if channel.startswith("D") else ChatKind.GROUP,
        text=text,
        ref=ts,
        threaded=True,
        private=True,
        ticket=ticket(url=body.get("response_url"), user=user, team=_team(body)),
    )


def from_action(body: Payload, direct_channel: str = "") -> Message | None:
    """Return the message of a pressed button, None for one that only opened a link.

    direct_channel: of the person, where the button stood on App Home.
    """
    action: Payload = next(iter(body.get("actions") or ()), {})
    data, user = action.get("value"), (body.get("user") or {}).get("id")
    container = body.get("container") or {}
    home = container.get("type") == "view"
    channel = direct_channel if home else _channel(body)
    if not data or not user or not channel:
        return None
    ts, hidden = str(container.get("message_ts") or ""), bool(container.get("is_ephemeral"))
    within = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    thread = str(within or "") or ("" if hidden or home else ts)
    press = f"{channel}/{ts}/{action.get('action_ts') or body.get('trigger_id')}/{user}"
    return Message(
        id=f"slack:press/{press}",
        platform="slack",
        address=Place(channel, thread).address,
        chat=Place(channel).address,
        author=f"slack:{user}",
        kind=MessageKind.BUTTON,
        chat_kind=ChatKind.DIRECT if channel.startswith("D") else ChatKind.GROUP,
        data=str(data),
        ref=ts,
        threaded=bool(thread),
        private=hidden and not str(data).startswith("share:"),
        ticket=ticket(
            url=body.get("response_url"), user=user, team=_team(body), hidden=hidden, home=home
        ),
    )


def _channel(body: Payload) -> str:
    container = body.get("container") or {}
    return str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")


def _team(body: Payload) -> str:
    return str((body.get("team") or {}).get("id") or "")


def from_home(event: Payload) -> Message:
    """Return the wish to see App Home."""
    user, channel = str(event["user"]), str(event.get("channel") or event["user"])
    return Message(
        id=f"slack:home/{user}/{event.get('event_ts')}",
        platform="slack",
        address=Place(channel).address,
        chat=Place(channel).address,
        author=f"slack:{user}",
        kind=MessageKind.COMMAND,
        command="home",
        private=True,
        ticket=ticket(user=user, home=True),
    )


def from_stop(event: Payload) -> Message:
    """Return the wish to stop what is being worked on in a thread."""
    channel, thread = str(event["channel"]), str(event.get("thread_ts") or "")
    return Message(
        id=f"slack:stop/{channel}/{thread}/{event.get('event_ts')}",
        platform="slack",
        address=Place(channel, thread).address,
        chat=Place(channel).address,
        author=f"slack:{event.get('user') or ''}",
        kind=MessageKind.BUTTON,
        chat_kind=ChatKind.DIRECT if channel.startswith("D") else ChatKind.GROUP,
        data="stop:",
        threaded=bool(thread),
        ticket=ticket(user=event.get("user")),
    )


def from_membership(event: Payload, us: Identity) -> Message | None:
    """Return that the assistant was put into a channel (its inviter is greeted) or taken out."""
    joined = event.get("type") == "member_joined_channel"
    if joined and event.get("user") != us.user_id:
        return None
    channel = str(event.get("channel") or "")
    who = str(event.get("inviter" if joined else "actor_id") or "")
    if not channel or (joined and not who):
        return None
    return Message(
        id=f"slack:{'joined' if joined else 'left'}/{channel}/{event.get('event_ts')}",
        platform="slack",
        address=Place(channel).address,
        chat=Place(channel).address,
        author=f"slack:{who}",
        kind=MessageKind.COMMAND,
        chat_kind=ChatKind.GROUP,
        command=":joined" if joined else ":left",
        private=True,
        ticket=ticket(user=who),
    )


def from_link(event: Payload, url: str) -> Message | None:
    """Return what a link of ours leads to as a command; None for what is nobody else's to see."""
    page = urlsplit(url)
    kinds = parse_qs(page.query).get("kind", [])
    commands = {"/events.ics": "calls" if kinds == ["call"] else "events", "": "help", "/": "help"}
    if page.path not in commands:
        return None
    channel, ts = str(event.get("channel") or ""), str(event.get("message_ts") or "")
    where = ticket(
        user=event.get("user"),
        link=url,
        unfurl=event.get("unfurl_id"),
        source=event.get("source"),
        channel=channel,
        ts=ts,
    )
    return Message(
        id=f"slack:link/{event.get('unfurl_id') or f'{channel}/{ts}'}/{url}",
        platform="slack",
        address=Place(channel, ts).address,
        chat=Place(channel).address,
        author=f"slack:{event.get('user') or ''}",
        kind=MessageKind.COMMAND,
        chat_kind=ChatKind.DIRECT if channel.startswith("D") else ChatKind.GROUP,
        command=commands[page.path],
        ticket=where,
    )


def instant(ts: str) -> datetime | None:
    """Return the instant of a message's id."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
