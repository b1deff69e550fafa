"""Rows of questions, what was answered, and what people thought of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.chats import add_turns
from bot.store.database import Database
from bot.store.tables import chats, messages, posts, questions, turns, votes
from knowledge.documents import Turn

#: Before the id of a question in that of the post with the editors' reply.
REPLY = "reply-"

#: Characters of an answer that are kept for the conversation.
_TURN_LENGTH = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that was asked, and how it was answered."""

    id: str
    platform: str
    chat: str
    address: str
    author: str
    ref: str = ""
    reply_ref: str = ""
    question: str
    searched_for: str = ""
    language: str
    audience: str = "public"
    mode: str = ""
    answered: bool = False
    confidence: float = 0.0
    #: (url, title) of what was found.
    found: tuple[tuple[str, str], ...] = ()
    #: "", "open", "replying", "replied" or "dismissed".
    state: str = ""
    reply: str = ""
    replied_by: str = ""
    #: "", "asked", "yes" or "no".
    consent: str = ""
    asked_at: datetime
    #: Sums of the votes; filled in by lists.
    ups: int = field(default=0, compare=False)
    downs: int = field(default=0, compare=False)


#: States of a question that no editor has replied to.
_UNANSWERED = ("", "open", "replying")


class QuestionRows:
    """Questions and votes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, question: Question, *, message_id: str, said: Sequence[Turn], asked: bool = False
    ) -> None:
        """Keep a question with its turns, and note that its reply is about to be posted.

        asked: the reply asks the chat for its language.
        A try that died has kept the same question: that one goes.
        """

        async def work(connection: AsyncConnection) -> None:
            values = asdict(question)
            del values["ups"], values["downs"]
            values["found"] = [list(each) for each in question.found]
            again = (questions.c.chat == question.chat) & (questions.c.ref == question.ref)
            if question.ref:
                await _drop(connection, again & (questions.c.reply_ref == ""))
            await connection.execute(questions.insert().values(values))
            turns = [Turn(role=turn.role, text=turn.text[:_TURN_LENGTH]) for turn in said]
            place = question.address, question.author
            await add_turns(connection, *place, turns, question.asked_at)
            guess: dict[str, object] = {"guess": question.language}
            changed = {**guess, "asked": True} if asked else guess
            await connection.execute(
                self._database.insert(chats)
                .values(chat=question.chat, **{"asked": False, **changed})
                .on_conflict_do_update(index_elements=["chat"], set_=changed)
            )
            await connection.execute(
                update(messages).where(messages.c.id == message_id).values(state="sending")
            )

        await self._database.write(work)

    async def replied(self, question_id: str, reply_ref: str) -> None:
        """Note the platform's id of the reply."""
        await self.change(question_id, reply_ref=reply_ref)

    async def change(self, question_id: str, **values: object) -> None:
        """Change a question's columns."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(questions).where(questions.c.id == question_id).values(**values)
            )

        await self._database.write(work)

    async def claim(self, question_id: str, by: str) -> bool:
        """Let one editor alone answer a question; False where another does or did.

        Whoever died in the middle may go on.
        """
        free = questions.c.state.in_(("", "open"))
        theirs = (questions.c.state == "replying") & (questions.c.replied_by == by)

        async def work(connection: AsyncConnection) -> bool:
            done = await connection.execute(
                update(questions)
                .where(questions.c.id == question_id, free | theirs)
                .values(state="replying", replied_by=by)
            )
            return done.rowcount > 0

        return await self._database.write(work)

    async def with_reply(self, reply: str, by: str) -> list[Question]:
        """Return the questions that an editor has answered with these words."""
        same = (questions.c.reply == reply) & (questions.c.replied_by == by)
        query = (
            select(questions)
            .where(questions.c.state == "replied", same)
            .order_by(questions.c.asked_at.desc())
        )
        async with self._database.reading() as connection:
            return [_question(row) for row in (await connection.execute(query)).all()]

    async def asked_by(self, author: str, chat: str, limit: int = 50) -> list[datetime]:
        """Return when a person last asked something in a chat, the latest first."""
        query = (
            select(questions.c.asked_at)
            .where(questions.c.author == author, questions.c.chat == chat)
            .order_by(questions.c.asked_at.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def agreed(self, author: str) -> list[str]:
        """Return the ids of a person's questions that may stand among the sources."""
        query = select(questions.c.id).where(
            questions.c.author == author, questions.c.consent == "yes"
        )
        async with self._database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def get(self, question_id: str) -> Question | None:
        """Return a question by its id."""
        async with self._database.reading() as connection:
            query = select(questions).where(questions.c.id == question_id)
            row = (await connection.execute(query)).first()
        return _question(row) if row else None

    async def by_ref(self, chat: str, ref: str) -> Question | None:
        """Return the latest question asked by this message, unless it was dismissed."""
        query = (
            select(questions)
            .where(
                questions.c.chat == chat,
                questions.c.ref == ref,
                questions.c.state != "dismissed",
            )
            .order_by(questions.c.asked_at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return _question(row) if row else None

    async def by_reply(self, chat: str, ref: str) -> Question | None:
        """Return the question that this message of ours answers."""
        query = (
            select(questions)
            .where(
                questions.c.chat == chat,
                # An answer in several messages has an id for each.
                ("," + questions.c.reply_ref + ",").contains(f",{ref},", autoescape=True),
            )
            .order_by(questions.c.asked_at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return _question(row) if row else None

    async def last_at(self, address: str, since: datetime) -> Question | None:
        """Return the latest question at an address."""
        query = (
            select(questions)
            .where(questions.c.address == address, questions.c.asked_at >= since)
            .order_by(questions.c.asked_at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return _question(row) if row else None

    async def unanswered(self, since: datetime, limit: int = 500) -> list[Question]:
        """Return what was not answered, or voted down more than up; newest first.

        What an editor has replied to or dismissed is left out.
        """
        ups = func.coalesce(_sum_of(1), 0).label("ups")
        downs = func.coalesce(_sum_of(-1), 0).label("downs")
        query = (
            select(questions, ups, downs)
            .where(
                questions.c.asked_at >= since,
                questions.c.state.in_(_UNANSWERED),
                questions.c.mode != "chatter",
                (questions.c.answered.is_(False) & (questions.c.mode != "events")) | (downs > ups),
            )
            .order_by(questions.c.asked_at.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return [_question(row) for row in rows]

    async def drop(self, question_id: str) -> None:
        """Drop a question that its author deleted, with its turns and votes."""

        async def work(connection: AsyncConnection) -> None:
            await _drop(connection, questions.c.id == question_id)

        await self._database.write(work)

    async def move(self, old: str, new: str) -> None:
        """Have what was asked in a chat answered at its new address.

        Not as a reply: what stood in the chat has no number there.
        """

        async def work(connection: AsyncConnection) -> None:
            here = questions.c.chat == old
            await connection.execute(update(questions).where(here).values(ref="", reply_ref=""))
            for column in (questions.c.chat, questions.c.address):
                await connection.execute(
                    update(questions).where(column == old).values({column: new})
                )

        await self._database.write(work)

    async def vote(self, question_id: str, author: str, value: int, at: datetime) -> bool:
        """Keep a vote, a later one in place of the earlier; False where there is no question."""

        async def work(connection: AsyncConnection) -> bool:
            found = select(questions.c.id).where(questions.c.id == question_id)
            if (await connection.execute(found)).first() is None:
                return False
            await connection.execute(
                self._database.insert(votes)
                .values(question=question_id, author=author, value=value, at=at)
                .on_conflict_do_update(
                    index_elements=["question", "author"], set_={"value": value, "at": at}
                )
            )
            return True

        return await self._database.write(work)

    async def forget(self, author: str) -> tuple[int, int]:
        """Drop a person's questions and votes; return how many there were of each."""

        async def work(connection: AsyncConnection) -> tuple[int, int]:
            theirs = select(questions.c.id).where(questions.c.author == author)
            await _drop_replies(connection, theirs)
            voted = await connection.execute(delete(votes).where(votes.c.author == author))
            await connection.execute(delete(votes).where(votes.c.question.in_(theirs)))
            asked = await connection.execute(delete(questions).where(questions.c.author == author))
            await connection.execute(
                update(questions).where(questions.c.replied_by == author).values(replied_by="")
            )
            return asked.rowcount, voted.rowcount

        return await self._database.write(work)

    async def prune(self, before: datetime) -> None:
        """Drop questions that were kept long enough."""

        async def work(connection: AsyncConnection) -> None:
            old = select(questions.c.id).where(questions.c.asked_at < before)
            await _drop_replies(connection, old)
            await connection.execute(delete(votes).where(votes.c.question.in_(old)))
            await connection.execute(delete(questions).where(questions.c.asked_at < before))

        await self._database.write(work)


async def _drop(connection: AsyncConnection, which: Any) -> None:
    """Drop questions with their turns and votes, within a transaction."""
    for row in (await connection.execute(select(questions).where(which))).all():
        said = (turns.c.address == row.address) & (turns.c.author == row.author)
        await connection.execute(delete(turns).where(said, turns.c.at == row.asked_at))
        await _drop_replies(connection, select(questions.c.id).where(questions.c.id == row.id))
        await connection.execute(delete(votes).where(votes.c.question == row.id))
        await connection.execute(delete(questions).where(questions.c.id == row.id))


async def _drop_replies(connection: AsyncConnection, ids: Any) -> None:
    """Drop the posts that brought the editors' replies: they quote the questions."""
    which = select(literal(REPLY) + ids.subquery().c.id)
    await connection.execute(delete(posts).where(posts.c.id.in_(which)))


def _sum_of(value: int) -> Any:
    return (
        select(func.count())
        .where(votes.c.question == questions.c.id, votes.c.value == value)
        .scalar_subquery()
    )


def _question(row: Row[Any]) -> Question:
    values = dict(row._mapping)
    values["found"] = tuple((url, title) for url, title in values["found"])
    return Question(**values)
