"""What dialogues are played with."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.assistant import Assistant
from bot.desk import Desk
from bot.inbox import Inbox
from bot.messages import ChatKind, Message, MessageKind, Reply
from bot.settings import EditorsSettings, Settings
from bot.store import Store, upgrade
from scheduler.database import open_database
from tests.fakes import FakeAgenda, FakeClock, FakeKnowledge, FakePlatform, FakeResponder

EDITOR = "slack:UEDITOR"
EDITORS_CHAT = "slack:CEDITORS"


@dataclass
class Dialogue:
    """An assistant with fakes around it; `say`, `command` and `press` return its reply."""

    desk: Desk
    assistant: Assistant
    store: Store
    knowledge: FakeKnowledge
    agenda: FakeAgenda
    clock: FakeClock
    platforms: dict[str, FakePlatform]
    ids: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def slack(self) -> FakePlatform:
        return self.platforms["slack"]

    @property
    def slack_ref(self) -> str:
        """The id of the last message that was posted in Slack."""
        return f"slack-{self.slack.last}"

    def message(self, platform: str = "slack", **fields: Any) -> Message:
        """Return a message from Jana in a direct chat, with other fields where given."""
        number = next(self.ids)
        base = Message(
            id=f"{platform}:{number}",
            platform=platform,
            address=f"{platform}:D1",
            chat=f"{platform}:D1",
            author=f"{platform}:U1",
            author_name="Jana Nová",
            ref=f"m{number}",
            audience="public",
        )
        return replace(base, **fields)

    async def handle(self, message: Message) -> Reply | None:
        """Have a message answered, and its reply posted."""
        platform = self.platforms[message.platform]
        responder = FakeResponder(platform, message)
        reply = await self.assistant.handle(message, responder)
        if reply is not None:
            await self.assistant.posted(message, await responder.finish(reply))
        return reply

    async def say(self, text: str, **fields: Any) -> Reply | None:
        """Write something."""
        return await self.handle(self.message(text=text, **fields))

    async def command(self, line: str, **fields: Any) -> Reply | None:
        """Write a command, without its slash."""
        name, _, arguments = line.partition(" ")
        kind = MessageKind.COMMAND
        message = self.message(kind=kind, command=name, arguments=arguments, **fields)
        return await self.handle(message)

    async def press(self, data: str, **fields: Any) -> Reply | None:
        """Press a button."""
        message = self.message(kind=MessageKind.BUTTON, data=data, **fields)
        return await self.handle(message)


#: Fields of a message in a group.
GROUP: dict[str, Any] = {"chat_kind": ChatKind.GROUP, "chat": "slack:C1", "address": "slack:C1"}


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty database with the bot's tables; made once, copied for each test."""
    path = tmp_path_factory.mktemp("bot") / "empty.sqlite"

    async def make() -> None:
        engine = open_database(f"sqlite:///{path}")
        await upgrade(engine)
        await engine.dispose()

    asyncio.run(make())
    return path


@pytest.fixture
async def store(tmp_path: Path, migrated: Path) -> AsyncIterator[Store]:
    shutil.copy(migrated, tmp_path / "bot.sqlite")
    engine = open_database(f"sqlite:///{tmp_path}/bot.sqlite")
    yield Store(engine)
    await engine.dispose()


@pytest.fixture
def dialogue(store: Store, tmp_path: Path) -> Dialogue:
    clock, knowledge, agenda = FakeClock(), FakeKnowledge(), FakeAgenda()
    names = ("slack", "telegram", "console", "web")
    platforms = {name: FakePlatform(name=name) for name in names}
    ids = itertools.count(1)
    desk = Desk(
        settings=Settings(
            data_dir=tmp_path,
            editors=EditorsSettings(members=(EDITOR,), chat=EDITORS_CHAT),
        ),
        store=store,
        knowledge=knowledge,
        agenda=agenda,
        platforms=platforms,
        clock=clock,
        new_id=lambda: f"q{next(ids)}",
    )
    return Dialogue(
        desk=desk,
        assistant=Assistant(desk),
        store=store,
        knowledge=knowledge,
        agenda=agenda,
        clock=clock,
        platforms=platforms,
    )


@pytest.fixture
def inbox(dialogue: Dialogue) -> Inbox:
    return Inbox(
        store=dialogue.store,
        assistant=dialogue.assistant,
        platforms=dialogue.platforms,
        clock=dialogue.clock,
    )
