"""Who has the web chat open, and what was said there.

A visitor is known by a random cookie; the address is made from its hash, so that whoever reads
a log or a list of deliveries cannot take a visitor's place. What was said is kept in memory: the
page shows it again after a reload, and nothing of it is written down here.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Entry = dict[str, object]

#: What a page shows again after a reload, and how many visitors are remembered.
ENTRIES, VISITORS = 100, 1000
#: Pages open at once: of one visitor, and of all.
STREAMS_EACH, STREAMS = 5, 500
#: Entries that wait for one slow page; a page that falls behind further is closed and comes back.
WAITING = 500

_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


class TooManyPages(Exception):
    """More pages are open than are allowed."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser."""

    #: The cookie.
    token: str

    @classmethod
    def new(cls) -> Visitor:
        """Make one up."""
        return cls(secrets.token_urlsafe(32))

    @classmethod
    def known(cls, token: str | None) -> Visitor | None:
        """Return the visitor with this cookie, None if it is none of ours."""
        return cls(token) if token and _TOKEN.fullmatch(token) else None

    @property
    def id(self) -> str:
        """Return what stands after the colon of the address."""
        return hashlib.sha256(f"address:{self.token}".encode()).hexdigest()[:20]

    @property
    def form_token(self) -> str:
        """Return what a page must send along: no foreign page can know it."""
        return hashlib.sha256(f"form:{self.token}".encode()).hexdigest()


@dataclass(slots=True)
class Room:
    """What was said to one visitor, or to everyone, and the pages that show it."""

    #: By the message's reference, oldest first.
    entries: OrderedDict[str, Entry] = field(default_factory=OrderedDict)
    #: With the language of each.
    pages: dict[asyncio.Queue[Entry | None], str] = field(default_factory=dict)

    def keep(self, entry: Entry) -> None:
        """Keep an entry; one of the same reference is replaced in its place."""
        self.entries[str(entry["ref"])] = entry
        while len(self.entries) > ENTRIES:
            self.entries.popitem(last=False)

    def show(self, entry: Entry, language: str = "") -> None:
        """Show it on each open page; language: only on those of this language."""
        for page, spoken in self.pages.items():
            if language not in ("", spoken):
                continue
            if page.qsize() < WAITING:
                page.put_nowait(entry)
            else:
                page.put_nowait(None)


class Rooms:
    """All that is shown, by the id of the visitor.

    "everyone" is what all see, "everyone/en" what all see whose page is in English.
    """

    EVERYONE = "everyone"

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, Room] = OrderedDict()
        self._shared: dict[str, Room] = {}
        self._closing = False

    def room(self, visitor_id: str) -> Room:
        """Return a visitor's room; the one that was not used for longest makes way."""
        if self._is_shared(visitor_id):
            return self._shared.setdefault(visitor_id, Room())
        room = self._rooms.setdefault(visitor_id, Room())
        self._rooms.move_to_end(visitor_id)
        if len(self._rooms) > VISITORS:
            idle = next((key for key, value in self._rooms.items() if not value.pages), None)
            self._rooms.pop(idle or next(iter(self._rooms)))
        return room

    def post(self, visitor_id: str, entry: Entry) -> None:
        """Keep an entry and show it."""
        self.room(visitor_id).keep(entry)
        self.show(visitor_id, entry)

    def show(self, visitor_id: str, entry: Entry) -> None:
        """Show an entry on the pages that are open now; it is not kept."""
        if self._is_shared(visitor_id):
            for room in self._rooms.values():
                room.show(entry, visitor_id.partition("/")[2])
        else:
            self.room(visitor_id).show(entry)

    def find(self, visitor_id: str, ref: str) -> Entry | None:
        """Return what was said under a reference, to this visitor or to everyone."""
        rooms = (self.room(visitor_id), *self._shared.values())
        return next((room.entries[ref] for room in rooms if ref in room.entries), None)

    @contextmanager
    def page(self, visitor_id: str, language: str = "") -> Iterator[asyncio.Queue[Entry | None]]:
        """Open a page of a visitor: all that was said, then what is said; None ends it.

        Raises:
            TooManyPages.
        """
        room = self.room(visitor_id)
        if len(room.pages) >= STREAMS_EACH or self.open_pages >= STREAMS:
            raise TooManyPages
        queue: asyncio.Queue[Entry | None] = asyncio.Queue()
        for entry in self._said(room, language):
            queue.put_nowait(entry)
        if self._closing:
            queue.put_nowait(None)
        room.pages[queue] = language
        try:
            yield queue
        finally:
            del room.pages[queue]

    @property
    def open_pages(self) -> int:
        """How many pages are open."""
        return sum(len(room.pages) for room in self._rooms.values())

    def close(self) -> None:
        """End all pages: the process stops."""
        self._closing = True
        for room in self._rooms.values():
            for page in room.pages:
                page.put_nowait(None)

    def _is_shared(self, visitor_id: str) -> bool:
        return visitor_id.partition("/")[0] == self.EVERYONE

    def _said(self, room: Room, language: str) -> list[Entry]:
        """Return what was said, in the order of its time; the visitor's own view comes first."""
        both: dict[str, Entry] = {}
        for name in (self.EVERYONE, f"{self.EVERYONE}/{language}"):
            both |= self._shared[name].entries if name in self._shared else {}
        both |= room.entries
        return sorted(both.values(), key=lambda entry: str(entry["at"]))
