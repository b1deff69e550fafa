"""Answers messages: a command, a button, a question. The same for every platform."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot import editors
from bot.asking import looks_like_question, names_somebody
from bot.commands import BUTTONS, COMMANDS, WORDS
from bot.commands.ask import answer_to_offer
from bot.commands.interest import forget_what_is_over, recount
from bot.desk import Call, Desk, slash_of, spoken_language
from bot.i18n import Phrases
from bot.markup import escape
from bot.messages import (
    ChatKind,
    Message,
    MessageKind,
    Reply,
    ReplyKind,
    Responder,
    UserError,
)
from bot.pace import Pace
from bot.questions import answer_question
from bot.store import Chat, Question
from knowledge.questions.chatter import chatter
from scheduler.errors import ImpossibleEvent, UnknownEvent

logger = logging.getLogger(__name__)

#: A reply that comes later than this after a crash says so; after the second, only that.
LATE, TOO_LATE = timedelta(minutes=2), timedelta(hours=6)

#: Replies whose ids on the platform are still awaited.
_AWAITED = 2000

_Posted = list[Callable[[str], Awaitable[None]]]


_T = TypeVar("_T")


def _remember(kept: OrderedDict[str, _T], key: str, value: _T) -> None:
    """Keep a value for a while: the oldest go when there are too many."""
    kept[key] = value
    while len(kept) > _AWAITED:
        kept.popitem(last=False)


def _word(text: str) -> str:
    return text.strip().lower().lstrip("/")


def _is_talk(text: str) -> bool:
    """Tell whether a message asks nothing of the sources: a greeting, thanks, a word alone."""
    return _word(text) in WORDS or bool(chatter(text))


class Assistant:
    """The handler of all messages."""

    def __init__(self, desk: Desk, *, pace: Pace | None = None) -> None:
        self._desk = desk
        self._pace = pace or Pace()
        self._awaited: OrderedDict[str, _Posted] = OrderedDict()
        #: In which language a message was answered.
        self._spoken: OrderedDict[str, str] = OrderedDict()

    async def wants(self, message: Message) -> bool:
        """Tell whether this message is for the assistant, by the chat's settings."""
        if message.deleted or message.edited:
            known = await self._desk.store.questions.by_ref(message.chat, message.ref)
            if known is not None or message.deleted:
                return known is not None
            if not message.addressed:
                return await editors.is_reply(self._desk, message)
        if message.kind is not MessageKind.TEXT or message.chat_kind is ChatKind.DIRECT:
            return True
        if await editors.is_reply(self._desk, message):
            return True
        if not message.addressed and (message.to_others or names_somebody(message.text)):
            return False
        chat = await self._desk.store.chats.chat(message.chat)
        if chat.respond == "never":
            return False
        if message.addressed or self._is_asked(message, chat):
            return True
        last = await self._last_in_thread(message)
        if last is not None and last.author == message.author:
            return True
        is_question = looks_like_question(message.text)
        return (is_question and last is not None) or await self._goes_on(message, is_question)

    def _is_asked(self, message: Message, chat: Chat) -> bool:
        if looks_like_question(message.text):
            return chat.respond in ("all", "questions")
        return chat.respond == "all" and not message.reply_to  # nor what people tell each other

    async def _goes_on(self, message: Message, is_question: bool) -> bool:
        """Tell whether a thread goes on of which the first question is still being answered."""
        if not message.threaded or not message.reply_to:
            return False
        return any(
            asked.addressed
            and not asked.private
            and (is_question or asked.author == message.author)
            for asked in await self._desk.store.inbox.in_work(message.chat)
            if asked.address == message.address and asked.kind is MessageKind.TEXT
        )

    async def _last_in_thread(self, message: Message) -> Question | None:
        """Return the latest question of a thread that is ours, as long as it goes on."""
        if not message.threaded or not message.reply_to:
            return None
        since = self._desk.clock() - self._desk.settings.keep.conversations
        return await self._desk.store.questions.last_at(message.address, since)

    def shows(self, message: Message) -> bool:
        """Tell whether a reply is sure to come and may take a moment."""
        if message.edited or message.deleted or not message.addressed:
            return False
        is_asking = message.kind is MessageKind.COMMAND and message.command == "ask"
        return message.kind is MessageKind.TEXT or is_asking

    async def handle(self, message: Message, responder: Responder) -> Reply | None:
        """Answer a message; None where nothing is to be said."""
        call = await self._call(message, responder)
        try:
            reply = await self._dispatch(call)
        except UserError as error:
            reply = self._word_error(call, error)
        except UnknownEvent:
            reply = self._word_error(call, UserError("error.no_event"))
        except ImpossibleEvent as error:
            reply = self._word_error(call, UserError(f"error.event_{error.what}"))
        if call.on_posted:
            _remember(self._awaited, message.id, call.on_posted)
        _remember(self._spoken, message.id, call.answered_in or call.language)
        return await self._in_place(message, reply) if reply and message.edited else reply

    async def _in_place(self, edited: Message, reply: Reply) -> Reply:
        """Have a reply to a changed message stand where the one to the message before stands."""
        if reply.kind is not ReplyKind.POST or reply.files:
            return reply
        before = await self._desk.store.inbox.reply_to(edited)
        return replace(reply, kind=ReplyKind.EDIT, target=before) if before else reply

    async def _call(self, message: Message, responder: Responder) -> Call:
        chat, person = await self._desk.store.chats.who(message.chat, message.author)
        if message.kind is MessageKind.BUTTON and not message.page_language and message.ref:
            post = await self._desk.store.posts.at(message.chat, message.ref)
            message = replace(message, page_language=post.language if post else None)
        return Call(
            desk=self._desk,
            message=message,
            chat=chat,
            person=person,
            responder=responder,
            now=self._desk.clock(),
        )

    async def _dispatch(self, call: Call) -> Reply | None:
        match call.message.kind:
            case MessageKind.BUTTON:
                return await self._press(call)
            case MessageKind.COMMAND:
                return await self._run(call, call.message.command)
            case MessageKind.TEXT:
                return await self._read(call)

    async def _press(self, call: Call) -> Reply | None:
        verb, _, argument = call.message.data.partition(":")
        press = BUTTONS.get(verb)
        if press is None:
            return call.toast("error.old_button")
        return await press(call, argument)

    async def _run(self, call: Call, name: str) -> Reply | None:
        command = COMMANDS.get(name.lower().lstrip("/"))
        if command is None:
            is_known_form = not name.startswith(":")
            return Reply(text=call.say("error.no_command")) if is_known_form else None
        if command.editors:
            call.check_editor()
        if command.name == "ask" and not self._pace.allows(call.message.author, call.now):
            return self._slow_down(call)
        reply = await command.run(call)
        if reply is not None and call.message.private and reply.kind is ReplyKind.POST:
            return replace(reply, kind=ReplyKind.PRIVATE)
        return reply

    async def _read(self, call: Call) -> Reply | None:
        """Read what somebody wrote: an editor's reply, a changed question, a question."""
        message = call.message
        topic = await editors.topic_of(self._desk, message)
        if topic is not None:
            return await editors.read_reply(call, topic)
        if message.edited or message.deleted:
            known = await self._desk.store.questions.by_ref(message.chat, message.ref)
            if known is not None:
                return await self._reconsider(call, known)
            if _is_talk(message.text):
                return None  # what it was before was answered, or not meant for us
        else:
            offered = await answer_to_offer(call)
            if offered is not None:
                return offered
        return await self._answer(call)

    async def _answer(self, call: Call) -> Reply | None:
        """Answer a question, or do what a word alone asks for; not too often."""
        message = call.message
        spoken_to = message.addressed or await self._asks_on(message)
        spoken_to = spoken_to and not await self._comments(message)
        call.message = message = replace(message, addressed=spoken_to)
        if spoken_to and _word(message.text) in WORDS:
            return await self._run(call, message.text.strip())
        if not self._pace.allows(message.author, call.now):
            return self._slow_down(call) if spoken_to else None
        return await answer_question(call, message.text)

    async def _asks_on(self, message: Message) -> bool:
        """Tell whether whoever asked last in our thread asks something more."""
        last = await self._last_in_thread(message)
        is_theirs = last is not None and last.author == message.author
        return is_theirs and looks_like_question(message.text)

    async def _comments(self, message: Message) -> bool:
        """Tell whether a reply to a post of ours only says something to the others about it.

        In a thread nobody speaks to us by replying: there it is a mention.
        """
        if message.chat_kind is ChatKind.DIRECT or message.private:
            return False
        if message.threaded or not message.reply_to:
            return False
        if looks_like_question(message.text) or _word(message.text) in WORDS:
            return False
        post = await self._desk.store.posts.at(message.chat, message.reply_to)
        return post is not None

    async def _reconsider(self, call: Call, known: Question) -> Reply | None:
        """Answer a question that its author changed, in place of the earlier answer."""
        message, questions = call.message, self._desk.store.questions
        if message.deleted:
            await questions.drop(known.id)
            if not known.reply_ref:
                return None
            text = call.say("answer.withdrawn")
            return Reply(text=text, kind=ReplyKind.EDIT, target=known.reply_ref)
        if message.text.strip() == known.question.strip():
            return None
        if not self._pace.allows(message.author, call.now):
            return None
        call.message = replace(message, addressed=True)
        reply = await answer_question(call, message.text)
        await questions.change(known.id, state="dismissed")
        if reply is None or not known.reply_ref:
            return reply
        return replace(reply, kind=ReplyKind.EDIT, target=known.reply_ref)

    def _slow_down(self, call: Call) -> Reply | None:
        """Say it once, then be silent until there is room again."""
        if not self._pace.tells(call.message.author, call.now):
            return None
        return Reply(text=call.say("error.too_many"))

    def _word_error(self, call: Call, error: UserError) -> Reply:
        pressed = call.message.kind is MessageKind.BUTTON
        private = ReplyKind.PRIVATE if call.message.private else ReplyKind.POST
        kind = ReplyKind.TOAST if pressed else private
        values = {k: escape(v) if isinstance(v, str) else v for k, v in error.values.items()}
        return Reply(text=call.say(error.key, **values), kind=kind)

    async def posted(self, message: Message, ref: str) -> None:
        """Take note of the platform's id of the reply."""
        for note in self._awaited.pop(message.id, []):
            await note(ref)

    def late(self, message: Message, reply: Reply | None, age: timedelta) -> Reply | None:
        """Return a late reply with a word about it; without one, what is said instead of it."""
        phrases = self._phrases(message)
        if reply is not None:
            if age < LATE or reply.kind is not ReplyKind.POST:
                return reply
            return replace(reply, text=f"{phrases.say('answer.late')}\n\n{reply.text}")
        if age < TOO_LATE or not message.addressed:
            return None
        sent = (self._desk.clock() - age).astimezone(self._desk.zone)
        text = phrases.say("answer.too_late", when=phrases.moment(sent, "short"))
        pressed = message.kind is MessageKind.BUTTON
        return Reply(text=text, kind=ReplyKind.TOAST if pressed else ReplyKind.POST)

    def sorry(self, message: Message) -> Reply:
        """Return what is said where answering failed."""
        pressed = message.kind is MessageKind.BUTTON
        text = self._phrases(message).say("error.failed")
        return Reply(text=text, kind=ReplyKind.TOAST if pressed else ReplyKind.POST)

    def stopped(self, message: Message) -> Reply:
        """Return what is said where somebody stopped the answer."""
        return Reply(text=self._phrases(message).say("answer.stopped"))

    def owes(self, message: Message) -> bool:
        """Tell whether the author waits for a reply."""
        return message.kind is not MessageKind.TEXT or message.addressed

    def aside(self, message: Message, reply: Reply) -> Reply:
        """Return the reply for the author alone, where it cannot be said in the chat."""
        text = f"{self._phrases(message).say('answer.aside')}\n\n{reply.text}"
        return replace(reply, text=text, kind=ReplyKind.PRIVATE, target="")

    def meanwhile(self, message: Message, reply: Reply) -> Reply | None:
        """Return the answer for the asker alone where somebody else has answered by now."""
        if not message.addressed or reply.kind is not ReplyKind.POST:
            return None
        text = f"{self._phrases(message).say('answer.meanwhile')}\n\n{reply.text}"
        return replace(reply, text=text, kind=ReplyKind.PRIVATE)

    def _phrases(self, message: Message) -> Phrases:
        hint = spoken_language(message.language_hint)
        language = self._spoken.get(message.id) or hint or self._desk.settings.language
        return Phrases(language, slash=slash_of(message.platform))

    async def tidy(self) -> None:
        """Drop what was kept long enough; to be run every hour."""
        keep = self._desk.settings.keep
        await self._desk.store.prune(
            self._desk.clock(), conversations=keep.conversations, questions=keep.questions
        )
        await forget_what_is_over(self._desk)

    async def errands(self) -> None:
        """Post new suggestions in the editors' chat; bring counts on buttons up to date."""
        await editors.tell_suggestions(self._desk)
        await recount(self._desk)
