"""Telegram's updates as messages for the assistant. Pure: asks Telegram nothing."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineQuery,
    MaybeInaccessibleMessage,
    MessageEntity,
    Update,
    User,
)
from telegram import Message as TelegramMessage
from telegram.constants import ChatMemberStatus, ChatType

from bot.messages import ChatKind, Message, MessageKind
from bot.platforms.telegram.addresses import address, press_of

__all__ = ["ALLOWED_UPDATES", "JOINED", "LEFT", "MOVED", "Reader", "comes"]

#: What Telegram is asked to send; channel posts are none of our business.
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "inline_query",
    "guest_message",
)

#: What happened to a chat comes as a command that nobody can type.
JOINED, LEFT, MOVED = ":joined", ":left", ":moved"

#: Signs that nobody sees: zero-width ones, and those that turn the direction of writing.
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_EDGES = re.compile(rf"\A[\s{_UNSEEN}]+|[\s{_UNSEEN}]+\Z")
_COMMAND = re.compile(rf"/([A-Za-z0-9_]{{1,32}})(?:@(\w+))?[{_UNSEEN}]*(?:\s+(.*))?\Z", re.DOTALL)
_HERE = (
    ChatMemberStatus.MEMBER,
    ChatMemberStatus.ADMINISTRATOR,
    ChatMemberStatus.OWNER,
)
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
#: What a person can send without a word.
_WORDLESS = (
    *("voice", "photo", "document", "sticker", "video", "video_note", "audio", "animation"),
    *("location", "contact", "venue", "dice", "poll", "story", "game", "checklist"),
    *("paid_media", "live_photo"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads updates as the bot that they came to."""

    me: User
    #: Ids of chats whose people may read what is for members.
    members: Collection[int] = ()
    #: Commands that are ours also where they do not name us.
    commands: Collection[str] = field(default=())

    def read(self, update: Update, now: datetime) -> Message | None:
        """Return what an update says to the assistant, None if nothing."""
        identity = f"telegram:{update.update_id}"
        if update.guest_message:
            return self._guest(identity, update.guest_message)
        if update.inline_query:
            return self._inline(identity, update.inline_query, now)
        if update.callback_query:
            return self._press(identity, update.callback_query, now)
        if update.my_chat_member:
            return self._membership(identity, update.my_chat_member)
        if message := update.message or update.edited_message:
            return self._message(identity, message, edited=update.edited_message is not None)
        return None

    def _message(self, identity: str, said: TelegramMessage, *, edited: bool) -> Message | None:
        if said.migrate_to_chat_id:
            return self._moved(identity, said, said.chat.id, said.migrate_to_chat_id)
        if said.migrate_from_chat_id:
            return self._moved(identity, said, said.migrate_from_chat_id, said.chat.id)
        if not self._is_for_us(said) or (edited and not _words(said)):
            return None
        text, mentioned = self._own_text(said)
        if said.is_automatic_forward and not (mentioned or self._is_named(text)):
            return None  # a channel speaks to its readers, not to its discussion group
        direct = said.chat.type == ChatType.PRIVATE
        message = replace(
            _by_author(self._about(identity, said, said.chat), said),
            text=text,
            addressed=direct or mentioned or self._answers_us(said),
            reply_to=_reply_to(said),
            quoted=_quoted(said),
            edited=edited,
            sent_at=said.edit_date or said.date,
        )
        return self._as_command(message) if text.startswith("/") else message

    def _is_for_us(self, said: TelegramMessage) -> bool:
        """Whether a person wrote words: not a bot, or ourselves by way of inline."""
        if said.chat.type not in (ChatType.PRIVATE, *_GROUPS):
            return False
        if said.via_bot and said.via_bot.id == self.me.id:
            return False
        if not _words(said) and not (said.chat.type == ChatType.PRIVATE and _shows(said)):
            return False
        # A sender's chat: somebody writes as the group, or as a channel.
        return said.sender_chat is not None or _is_person(said.from_user)

    def _as_command(self, message: Message) -> Message | None:
        found = _COMMAND.match(message.text)
        if not found:
            return message
        name, addressee, rest = found.groups()
        if addressee and not self._is_named(message.text):
            return None
        known = not self.commands or name.lower() in self.commands
        if not (addressee or known or message.addressed):
            return None
        arguments = _EDGES.sub("", rest or "")
        if name.lower() == "start" and (data := press_of(arguments)):
            return replace(message, kind=MessageKind.BUTTON, text="", data=data)
        return replace(
            message,
            kind=MessageKind.COMMAND,
            command=name.lower(),
            arguments=arguments,
            addressed=True,
        )

    def _is_named(self, text: str) -> bool:
        """Whether it is a command with our name: "/events@cscc_bot"."""
        found = _COMMAND.match(text)
        return bool(found and (found[2] or "").lower() == (self.me.username or "").lower())

    def _own_text(self, said: TelegramMessage) -> tuple[str, bool]:
        """Return the text without mentions of the bot, and whether there was one."""
        text = _words(said)
        raw = text.encode("utf-16-le", "surrogatepass")
        kept, at, mentioned = b"", 0, False
        for entity in sorted(said.entities or said.caption_entities, key=lambda e: e.offset):
            start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
            if start >= at and self._is_mention(entity, raw[start:end]):
                kept, at, mentioned = kept + raw[at:start], end, True
        kept += raw[at:]
        left = kept.decode("utf-16-le", "replace")
        if mentioned:
            left = _EDGES.sub("", re.sub(r"[ \t]{2,}", " ", left)).lstrip(",:;")
        return _EDGES.sub("", _clean(left)), mentioned

    def _is_mention(self, entity: MessageEntity, raw: bytes) -> bool:
        if entity.type == MessageEntity.TEXT_MENTION:
            return entity.user is not None and entity.user.id == self.me.id
        named = raw.decode("utf-16-le", "replace").lower()
        return entity.type == MessageEntity.MENTION and named == f"@{self.me.username}".lower()

    def _answers_us(self, said: TelegramMessage) -> bool:
        answered = said.reply_to_message
        if not answered or not answered.from_user or answered.from_user.id != self.me.id:
            return False
        return bool(_reply_to(said))

    def _press(self, identity: str, query: CallbackQuery, now: datetime) -> Message:
        place = query.message
        author = address(query.from_user.id)
        message = Message(
            id=identity,
            platform="telegram",
            address=author,
            chat=author,
            author=author,
        )
        if place is not None:  # a button under an inline answer has no chat that we know
            message = self._about(identity, place, place.chat)
        return replace(
            _by(message, query.from_user),
            kind=MessageKind.BUTTON,
            data=_clean(query.data or ""),
            quoted=_clean(place.text or "") if isinstance(place, TelegramMessage) else "",
            private=place is not None and place.chat.type == ChatType.CHANNEL,
            sent_at=now,
            ticket=query.id,
        )

    def _membership(self, identity: str, change: ChatMemberUpdated) -> Message | None:
        joins, leaves = comes(change), _goes(change)
        if not (joins or leaves) or (joins and change.chat.type not in _GROUPS):
            return None  # who starts anew says /start; a channel is no place to introduce oneself
        return replace(
            _by(self._about(identity, None, change.chat), change.from_user),
            kind=MessageKind.COMMAND,
            command=JOINED if joins else LEFT,
            sent_at=change.date,
        )

    def _moved(self, identity: str, said: TelegramMessage, old: int, new: int) -> Message:
        """Both the group that was and the supergroup that is say so."""
        return replace(
            self._about(identity, None, said.chat),
            address=address(old),
            chat=address(old),
            author=address(old),
            kind=MessageKind.COMMAND,
            command=MOVED,
            arguments=address(new),
            sent_at=said.date,
        )

    def _inline(self, identity: str, query: InlineQuery, now: datetime) -> Message | None:
        if not query.query.strip():
            return None
        message = Message(
            id=identity,
            platform="telegram",
            address=f"telegram:inline/{query.id}",
            chat=f"telegram:inline:{query.from_user.id}",
            author=address(query.from_user.id),
            text=_EDGES.sub("", _clean(query.query)),
            private=True,
            fleeting=True,
            sent_at=now,
        )
        return _by(message, query.from_user)

    def _guest(self, identity: str, said: TelegramMessage) -> Message | None:
        text, _ = self._own_text(said)
        if not said.guest_query_id or not (said.sender_chat or _is_person(said.from_user)):
            return None
        message = Message(
            id=identity,
            platform="telegram",
            address=f"telegram:guest/{said.guest_query_id}",
            chat="",
            author="",
            text=text,
            chat_kind=ChatKind.GROUP,
            private=True,
            fleeting=True,
            quoted=_quoted(said),
            sent_at=said.date,
        )
        message = _by_author(message, said)
        return replace(message, chat=message.author.replace(":", ":guest:"))

    def _about(self, identity: str, said: MaybeInaccessibleMessage | None, chat: Chat) -> Message:
        """Return a message that says only where it was written."""
        topic = None
        if isinstance(said, TelegramMessage) and said.is_topic_message:
            topic = said.message_thread_id
        return Message(
            id=identity,
            platform="telegram",
            # Topic 1 is "General": Telegram does not want it named.
            address=address(chat.id, topic if topic != 1 else None),
            chat=address(chat.id),
            author=address(chat.id),
            chat_kind=ChatKind.DIRECT if chat.type == ChatType.PRIVATE else ChatKind.GROUP,
            audience="members" if chat.id in self.members else "public",
            ref=str(said.message_id) if said else "",
        )


