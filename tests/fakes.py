"""Fakes of our own ports. Each remembers what was asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.agenda import Deed
from bot.messages import (
    Accept,
    CannotLook,
    DeliveryError,
    Message,
    Note,
    Reply,
    ReplyKind,
    Responder,
    Undeliverable,
    unnoted,
)
from bot.platforms import Finding
from knowledge.documents import Answer, Audience, Mode, Turn
from scheduler.edits import completed
from scheduler.events import Event, EventKind, Notice, Review, Subscription

#: A Monday in June, summer time in Prague.
NOW = datetime(2027, 6, 7, 7, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that is moved by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Move the clock on: `forward(minutes=5)`."""
        self.now += timedelta(**span)


@dataclass
class FakeResponder:
    """Where one message is answered."""

    platform: FakePlatform
    message: Message
    note: Note = unnoted
    begun: int = 0
    appended: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        self.begun += 1
        self.platform.begun.append(self.message.id)

    async def append(self, text: str) -> None:
        self.appended.append(text)

    async def finish(self, reply: Reply) -> str:
        if self.platform.before_finish is not None:
            await self.platform.before_finish()
        self.platform.fail_if_told()
        self.platform.answered.append((self.message, reply))
        self.platform.posted.set()
        return (reply.target if reply.kind is ReplyKind.EDIT else "") or self.platform.new_ref()

    async def withdraw(self, *, keep: str = "") -> None:
        self.platform.withdrawn.append((self.message.id, keep))


@dataclass(frozen=True)
class Sent:
    """What was sent."""

    address: str
    reply: Reply
    key: str = ""
    reply_to: str = ""
    ref: str = ""


