"""What Slack tells of, as messages. Pure: who may read what is decided afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.messages import ChatKind, Message, MessageKind
from bot.platforms.slack.api import Identity
from bot.platforms.slack.places import Place, instant, message_at, ticket
from bot.platforms.slack.reading import MENTION, said

Payload = Mapping[str, Any]

#: Kinds of messages that people write; all other subtypes are Slack's or programs' notes.
_HUMAN = frozenset({None, "", "file_share", "thread_broadcast", "me_message"})

DIRECT_KINDS = frozenset({"im", "app_home"})


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
    channel, ts, raw = event.get("channel"), message.get("ts"), message.get("text")
    if not isinstance(channel, str) or not isinstance(ts, str) or not channel or not ts:
        return None
    text = raw if isinstance(raw, str) else ""
    direct = event.get("channel_type") in DIRECT_KINDS or channel.startswith("D")
    thread = message.get("thread_ts")
    named = set(MENTION.findall(text))
    mentioned = event.get("type") == "app_mention" or us.user_id in named
    return message_at(
        Place(channel, str(thread or ts)),
        message["user"],
        f"{channel}/{ts}",
        chat_kind=ChatKind.DIRECT if direct else ChatKind.GROUP,
        text=said(message),
        addressed=direct or mentioned,
        to_others=bool(named - {us.user_id}),
        ref=ts,
        reply_to=str(thread) if thread and thread != ts else "",
        sent_at=instant(ts),
        ticket=ticket(user=message["user"], team=message.get("team") or us.team_id),
    )


def _edited(event: Payload, us: Identity) -> Message | None:
    now, before = event.get("message"), event.get("previous_message")
    if not isinstance(now, Mapping):
        return None
    if now.get("subtype") == "tombstone":  # Slack's own: it stands where others have replied
        return _deleted({**event, "deleted_ts": now.get("ts")}, us)
    if not _by_person(now, us):
        return None
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
    message = _written(event, {**before, "ts": str(ts)}, us)
    if message is None:
        return None
    return replace(message, id=f"{message.id}/deleted", text="", deleted=True, addressed=False)


def from_home(event: Payload) -> Message:
    """Return the wish to see App Home."""
    user, channel = str(event["user"]), str(event.get("channel") or event["user"])
    return message_at(
        Place(channel),
        user,
        f"home/{user}/{event.get('event_ts')}",
        kind=MessageKind.COMMAND,
        chat_kind=ChatKind.DIRECT,
        command="home",
        private=True,
        ticket=ticket(user=user, home=True),
    )


def from_stop(event: Payload) -> Message:
    """Return the wish to stop what is being worked on in a thread."""
    channel, thread = str(event["channel"]), str(event.get("thread_ts") or "")
    return message_at(
        Place(channel, thread),
        str(event.get("user") or ""),
        f"stop/{channel}/{thread}/{event.get('event_ts')}",
        kind=MessageKind.BUTTON,
        data="stop:",
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
    what = "joined" if joined else "left"
    return _told(what, channel, event.get("event_ts"), user=who, ticket=ticket(user=who))


def from_opening(event: Payload) -> Message:
    """Return that others than members have come to read a channel."""
    return _told("opened", str(event.get("channel")), event.get("event_ts"))


def from_new_id(event: Payload) -> Message | None:
    """Return that a channel goes on under another id: a private one that was shared."""
    old, new = str(event.get("old_channel_id") or ""), str(event.get("new_channel_id") or "")
    return _told("moved", old, new, arguments=Place(new).address) if old and new else None


def _told(what: str, channel: str, which: object, *, user: str = "", **more: Any) -> Message:
    """Return what Slack itself tells of a channel, as a command that nobody can type."""
    return message_at(
        Place(channel),
        user,
        f"{what}/{channel}/{which}",
        kind=MessageKind.COMMAND,
        chat_kind=ChatKind.GROUP,
        command=f":{what}",
        private=True,
        **more,
    )


def from_link(event: Payload, url: str) -> Message | None:
    """Return what a link of ours leads to as a command; None for what is nobody else's to see."""
    try:
        page = urlsplit(url)
    except ValueError:
        return None
    kinds = parse_qs(page.query).get("kind", [])
    commands = {"/events.ics": "calls" if kinds == ["call"] else "events", "": "help", "/": "help"}
    if page.path not in commands:
        return None
    user, unfurl = str(event.get("user") or ""), event.get("unfurl_id")
    channel, ts = str(event.get("channel") or ""), str(event.get("message_ts") or "")
    where = ticket(
        user=user, link=url, unfurl=unfurl, source=event.get("source"), channel=channel, ts=ts
    )
    return message_at(
        Place(channel, ts),
        user,
        f"link/{unfurl or f'{channel}/{ts}'}/{url}",
        kind=MessageKind.COMMAND,
        threaded=False,
        command=commands[page.path],
        ticket=where,
    )
