"""What editors write as replies to the assistant's messages: answers, corrections, edits; and what
they change in such a reply afterwards."""

from __future__ import annotations

import logging
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from bot.correcting import correct
from bot.desk import Call, Desk
from bot.eventforms import read_form
from bot.i18n import Phrases
from bot.markup.plaintext import escape
from bot.messages import (
    Button,
    ChatKind,
    DeliveryError,
    Message,
    MessageKind,
    Reply,
    Undeliverable,
    UserError,
)
from bot.replying import amend_all, answer_all
from bot.store import Question, Topic
from bot.wording.buttons import Rows
from bot.wording.events import event_line
from bot.wording.reader import Reader, handle
from knowledge.questions.chatter import chatter
from scheduler.events import Event, Review

logger = logging.getLogger(__name__)

#: Before what a message of an editor's own was about: it may be edited.
_SAID = "said:"

#: Suggestions posted at once; the rest waits for the next time.
_AT_ONCE = 10


async def is_reply(desk: Desk, message: Message) -> bool:
    """Tell whether an editor replies to something that the assistant asked the editors."""
    return await topic_of(desk, message) is not None


async def topic_of(desk: Desk, message: Message) -> Topic | None:
    """Return what an editor's reply is about; None for anybody and anything else."""
    is_text = message.kind is MessageKind.TEXT and not message.deleted
    if not is_text or not desk.is_editor(message.author):
        return None
    ref = message.ref if message.edited else message.reply_to
    topic = await desk.store.editors.topic(message.chat, ref) if ref else None
    if topic is None or topic.what.startswith(_SAID) is not message.edited:
        return None
    return replace(topic, what=topic.what.removeprefix(_SAID))


async def read_reply(call: Call, topic: Topic) -> Reply | None:
    """Do what an editor's reply says; what is changed in it later, does so again."""
    call.check_editor()
    message = call.message
    if not message.edited:
        said = Topic(what=f"{_SAID}{topic.what}", subject=topic.subject)
        await call.desk.store.editors.about(message.chat, message.ref, said, call.now)
    match topic.what:
        case "question" if message.edited:
            return await _amend(call, topic.subject)
        case "question":
            return await _answer(call, topic.subject)
        case "suggestion":
            return await _edit(call, topic.subject)
        case "correct":
            return await correct(call, topic.subject, call.message.text)
    return None


async def _answer(call: Call, question_id: str) -> Reply | None:
    """Send an editor's answer to whoever asked."""
    question = await call.desk.store.questions.get(question_id)
    if question is None:
        raise UserError("error.question_gone")
    if not await call.desk.store.questions.claim(question.id, call.message.author):
        return _too_late(call, await call.desk.store.questions.get(question_id))
    try:
        told = await answer_all(call, question, call.message.text.strip())
    except UserError:
        await call.desk.store.questions.change(question.id, state=question.state, replied_by="")
        raise
    await call.note("question.reply", question.id)
    return Reply(text=call.say("reply.sent", n=told), buttons=_save_or_not(call, question))


def _save_or_not(call: Call, question: Question) -> Rows:
    """Return what decides whether the answer is to become a resource, while that is open."""
    if question.consent:
        return ()
    save = Button(label=call.say("button.save"), data=f"qsave:{question.id}")
    return ((save, Button(label=call.say("button.no"), data=f"qkeep:{question.id}")),)


def _too_late(call: Call, question: Question | None) -> Reply | None:
    """Say that it is answered, unless editors only talk to each other under it."""
    is_own = question is not None and question.replied_by == call.message.author
    if not call.message.addressed and (is_own or chatter(call.message.text)):
        return None
    return Reply(text=call.say("reply.already"))


async def _amend(call: Call, question_id: str) -> Reply | None:
    """Change an answer that was sent as its editor has changed it."""
    question = await call.desk.store.questions.get(question_id)
    text = call.message.text.strip()
    mine = question is not None and question.replied_by == call.message.author
    if question is None or not mine or not text or question.reply == text:
        return None
    if not await amend_all(call, question, text):
        raise UserError("error.not_delivered")
    await call.note("question.amend", question.id)
    return Reply(text=call.say("reply.amended"), buttons=_save_or_not(call, question))


async def _edit(call: Call, uid: str) -> Reply:
    """Change a suggested event as the lines of a reply say."""
    known = await call.desk.agenda.event(uid)
    if known is None:
        raise UserError("error.event_gone")
    form = read_form(call.message.text, call.desk.settings.timezone, call.now, known)
    author = call.message.author
    event = await call.desk.agenda.edit(uid, form.changes, author, of_date=form.of_date)
    text = f"{call.say('suggestion.edited')}\n\n{event_line(event, call.reader)}"
    call.remember_topic("suggestion", uid)
    if event.review is not Review.SUGGESTED:
        return Reply(text=text)
    return Reply(text=text, buttons=suggestion_buttons(event, call.reader))


def suggestion_buttons(event: Event, reader: Reader) -> Rows:
    """Return "Approve", "Edit" and "Reject"."""
    name = handle(event.uid)
    return (
        (
            Button(label=reader.say("button.approve"), data=f"ok:{name}", style="primary"),
            Button(label=reader.say("button.edit"), data=f"edit:{name}"),
            Button(label=reader.say("button.reject"), data=f"reject:{name}", style="danger"),
        ),
    )


def word_suggestion(event: Event, reader: Reader) -> Reply:
    """Return a suggested event as the editors see it."""
    lines = [
        f"**{reader.say('suggestion.one')}** ({reader.say(f'kind.{event.kind}')})",
        event_line(event, reader),
    ]
    if event.summary:
        lines.append(escape(" ".join(event.summary.split())[:300]))
    if event.source:
        named = " – ".join(filter(None, (event.source, _file_name(event.url))))
        lines.append(reader.say("notice.source", name=escape(named)))
    return Reply(text="\n\n".join(lines), buttons=suggestion_buttons(event, reader))


def _file_name(url: str) -> str:
    """Return the name of the file where an event stands; "" of a page, which is linked to."""
    parts = urlsplit(url)
    return unquote(parts.path).rpartition("/")[2] if parts.scheme == "file" else ""


async def tell_suggestions(desk: Desk) -> None:
    """Post what waits for approval in the editors' chat, each once."""
    if desk.platform_of(desk.settings.editors.chat) is None:
        return
    told = await desk.store.editors.told("suggestion")
    new = [event for event in await desk.agenda.suggested() if event.uid not in told]
    phrases = Phrases(desk.settings.language)
    reader = Reader(phrases=phrases, timezone=desk.settings.timezone, now=desk.clock())
    await desk.store.posts.remember(event.uid for event in new)
    for event in new[:_AT_ONCE]:
        if not await desk.store.editors.claim("suggestion", event.uid, desk.clock()):
            continue  # another process is at it
        try:
            key = f"suggestion-{handle(event.uid)}"
            topic = Topic(what="suggestion", subject=event.uid)
            await desk.send_to_editors(word_suggestion(event, reader), key, topic)
        except (DeliveryError, Undeliverable) as error:
            logger.warning("Suggestions did not reach the editors: %s", error)
            await desk.store.editors.give_up(event.uid)
            return


async def in_editors_place(call: Call) -> bool:
    """Tell whether editors' matters may be shown here: their chat, or a direct one."""
    direct = call.message.chat_kind is ChatKind.DIRECT or call.message.private
    here = (call.message.chat, call.message.address)  # it may be one topic of a group
    return direct or await call.desk.editors_chat() in here