@dataclass
class FakePlatform:
    """A chat service in memory."""

    name: str = "slack"
    connected: bool = True
    #: (author, chat) who may change settings; None: everybody.
    admins: set[tuple[str, str]] | None = None
    #: Address -> the phrase key of what keeps posts from it.
    hindrances: dict[str, str] = field(default_factory=dict)
    #: Authors who write as a chat.
    hidden: set[str] = field(default_factory=set)
    #: Deep links are made with this beginning; "" : there are none.
    link_base: str = ""
    #: Raised one after another by send, edit and finish; None lets one through.
    faults: list[Exception | None] = field(default_factory=list)
    can_look: bool = True
    begun: list[str] = field(default_factory=list)
    responders: list[FakeResponder] = field(default_factory=list)
    answered: list[tuple[Message, Reply]] = field(default_factory=list)
    #: (message id, message kept) of what was taken back.
    withdrawn: list[tuple[str, str]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    edited: list[tuple[str, str, Reply]] = field(default_factory=list)
    slots: list[tuple[str, bool]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    closed: bool = False
    #: Awaited before an answer is posted.
    before_finish: Callable[[], Awaitable[None]] | None = None
    #: Set once anything was answered.
    posted: asyncio.Event = field(default_factory=asyncio.Event)
    #: Number of the last message id given.
    last: int = 0

    async def run(self, accept: Accept) -> None:
        """Nothing comes in by itself."""

    def responder(self, message: Message, note: Note = unnoted) -> Responder:
        self.responders.append(FakeResponder(self, message, note))
        return self.responders[-1]

    async def slot(self, address: str, *, urgent: bool) -> None:
        self.slots.append((address, urgent))

    async def send(self, address: str, reply: Reply, *, key: str = "", reply_to: str = "") -> str:
        self.fail_if_told()
        ref = self.new_ref()
        self.sent.append(Sent(address, reply, key, reply_to, ref))
        return ref

    async def edit(self, address: str, ref: str, reply: Reply) -> None:
        self.fail_if_told()
        self.edited.append((address, ref, reply))

    async def find(self, address: str, key: str, since: datetime) -> str | None:
        if not self.can_look:
            raise CannotLook
        return next(
            (one.ref for one in self.sent if (one.address, one.key) == (address, key)), None
        )

    def direct(self, author: str) -> str:
        return "" if author in self.hidden else f"{self.name}:D{author.partition(':')[2]}"

    def deep_link(self, payload: str) -> str:
        return f"{self.link_base}{payload}" if self.link_base else ""

    async def hindrance(self, address: str) -> str:
        return self.hindrances.get(address, "")

    async def is_admin(self, author: str, chat: str) -> bool:
        return self.admins is None or (author, chat) in self.admins

    async def check(self, addresses: Sequence[str] = ()) -> list[Finding]:
        return self.findings

    async def close(self) -> None:
        self.closed = True

    def fail_if_told(self) -> None:
        """Raise the next fault, if there is one."""
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault

    def new_ref(self) -> str:
        """Return a message id as the platform would make it."""
        self.last += 1
        return f"{self.name}-{self.last}"


#: What platforms raise, for tests that want one of each.
TRY_LATER = DeliveryError("try later", retry_after=0.0)
LOST = DeliveryError("the answer was lost", certain=False)
GONE = Undeliverable("the chat is gone")


@dataclass
class FakeKnowledge:
    """Answers with what was laid in, by question; remembers what it was asked with."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, Audience, tuple[Turn, ...], str | None]] = field(default_factory=list)
    #: Raised instead of answering.
    fault: Exception | None = None
    #: Awaited before answering.
    before: Callable[[], Awaitable[None]] | None = None

    async def answer(
        self,
        question: str,
        *,
        audience: Audience,
        history: Sequence[Turn] = (),
        language: str | None = None,
        now: datetime,
        timezone: str,
        on_piece: Callable[[str], Awaitable[None]] | None = None,
    ) -> Answer:
        self.asked.append((question, audience, tuple(history), language))
        if self.before is not None:
            await self.before()
        if self.fault is not None:
            raise self.fault
        found = self.answers.get(question) or unknown(question)
        return replace(found, language=language) if language else found


def unknown(question: str) -> Answer:
    """Return the answer to a question of which nothing is known."""
    return Answer(
        question=question,
        language="cs",
        mode=Mode.NONE,
        answered=False,
        confidence=0.05,
        searched_documents=233,
    )


@dataclass
class FakeAgenda:
    """The scheduler's rows in memory."""

    known: list[Event] = field(default_factory=list)
    #: uid that an event had before it was merged -> its uid.
    aliases: dict[str, str] = field(default_factory=dict)
    subscribed: dict[str, Subscription] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    done: list[tuple[str, ...]] = field(default_factory=list)
    #: Which dates were edited or cancelled, and how.
    dates: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    posting_paused: bool = False

    async def events(
        self,
        *,
        after: datetime,
        kinds: Sequence[EventKind] = (),
        audience: str,
        examples: bool,
        limit: int = 50,
    ) -> list[Event]:
        readable = Audience(audience).readable()
        found = [
            event
            for event in self.known
            if event.review is Review.APPROVED
            and (not kinds or event.kind in kinds)
            and event.audience in readable
            and (examples or not event.example)
        ]
        dated = [(_next(event, after), event) for event in found]
        ahead = [(at, event) for at, event in dated if at is not None]
        return [event for _, event in sorted(ahead, key=lambda pair: pair[0])][:limit]

    async def event(self, uid: str) -> Event | None:
        uid = self.aliases.get(uid, uid)
        return next((event for event in self.known if event.uid == uid), None)

    async def subscriptions(self, chat: str) -> list[Subscription]:
        return [each for each in self.subscribed.values() if _is_in(each.address, chat)]

    async def subscribe(self, subscription: Subscription) -> None:
        self.subscribed[subscription.id] = subscription

    async def unsubscribe(self, id: str) -> None:
        self.subscribed.pop(id, None)

    async def pause(self, id: str, until: datetime | None) -> None:
        self.subscribed[id] = replace(self.subscribed[id], paused_until=until)

    async def move(self, old: str, new: str) -> None:
        self.done.append(("move", old, new))

    async def forget(self, author: str, address: str) -> int:
        theirs = [id for id, each in self.subscribed.items() if each.address == address]
        for id in theirs:
            del self.subscribed[id]
        return len(theirs)

    async def suggested(self) -> list[Event]:
        return [event for event in self.known if event.review is Review.SUGGESTED]

    async def review(self, uid: str, review: Review, by: str) -> None:
        self._change(uid, {"review": review})
        self.done.append((str(review), uid, by))

    async def edit(
        self, uid: str, changes: Mapping[str, object], by: str, *, of_date: str = ""
    ) -> Event:
        self.done.append(("edit", uid, by))
        self.dates.append((of_date, dict(changes)))
        known = next(event for event in self.known if event.uid == uid)
        return known if of_date else self._change(uid, completed(changes, known))

    async def cancel(self, uid: str, by: str, *, of_date: str = "") -> None:
        self.done.append(("cancel", uid, by))
        self.dates.append((of_date, {}))

    async def add(self, event: Event, by: str) -> None:
        self.known.append(event)
        self.done.append(("add", event.uid, by))

    async def preview(self, uid: str, address: str, language: str) -> list[Notice]:
        return [replace(notice, address=address, language=language) for notice in self.notices]

    async def addresses(self) -> list[tuple[str, str]]:
        return [(each.address, each.language) for each in self.subscribed.values()]

    async def paused(self) -> bool:
        return self.posting_paused

    async def pause_posting(self, by: str) -> None:
        self.posting_paused = True

    async def resume_posting(self, by: str) -> None:
        self.posting_paused = False

    async def note(self, by: str, action: str, subject: str) -> None:
        self.deeds.insert(0, Deed(by=by, action=action, subject=subject, at=NOW))

    async def log(self, limit: int) -> list[Deed]:
        return self.deeds[:limit]

    async def feed_token(self, address: str) -> str:
        return f"token-of-{address.replace(':', '-')}"

    async def calendar(self, events: Sequence[Event], language: str) -> bytes:
        return "\n".join(event.uid for event in events).encode()

    def _change(self, uid: str, changes: Mapping[str, object]) -> Event:
        fields: dict[str, object] = dict(changes)
        changed = [
            replace(event, **fields) if event.uid == uid else event  # type: ignore[arg-type]
            for event in self.known
        ]
        self.known = changed
        return next(event for event in changed if event.uid == uid)


def _is_in(address: str, chat: str) -> bool:
    return address == chat or address.startswith(f"{chat}/")


def _next(event: Event, after: datetime) -> datetime | None:
    starts = [event.start, *(deadline.at for deadline in event.deadlines)]
    moments = [_instant(start) for start in starts if start is not None]
    return min((at for at in moments if at > after), default=None)


def _instant(at: datetime | date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(0), UTC)
