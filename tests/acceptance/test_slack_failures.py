"""Slack when things go wrong: repeated, slow, failing, cut off, restarted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.messages import Message, Reply, Responder
from tests.acceptance.slack_world import (
    ROOM,
    answers,
    mention,
    needs_slack,
    running,
    until,
)

pytestmark = needs_slack


async def test_repeated_reordered_and_malformed_events(
    slack: Any, tmp_path: Path, mode: str
) -> None:
    async with running(slack, tmp_path, mode=mode) as told:
        first = await slack.user_says("U0ALICE", "první")
        channel = first["channel"]
        await answers(slack, channel)
        message = {**slack.channels[channel].messages[first["ts"]], "channel": channel}
        again = {**message, "channel_type": "im", "event_ts": first["ts"]}
        for event_id in (first["event_ids"][0], None):
            slack.tell(again, event_id)
        events: list[dict[str, Any]] = [
            {"type": "message"},
            {"type": "message", "channel": 5, "user": [], "text": {}},
            {"type": "message", "channel": channel, "user": "U0ALICE", "text": None, "ts": "x"},
            {"type": "app_mention", "channel": ROOM, "text": "<@", "user": "U0ALICE"},
            {"type": "message", "subtype": "message_changed", "channel": channel},
            {"type": "message", "subtype": "message_deleted", "channel": channel},
            {"type": "app_home_opened"},
            {"type": "link_shared", "links": [{}]},
            {"type": "agent_session_stopped"},
            {"type": "never_heard_of", "channel": {"id": 1}},
            {"type": 7},
            {},
        ]
        for event in events:
            slack.tell(event)
        await slack.user_says("U0ALICE", "druhá")
        posted = await answers(slack, channel, 2)
        await until(lambda: all("seconds" in d for d in slack.deliveries))

    assert [m["text"].split(" odpo")[0] for m in posted] == ["Na *první*", "Na *druhá*"]
    assert [m.text for m in told.handled if m.text] == ["první", "druhá"]
    assert [d for d in slack.deliveries if d["error"]] == []


async def test_slow_answer_is_given_once(slack: Any, tmp_path: Path, mode: str) -> None:
    slack.c_post_limits(ack_seconds=0.4, retry_delays=(0.0, 0.2, 0.2))

    async def slow(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(1.5)
        return Reply(text="pozdě, ale jednou")

    async with running(slack, tmp_path, slow, mode):
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await answers(slack, ROOM)
        await asyncio.sleep(1)
        await answers(slack, ROOM)

    assert [d["attempt"] for d in slack.deliveries if d["error"]] == []


async def test_a_restart_neither_loses_nor_doubles(slack: Any, tmp_path: Path) -> None:
    async with running(slack, tmp_path):
        first = await slack.user_says("U0ALICE", "první")
        await answers(slack, first["channel"])
    await slack.user_says("U0ALICE", "mezitím")
    async with running(slack, tmp_path):
        posted = await answers(slack, first["channel"], 2)

    assert [m["text"].split(" odpo")[0] for m in posted] == ["Na *první*", "Na *mezitím*"]


async def test_a_question_whose_answer_died_is_answered_by_the_next(
    slack: Any, tmp_path: Path, mode: str
) -> None:
    async def never(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(60)
        return Reply(text="pozdě")

    async with running(slack, tmp_path, never, mode) as told:
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await until(lambda: told.handled)
    async with running(slack, tmp_path, mode=mode):
        await answers(slack, ROOM)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 500},
        {"kind": "ratelimited", "retry_after": 1},
        {"kind": "error", "error": "internal_error"},
        {"kind": "reset"},
        {"kind": "reset_after"},
        {"kind": "status_after", "status": 502},
        {"kind": "malformed"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}",
)
async def test_a_failing_post_gives_one_answer(
    slack: Any, tmp_path: Path, fault: dict[str, Any]
) -> None:
    slack.add_fault(method="chat.postMessage", times=2, **fault)
    async with running(slack, tmp_path):
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await answers(slack, ROOM, seconds=30)
        await asyncio.sleep(1)
        await answers(slack, ROOM)


@pytest.mark.parametrize("kind", ["status", "reset", "malformed", "ratelimited", "error"])
async def test_failing_signs_and_lookups_do_not_stop_answers(
    slack: Any, tmp_path: Path, kind: str
) -> None:
    methods = "assistant.threads.setStatus,reactions.add,reactions.remove,conversations.members"
    slack.add_fault(kind, method=methods, times=-1)
    async with running(slack, tmp_path) as told:
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await answers(slack, ROOM, seconds=30)

    assert [m.audience for m in told.handled] == ["public"]


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "abrupt"])
async def test_comes_back_after_disconnects(slack: Any, tmp_path: Path, reason: str) -> None:
    slack.c_post_limits(retry_delays=(0.0, 1.0, 2.0))
    async with running(slack, tmp_path):
        for number in range(3):
            await slack.disconnect(reason)
            await slack.user_says("U0ALICE", f"otázka {number}")
            await answers(slack, "D0ALICE", number + 1, 20)


async def test_starts_though_slack_is_down_at_first(slack: Any, tmp_path: Path) -> None:
    slack.add_fault("status", method="auth.test,apps.connections.open", times=2)
    async with running(slack, tmp_path):
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await answers(slack, ROOM)


async def test_url_is_verified(slack: Any, tmp_path: Path) -> None:
    async with running(slack, tmp_path, mode="http"):
        outcome = await slack.c_post_url_verification()
        slack.signing_secret = "another-secret"
        refused = await slack.c_post_url_verification()

    assert (outcome["ok"], refused["ok"], refused["status"]) == (True, False, 401)
