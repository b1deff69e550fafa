"""/ask, sharing an answer, votes, and handing a question to the editors."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.asking import said_to_offer
from bot.clusters import same_questions
from bot.desk import Call, Command
from bot.markup.plaintext import escape
from bot.messages import Button, Reply, ReplyKind, UserError
from bot.questions import answer_question
from bot.store import Question
from bot.wording.reader import Reader, titled
from knowledge.documents import Mode
from knowledge.questions.chatter import chatter

#: How long "yes" is understood as said to the offer under the last answer.
_OFFER_STANDS = timedelta(hours=1)


async def ask(call: Call) -> Reply | None:
    """Answer the question that follows the command."""
    return await answer_question(call, call.message.arguments)


async def share(call: Call, question_id: str) -> Reply | None:
    """Ask again, openly, what was answered to one person alone; with what all may read there."""
    question = await _own(call, question_id)
    reply = await answer_question(call, question.question)
    if reply is None:
        return None
    heading = f"> {escape(question.question)}"
    kept = tuple(row for row in reply.buttons if not row[0].data.startswith("share:"))
    return Reply(
        text=f"{heading}\n\n{reply.text}",
        buttons=kept,
        feedback=reply.feedback,
        kind=ReplyKind.POST,
    )


async def _own(call: Call, question_id: str) -> Question:
    question = await call.desk.store.questions.get(question_id)
    if question is None:
        raise UserError("error.question_gone")
    if not await call.speaks_for(question.author):
        raise UserError("error.not_yours")
    return question


async def vote(call: Call, argument: str) -> Reply:
    """Keep whether an answer was of use."""
    direction, _, question_id = argument.partition(":")
    value = 1 if direction == "up" else -1
    votes = call.desk.store.questions
    if not await votes.vote(question_id, call.message.author, value, call.now):
        return call.toast("error.question_gone")
    return call.toast("vote.up" if value > 0 else "vote.down")


async def hand_on(call: Call, question_id: str) -> Reply:
    """Hand a question to the editors, as the one who asked it wishes."""
    question = await _own(call, question_id)
    if question.state:
        return call.toast("hand_on.already")
    await tell_editors(call, question)
    await call.desk.store.questions.change(question.id, state="open")
    here = question.address == call.message.address
    return Reply(text=call.say("hand_on.done" if here else "hand_on.done_direct"))


async def answer_to_offer(call: Call) -> Reply | None:
    """Do what "yes" or "no" says to the offer to hand a question on; None if it says neither.

    "Pass it to the editors" needs no offer.
    """
    message = call.message
    agreed = said_to_offer(message.text) if message.addressed or message.threaded else None
    if agreed is None or not call.desk.settings.editors.chat:
        return None
    questions = call.desk.store.questions
    question = (
        await questions.by_reply(message.chat, message.reply_to) if message.reply_to else None
    )
    question = question or await questions.last_at(message.address, call.now - _OFFER_STANDS)
    if question is None or question.author != message.author:
        return None
    was_offered = not (question.answered or question.state or question.mode == Mode.EVENTS)
    if not was_offered and (not agreed or chatter(message.text)):
        return None
    if not agreed:
        return Reply(text=call.say("hand_on.no"))
    return replace(await hand_on(call, question.id), kind=ReplyKind.POST)


async def tell_editors(call: Call, question: Question) -> None:
    """Post the question in the editors' chat, without who asked.

    Raises:
        UserError: there is no such chat, or it cannot be reached.
    """
    address = call.desk.settings.editors.chat
    if not address:
        raise UserError("error.no_editors")
    shown = word_for_editors(call, question, await times_asked(call, question))
    await call.post_to_editors(shown, "question", question.id)


async def times_asked(call: Call, question: Question) -> int:
    """Return how often something of this topic was asked and not answered."""
    since = call.now - call.desk.settings.keep.questions
    others = await call.desk.store.questions.unanswered(since)
    return max(len(same_questions(question, others)), 1)


def word_for_editors(call: Call, question: Question, times: int) -> Reply:
    """Return a question as the editors see it."""
    reader = call.reader_in(call.desk.settings.language)
    lines = [
        f"**{reader.say('unanswered.one')}**",
        f"> {escape(' '.join(question.question.split()))}",
        "",
        reader.say("unanswered.times", n=times, language=_spoken(question.language, reader)),
    ]
    if question.found:
        nearest = [titled(title or url, url) for url, title in question.found[:2]]
        lines.append(f"{reader.say('unanswered.nearest')} {', '.join(nearest)}")
    lines.append(reader.say("unanswered.how"))
    dismiss = Button(label=reader.say("button.dismiss"), data=f"qdrop:{question.id}")
    return Reply(text="\n".join(lines), buttons=((dismiss,),))


def _spoken(language: str, reader: Reader) -> str:
    """Return a language as people name it: "česky", "in Slovak"; its code where we do not."""
    key = f"answer.in.{language}"
    if reader.phrases.knows(key):
        return reader.say(key)
    return reader.say("unanswered.language", language=language)


async def no(call: Call, _question_id: str) -> Reply:
    """Leave it at that."""
    return call.toast("hand_on.no")


COMMANDS = (
    Command(name="ask", run=ask, aliases=("zeptat", "zeptej", "dotaz", "otazka", "otázka")),
)
BUTTONS = {"share": share, "fb": vote, "ask": hand_on, "no": no}
