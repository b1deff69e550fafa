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


def texts(slack: Any, kind: str, **wanted: str) -> list[str]:
    """Return what the assistant showed, by kind of event and what it must say."""
    told = [e for e in slack.events if e["kind"] == kind and e.get("by", "bot") == "bot"]
    return [shown(e) for e in told if all(e.get(key) == value for key, value in wanted.items())]


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_channel_is_served_by_the_rules(home: Home, slack: Any, mode: str) -> None:
    slack.c_post_limits(enabled=False)
    async with connected(home, slack, mode):
        asked = await slack.user_says(ROOM, mention(slack, QUESTION), user="U0BOB")
        await until(lambda: len(ours(slack, ROOM)) == 1)
        told = slack.channels[ROOM].messages[asked["ts"]]
        slack.tell({**told, "type": "app_mention", "channel": ROOM}, asked["event_ids"][0])
        foreign = await slack.user_says(ROOM, "Jdeme na oběd?")
        await slack.user_says(ROOM, QUESTION, thread_ts=foreign["ts"])
        await slack.user_says(ROOM, "to je fajn", thread_ts=asked["ts"])
        await slack.user_says(ROOM, mention(slack, "a & b <x> " * 4000))
        followed = "A kdo podepisuje přihlášku?"
        await slack.user_says(ROOM, followed, thread_ts=asked["ts"], user="U0BOB")
        await until(lambda: len(ours(slack, ROOM)) == 3)

        gone = await slack.user_says(ROOM, mention(slack, "Kdo vyhrál volby v Horní Lhotě?"))
        await slack.user_edits(ROOM, gone["ts"], mention(slack, QUESTION))
        await slack.user_deletes(ROOM, gone["ts"])
        await slack.user_shortcut("ask_about_message", channel=ROOM, ts=foreign["ts"], user="U0BOB")
        await slack.user_shortcut("of_another_app", channel=ROOM, ts=foreign["ts"], user="U0BOB")
        await slack.user_commands("/cscc", "  /HELP ", channel=ROOM)
        await slack.user_commands("/cscc", f"ask   {QUESTION}", channel="C0OTHER")
        await until(lambda: len(texts(slack, "ephemeral")) == 3)
        await asyncio.sleep(1)

    first, long, second = ours(slack, ROOM)
    assert {m["thread_ts"] for m in (first, second)} == {asked["ts"]}
    assert FACT in shown(first)
    assert "předsedkyně" in shown(second)
    assert "2000" in shown(long)
    assert FACT in texts(slack, "ephemeral", channel="C0OTHER")[0]
    assert [d for d in slack.deliveries if d["error"]] == []


async def test_an_answer_is_shared_once(home: Home, slack: Any) -> None:
    async with connected(home, slack):
        await slack.user_commands("/cscc", QUESTION, channel="C0OTHER")
        await until(lambda: texts(slack, "ephemeral"))
        (hidden,) = [e for e in slack.events if e["kind"] == "ephemeral"]
        rows = [b["elements"] for b in hidden["blocks"] if b["type"] == "actions"]
        (share,) = [one for row in rows for one in row if one["value"].startswith("share:")]
        for number in range(2):
            await slack._interact(
                "interactive",
                {
                    "type": "block_actions",
                    "user": {"id": "U0ALICE"},
                    "container": {"message_ts": "1.1", "channel_id": "C0OTHER"}
                    | {"type": "message", "is_ephemeral": True},
                    "response_url": slack._new_hook("C0OTHER", "U0ALICE"),
                    "actions": [{**share, "action_ts": f"{number}.5"}],
                },
            )
        await until(lambda: texts(slack, "message", channel="C0OTHER"))
        await asyncio.sleep(2)

    (shared,) = texts(slack, "message", channel="C0OTHER")
    assert FACT in shared
