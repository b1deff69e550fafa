"""/forget leaves nothing of a person in any table, and says in plain words what there was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Table
from sqlalchemy.ext.asyncio import AsyncEngine

import bot.store.tables as ours
import scheduler.store.tables as theirs
from bot.i18n import Phrases
from bot.messages import Message, MessageKind
from bot.store import Forgotten, Store, upgrade
from bot.store.database import Database
from bot.wording.reader import handle
from scheduler.database import open_database
from scheduler.events import Subscription
from scheduler.store import Store as SchedulerStore
from scheduler.store.codec import dump_subscription
from scheduler.subscribing import Subscribing
from tests.bot.conftest import EDITOR, EDITORS_CHAT, GROUP, Dialogue
from tests.bot.test_wording_notices import CALL, SEMINAR

NOW = datetime(2027, 6, 7, 8, tzinfo=UTC)
#: A person in Telegram, whose direct chat has the same address.
ANNA, BEN = "telegram:7", "telegram:8"
TABLES = (*ours.metadata.sorted_tables, *theirs.metadata.sorted_tables)

#: Columns of text that hold a person, or the address of a direct chat.
PERSONAL = frozenset(("address", "author", "by", "chat", "replied_by", "who"))
#: Columns of text that hold neither, or that go with a row that is removed.
OTHER = frozenset(
    [
        "action",
        "alias",
        "answer",
        "answers",
        "audience",
        "body",
        "broken",
        "button",
        "buttons",
        "composed",
        "consent",
        "day",
        "details",
        "edits",
        "error",
        "event_uid",
        "found",
        "guess",
        "handle",
        "id",
        "key",
        "kind",
        "label",
        "language",
        "lead",
        "mode",
        "name",
        "new",
        "occasion",
        "old",
        "origin",
        "outcome",
        "owner",
        "payload",
        "place",
        "platform",
        "post_id",
        "question",
        "reason",
        "recurrence_id",
        "ref",
        "reply",
        "reply_ref",
        "respond",
        "review",
        "role",
        "said",
        "searched_for",
        "source",
        "state",
        "subject",
        "subscription_id",
        "text",
        "uid",
        "uids",
        "url",
        "value",
        "verdict",
        "what",
    ]
)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    made = open_database(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    await SchedulerStore(made).upgrade()
    await upgrade(made)
    yield made
    await made.dispose()


@pytest.fixture
async def engine_of(tmp_path: Path, dialogue: Dialogue) -> AsyncIterator[Database]:
    """The database behind a dialogue."""
    made = open_database(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    yield Database(made)
    await made.dispose()


def holds_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String | JSON)


def test_it_is_known_of_every_column_whether_it_holds_a_person() -> None:
    columns = {column.name for table in TABLES for column in table.columns if holds_text(column)}

    assert sorted(columns - PERSONAL - OTHER) == []


def value(column: Column[Any], person: str) -> Any:
    if column.name in PERSONAL:
        return person
    match column.type:
        case JSON():
            return []
        case String():
            return f"{column.name} {person[-1]}"
        case Boolean():
            return False
        case Integer() | Float():
            return None if column.autoincrement is True else 1
    return NOW


def row(table: Table, person: str) -> dict[str, Any]:
    """Return a row about a person."""
    made = {column.name: value(column, person) for column in table.columns}
    if table is theirs.subscriptions:
        one = Subscription(id=f"chat:{person}", address=person, origin="chat")
        return made | {"id": one.id, "origin": "chat", "body": dump_subscription(one)} | ENDLESS
    return made | {"state": "sent"} if "state" in made else made


ENDLESS = {"ended_at": None, "paused_until": None}


async def kept_of(engine: AsyncEngine, person: str) -> list[str]:
    """Return the tables that have something of a person."""
    async with engine.connect() as connection:
        return [
            table.name
            for table in TABLES
            for kept in (await connection.execute(table.select())).all()
            if any(person in str(each) for each in kept)
        ]


async def test_nothing_of_a_person_stays_and_all_of_others(engine: AsyncEngine) -> None:
    personal = [
        table
        for table in TABLES
        if table is not ours.messages and PERSONAL & {column.name for column in table.columns}
    ]
    async with engine.begin() as connection:
        for table in personal:
            for person in (ANNA, BEN):
                await connection.execute(table.insert().values(row(table, person)))
    of_ben = await kept_of(engine, BEN)
    assert sorted(of_ben) == sorted(table.name for table in personal)

    await Store(engine).forget(ANNA, [ANNA])
    await Subscribing(SchedulerStore(engine), lambda: NOW, lambda: None).forget(ANNA, [ANNA])

    assert await kept_of(engine, ANNA) == []
    assert await kept_of(engine, BEN) == of_ben


async def test_of_a_message_that_was_dealt_with_only_the_id_stays(engine: AsyncEngine) -> None:
    inbox = Store(engine).inbox
    message = Message(
        id="telegram:99",
        platform="telegram",
        address=ANNA,
        chat=ANNA,
        author=ANNA,
        kind=MessageKind.COMMAND,
        command="forget",
    )
    await inbox.take_in(message, "p1", NOW)

    await inbox.finish(message.id, "sent")

    assert await kept_of(engine, ANNA) == []
    assert await inbox.take_in(message, "p1", NOW) is None


async def test_it_counts_what_there_was(engine: AsyncEngine) -> None:
    store = Store(engine)
    async with engine.begin() as connection:
        for table in (ours.questions, ours.votes, ours.turns, ours.interests):
            await connection.execute(table.insert().values(row(table, ANNA)))
    await store.chats.set_person(ANNA, language="en")

    assert await store.forget(ANNA, [ANNA]) == Forgotten(
        questions=1, votes=1, messages=1, interests=1, settings=1
    )
    assert await store.forget(ANNA, [ANNA]) == Forgotten()


async def test_it_says_in_plain_words_what_was_removed(dialogue: Dialogue) -> None:
    await dialogue.say("Kdo vyhrál volby?")
    await dialogue.press("fb:up:q1")
    await dialogue.command("subscribe výzvy")
    await dialogue.command("language cs")

    reply = await dialogue.command("forget")

    assert reply is not None
    assert reply.text == (
        "Smazal jsem, co jsem o vás měl uloženo: 1 dotaz, 2 zprávy z našeho rozhovoru, "
        "1 hodnocení odpovědi, 1 odběr připomínek a nastavení. Nic dalšího o vás uloženého "
        "nemám. Připomínky v přímém chatu tím skončily; obnovíte je příkazem /cscc subscribe."
    )


@pytest.mark.parametrize("place", [{}, GROUP])
async def test_of_all_that_somebody_did_not_a_word_stays(
    dialogue: Dialogue, engine_of: Database, place: dict[str, Any]
) -> None:
    """Every table is read whole, for the person's id, name and words."""
    dialogue.agenda.known = [SEMINAR, CALL]
    await dialogue.store.posts.remember([SEMINAR.uid, CALL.uid])
    desk = {**GROUP, "author": EDITOR, "chat": EDITORS_CHAT, "address": EDITORS_CHAT}
    await dialogue.say("Kdo vyhrál zimní fontánu?", **place)
    await dialogue.press("ask:q1", **place)
    reply_to = dialogue.slack.sent[-1].ref
    await dialogue.say("Pavlíček.", addressed=False, reply_to=reply_to, **desk)
    await dialogue.press("qsave:q1", **desk)
    await dialogue.press("cyes:q1", **place)
    await dialogue.press("fb:up:q1", **place)
    for button in ("interested", "interested", "partner"):
        await dialogue.press(f"{button}:{handle(SEMINAR.uid)}", **place)
    await dialogue.press(f"remind:{handle(SEMINAR.uid)}", **place)
    await dialogue.command("language cs")
    before = await dump(engine_of)
    assert [word for word in WORDS if word not in before] == []

    reply = await dialogue.command("forget", **place)

    after = await dump(engine_of)
    assert [word for word in WORDS if word in after] == []
    assert list((dialogue.desk.settings.data_dir / "answers").glob("*/*.md")) == []
    assert reply is not None
    assert "1 dotaz, 1 dotaz s odpovědí mezi zdroji, 2 zprávy z našeho rozhovoru" in reply.text
    assert not dialogue.agenda.subscribed


