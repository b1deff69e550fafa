"""Through the real `cscc run` in Slack: from a question without an answer to a resource, a message
that outlives a kill, and many deliveries of one event."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import Home

FAKES = Path(__file__).parents[3] / "shared" / "fakes"
ROOM, EDITORS, ALICE, BOB = "C0GENERAL", "C0EDITORS", "U0ALICE", "U0BOB"
FACT = "450 korun"
QUESTION = "Kolik korun je roční příspěvek za členství?"
UNKNOWN = "Kdo navrhl fontánu v Dolním Újezdě?"
PATIENCE = 40.0

pytestmark = [
    pytest.mark.skipif(
        not FAKES.is_dir(), reason="the stand-ins for chat services are not beside the repository"
    ),
    pytest.mark.filterwarnings("ignore:shutdown_timeout should be set:DeprecationWarning"),
]


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    sys.path.insert(0, str(FAKES))
    try:
        async with import_module("fake_slack").FakeSlack() as server:
            server.c_post_channel(EDITORS, name="editors", members=[BOB, "U0FAKEBOT"])
            yield server
    finally:
        sys.path.remove(str(FAKES))


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.configure(f'[editors]\nmembers = ["slack:{BOB}"]\nchat = "slack:{EDITORS}"\n')
    code, _, err = await made.cscc("ingest")
    assert code == 0, err
    return made


def tokens(slack: Any) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
    }


async def until(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not ready():  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.05)


def ours(slack: Any, channel: str) -> list[dict[str, Any]]:
    """Return the assistant's messages in a channel."""
    return [m for m in slack.c_get_messages(channel) if m["user"] == slack.bot_user]


async def after(slack: Any, channel: str, act: Any) -> dict[str, Any]:
    """Do something and return the next message of the assistant in the channel."""
    before = len(ours(slack, channel))
    await act
    await until(lambda: len(ours(slack, channel)) > before)
    return ours(slack, channel)[before]


def mention(slack: Any, text: str) -> str:
    return f"<@{slack.bot_user}> {text}"


async def test_from_a_question_without_an_answer_to_a_resource(home: Home, slack: Any) -> None:
    async with home.running(**tokens(slack)):
        refused = await after(slack, ROOM, slack.user_says(ROOM, mention(slack, UNKNOWN)))
        handed = await after(
            slack, EDITORS, slack.user_acts(ROOM, refused["ts"], text="Předat", user=ALICE)
        )
        said = slack.user_says(EDITORS, "Sochař Pavlíček.", user=BOB, thread_ts=handed["ts"])
        offer = await after(slack, EDITORS, said)
        reply = ours(slack, ROOM)[-1]
        asked = await after(
            slack, ROOM, slack.user_acts(EDITORS, offer["ts"], text="Uložit mezi zdroje", user=BOB)
        )
        await slack.user_acts(ROOM, asked["ts"], text="Souhlasím", user=ALICE)
        await slack.wait("ephemeral", channel=ROOM, contains="přidáno")
        found = await after(slack, ROOM, slack.user_says(ROOM, mention(slack, UNKNOWN), user=BOB))

    assert UNKNOWN in handed["text"]
    assert ALICE not in handed["text"]
    assert "Sochař Pavlíček." in reply["text"]
    assert "Sochař Pavlíček." in found["text"]
    assert "Odpověď redakce CSCC" in found["text"]
    # Alice may read what is for members there: what came of her question is for members, too.
    [resource] = (home.folder / "var" / "answers" / "members").iterdir()
    assert "Sochař Pavlíček." in resource.read_text("utf-8")
    assert ALICE not in resource.read_text("utf-8")


async def test_what_a_kill_cut_off_is_finished_once(home: Home, slack: Any) -> None:
    """A message that was taken in, and an answer of several posts of which one stood."""
    rules = "\n\n".join(f"Paragraf {n} řádu. " + f"Odstavec {n}. " * 60 for n in range(40))
    async with home.running(**tokens(slack)) as first:
        await slack.user_commands("/cscc", f"pin Jaký je celý řád? = {rules}", user=BOB)
        slack.c_post_fault("delay", method="chat.postMessage", delay=20, times=-1, after=1)
        told = await slack.user_says(ROOM, mention(slack, "Jaký je celý řád?"))
        await until(lambda: ours(slack, ROOM))
        await slack.user_says(slack.dm(ALICE).id, QUESTION, user=ALICE)
        await asyncio.sleep(1)
        await first.kill()
    slack.c_delete_fault()
    direct = slack.dm(ALICE).id

    async with home.running(**tokens(slack)):
        await until(lambda: ours(slack, direct) and "Paragraf 39" in str(ours(slack, ROOM)))
        await asyncio.sleep(3)

    assert [FACT in message["text"] for message in ours(slack, direct)] == [True]
    said = [json.dumps(message["blocks"], ensure_ascii=False) for message in ours(slack, ROOM)]
    shown = [int(n) for text in said for n in re.findall(r"Paragraf (\d+) ", text)]
    assert shown == list(range(40))
    assert len(said) > 2
    assert {message["thread_ts"] for message in ours(slack, ROOM)} == {told["ts"]}


async def test_many_deliveries_of_one_event_give_one_answer(home: Home, slack: Any) -> None:
    async with home.running(**tokens(slack)):
        told = await slack.user_says(ROOM, mention(slack, QUESTION))
        await until(lambda: ours(slack, ROOM))
        for event in told["event_ids"] * 2:
            slack.c_post_event({}, event_id=event)
        await asyncio.sleep(3)

    assert [FACT in message["text"] for message in ours(slack, ROOM)] == [True]
