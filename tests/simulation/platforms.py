"""Chat services of the simulated year, and what arrived there."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from scheduler.errors import CannotTell, NotDelivered, Undeliverable
from scheduler.events import Notice, NoticeItem, ReminderKind
from tests.simulation.process import Clock

LEADING = ("before-start", "before-deadline", "opened")


@dataclass
class Platforms:
    """Slack can be asked what was posted, Telegram cannot; both fail now and then."""

    clock: Clock
    dice: random.Random
    #: Of a call: refused for now, answer lost, refused for ever.
    faults: float
    #: What nobody has looked at yet.
    posted: list[Notice] = field(default_factory=list)
    #: address -> post id -> instants of its arrivals.
    arrivals: dict[str, dict[str, list[datetime]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    #: Posts that will never be taken.
    refused: set[str] = field(default_factory=set)
    #: What was said, and in which post.
    said: dict[int, str] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    async def ready(self, address: str) -> None:
        """Wait for no limit."""

    async def deliver(self, notice: Notice) -> str:
        """Post, or fail: before it has arrived or after."""
        fault = self.dice.random() / self.faults if self.faults else 1
        if fault < 0.6:
            raise NotDelivered("busy", retry_after=self.dice.choice([None, 3, 40]))
        if fault < 0.7:
            self.refused.add(notice.post_id)
            # The news of a change is not said again; nobody can be told.
            news = tuple(one for one in notice.items if one.kind is ReminderKind.CHANGED)
            self.posted.append(replace(notice, items=news))
            raise Undeliverable("the chat is gone")
        if fault < 0.85:
            raise NotDelivered("no answer", certain=False)
        self.posted.append(notice)
        self.arrivals[notice.address].setdefault(notice.post_id, []).append(self.clock.now)
        for item in notice.items:
            if item.kind in LEADING:
                self._say(notice, item)
        if fault < 1:
            raise NotDelivered("no answer", certain=False)
        return notice.post_id

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Look up."""
        if address.startswith("telegram:"):
            raise CannotTell
        return post_id if post_id in self.arrivals[address] else None

    def _say(self, notice: Notice, item: NoticeItem) -> None:
        what = (notice.address, item.event.uid, item.kind, item.lead, item.anchor)
        if self.said.setdefault(hash(what), notice.post_id) != notice.post_id:
            self.repeated.append(str(what))
