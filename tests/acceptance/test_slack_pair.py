"""Two processes behind one request URL of Slack's: whoever gets an event, it is answered once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.pairs import database, pair
from tests.acceptance.processes import Home, Running
from tests.acceptance.slack_world import ROOM, mention, needs_slack
from tests.acceptance.slow_model import slow_model
from tests.acceptance.test_slack_run import FACT, LONG, QUESTION, ours, shown, until

pytestmark = needs_slack

#: Seconds in which what a dead process held is taken over.
TAKEN_OVER = 20.0


async def deliver(
    slack: Any, body: dict[str, Any], *processes: Running, retry: int = 0
) -> list[int]:
    """Have Slack call each of them with the same event, at once."""
    raw, stamp = json.dumps(body).encode(), str(int(time.time()))
    signed = b":".join((b"v0", stamp.encode(), raw))
    digest = hmac.new(slack.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
    async with httpx.AsyncClient(headers=headers) as client:
        urls = [f"{each.url}/slack/events" for each in processes]
        answers = await asyncio.gather(*(client.post(url, content=raw) for url in urls))
    return [answer.status_code for answer in answers]


async def said(slack: Any, text: str) -> dict[str, dict[str, Any]]:
    """Have somebody mention the assistant; return both events that Slack makes of it."""
    wrote = await slack.user_says(ROOM, mention(slack, text), deliver=False)
    message = {**slack.channels[ROOM].messages[wrote["ts"]], "channel": ROOM}
    message |= {"channel_type": "channel", "event_ts": wrote["ts"]}
    return {
        kind: {
            "type": "event_callback",
            "team_id": slack.team["id"],
            "api_app_id": slack.app_id,
            "event_id": f"Ev{kind}{wrote['ts']}",
            "event_time": int(float(wrote["ts"])),
            "event": {**message, "type": kind},
        }
        for kind in ("message", "app_mention")
    }


def answered(slack: Any) -> Counter[str]:
    """Count the answers in each thread."""
    return Counter(m["thread_ts"] for m in ours(slack, ROOM))


def told(slack: Any, event: dict[str, dict[str, Any]]) -> tuple[str, int]:
    """Return the id of the answer to an event, and how many wells it tells of."""
    texts = [m for m in ours(slack, ROOM) if m["thread_ts"] == event["message"]["event"]["ts"]]
    return next(((m["ts"], shown(m).count("každý podzim")) for m in texts), ("", 0))


async def test_one_event_at_two_processes_is_answered_once(tmp_path: Path, slack: Any) -> None:
    home = Home(tmp_path)
    page = f"url: https://modra.example/studny.md\ntitle: Studny\nlanguage: cs\n---\n\n{LONG}\n"
    (tmp_path / "resources" / "studny.md").write_text(f"---\n{page}", "utf-8")
    code, _, err = await home.cscc("ingest")
    assert code == 0, err
    slack.c_post_limits(enabled=False)
    with database() as url:
        async with slow_model() as model:
            given = {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_API_URL": slack.api_url,
                "SLACK_SIGNING_SECRET": slack.signing_secret,
                **model.environment(),
            }
            async with pair(home, url, **given) as (one, other):
                first, second = await said(slack, QUESTION), await said(slack, QUESTION)
                codes = await deliver(slack, first["message"], one, other)
                codes += await deliver(slack, first["app_mention"], other, one)
                codes += await deliver(slack, second["app_mention"], one)
                codes += await deliver(slack, second["message"], other)
                await until(lambda: len(answered(slack)) == 2)
                codes += await deliver(slack, first["message"], one, other, retry=1)
                codes += await deliver(slack, second["app_mention"], other, retry=2)

                model.going.clear()
                third = await said(slack, "Jak hluboké jsou studny ve vsi Dlouhá Míle?")
                await deliver(slack, third["app_mention"], one)
                await until(lambda: told(slack, third)[1])
                half = told(slack, third)
                await one.kill()
                model.going.set()
                await deliver(slack, third["app_mention"], other, retry=1)
                await until(lambda: told(slack, third)[1] > half[1], TAKEN_OVER)
                codes += await deliver(slack, third["message"], other, retry=2)
                await asyncio.sleep(1)

    assert set(codes) == {200}
    assert list(answered(slack).values()) == [1, 1, 1]
    assert [FACT in shown(message) for message in ours(slack, ROOM)[:2]] == [True, True]
    assert told(slack, third)[0] == half[0]
    assert slack.streams[(ROOM, half[0])]["open"] is False
