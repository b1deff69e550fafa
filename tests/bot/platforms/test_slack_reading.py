"""What a message of Slack's says, and which deliveries can be read at all."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.slack.incoming import from_link
from bot.platforms.slack.reading import plain_text, said
from bot.platforms.slack.shapes import sound
from tests.bot.platforms.slack_world import press


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!here> Kdy je seminář?", "Kdy je seminář?"),
        ("<!subteam^S1|@tým>, <!channel> Kdy?", ", Kdy?"),
        ("Do <!date^1^{date}|18. 2.> se přihlaste", "Do 18. 2. se přihlaste"),
        ("Kdy má <@U1>  seminář v <#C1|> a <#C2>?", "Kdy má seminář v a ?"),
        ("<mailto:a@b.cz|a@b.cz> <https://x.cz>", "a@b.cz https://x.cz"),
        (":+1:", "👍"),
        ("díky :slightly_smiling_face:", "díky 🙂"),
        ("ahoj :wave::skin-tone-3:", "ahoj 👋"),
        ("od 10:30:15, a:b:c, http://x:y:z/", "od 10:30:15, a:b:c, http://x:y:z/"),
        ("a &amp; b\n  &lt;c&gt;", "a & b\n  <c>"),
    ],
)
def test_plain_words(text: str, expected: str) -> None:
    assert plain_text(text) == expected


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Kdy "},
                {"type": "user", "user_id": "U1"},
                {"type": "text", "text": "je seminář? "},
                {"type": "emoji", "name": "wave"},
                {"type": "link", "url": "https://x.cz"},
                None,
            ],
        },
        {"type": "rich_text_list", "elements": [{"type": "rich_text_section"}, 7]},
    ],
}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"text": "slova", "blocks": [RICH]}, "slova"),
        ({"text": "", "blocks": [RICH]}, "Kdy je seminář? 👋https://x.cz"),
        (
            {"text": "This content can't be displayed.", "blocks": [{"type": "header"}]}
            | {"attachments": [{"pretext": "a", "title": "b", "fallback": "c"}, {"fallback": "d"}]},
            "a\nb\nd",
        ),
        (
            {
                "blocks": [
                    {"type": "section", "fields": [{"type": "mrkdwn", "text": "f"}]},
                    {"type": "actions", "elements": [{"text": {"text": "tlačítko"}}]},
                    {"type": "table", "rows": [[{"type": "raw_text", "text": "t"}]]},
                    {"type": "markdown", "text": "**m**"},
                ]
            },
            "f\nt\n**m**",
        ),
        ({"text": None, "blocks": "x", "attachments": 5}, ""),
        ({"files": [{"name": "plán.pdf"}]}, ""),
    ],
)
def test_what_is_said(message: dict[str, Any], expected: str) -> None:
    assert said(message) == expected


def test_blocks_within_blocks_have_an_end() -> None:
    deep: dict[str, Any] = {"text": "x"}
    for _ in range(900):
        deep = {"elements": [deep]}

    assert said({"blocks": [deep]}) == ""


def event(**fields: Any) -> dict[str, Any]:
    around = {"type": "message", "channel": "C1", "user": "U1", "text": "a", "ts": "1.1"}
    return {"type": "event_callback", "event": {**around, **fields}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (event(), True),
        (event(user=None, text=None, links=None), True),
        (event(type="user_change", user={"id": "U1"}), True),
        (event(type="channel_rename", channel={"id": "C1"}), True),
        (event(user={"id": "U1"}), False),
        (event(subtype=["x"]), False),
        (event(deleted_ts={"a": 1}), False),
        (event(message={"ts": 5}), False),
        (event(message={"edited": "x"}), False),
        (event(message={"subtype": ["x"]}), False),
        (event(previous_message="x"), False),
        (event(type="link_shared", links=[{"url": 5}]), False),
        (event(type="member_joined_channel", channel={"id": "C1"}), False),
        (event(type="agent_session_stopped", thread_ts={}), False),
        (event(type="assistant_thread_started", assistant_thread={"user_id": {}}), False),
        (event(type=None), False),
        (press("lang:cs"), True),
        (press(None), True),
        ({**press("a"), "user": {"id": 7}}, False),
        ({**press("a"), "response_url": 7}, False),
        ({**press("a"), "message": {"thread_ts": [1]}}, False),
        ({**press("a"), "actions": [{"action_id": 5}]}, False),
        ({**press("a"), "actions": [{"value": {"a": 1}}]}, False),
        (press("a", channel_id=7), False),
        ({"type": "message_action", "callback_id": "x", "message": None}, True),
        ({"type": "message_action", "callback_id": 7}, False),
        ({"type": "view_submission", "view": None}, False),
        ({"type": "workflow_step_edit"}, False),
        ({"type": "block_suggestion", "value": "a"}, False),
        ({"command": "/cscc", "channel_id": "C1", "user_id": "U1"}, True),
        ({"command": "/cscc", "channel_id": "C1", "user_id": "U1", "response_url": 5}, False),
        ({"command": "/cscc", "channel_id": "C1"}, False),
        ({"ssl_check": "1"}, False),
        ([], False),
    ],
)
def test_only_what_can_be_read_is_handed_on(body: Any, expected: bool) -> None:
    assert sound(body) is expected


def test_an_address_that_is_none_has_no_preview() -> None:
    assert from_link({"user": "U1"}, "http://[") is None
