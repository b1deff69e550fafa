"""The real `cscc run` process: pages, chats and reminders, as people meet them.

Slack and Telegram are the strict stand-ins that lie beside the repository.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.acceptance.processes import Home, Running

FAKES = Path(__file__).parents[3] / "shared" / "fakes"
PRAGUE = ZoneInfo("Europe/Prague")
ALICE, BOB = 1001, 1002
GROUP, FORUM = -1000000000042, -1000000000044
QUESTION, FACT = "Kolik korun je roční příspěvek za členství?", "450 korun"
#: How long an answer may take on a busy machine.
PATIENCE = 20.0

needs_fakes = pytest.mark.skipif(
    not FAKES.is_dir(), reason="the stand-ins for chat services are not beside the repository"
)
pytestmark = pytest.mark.filterwarnings("ignore:shutdown_timeout should be set:DeprecationWarning")


@pytest.fixture
def _fakes() -> Iterator[None]:
    sys.path.insert(0, str(FAKES))
    yield
    sys.path.remove(str(FAKES))


@pytest.fixture
async def slack(_fakes: None) -> AsyncIterator[Any]:
    async with import_module("fake_slack").FakeSlack() as server:
        yield server


@pytest.fixture
async def telegram(_fakes: None) -> AsyncIterator[Any]:
    async with import_module("fake_telegram").FakeTelegram() as server:
        server.chat(GROUP, "supergroup", title="Skupina")
        server.chat(FORUM, "supergroup", title="Fórum", is_forum=True)
        yield server


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """A folder whose resources are ingested."""
    made = Home(tmp_path)
    code, _, err = await made.cscc("ingest")
    assert code == 0, err
    return made


def tokens(slack: Any, telegram: Any) -> dict[str, str]:
    """Return what connects the assistant to the stand-ins."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
    }


async def connected(running: Running) -> None:
    """Wait until messages come in from Slack; Telegram keeps them until they are fetched."""
    async with httpx.AsyncClient() as client, asyncio.timeout(PATIENCE):
        while True:
            platforms = (await client.get(f"{running.url}/readyz")).json()["platforms"]
            if platforms["slack"] == "up":
                return
            await asyncio.sleep(0.1)


async def posted(fake: Any, key: str, place: object, *, text: str) -> list[dict[str, Any]]:
    """Wait for a message of the bot's that holds a text, and a moment for one too many."""
    where: dict[str, Any] = {key: place}
    await fake.wait(contains=text, timeout=PATIENCE, **where)
    await asyncio.sleep(1)
    found: list[dict[str, Any]] = fake.c_get_events(**where)
    return [e for e in found if e.get("by") == "bot" and text in (e.get("text") or "")]


@needs_fakes
async def test_a_question_is_answered_once_in_its_place(
    home: Home, slack: Any, telegram: Any
) -> None:
    name, topic = telegram.bot["username"], telegram.topic(FORUM, "Výzvy")
    async with home.running(**tokens(slack, telegram)) as running:
        await connected(running)
        asked = await slack.user_says("C0GENERAL", f"<@{slack.bot_user}> {QUESTION}")
        thread = await slack.user_says("C0GENERAL", "Jiné vlákno", user="U0BOB")
        inside = await slack.user_says(
            "C0GENERAL", f"<@{slack.bot_user}> {QUESTION}", thread_ts=thread["ts"]
        )
        direct = await slack.user_says("U0ALICE", QUESTION)
        await telegram.user_says(ALICE, QUESTION, language_code="cs")
        in_group = await telegram.user_says(GROUP, f"@{name} {QUESTION}", from_id=ALICE)
        await telegram.user_says(FORUM, f"@{name} {QUESTION}", from_id=BOB, thread_id=topic)
        in_channel = await answers_in_slack(slack, "C0GENERAL", 2)
        in_direct = await answers_in_slack(slack, direct["channel"], 1)
        private, group, forum = [
            await posted(telegram, "chat_id", chat, text=FACT) for chat in (ALICE, GROUP, FORUM)
        ]

    assert sorted(in_channel) == sorted([asked["ts"], thread["ts"]])
    assert inside["delivered"]
    assert in_direct == [direct["ts"]]
    assert [(len(found), found[0]["thread_id"]) for found in (private, group, forum)] == [
        (1, 0),
        (1, 0),
        (1, topic),
    ]
    assert group[0]["reply_to"] == in_group["message"]["message_id"]
    # The stand-in does not know Slack's sessions yet.
    refused = [call for call in slack.c_get_errors() if call["error"] != "unknown_method"]
    assert (telegram.c_get_errors(), refused) == ([], [])