def comes(change: ChatMemberUpdated) -> bool:
    """Whether the bot was not in the chat before, and is now."""
    return not _is_here(change.old_chat_member) and _is_here(change.new_chat_member)


def _goes(change: ChatMemberUpdated) -> bool:
    """Whether the bot was in the chat before, and is not now."""
    return _is_here(change.old_chat_member) and not _is_here(change.new_chat_member)


def _is_here(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member  # who has left is still restricted, should they come back
    return member.status in _HERE


def _is_person(user: User | None) -> bool:
    return user is not None and not user.is_bot


def _words(said: TelegramMessage) -> str:
    return said.text or said.caption or ""


def _shows(said: TelegramMessage) -> bool:
    """Whether there is something without words: alone with us, its author awaits a reply.

    Not the pictures of an album: one of them has the words, if there are any.
    """
    return not said.media_group_id and any(getattr(said, name) for name in _WORDLESS)


def _by_author(message: Message, said: TelegramMessage) -> Message:
    if said.sender_chat or not said.from_user:  # they write as the group, or as a channel
        shown = said.sender_chat or said.chat
        return replace(message, author=address(shown.id), author_name=_clean(shown.title or ""))
    return _by(message, said.from_user)


def _by(message: Message, user: User) -> Message:
    return replace(
        message,
        author=address(user.id),
        author_name=_clean(user.full_name or ""),
        language_hint=(user.language_code or "").partition("-")[0].lower() or None,
    )


def _reply_to(said: TelegramMessage) -> str:
    """Return the id of the message answered; a topic's first, automatic message is none."""
    answered = said.reply_to_message
    if not answered or answered.forum_topic_created:
        return ""
    if said.is_topic_message and answered.message_id == said.message_thread_id:
        return ""
    return str(answered.message_id)


def _quoted(said: TelegramMessage) -> str:
    if said.quote:
        return _clean(said.quote.text)
    if not _reply_to(said) or not said.reply_to_message:
        return ""
    return _clean(said.reply_to_message.text or said.reply_to_message.caption or "")


def _clean(text: str) -> str:
    """Without what no store takes: half surrogate pairs and null bytes."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
