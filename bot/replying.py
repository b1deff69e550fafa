"""The editors' answer to a question: sent to whoever asked it, and to those who asked the same."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from bot.asking import same_question
from bot.correcting import change_post
from bot.desk import Call
from bot.markup.plaintext import escape
from bot.messages import DeliveryError, Reply, Undeliverable, UserError
from bot.pinned import keep_pin
from bot.store import Post, Question
from bot.store.questions import REPLY

logger = logging.getLogger(__name__)

#: Who asked longer ago, and did not have the question handed on, waits no more.
_WAITS = timedelta(days=7)


async def answer_all(call: Call, question: Question, text: str) -> int:
    """Send an editor's answer to all who asked this; return to how many.

    Raises:
        UserError: it does not reach the one whose question was answered.
    """
    if not await _send(call, question, text):
        raise UserError("error.not_delivered")
    await _settle(call, question, text)
    told = {(question.address, question.author)}
    for other in await same_asked(call, question):
        if not await call.desk.store.questions.claim(other.id, call.message.author):
            continue  # another editor is at it
        place = (other.address, other.author)
        waits = other.state == "open" or call.now - other.asked_at <= _WAITS
        if waits and place not in told and await _send(call, other, text):
            told.add(place)
        await _settle(call, other, text)
    return len(told)


async def same_asked(call: Call, question: Question) -> list[Question]:
    """Return the other unanswered questions that ask the same, of the same audience."""
    questions = call.desk.store.questions
    return [
        other
        for other in await questions.unanswered(call.now - call.desk.settings.keep.questions)
        if other.id != question.id
        and other.audience == question.audience
        and same_question(_whole(other), _whole(question))
    ]


def _whole(question: Question) -> str:
    """Return a question with what it leans on: "and when?" asks something else each time."""
    return question.searched_for or question.question


async def _settle(call: Call, question: Question, text: str) -> None:
    by = call.message.author
    questions = call.desk.store.questions
    await questions.change(question.id, state="replied", reply=text, replied_by=by)


async def _send(call: Call, question: Question, text: str) -> bool:
    """Post the answer where the question was asked; tell whether that was possible."""
    reply = Reply(text=_worded(call, question, text))
    platform = call.desk.platform_of(question.address)
    if platform is None:
        return False
    try:
        await platform.slot(question.address, urgent=True)
        key = f"{REPLY}{question.id}"
        ref = await platform.send(question.address, reply, key=key, reply_to=question.ref)
    except (DeliveryError, Undeliverable) as error:
        logger.warning("The editors' reply to %s was not delivered: %s", question.id, error)
        return False
    post = Post(
        id=key,
        address=question.address,
        ref=ref,
        text=reply.text,
        kind="reply",
        language=question.language,
        at=call.now,
    )
    await call.desk.store.posts.keep(post)
    return True


def _worded(call: Call, question: Question, text: str) -> str:
    asked = escape(" ".join(question.question.split()))
    quoted = "\n".join(f"> {escape(line)}" if line.strip() else ">" for line in text.splitlines())
    heading = call.reader_in(question.language).say("reply.heading", question=asked)
    return f"{heading}\n\n{quoted}"


async def amend_all(call: Call, question: Question, text: str) -> int:
    """Change an answer wherever it was sent, and the resource that it became; return how often."""
    store, done = call.desk.store, 0
    for each in await store.questions.with_reply(question.reply, question.replied_by):
        post = await store.posts.get(f"{REPLY}{each.id}")
        if post is not None:
            done += await change_post(call, replace(post, text=_worded(call, each, text)))
        await store.questions.change(each.id, reply=text)
        for pin in await store.editors.pins():
            if pin.id == each.id:
                await keep_pin(call, replace(pin, answer=text))
    return done
