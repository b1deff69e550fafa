"""A conversation in the terminal: try the assistant with no account.

Answers and reminders are printed; a number presses the button of that number.
"""

# ruff: noqa: ARG002 -- the signatures are those of Platform

from __future__ import annotations

import asyncio
import os
import re
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from rich.console import Console
from rich.markdown import Markdown

from bot.i18n import Phrases
from bot.markup.plaintext import seen
from bot.messages import Accept, Button, Message, MessageKind, Note, Reply, ReplyKind, unnoted
from bot.platforms import Finding

ADDRESS = "console:local"

#: Ends a line of input in the queue: the terminal was closed.
_END = object()


#: The end of a line within a paragraph.
_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")


def printable(markdown: str) -> Markdown:
    """Return Markdown for a terminal: lines end where they are written to end, links show where
    they lead."""
    return Markdown(_LINE_END.sub("  \n", seen(markdown)), hyperlinks=False)


@dataclass(slots=True)
class ConsolePlatform:
    """The terminal as a chat of one person."""

    clock: Callable[[], datetime]
    #: Where files of replies are put.
    folder: Path
    language: str = "cs"
    source: TextIO = field(default_factory=lambda: sys.stdin)
    target: TextIO = field(default_factory=lambda: sys.stdout)
    name: str = "console"
    _buttons: list[Button] = field(default_factory=list)
    _reading: bool = False

    async def run(self, accept: Accept) -> None:
        """Take each line as a message, until cancelled or until there are no more."""
        lines: asyncio.Queue[object] = asyncio.Queue()
        self._read_into(lines)
        self._reading = True
        self._print(self._phrases.say("console.welcome"))
        self._prompt()
        while (line := await lines.get()) is not _END:
            if message := self._message(str(line).strip()):
                await accept(message)
            else:
                self._prompt()
        self._reading = False
        self._print(self._phrases.say("console.closed"))

    @property
    def connected(self) -> bool:
        """Whether lines are read."""
        return self._reading

    def responder(self, message: Message, note: Note = unnoted) -> ConsoleResponder:
        """Return where answers are shown: the terminal."""
        return ConsoleResponder(self)

    async def slot(self, address: str, *, urgent: bool) -> None:
        """A terminal has no limits."""

    async def send(self, address: str, reply: Reply, *, key: str = "", reply_to: str = "") -> str:
        """Print it."""
        self._show(reply)
        return key or uuid4().hex

    async def edit(self, address: str, ref: str, reply: Reply) -> None:
        """Print it anew: what was printed stays."""
        self._show(reply)

    async def find(self, address: str, key: str, since: datetime) -> str | None:
        """Tell that nothing was printed: what an earlier process printed is gone."""
        return None

    def direct(self, author: str) -> str:
        """Return the terminal."""
        return ADDRESS

    async def hindrance(self, address: str) -> str:
        """Nothing is in the way."""
        return ""

    async def is_admin(self, author: str, chat: str) -> bool:
        """Whoever sits at the machine may."""
        return True

    def deep_link(self, payload: str) -> str:
        """There is none."""
        return ""

    async def check(self, addresses: Sequence[str] = ()) -> list[Finding]:
        """Find nothing: a terminal always works."""
        return []

    async def close(self) -> None:
        """Leave the terminal as it is."""

    @property
    def _phrases(self) -> Phrases:
        return Phrases(self.language)

    def _read_into(self, lines: asyncio.Queue[object]) -> None:
        """Read in a thread that nobody waits for: a terminal's read cannot be cancelled."""
        loop = asyncio.get_running_loop()

        def read() -> None:
            for line in self.source:
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, _END)

        threading.Thread(target=read, name="console", daemon=True).start()

    def _message(self, line: str) -> Message | None:
        kind, command, arguments, data = MessageKind.TEXT, "", "", ""
        if not line:
            return None
        if line.isdecimal() and 0 < int(line) <= len(self._buttons):
            kind, data = MessageKind.BUTTON, self._buttons[int(line) - 1].data
        elif line.startswith("/") and len(line) > 1:
            kind = MessageKind.COMMAND
            command, _, arguments = line[1:].partition(" ")
        return Message(
            id=f"console:{uuid4().hex}",
            platform=self.name,
            address=ADDRESS,
            chat=ADDRESS,
            author=ADDRESS,
            kind=kind,
            text=line if kind is MessageKind.TEXT else "",
            command=command.lower(),
            arguments=arguments.strip(),
            data=data,
            sent_at=self.clock(),
        )

    def _show(self, reply: Reply) -> None:
        console = Console(file=self.target, highlight=False)
        console.print()
        console.print(printable(reply.text))
        self._show_buttons(reply, console)
        for file in reply.files:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / os.path.basename(file.name)
            path.write_bytes(file.content)
            console.print(self._phrases.say("console.file", path=path), markup=False)
        self._prompt()

    def _show_buttons(self, reply: Reply, console: Console) -> None:
        buttons = [button for row in reply.buttons for button in row]
        if pressable := [button for button in buttons if button.data]:
            self._buttons = pressable
        numbered = (f"{n}) {button.label}" for n, button in enumerate(pressable, start=1))
        opening = (f"{button.label}: {button.url}" for button in buttons if button.url)
        if words := "   ".join((*numbered, *opening)):
            console.print(seen(words), markup=False, style="dim")

    def _print(self, text: str) -> None:
        Console(file=self.target, highlight=False).print(text, markup=False)

    def _prompt(self) -> None:
        if self._reading:
            self.target.write("\n> ")
            self.target.flush()


@dataclass(slots=True)
class ConsoleResponder:
    """Answers one line."""

    platform: ConsolePlatform

    async def begin(self) -> None:
        """Show nothing: the answer is there in a moment."""

    async def append(self, text: str) -> None:
        """Show nothing: a terminal cannot take back what the check of the answer removes."""

    async def finish(self, reply: Reply) -> str:
        """Print the answer."""
        if reply.kind is ReplyKind.TOAST and not reply.text:
            return ""
        return await self.platform.send(ADDRESS, reply)

    async def withdraw(self, *, keep: str = "") -> None:
        """Nothing was shown."""
