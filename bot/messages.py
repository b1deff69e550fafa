"""What crosses between a platform and the assistant (leaf)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

#: Characters of a question; a longer one would keep all others waiting, and is not read.
LONGEST_QUESTION = 2000


class ChatKind(StrEnum):
    """What sort of place a message came from."""

    #: One person and the assistant.
    DIRECT = "direct"
    #: Several people.
    GROUP = "group"


class MessageKind(StrEnum):
    """What a message asks of the assistant."""

    #: Words, perhaps a question.
    TEXT = "text"
    #: A command: "/events", "/cscc events"; `command` holds its name without the slash.
    COMMAND = "command"
    #: A button was pressed; `data` holds what the button carried.
    BUTTON = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something a person wrote or pressed."""

    #: Identity of the delivery, the same for each repeat: "slack:C0…/1.2", "telegram:8891". Of an
    #: edit or a deletion it begins with the message's and a slash where that may come later.
    id: str
    #: "slack", "telegram", "console" or "web".
    platform: str
    #: Where the reply belongs, thread or topic included: "slack:C024BE91L/1503435956.000247".
    address: str
    #: The chat as a whole: "slack:C024BE91L". Settings are kept and order is held for it.
    chat: str
    #: "slack:U024BE7LH", "telegram:123456".
    author: str
    kind: MessageKind = MessageKind.TEXT
    chat_kind: ChatKind = ChatKind.DIRECT
    #: Without the mention of the assistant.
    text: str = ""
    command: str = ""
    #: What follows the command's name; for `/start`, the payload of a deep link.
    arguments: str = ""
    #: What the pressed button carried.
    data: str = ""
    #: Meant for the assistant: a direct chat, a mention, a reply to it, a command, a button.
    addressed: bool = True
    #: Other people are named by a mention: it is meant for them, too.
    to_others: bool = False
    #: "public" or "members": what the author may read in this place (see DESIGN of the platform).
    audience: str = "public"
    #: The platform's guess of the author's language, "cs", "en"; None if it has none.
    language_hint: str | None = None
    #: The language that was chosen where the author writes; answers still follow the question.
    page_language: str | None = None
    #: The platform's own id of the author's message (of the message with the button, for a press).
    ref: str = ""
    #: The author edited an earlier message: the answer to it may be changed.
    edited: bool = False
    #: Text of the message that this one replies to or is about ("Ask about this"); "" if none.
    quoted: str = ""
    #: Only the author is to see the reply (Slack commands).
    private: bool = False
    #: When the platform says it was written; aware.
    sent_at: datetime | None = None
    #: When it was taken in; None where it did not come through the inbox.
    received_at: datetime | None = None
    #: What people call the author there, "Jana Nová"; "" if unknown.
    author_name: str = ""
    #: The platform's id of the message that this one answers (Slack: the thread's first message).
    reply_to: str = ""
    #: The address is a conversation of its own (a Slack thread), not a whole chat or topic.
    threaded: bool = False
    #: The author deleted the message `ref`; there is no text.
    deleted: bool = False
    #: Of a place where nothing may be kept or answered later: inline and guest mode.
    fleeting: bool = False
    #: What the platform needs to answer just this delivery (Slack's response_url, Telegram's
    #: callback id), so that `Platform.responder` works from the message alone.
    ticket: str = ""
    #: Where a try that died had begun to show its answer: what `Note` was told last.
    begun: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message: it carries `data`, or opens `url`."""

    label: str
    #: At most 64 bytes (Telegram): "verb:argument", e.g. "ics:42".
    data: str = ""
    url: str = ""
    #: "primary", "danger" or "".
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that goes with a reply."""

    name: str
    content: bytes
    #: "text/calendar; charset=utf-8", …
    media_type: str


class ReplyKind(StrEnum):
    """Where a reply goes."""

    #: A new message at the address.
    POST = "post"
    #: In place of the message whose button was pressed, or of the earlier answer.
    EDIT = "edit"
    #: A short note to the person who pressed (Slack: ephemeral, Telegram: a toast).
    TOAST = "toast"
    #: To the author alone (Slack: ephemeral; elsewhere in the direct chat).
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the assistant says: Markdown (CommonMark with tables) in which all that came from
    outside is escaped by `bot.markup.escape`; platforms render it."""

    text: str
    kind: ReplyKind = ReplyKind.POST
    #: Rows of buttons.
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[File, ...] = ()
    #: "Was this useful?" belongs under it; the answer's id for "fb:up:<id>" and "fb:down:<id>".
    feedback: str = ""
    #: Do not show previews of links.
    quiet_links: bool = True
    #: EDIT: the platform's id of the message to change; "" : the one whose button was pressed.
    target: str = ""


#: Keeps the platform's id of the message that shows an answer while it is written, "" for none
#: any more: should this try die, the next one finds it as `Message.begun`.
Note = Callable[[str], Awaitable[None]]


async def unnoted(ref: str) -> None:
    """Keep nothing."""


class Responder(Protocol):
    """One place to answer one message in; made by a platform for each message."""

    async def begin(self) -> None:
        """Show at once that the message was seen and is being worked on."""

    async def append(self, text: str) -> None:
        """Show a further piece of the answer while it is written. Markdown; may be ignored."""

    async def finish(self, reply: Reply) -> str:
        """Post the whole reply, in place of what `append` showed. Return the platform's message id.

        Raises:
            DeliveryError: it may be tried again. Undeliverable: it may not.
        """

    async def withdraw(self, *, keep: str = "") -> None:
        """Take back all that was shown: there is no reply, or it stands already, as `keep`.

        What is missing of a reply that stands in part is added.
        """


#: The assistant: answers a message, or None where nothing is to be said.
Handler = Callable[[Message, Responder], Awaitable[Reply | None]]

#: Takes a message in. When it returns, the message is stored: the platform may acknowledge it.
Accept = Callable[[Message], Awaitable[None]]


class UserError(Exception):
    """Something the person can mend; `key` names the phrase of the catalogue."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class DeliveryError(Exception):
    """The platform did not take the message; it may be tried again.

    `certain` is False where the message may have arrived all the same (the answer was lost).
    """

    def __init__(
        self, reason: str, *, retry_after: float | None = None, certain: bool = True
    ) -> None:
        super().__init__(reason)
        #: Seconds to wait before the next try, as the platform says.
        self.retry_after = retry_after
        self.certain = certain


class Undeliverable(Exception):
    """The platform will never take this message: the chat is gone, or the assistant was removed.

    `moved_to` is the chat's new address, if it has one (Telegram's supergroups); `muted` says that
    the assistant hears what is said there but may not write.
    """

    def __init__(self, reason: str, *, moved_to: str | None = None, muted: bool = False) -> None:
        super().__init__(reason)
        self.moved_to = moved_to
        self.muted = muted


class CannotLook(Exception):
    """The platform cannot be asked whether a message was posted."""