async def answers_in_slack(slack: Any, channel: str, count: int) -> list[str]:
    """Wait for answers in a channel; return the thread of each message that holds the fact."""

    def found() -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = slack.c_get_messages(channel=channel)
        bots = [m for m in messages if m.get("user") == slack.bot_user]
        return [m for m in bots if FACT in json.dumps(m, ensure_ascii=False)]

    async with asyncio.timeout(PATIENCE):
        while len(found()) < count:  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    return [message["thread_ts"] for message in found()]


def remind_everywhere(home: Home, start: datetime) -> None:
    """Configure a seminar of which both chats are reminded ten seconds before."""
    (home.folder / "akce.yaml").write_text(
        f"- uid: kurz-1\n  title: Kurz pletení\n  kind: seminar\n"
        f"  start: '{start:%Y-%m-%dT%H:%M:%S}'\n  place: Horní Lhota\n",
        encoding="utf-8",
    )
    subscriptions = "".join(
        f'[[scheduler.subscriptions]]\naddress = "{address}"\nleads.seminar = ["10s"]\n'
        for address in ("slack:C0GENERAL", f"telegram:{GROUP}")
    )
    home.configure(
        '[[scheduler.sources]]\nname = "akce"\nkind = "files"\npath = "akce.yaml"\n'
        f"review = false\n{subscriptions}"
    )


@needs_fakes
@pytest.mark.parametrize("crash", [False, True])
async def test_a_reminder_comes_in_time_and_once_over_a_restart(
    home: Home, slack: Any, telegram: Any, crash: bool
) -> None:
    start = datetime.now(PRAGUE).replace(microsecond=0) + timedelta(seconds=45)
    due = start - timedelta(seconds=10)
    remind_everywhere(home, start)
    async with home.running(**tokens(slack, telegram)) as running:
        await connected(running)
        if crash:
            await running.kill()
    async with home.running(**tokens(slack, telegram)) as running:
        await connected(running)
        left = (due - datetime.now(PRAGUE)).total_seconds()
        await asyncio.sleep(max(0.0, left))
        there = await posted(telegram, "chat_id", GROUP, text="Kurz pletení")
        here = await posted(slack, "channel", "C0GENERAL", text="Kurz pletení")
    async with home.running(**tokens(slack, telegram)) as running:
        await connected(running)
        await asyncio.sleep(3)
        again = await posted(telegram, "chat_id", GROUP, text="Kurz pletení")
        again += await posted(slack, "channel", "C0GENERAL", text="Kurz pletení")

    assert (len(there), len(here), len(again)) == (1, 1, 2)
    late = [event["at"] - due.timestamp() for event in (*there, *here)]
    assert [0 <= seconds < 5 for seconds in late] == [True, True], late


