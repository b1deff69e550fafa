"""The web chat as a platform: visitors' pages instead of chats."""

# ruff: noqa: ARG002 -- the signatures are those of Platform

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from starlette.routing import BaseRoute

from bot.markup.plaintext import plain, safe_url
from bot.messages import Accept, File, Message, Note, Reply, ReplyKind, unnoted
from bot.platforms import Finding
from bot.platforms.web.chat import Chat
from bot.platforms.web.journal import Journal
from bot.platforms.web.rendering import to_html
from bot.platforms.web.visitors import Entry, Rooms

#: Files of replies that can still be fetched.
FILES = 200

#: Characters written between two looks at an answer that is being written.
PIECE = 24


class WebPlatform:
    """One page for all who have no account; `web:everyone` is shown to all of them.

    `web:everyone/en` is shown to those whose page is in English.
    """

    name = "web"

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        language: str = "cs",
        begun: datetime | None = None,
        folder: Path | None = None,
    ) -> None:
        """begun: where a pretended clock began; said on every page.

        folder: where reminders are kept over a restart; None: they are not.
        """
        self._journal = Journal(folder / "web-reminders.jsonl") if folder else None
        self._clock = clock
        self._rooms = Rooms()
        self._files: OrderedDict[str, File] = OrderedDict()
        self._chat = Chat(
            rooms=self._rooms, files=self._files, clock=clock, language=language, begun=begun
        )

    @property
    def routes(self) -> list[BaseRoute]:
        """Return what app.py mounts."""
        return self._chat.routes()

    @property
    def connected(self) -> bool:
        """Whether messages are taken in."""
        return self._chat.accept is not None

    async def run(self, accept: Accept) -> None:
        """Take in what pages send, until cancelled."""
        for visitor_id, entry in self._journal.load(self._clock()) if self._journal else ():
            self._rooms.post(visitor_id, entry)
        self._chat.accept = accept
        try:
            await asyncio.Event().wait()
        finally:
            self._chat.accept = None
            await self.close()

    async def close(self) -> None:
        """End the pages' streams; they come back by themselves."""
        self._rooms.close()

    def responder(self, message: Message, note: Note = unnoted) -> WebResponder:
        """Return the visitor's pages."""
        return WebResponder(self, message)

    async def slot(self, address: str, *, urgent: bool) -> None:
        """Pages have no limits of that kind."""

    async def send(self, address: str, reply: Reply, *, key: str = "", reply_to: str = "") -> str:
        """Show it on the visitor's pages, now or when one is opened."""
        ref = key or uuid4().hex
        entry = self._entry(ref, reply, reply_to)
        if key and self._journal:
            self._journal.add(_visitor(address), entry)
        self._rooms.post(_visitor(address), entry)
        return ref

    async def edit(self, address: str, ref: str, reply: Reply) -> None:
        """Change what is shown; of what everyone sees, only this visitor's view."""
        visitor = _visitor(address)
        earlier = self._rooms.find(visitor, ref)
        entry = self._entry(ref, reply, "")
        if earlier:
            entry["at"] = earlier["at"]
        self._rooms.post(visitor, entry)

    async def find(self, address: str, key: str, since: datetime) -> str | None:
        """Look it up among what pages show."""
        return key if self._rooms.find(_visitor(address), key) else None

    def direct(self, author: str) -> str:
        """Return the visitor's own chat."""
        return author

    async def hindrance(self, address: str) -> str:
        """Nothing is in the way."""
        return ""

    async def is_admin(self, author: str, chat: str) -> bool:
        """A visitor may change what holds for their own chat."""
        return author == chat

    def deep_link(self, payload: str) -> str:
        """There is none."""
        return ""

    async def check(self, addresses: Sequence[str] = ()) -> list[Finding]:
        """Find nothing: the page needs no account."""
        return []

    def show(self, address: str, entry: Entry) -> None:
        """Show something that passes: a sign of work, a piece of an answer, a short note."""
        self._rooms.show(_visitor(address), entry)

    def _entry(self, ref: str, reply: Reply, reply_to: str) -> Entry:
        buttons = [
            [
                {
                    "label": plain(b.label),
                    "data": b.data,
                    "url": safe_url(b.url),
                    "style": b.style,
                }
                for b in row
                if b.data or safe_url(b.url)
            ]
            for row in reply.buttons
        ]
        return {
            "type": "message",
            "ref": ref,
            "at": self._clock().isoformat(),
            "html": to_html(reply.text),
            "buttons": buttons,
            "feedback": reply.feedback,
            "files": [{"name": file.name, "url": self._offer(file)} for file in reply.files],
            "to": reply_to,
        }

    def _offer(self, file: File) -> str:
        token = secrets.token_urlsafe(24)
        self._files[token] = file
        while len(self._files) > FILES:
            self._files.popitem(last=False)
        return f"/chat/files/{token}"


@dataclass(slots=True)
class WebResponder:
    """Answers one message of a visitor."""

    platform: WebPlatform
    message: Message
    #: The answer as far as it is written, and how much of it is shown.
    written: str = ""
    shown: int = 0

    async def begin(self) -> None:
        """Show that it is worked on."""
        self._show({"type": "begin", "to": self.message.ref})

    async def append(self, text: str) -> None:
        """Show what has been written: all of it, so that a page that was reloaded has it too."""
        self.written += text
        if not self.shown or len(self.written) - self.shown >= PIECE:
            self.shown = len(self.written)
            html = to_html(self.written)
            self._show({"type": "piece", "to": self.message.ref, "html": html})

    async def finish(self, reply: Reply) -> str:
        """Show the answer in place of what was shown so far."""
        if reply.kind is ReplyKind.TOAST:
            self._show({"type": "toast", "to": self.message.ref, "html": to_html(reply.text)})
            return ""
        if reply.kind is ReplyKind.EDIT:
            ref = reply.target or self.message.ref
            await self.platform.edit(self.message.address, ref, reply)
            return ref
        return await self.platform.send(self.message.address, reply, reply_to=self.message.ref)

    async def withdraw(self, *, keep: str = "") -> None:
        """Show nothing: a page forgets by itself what was not answered."""

    def _show(self, entry: Entry) -> None:
        self.platform.show(self.message.address, entry)


def _visitor(address: str) -> str:
    return address.partition(":")[2]
