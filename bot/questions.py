"""From a question to its reply: asked of the knowledge, put in words, kept."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.asking import is_nudge
from bot.commands.settings import language_row
from bot.desk import Call, OnPiece
from bot.markup.plaintext import escape_marks, plain
from bot.messages import LONGEST_QUESTION, Button, ChatKind, MessageKind, Reply, ReplyKind
from bot.missed import missed
from bot.pinned import pinned_answer
from bot.store import Question
from bot.wording.answers import wants_editors, word_answer, word_chatter
from knowledge.documents import Answer, Audience, Mode, Turn
from knowledge.errors import IndexMismatch, IndexUnavailable, ModelError
from knowledge.languages import words

_LINK = re.compile(r"https?://\S+")

#: Platforms whose people choose the language of the page themselves.
_ONE_LANGUAGE = ("web", "console")


async def answer_question(call: Call, text: str) -> Reply | None:
    """Answer a question; None where the assistant was not spoken to and has no sure answer."""
    text, quoted = text.strip(), call.message.quoted.strip()
    text = quoted if quoted and (not text or is_nudge(text)) else text
    if not text:
        of_another = call.message.private and call.message.kind is MessageKind.TEXT
        said = call.say("answer.nothing_said" if of_another else "answer.empty")
        return Reply(text=said) if call.message.addressed else None
    if len(text) > LONGEST_QUESTION:
        said = call.say("error.too_long", most=LONGEST_QUESTION)
        return Reply(text=said) if call.message.addressed else None
    meanwhile = await missed(call, text)
    if meanwhile is not None:
        return await _said(call, meanwhile)
    try:
        answer = await _ask(call, text)
    except (IndexUnavailable, IndexMismatch, ModelError):
        said = call.reader_in(call.language_for(text)).say("answer.not_ready")
        return Reply(text=said) if call.message.addressed else None
    if not _is_worth_saying(call, answer):
        return None
    call.answered_in = answer.language
    question = _question(call, text, answer)
    await call.desk.store.posts.remember(fact.uid for fact in answer.events)
    reply = _word(call, answer, question.id)
    asks = _asks_for_language(call)
    if call.message.fleeting or answer.mode is Mode.CHATTER:
        return await _said(call, reply)
    await _keep(call, question, answer, asked=asks)
    return _with_language(call, reply) if asks else _aside(call, reply, question.id)


async def _said(call: Call, reply: Reply) -> Reply:
    """Note that a reply is about to be posted of which no question is kept."""
    if call.message.fleeting:
        return reply
    await call.desk.store.inbox.sending(call.message.id)
    return replace(reply, kind=ReplyKind.PRIVATE) if call.message.private else reply


def _is_worth_saying(call: Call, answer: Answer) -> bool:
    """Unasked, only a sure answer is given; to a nod among people nothing is said."""
    if not call.message.addressed:
        return answer.answered and answer.mode is not Mode.CHATTER
    among_people = call.message.chat_kind is ChatKind.GROUP and not call.message.private
    return not (among_people and answer.chatter == "acknowledgement")


async def _ask(call: Call, text: str) -> Answer:
    message, desk = call.message, call.desk
    pinned = await pinned_answer(call, text)
    if pinned is not None:
        return pinned
    return await desk.knowledge.answer(
        text,
        audience=Audience(message.audience),
        history=() if message.fleeting else await _history(call, text),
        language=call.chosen_language or (None if words(_LINK.sub("", text)) else call.language),
        now=call.now,
        timezone=desk.settings.timezone,
        on_piece=_shown(call) if message.addressed else None,
    )


def _shown(call: Call) -> OnPiece:
    """Return what shows pieces of an answer while a model writes it: as words only."""

    async def show(piece: str) -> None:
        await call.responder.append(escape_marks(plain(piece)))

    return show


async def _history(call: Call, text: str) -> tuple[Turn, ...]:
    """Return what was said before: to this person here, or to whom the answer was given to
    which this message replies; before that, what it quotes of somebody else."""
    message, store = call.message, call.desk.store
    since = call.now - call.desk.settings.keep.conversations
    author, quoted = message.author, message.quoted.strip()
    if message.reply_to:
        ours = await store.questions.by_reply(message.chat, message.reply_to)
        if ours is not None:
            quoted = ""
            readable = Audience(message.audience).readable()
            author = ours.author if Audience(ours.audience) in readable else author
        else:
            quoted = await _posted(call) or quoted
    history = await store.chats.history(message.address, author, since)
    if quoted and quoted != text:
        history = (*history, Turn(role="user", text=quoted))
    return history


async def _posted(call: Call) -> str:
    """Return what the post of ours is about to which somebody replies: its events by their names.

    Its text says "in 9 days", which would be read as what is asked for.
    """
    post = await call.desk.store.posts.at(call.message.chat, call.message.reply_to)
    events = [await call.desk.agenda.event(uid) for uid in post.uids] if post else []
    return ", ".join(event.title for event in events if event is not None)


def _question(call: Call, text: str, answer: Answer) -> Question:
    message = call.message
    aside = message.private and message.chat_kind is ChatKind.GROUP
    cited = (*answer.citations, *answer.related)
    found = dict.fromkeys((citation.url, citation.title) for citation in cited)
    return Question(
        id=call.desk.new_id(),
        platform=message.platform,
        chat=message.chat,
        # What was asked in private is not answered in the open later.
        address=_direct(call) if aside else message.address,
        author=message.author,
        ref="" if aside else message.ref,
        question=text,
        searched_for=answer.searched_for,
        language=answer.language,
        audience=message.audience,
        mode=str(answer.mode),
        answered=answer.answered and not wants_editors(answer),
        confidence=answer.confidence,
        found=tuple(found)[:5],
        asked_at=call.now,
    )


def _direct(call: Call) -> str:
    return call.desk.platforms[call.message.platform].direct(call.message.author)


def _word(call: Call, answer: Answer, question_id: str) -> Reply:
    reader = call.reader_in(answer.language)
    if answer.mode is Mode.CHATTER and not answer.parts:
        return Reply(text=word_chatter(answer.chatter, reader))
    can_hand_on = bool(call.desk.settings.editors.chat) and not call.message.fleeting
    is_direct = call.message.chat_kind is ChatKind.DIRECT
    platform = call.desk.platforms[call.message.platform]
    return word_answer(
        answer,
        reader,
        answer_id=question_id,
        can_hand_on=can_hand_on,
        deep_link=(lambda _payload: "") if is_direct else platform.deep_link,
    )


async def _keep(call: Call, question: Question, answer: Answer, *, asked: bool) -> None:
    said = (
        Turn(role="user", text=question.question),
        Turn(role="assistant", text=_spoken(answer)),
    )
    await call.desk.store.questions.keep(
        question, message_id=call.message.id, said=said, asked=asked
    )

    async def posted(ref: str) -> None:
        await call.desk.store.questions.replied(question.id, ref)

    call.on_posted.append(posted)


def _spoken(answer: Answer) -> str:
    """Return what was answered, for understanding what is asked next."""
    if answer.parts:
        return "\n".join(_spoken(part) for part in answer.parts)
    if answer.mode is Mode.GENERATED:
        return answer.written
    if answer.mode is Mode.EVENTS:
        return "\n".join(f"{fact.title} {fact.label}".strip() for fact in answer.events[:8])
    return "\n".join(f"{each.title}: {each.quote}" for each in answer.citations[:3])


def _aside(call: Call, reply: Reply, question_id: str) -> Reply:
    """Answer in private what was asked so; in a group it can then be shared."""
    message = call.message
    if not message.private or message.fleeting:
        return reply
    share = (Button(label=call.say("button.share"), data=f"share:{question_id}"),)
    group = message.chat_kind is ChatKind.GROUP
    buttons = (*reply.buttons, share) if group else reply.buttons
    return replace(reply, kind=ReplyKind.PRIVATE, buttons=buttons)


def _asks_for_language(call: Call) -> bool:
    """Tell whether this is the first open answer in a chat that has not chosen a language."""
    message = call.message
    if message.fleeting or message.private or message.edited or not message.addressed:
        return False
    known = call.chat.asked or call.chosen_language or message.platform in _ONE_LANGUAGE
    return not known


def _with_language(call: Call, reply: Reply) -> Reply:
    return replace(
        reply,
        text=f"{reply.text}\n\n{call.say('language.ask')}",
        buttons=(*reply.buttons, language_row()),
    )
