"""The process as a whole, without what answers questions (the acceptance tests have that)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.errors import CommandError
from bot.process.running import Process
from bot.settings import Role, Settings, SlackSettings, WebSettings
from knowledge.settings import KnowledgeSettings
from scheduler.settings import SchedulerSettings


@dataclass
class Started:
    """A process that serves pages."""

    process: Process
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return self.said[0].removeprefix("Web chat: ").split()[0].rstrip("/")


def settings(folder: Path, **more: object) -> Settings:
    """Return settings of a process that reads and posts nothing."""
    base = Settings(
        data_dir=folder,
        web=WebSettings(port=0, admin_token=SecretStr("sesame")),
        knowledge=KnowledgeSettings(data_dir=folder),
        scheduler=SchedulerSettings(sources=(), data_dir=folder),
    )
    return base.model_copy(update=more)


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[Started]:
    """A running scheduler, in a time of its own."""
    said: list[str] = []
    given = settings(tmp_path, now=datetime(2027, 3, 1, 8, tzinfo=UTC))
    made = Started(Process(given, Role.SCHEDULER, terminal=False, say=said.append), said)
    running = asyncio.create_task(made.process.run())
    async with httpx.AsyncClient() as client, asyncio.timeout(30):
        while not said:  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.01)
        await client.get(f"{made.url}/healthz", timeout=30)
    yield made
    made.process.stop()
    await running


async def test_it_says_where_it_is_and_what_time_it_takes_it_to_be(started: Started) -> None:
    assert started.said == [
        f"Web chat: {started.url}/",
        "The clock begins at 2027-03-01T08:00:00+00:00 (CSCC_NOW).",
    ]


async def test_a_scheduler_is_ready_without_an_index_and_has_no_chat(started: Started) -> None:
    async with httpx.AsyncClient(base_url=started.url) as client:
        ready = await client.get("/readyz")
        calendar = await client.get("/events.ics")
        editors = await client.get("/editors/")
        chat = await client.get("/")

    assert ready.json() == {"ready": True, "index": True, "database": True, "platforms": {}}
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    assert [calendar.status_code, editors.status_code, chat.status_code] == [200, 200, 404]


async def test_without_a_token_there_are_no_editors_pages(tmp_path: Path) -> None:
    said: list[str] = []
    given = settings(tmp_path, web=WebSettings(port=0))
    process = Process(given, Role.SCHEDULER, terminal=False, say=said.append)
    running = asyncio.create_task(process.run())
    while not said:  # noqa: ASYNC110 -- what is waited for has no event
        await asyncio.sleep(0.01)

    async with httpx.AsyncClient(base_url=Started(process, said).url, timeout=30) as client:
        editors = await client.get("/editors/")

    process.stop()
    await running
    assert editors.status_code == 404


async def test_what_cannot_go_on_ends_it(tmp_path: Path) -> None:
    given = settings(tmp_path, slack=SlackSettings(bot_token=SecretStr("xoxb-1")))
    process = Process(given, Role.BOT, terminal=False, say=lambda _: None)

    with pytest.raises(BaseExceptionGroup) as raised:
        await process.run()

    (reason,) = [e for e in raised.value.exceptions if isinstance(e, CommandError)]
    assert str(reason) == (
        "Slack needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."
    )
