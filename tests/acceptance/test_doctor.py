"""The real `cscc doctor` against both stand-ins: what is wrong is found, each with its remedy."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.store import Store, upgrade
from scheduler.database import open_database
from tests.acceptance.processes import Home
from tests.acceptance.slack_world import FAKES, mention, needs_slack, until
from tests.acceptance.test_slack_run import connected

pytestmark = needs_slack

GROUP = -1000000000042


@pytest.fixture
async def telegram(slack: Any) -> AsyncIterator[Any]:
    sys.path.insert(0, str(FAKES))
    try:
        async with import_module("fake_telegram").FakeTelegram() as server:
            server.chat(GROUP, "supergroup", title="Skupina")
            yield server
    finally:
        sys.path.remove(str(FAKES))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    subscriptions = (
        f'[[scheduler.subscriptions]]\naddress = "{address}"\n'
        for address in ("slack:C0GENERAL", f"telegram:{GROUP}")
    )
    made.configure("".join(subscriptions))
    return made


def tokens(slack: Any, telegram: Any) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
    }


async def examined(home: Home, **more: str) -> tuple[int, dict[str, str]]:
    """Return the exit code and what is wrong, by its key."""
    code, out, err = await home.cscc("doctor", "--json", **more)
    assert out, err
    return code, {one["key"]: one["text"] for one in json.loads(out) if not one["ok"]}


async def hear_all(home: Home, chat: str) -> None:
    """Have a chat in which everything is heard, as its administrator sets it by /settings."""
    engine = open_database(f"sqlite:///{home.folder / 'var' / 'cscc.sqlite'}")
    await upgrade(engine)
    await Store(engine).chats.set_chat(chat, respond="all")
    await engine.dispose()


async def test_all_is_well_once_there_is_an_index(home: Home, slack: Any, telegram: Any) -> None:
    before = await examined(home, **tokens(slack, telegram))
    await home.cscc("ingest")

    assert (before[0], list(before[1])) == (1, ["doctor.index.none"])
    assert "make ingest" in before[1]["doctor.index.none"]
    assert await examined(home, **tokens(slack, telegram)) == (0, {})


async def test_what_is_wrong_in_the_chats_is_found(home: Home, slack: Any, telegram: Any) -> None:
    await home.cscc("ingest")
    slack.scopes = [scope for scope in slack.scopes if scope != "users:read"]
    await slack.c_post_membership("C0GENERAL", joined=False)
    await hear_all(home, f"telegram:{GROUP}")
    async with httpx.AsyncClient() as client:
        hook = {"url": "https://elsewhere.example/hook"}
        await client.get(f"{telegram.base_url}{telegram.token}/setWebhook", params=hook)

    code, wrong = await examined(
        home,
        **tokens(slack, telegram),
        CSCC_CHAT_MODEL="openai:gone",
        OPENAI_API_KEY="none",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
    )

    assert code == 1
    remedies = {
        "doctor.chat_model.broken": "CSCC_CHAT_MODEL",
        "slack.check.scope": "cscc slack-manifest",
        "slack.check.not_member": "/invite",
        "telegram.webhook_while_polling": "elsewhere.example",
        "telegram.privacy_blocks": "BotFather",
    }
    assert {key: remedies.get(key, "?") in text for key, text in wrong.items()} == dict.fromkeys(
        remedies, True
    )


async def test_index_that_cannot_be_read_is_found(home: Home) -> None:
    home.configure()
    await home.cscc("ingest")
    found = []
    for name in ("catalogue.sqlite", "chroma.sqlite3", "manifest.json"):
        (path,) = (home.folder / "var").rglob(name)
        whole = path.read_bytes()
        path.write_bytes(b"broken" * 1000)
        code, wrong = await examined(home)
        found.append((code, list(wrong), "make ingest" in wrong["doctor.index.broken"]))
        path.write_bytes(whole)

    assert found == [(1, ["doctor.index.broken"], True)] * 3


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("xoxb-not-a-secret", "slack.check.secret"),
        ("0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "slack.check.signature"),
    ],
)
async def test_wrong_signing_secret_is_found(home: Home, slack: Any, secret: str, key: str) -> None:
    home.configure()
    await home.cscc("ingest")
    given = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}
    given |= {"SLACK_SIGNING_SECRET": secret, "CSCC_PUBLIC_URL": "https://modra.example"}
    if not secret.startswith("xox"):
        async with connected(home, slack, "http", SLACK_SIGNING_SECRET=secret):
            await slack.user_says("C0GENERAL", mention(slack, "kdy?"))
            await until(lambda: slack.deliveries and slack.deliveries[0].get("status") == 401)

    code, wrong = await examined(home, **given)

    assert (code, list(wrong)) == (1, [key])
    assert "Basic Information" in wrong[key]