@needs_fakes
async def test_two_processes_share_the_work(home: Home, slack: Any, telegram: Any) -> None:
    start = datetime.now(PRAGUE).replace(microsecond=0) + timedelta(seconds=40)
    remind_everywhere(home, start)
    given = tokens(slack, telegram)
    async with (
        home.running("--role", "bot", **given) as running,
        home.running("--role", "scheduler", **given),
    ):
        await connected(running)
        direct = await slack.user_says("U0ALICE", QUESTION)
        answered = await answers_in_slack(slack, direct["channel"], 1)
        await asyncio.sleep((start - datetime.now(PRAGUE)).total_seconds() - 10)
        there = await posted(telegram, "chat_id", GROUP, text="Kurz pletení")
        here = await posted(slack, "channel", "C0GENERAL", text="Kurz pletení")

    assert (answered, len(there), len(here)) == ([direct["ts"]], 1, 1)


@needs_fakes
async def test_a_dry_run_posts_nothing(home: Home, slack: Any, telegram: Any) -> None:
    start = datetime.now(PRAGUE).replace(microsecond=0) + timedelta(seconds=20)
    remind_everywhere(home, start)
    async with home.running("--dry-run", **tokens(slack, telegram)) as running:
        await connected(running)
        await asyncio.sleep(max(0.0, (start - datetime.now(PRAGUE)).total_seconds()))
    _, out, _ = await home.cscc("deliveries", "--json")

    posts = [e for fake in (slack, telegram) for e in fake.c_get_events(kind="message")]
    assert [e for e in posts if e.get("by") == "bot"] == []
    assert [one["outcome"] for one in json.loads(out)] == ["rehearsed", "rehearsed"]


async def test_a_visitor_is_answered_on_the_page(home: Home) -> None:
    async with home.running() as running, httpx.AsyncClient(timeout=PATIENCE) as client:
        page = await client.get(running.url)
        token = re.findall('data-token="([0-9a-f]{64})"', page.text)[0]
        async with client.stream("GET", f"{running.url}/chat/events") as stream:
            sent = await client.post(
                f"{running.url}/chat/messages",
                json={"id": "abcdefgh", "text": QUESTION},
                headers={"X-Form-Token": token},
            )
            answer = await answer_to(stream, sent.json()["ref"])

    assert FACT in answer["html"]
    assert 'href="https://modra.example/clenstvi.md"' in answer["html"]


async def answer_to(stream: httpx.Response, ref: str) -> dict[str, Any]:
    """Return the answer to a message from the stream of a page."""
    async for line in stream.aiter_lines():
        if line.startswith("data: "):
            entry: dict[str, Any] = json.loads(line.removeprefix("data: "))
            if entry["type"] == "message" and entry.get("to") == ref:
                return entry
    raise AssertionError("the stream ended")


async def test_it_stops_when_told(home: Home) -> None:
    async with home.running() as running:
        code = await running.stop()

    assert code == 0
    assert [line for line in running.logged if '"level": "error"' in line] == []


async def test_the_command_line_answers_as_agreed(home: Home) -> None:
    code, out, _ = await home.cscc("ask", "--json", QUESTION)

    answer = json.loads(out)
    assert code == 0
    assert list(answer) == [
        "question", "language", "answered", "confidence", "mode", "text", "citations", "took_ms",
    ]  # fmt: skip
    assert list(answer["citations"][0]) == [
        "url", "title", "section", "page", "quote", "language", "updated_at",
    ]  # fmt: skip
    assert (answer["question"], answer["language"]) == (QUESTION, "cs")
    assert FACT in answer["text"]


@needs_fakes
@pytest.mark.parametrize(
    ("variable", "token"),
    [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("TELEGRAM_BOT_TOKEN", "123456:WRONG")],
)
async def test_a_wrong_token_ends_it_with_a_sentence(
    home: Home, slack: Any, telegram: Any, variable: str, token: str
) -> None:
    wrong = {**tokens(slack, telegram), variable: token, "CSCC_WEB_PORT": "0"}

    code, _, err = await home.cscc("run", **wrong)

    (sentence,) = [line for line in err.splitlines() if not line.startswith("{")]
    assert code == 1
    assert sentence.startswith("cscc: ")
    assert variable in sentence
    assert token not in err
