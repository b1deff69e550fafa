"""A group that becomes a supergroup is followed, also where the configuration names it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.desk import Desk
from bot.messages import ChatKind, Undeliverable
from bot.moving import followed
from bot.settings import EditorsSettings, Settings, TelegramSettings
from bot.store import Post, Store, Topic
from scheduler.settings import SchedulerSettings, SubscriptionSettings
from tests.bot.conftest import EDITOR, Dialogue
from tests.fakes import NOW

OLD, NEW = "telegram:-42", "telegram:-10042"
LEADER = "telegram:99"


def test_the_configuration_is_read_as_its_chats_are_called_now() -> None:
    topic = "telegram:-100777/45"
    settings = Settings(
        editors=EditorsSettings(members=(EDITOR,), chat=OLD),
        telegram=TelegramSettings(members=("-42", OLD, "-100777")),
        scheduler=SchedulerSettings(
            subscriptions=tuple(SubscriptionSettings(address=one) for one in (OLD, topic))
        ),
    )

    now = followed(settings, {OLD: NEW, "telegram:-43": "telegram:-10043"})

    assert now.editors == EditorsSettings(members=(EDITOR,), chat=NEW)
    assert now.telegram.members == (NEW, NEW, "-100777")
    assert [one.address for one in now.scheduler.subscriptions] == [NEW, topic]
    assert followed(settings, {"telegram:-43": "telegram:-10043"}) is settings


@pytest.fixture
def moving(dialogue: Dialogue) -> Dialogue:
    """Editors whose chat is a Telegram group."""
    editors = EditorsSettings(members=(LEADER,), chat=OLD)
    settings = dialogue.desk.settings.model_copy(update={"editors": editors})
    desk: Desk = replace(dialogue.desk, settings=settings)
    return replace(dialogue, desk=desk, assistant=Assistant(desk))


async def moves(dialogue: Dialogue) -> None:
    await dialogue.command(f":moved {NEW}", platform="telegram", chat=OLD, address=OLD, author=OLD)


@pytest.mark.parametrize("told", [True, False], ids=["an update says so", "the refusal says so"])
async def test_the_editors_chat_is_followed(moving: Dialogue, told: bool) -> None:
    telegram = moving.platforms["telegram"]
    if told:
        await moves(moving)
        await moves(moving)  # both the old and the new group say so
    else:
        telegram.faults = [Undeliverable("upgraded", moved_to=NEW)]
    await moving.say("Kdo vyhrál volby?")
    await moving.press("ask:q1")

    answer = await moving.say(
        "Nikdo.",
        platform="telegram",
        chat_kind=ChatKind.GROUP,
        chat=NEW,
        address=NEW,
        author=LEADER,
        reply_to=telegram.sent[-1].ref,
    )

    assert [one.address for one in telegram.sent] == [NEW]
    assert answer is not None
    assert answer.text.startswith("Odesláno.")
    assert ("move", OLD, NEW) in moving.agenda.done


async def test_what_the_chat_chose_goes_along_once(store: Store) -> None:
    await store.chats.set_chat(OLD, language="en", respond="all")
    await store.move(OLD, NEW)
    await store.chats.set_chat(NEW, respond="never")
    await store.move(OLD, NEW)

    chat = await store.chats.chat(NEW)
    assert (chat.language, chat.respond) == ("en", "never")
    assert await store.moves.all() == {OLD: NEW}


async def test_who_moves_again_is_found(store: Store) -> None:
    await store.move(OLD, NEW)
    await store.move(NEW, "telegram:-10043")

    assert await store.moves.now(OLD) == await store.moves.now(NEW) == "telegram:-10043"


async def test_numbers_of_the_old_chat_mean_nothing_in_the_new_one(store: Store) -> None:
    def post(id: str, ref: str, at: datetime = NOW) -> Post:
        return Post(id=id, address=OLD, ref=ref, text="Zítra", at=at)

    await store.editors.about(OLD, "5", Topic(what="question", subject="q1"), NOW)
    await store.posts.keep(post("p1", "5"))
    await store.posts.keep(post("draft", ""))
    await store.move(OLD, NEW)

    assert await store.editors.topic(NEW, "5") is None
    assert await store.posts.at(NEW, "5") is None
    assert [one.id for one in await store.posts.latest()] == ["p1"]


def test_settings_without_chats_are_as_they_were(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)

    assert followed(settings, {OLD: NEW}) is settings
