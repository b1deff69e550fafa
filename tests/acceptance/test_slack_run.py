"""The real `cscc run` process in Slack: what members and administrators do there, step by step."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import Home, Running
from tests.acceptance.slack_world import ROOM, mention, needs_slack
from tests.acceptance.slow_model import slow_model

pytestmark = needs_slack

PATIENCE = 30.0
QUESTION, FACT = "Kolik korun je roční příspěvek za členství?", "450 korun"
#: A page from which a model writes for a while.
LONG = "".join(
    f"Studna číslo {n} ve vsi Dlouhá Míle je hluboká {n + 10} metrů a čistí se každý podzim. "
    for n in range(1, 13)
)


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """A folder whose resources are ingested."""
    made = Home(tmp_path)
    head = "url: https://modra.example/studny.md\ntitle: Studny\nlanguage: cs"
    page = f"---\n{head}\n---\n\n# Studny v Dlouhé Míli\n\n{LONG}\n"
    (tmp_path / "resources" / "studny.md").write_text(page, "utf-8")
    code, _, err = await made.cscc("ingest")
    assert code == 0, err
    return made


async def until(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not ready():  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.05)


@asynccontextmanager
async def connected(
    home: Home, slack: Any, mode: str = "socket", **more: str
) -> AsyncIterator[Running]:
    """Run the assistant, connected to the stand-in."""
    given = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url, **more}
    if mode == "socket":
        given["SLACK_APP_TOKEN"] = slack.app_token
    else:
        port = free_port()
        given = {"SLACK_SIGNING_SECRET": slack.signing_secret, "CSCC_WEB_PORT": str(port), **given}
        slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    async with home.running(**given) as running:
        if mode == "socket":
            await until(lambda: slack.sockets)
        yield running


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def ours(slack: Any, channel: str) -> list[dict[str, Any]]:
    """Return the assistant's messages as they stand in a channel."""
    return [m for m in slack.c_get_messages(channel) if m["user"] == slack.bot_user]


def shown(message: dict[str, Any]) -> str:
    """Return all that a message shows."""
    blocks = [b.get("text", "") for b in message.get("blocks") or () if b["type"] == "markdown"]
    return "\n".join([*map(str, blocks), str(message["text"])])


@pytest.mark.parametrize("channel", [ROOM, "U0ALICE"])
async def test_an_answer_that_died_half_written_is_finished_in_its_place(
    home: Home, slack: Any, channel: str
) -> None:
    async with slow_model() as model:
        model.going.clear()
        async with connected(home, slack, **model.environment()) as running:
            text = "Jak hluboké jsou studny ve vsi Dlouhá Míle?"
            asked = await slack.user_says(
                channel, mention(slack, text) if channel == ROOM else text
            )
            await slack.wait(
                "stream_append,stream_start", channel=asked["channel"], timeout=PATIENCE
            )
            (half,) = ours(slack, asked["channel"])
            await running.kill()
        begun = (half["ts"], half["text"])
        model.going.set()
        async with connected(home, slack, **model.environment()):
            await slack.wait("edit", channel=asked["channel"], timeout=PATIENCE)
            await asyncio.sleep(1)

    (whole,) = ours(slack, asked["channel"])
    assert (whole["ts"], whole["thread_ts"]) == (begun[0], asked["ts"])
    assert shown(whole).count("čistí se každý podzim") > begun[1].count("čistí se každý podzim") > 0
    assert slack.streams[(asked["channel"], whole["ts"])]["open"] is False
