"""The manifest: what Slack demands of one, and that it asks for just what is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.platforms.slack.manifest import described

#: What Slack wants an app to hold to be told of an event; one of them is enough for a channel.
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.mpim": "mpim:history",
    "member_joined_channel": "channels:read",
    "channel_left": "channels:read",
    "group_left": "groups:read",
    "channel_shared": "channels:read",
    "channel_unshared": "channels:read",
    "link_shared": "links:read",
    "app_context_changed": "assistant:write",
}
WITHOUT_SCOPE = {
    *("app_home_opened", "agent_session_stopped", "app_uninstalled", "tokens_revoked"),
    "channel_id_changed",
}


@pytest.mark.parametrize("language", ["cs", "en"])
@pytest.mark.parametrize("socket", [True, False])
def test_it_keeps_to_slacks_limits(language: str, socket: bool) -> None:
    made = described(language=language, public_url="https://bot.example.cz", socket=socket)

    display, features = made["display_information"], made["features"]
    [shortcut], [command] = features["shortcuts"], features["slash_commands"]
    agent = features["agent_view"]
    assert len(display["name"]) <= 35
    assert 0 < len(display["description"]) <= 140
    assert 0 < len(agent["agent_description"]) <= 300
    assert 0 < len(agent["suggested_prompts"]) <= 4
    assert 0 < len(shortcut["name"]) <= 24
    assert 0 < len(shortcut["description"]) <= 150
    assert ("url" in command, len(command["command"]) <= 32) == (not socket, True)
    assert features["unfurl_domains"] == ["bot.example.cz"]
    assert ("request_url" in made["settings"]["interactivity"]) is not socket


@pytest.mark.parametrize("public_url", ["", "http://127.0.0.1:8080", "https://bot.example.cz"])
def test_each_event_may_be_heard(public_url: str) -> None:
    made = described(language="cs", public_url=public_url, socket=True)

    scopes = made["oauth_config"]["scopes"]["bot"]
    events = set(made["settings"]["event_subscriptions"]["bot_events"]) - WITHOUT_SCOPE
    assert {EVENT_SCOPES[event] for event in events} <= set(scopes)
    assert ("links:read" in scopes) == ("link_shared" in events) == ("example" in public_url)


def test_what_may_be_left_out_is_among_the_others() -> None:
    scopes = described(language="cs", public_url="", socket=True)["oauth_config"]["scopes"]

    assert scopes["bot_optional"] == ["chat:write.public", "reactions:write"]
    assert set(scopes["bot_optional"]) <= set(scopes["bot"])
    assert len(set(scopes["bot"])) == len(scopes["bot"])


def test_the_page_for_administrators_tells_what_each_permission_is_for() -> None:
    page = (Path(__file__).parents[3] / "docs" / "slack.md").read_text("utf-8")
    table = page.split("## 5.")[1].split("## 6.")[0]

    told = set(re.findall(r"`([a-z_]+:[a-z.]+|commands)`", table))
    asked = described(language="cs", public_url="https://bot.example.cz", socket=True)
    assert told == set(asked["oauth_config"]["scopes"]["bot"])


#: What Slack's reference wants for a method; of several, all that places of each sort need.
READING = {"channels:read", "groups:read", "im:read", "mpim:read"}
HISTORY = {"channels:history", "groups:history", "im:history", "mpim:history"}
METHOD_SCOPES: dict[str, set[str]] = {
    "auth.test": set(),
    "apps.connections.open": set(),  # of the app's own token
    "views.publish": set(),
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "chat.stream": {"chat:write"},
    "chat.stopStream": {"chat:write"},
    "chat.unfurl": {"links:write"},
    "conversations.open": {"im:write"},
    "conversations.info": READING,
    "conversations.members": READING,
    "conversations.history": HISTORY,
    "conversations.replies": HISTORY,
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "files.upload.v2": {"files:write"},
    "assistant.threads.setStatus": {"chat:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "agents.sessions.setStatus": {"chat:write"},
}
#: Asked for though no method or event says so.
FOR_THEMSELVES = {"commands", "chat:write.public", "links:read"}
#: Of apps that were made before there was the agent's view; a manifest has one or the other.
OF_OLDER_APPS = {"assistant_thread_started"}
SOURCES = [
    path.read_text("utf-8")
    for path in (Path(__file__).parents[3] / "bot" / "platforms" / "slack").glob("*.py")
]


def methods() -> set[str]:
    """Return the methods of the Web API that the code calls."""
    code = "\n".join(SOURCES)
    families = ["apps", "auth", "chat", "conversations", "files", "reactions", "users", "views"]
    called = re.findall(rf"\.((?:{'|'.join(families)})_\w+)\b", code)
    named = re.findall(r'"((?:assistant\.threads|agents\.sessions|reactions)\.\w+)"', code)
    return {name.replace("_", ".") for name in called} | set(named)


def test_what_is_called_and_heard_is_just_what_is_asked_for() -> None:
    made = described(language="cs", public_url="https://bot.example.cz", socket=True)

    called = {scope for method in methods() for scope in METHOD_SCOPES[method]}
    heard = set(EVENT_SCOPES.values())
    assert methods() == set(METHOD_SCOPES)
    assert called | heard | FOR_THEMSELVES == set(made["oauth_config"]["scopes"]["bot"])


def test_each_event_that_is_read_is_subscribed_to() -> None:
    made = described(language="cs", public_url="https://bot.example.cz", socket=True)
    [hearing] = [
        node
        for source in SOURCES
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.AsyncFunctionDef)
        and node.name == "hear_event"
        and len(node.body) > 2
    ]

    read = {
        node.value.value
        for node in ast.walk(hearing)
        if isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant)
    }
    noted = {"app_context_changed"}  # of each event what it says of where people look
    subscribed = made["settings"]["event_subscriptions"]["bot_events"]
    assert read | noted == {name.partition(".")[0] for name in subscribed} | OF_OLDER_APPS
