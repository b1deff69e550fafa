"""What is posted in Slack: once, found again, and what failures mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.messages import (
    CannotLook,
    DeliveryError,
    Reply,
    Undeliverable,
)
from bot.platforms.slack import SlackPlatform
from bot.settings import SlackSettings
from tests.bot.platforms.slack_server import Fault, SlackServer
from tests.bot.platforms.slack_world import NOW


def shown(text: str, **more: Any) -> dict[str, Any]:
    block = {"type": "markdown", "text": text}
    return {"text": text, "blocks": [block], "unfurl_links": False, **more}


def said(call: dict[str, Any]) -> dict[str, Any]:
    names = ("channel", "text", "blocks", "unfurl_links", "thread_ts", "metadata")
    return {name: call[name] for name in names if name in call}


async def test_send_posts_with_its_key_and_finds_it(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)

    ref = await platform.send("slack:C0ROOM", Reply(text="Připomínka"), key="p1")

    kept = {"event_type": "cscc_post", "event_payload": {"key": "p1"}}
    assert [said(call) for call in slack.made("chat.postMessage")] == [
        shown("Připomínka", channel="C0ROOM", metadata=kept)
    ]
    assert await platform.find("slack:C0ROOM", "p1", since) == ref
    assert await platform.find("slack:C0ROOM", "p2", since) is None


async def test_find_looks_into_the_thread(slack: SlackServer, platform: SlackPlatform) -> None:
    ref = await platform.send("slack:C0ROOM/1.1", Reply(text="Odpověď"), key="p1")

    assert await platform.find("slack:C0ROOM/1.1", "p1", NOW) == ref


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "channel_not_found"])
async def test_find_says_that_it_cannot_look(
    slack: SlackServer, platform: SlackPlatform, error: str
) -> None:
    slack.faults["conversations.history"] = [Fault(error=error)]

    with pytest.raises(CannotLook, match=error):
        await platform.find("slack:C0ROOM", "p1", NOW)


async def test_find_may_have_to_wait(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.faults["conversations.history"] = [Fault(error="internal_error")]

    with pytest.raises(DeliveryError, match="internal_error"):
        await platform.find("slack:C0ROOM", "p1", NOW)


async def test_direct_chat_with_a_person(slack: SlackServer, platform: SlackPlatform) -> None:
    await platform.send(platform.direct("slack:U0BOB"), Reply(text="Připomínka"))

    assert [call["channel"] for call in slack.made("chat.postMessage")] == ["D0BOB"]


async def test_answer_to_a_post_stands_in_its_thread_and_in_the_channel(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    first = await platform.send("slack:C0ROOM", Reply(text="Seminář"))

    await platform.send("slack:C0ROOM", Reply(text="Nový termín"), reply_to=first)
    await platform.send("slack:C0ROOM", Reply(text="Zrušeno"), reply_to="1.1")

    assert [
        (call["text"], call.get("thread_ts"), bool(call.get("reply_broadcast")))
        for call in slack.made("chat.postMessage")
    ] == [("Seminář", None, False), ("Nový termín", first, True), ("Zrušeno", None, False)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=429, error="ratelimited", retry_after=7), ("ratelimited", 7.0, True)),
        (Fault(error="internal_error"), ("internal_error", None, False)),
        (Fault(error="invalid_auth"), ("invalid_auth", 60, True)),
        (Fault(status=503), ("unreadable answer (503)", None, False)),
        (Fault(reset=True), ("Slack's answer was lost: ServerDisconnectedError", None, False)),
    ],
)
async def test_failed_send_may_be_tried_again(
    slack: SlackServer, platform: SlackPlatform, fault: Fault, expected: tuple[Any, ...]
) -> None:
    slack.faults["chat.postMessage"] = [fault]

    with pytest.raises(DeliveryError) as failed:
        await platform.send("slack:C0ROOM", Reply(text="a"), key="k")

    error = failed.value
    assert (str(error), error.retry_after, error.certain) == expected
    assert slack.made("chat.postMessage") == []


async def test_send_never_repeats_by_itself(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.faults["chat.postMessage"] = [Fault(reset=True, after=True)]

    with pytest.raises(DeliveryError):
        await platform.send("slack:C0ROOM", Reply(text="a"), key="k")

    assert len(slack.messages) == 1
    assert await platform.find("slack:C0ROOM", "k", NOW) == slack.messages[0]["ts"]


async def test_unreachable_slack_took_nothing() -> None:
    settings = SlackSettings(bot_token=SecretStr("x"), api_url="http://127.0.0.1:9/api/")
    platform = SlackPlatform(settings, clock=lambda: NOW)

    with pytest.raises(DeliveryError) as failed:
        await platform.send("slack:C0ROOM", Reply(text="a"))
    await platform.close()

    assert failed.value.certain


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "restricted_action"])
async def test_place_that_takes_nothing(
    slack: SlackServer, platform: SlackPlatform, error: str
) -> None:
    slack.faults["chat.postMessage"] = [Fault(error=error)]

    with pytest.raises(Undeliverable, match=error):
        await platform.send("slack:C0ROOM", Reply(text="a"))


async def test_refused_blocks_are_posted_as_text(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.faults["chat.postMessage"] = [Fault(error="invalid_blocks")]

    await platform.send("slack:C0ROOM", Reply(text="**a** <b>"))

    assert [(c["text"], c.get("blocks")) for c in slack.made("chat.postMessage")] == [
        ("*a* &lt;b&gt;", [])
    ]


async def test_long_reply_is_posted_whole_in_several_messages(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    text = "\n\n".join(f"Odstavec {n}. " + "slovo " * 500 for n in range(8))
    await platform.send("slack:C0ROOM/1.1", Reply(text=text), key="k")

    posts = slack.made("chat.postMessage")
    whole = "".join(block["text"] for call in posts for block in call["blocks"])
    assert [whole.count(f"Odstavec {n}.") for n in range(8)] == [1] * 8
    assert {call["thread_ts"] for call in posts} == {"1.1"}
    assert len(posts) > 1


@pytest.mark.parametrize(
    "fault", [Fault(status=429, error="ratelimited", retry_after=1), Fault(status=503, after=True)]
)
async def test_further_message_that_fails_is_posted_once(
    slack: SlackServer, platform: SlackPlatform, fault: Fault
) -> None:
    text = "\n\n".join(f"Odstavec {n}. " + "slovo " * 900 for n in range(3))
    slack.faults["chat.postMessage"] = [Fault(skip=True), fault]

    await platform.send("slack:C0ROOM/1.1", Reply(text=text), key="k")

    whole = "".join(block["text"] for message in slack.messages for block in message["blocks"])
    assert [whole.count(f"Odstavec {n}.") for n in range(3)] == [1] * 3


async def test_edit(slack: SlackServer, platform: SlackPlatform) -> None:
    await platform.edit("slack:C0ROOM", "1.1", Reply(text="nově"))

    assert [(c["ts"], c["text"]) for c in slack.made("chat.update")] == [("1.1", "nově")]
