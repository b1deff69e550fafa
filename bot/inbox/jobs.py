"""Messages in work, and the queue of each chat."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.messages import Message, Reply, Responder
from bot.store import Taken


@dataclass(slots=True, eq=False)
class Job:
    """One message that is being answered."""

    taken: Taken
    responder: Responder
    #: Shows the sign of work; done before the reply is posted.
    sign: asyncio.Future[None] | None = None
    #: Taken over from a process that died.
    recovered: bool = False
    #: The reply may have been posted: it is not worded again.
    posting: bool = False
    #: Finds the reply; cancelled where somebody stops it.
    finding: asyncio.Future[Reply | None] | None = None
    #: Somebody pressed "stop".
    stopped: bool = False
    #: Its author deleted the message meanwhile.
    deleted: bool = False

    @property
    def message(self) -> Message:
        """What is to be answered."""
        return self.taken.message

    def stop(self) -> None:
        """Give up finding a reply; one that is being posted is let through."""
        if not self.posting:
            self.stopped = True
            if self.finding is not None:
                self.finding.cancel()


@dataclass(slots=True)
class Chat:
    """The queue of one chat, and who works it off."""

    waiting: deque[Job] = field(default_factory=deque)
    current: Job | None = None
    worker: asyncio.Task[None] | None = None

    def jobs(self) -> Iterator[Job]:
        """Yield what is in work, then what waits."""
        if self.current is not None:
            yield self.current
        yield from self.waiting

    def jobs_of(self, ref: str) -> list[Job]:
        """Return those of the message with this id on the platform that are not done."""
        return [job for job in self.jobs() if job.message.ref == ref]