#: Of Jana of the dialogues, and what she asked.
WORDS = ("slack:U1", "Jana Nová", "zimní fontánu", "Pavlíček")


async def dump(database: Database) -> str:
    """Return all that stands in the bot's tables."""
    async with database.reading() as connection:
        rows = [
            str(row)
            for table in ours.metadata.sorted_tables
            for row in (await connection.execute(table.select())).all()
        ]
    return "\n".join(rows)


async def test_what_the_configuration_subscribed_is_named(dialogue: Dialogue) -> None:
    set_up = Subscription(id="config-1", address="slack:D1", origin="config")
    await dialogue.agenda.subscribe(set_up)
    dialogue.agenda.subscribed["config-1"] = set_up

    reply = await dialogue.command("forget")

    assert reply is not None
    assert reply.text == (
        "Nic jsem o vás uloženého neměl. Připomínky, které sem nastavil správce asistenta, "
        "běží dál; vypnete je příkazem /cscc unsubscribe."
    )


async def test_of_who_writes_as_the_group_only_what_was_asked_so_is_removed(
    dialogue: Dialogue,
) -> None:
    group = "slack:C1"
    dialogue.slack.hidden.add(group)
    hidden = {**GROUP, "author": group, "author_name": "Radnice_[x]"}
    await dialogue.agenda.subscribe(Subscription(id="chat:C1", address=group, origin="chat"))
    await dialogue.store.chats.set_chat(group, language="cs", respond="all")
    await dialogue.say("Kdo vyhrál volby?", **hidden)

    replies = [await dialogue.command("forget", **hidden) for _ in range(2)]

    hint = (
        "Kdo píše za skupinu nebo za kanál, toho nepoznám. Co mám uloženo přímo o vás, smažete "
        "příkazem /cscc forget v přímém chatu se mnou."
    )
    assert [reply.text if reply else "" for reply in replies] == [
        r"Smazal jsem, co zaznělo pod jménem „Radnice\_\[x\]“: 1 dotaz a 2 zprávy z našeho "
        f"rozhovoru. {hint}",
        hint,
    ]
    assert [one.id for one in await dialogue.agenda.subscriptions(group)] == ["chat:C1"]
    assert (await dialogue.store.chats.chat(group)).respond == "all"


@pytest.mark.parametrize(
    ("platform", "author", "said"),
    [
        ("slack", "slack:U1", "hand_on.done"),
        ("slack", "slack:U2", "error.not_yours"),
        ("telegram", "telegram:U1", "error.not_yours"),
    ],
)
async def test_what_was_asked_as_the_group_its_administrators_hand_on(
    dialogue: Dialogue, platform: str, author: str, said: str
) -> None:
    group = "slack:C1"
    dialogue.slack.hidden.add(group)
    dialogue.slack.admins = {("slack:U1", group)}
    await dialogue.say("Kdo vyhrál volby?", **{**GROUP, "author": group})

    reply = await dialogue.press("ask:q1", platform=platform, **{**GROUP, "author": author})

    assert reply is not None
    assert reply.text == Phrases("cs").say(said)
