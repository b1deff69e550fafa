"""The manifest from which an administrator makes the workspace's own Slack app."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.i18n import Phrases

#: Scope -> what does not work without it (phrase key).
NEEDED = {
    "app_mentions:read": "slack.scope.mentions",
    "chat:write": "slack.scope.writing",
    "im:history": "slack.scope.direct",
    "im:read": "slack.scope.direct",
    "im:write": "slack.scope.direct",
    "users:read": "slack.scope.members",
    "channels:read": "slack.scope.members",
    "groups:read": "slack.scope.members",
    "channels:history": "slack.scope.threads",
    "groups:history": "slack.scope.threads",
    "commands": "slack.scope.commands",
    "files:write": "slack.scope.files",
}
#: Comes with the agent's view and with group chats; not missed where an older app lacks it.
ALONG = ("assistant:write", "mpim:history", "mpim:read")
#: Only with a public URL, whose links are shown with a preview.
LINKS = ("links:read", "links:write")
#: What an administrator may leave out: posting without joining, a sign where no status is. Slack
#: wants these among the others too.
WANTED = ("chat:write.public", "reactions:write")
EVENTS = (
    "app_mention",
    "app_home_opened",
    "app_context_changed",
    "agent_session_stopped",
    "message.im",
    "message.channels",
    "message.groups",
    "message.mpim",
    "member_joined_channel",
    "channel_left",
    "group_left",
    "channel_shared",
    "channel_unshared",
    "channel_id_changed",
    "app_uninstalled",
    "tokens_revoked",
)
COMMAND = "/cscc"
SHORTCUT = "ask_about_message"


def manifest(*, language: str = "cs", public_url: str = "", socket: bool = True) -> str:
    """Return the manifest as YAML: for Socket Mode, or for HTTP at a public URL."""
    return yaml.safe_dump(
        described(language=language, public_url=public_url, socket=socket),
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )


def described(*, language: str, public_url: str, socket: bool) -> dict[str, Any]:
    """Return the manifest as data."""
    url = f"{public_url.rstrip('/')}/slack/events"
    where: dict[str, Any] = {} if socket else {"request_url": url}
    host = urlsplit(public_url).hostname or ""
    events = [*EVENTS, *(["link_shared"] if _domain(host) else [])]
    scopes = [*NEEDED, *ALONG, *(LINKS if _domain(host) else ()), *WANTED]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "CSCC asistent" if language == "cs" else "CSCC assistant",
            "description": Phrases(language).say("slack.manifest.description"),
            "background_color": "#1b4f72",
        },
        "features": _features(Phrases(language), host, {} if socket else {"url": url}),
        "oauth_config": {"scopes": {"bot": scopes, "bot_optional": list(WANTED)}},
        "settings": {
            "event_subscriptions": {**where, "bot_events": events},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def _features(phrases: Phrases, host: str, url: dict[str, str]) -> dict[str, Any]:
    questions = [phrases.say(f"slack.prompt.{n}") for n in range(1, 5)]
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "agent_view": {
            "agent_description": phrases.say("slack.manifest.agent"),
            "suggested_prompts": [{"title": text, "message": text} for text in questions],
        },
        "bot_user": {"display_name": "cscc", "always_online": True},
        "shortcuts": [
            {
                "name": phrases.say("slack.manifest.shortcut"),
                "type": "message",
                "callback_id": SHORTCUT,
                "description": phrases.say("slack.manifest.shortcut.description"),
            }
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                **url,
                "description": phrases.say("slack.manifest.command"),
                "usage_hint": phrases.say("slack.manifest.usage"),
                "should_escape": True,
            }
        ],
    }
    return features | ({"unfurl_domains": [host]} if _domain(host) else {})


def _domain(host: str) -> bool:
    """Whether Slack takes this as a domain whose links it shows us."""
    return "." in host and not host.replace(".", "").isdigit()
