"""Says why: for an event, what each subscription was and will be sent, and why not otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import scheduler.store.events as events
import scheduler.store.record as records
import scheduler.store.state as state
import scheduler.store.subscriptions as subscriptions
from scheduler.errors import UnknownEvent
from scheduler.events import Event, Notice, NoticeItem, ReminderKind, Review, Subscription
from scheduler.reminders.anchors import Anchor
from scheduler.reminders.change import differences
from scheduler.reminders.occasions import Occasion
from scheduler.reminders.planning import Known, Option, options
from scheduler.store import Store
from scheduler.store.events import StoredEvent
from scheduler.store.record import Delivery
from scheduler.store.rows import Connection

__all__ = ["Explanation", "Line", "explain", "preview"]


#: Why a lead that was wished for later is not sent.
PAST = "due before it was wanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One reminder of an event for one subscription, sent, to be sent, or not."""

    subscription_id: str
    address: str
    kind: str = ""
    lead: str = ""
    recurrence_id: str = ""
    #: Of the deadline; "" otherwise.
    label: str = ""
    anchor: datetime | None = None
    due_at: datetime | None = None
    #: "planned" (its row comes nearer the time), or an outcome of `Delivery`; "none" where nothing
    #: is sent.
    outcome: str
    #: Why then ("lead", "weekend" …), or why not ("topic", "due before the date was known" …).
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All there is to say about the reminders of an event."""

    event: Event
    #: Why nothing at all is sent: "suggested", "cancelled", all is "paused" …; "" if some may be.
    silent: str
    lines: tuple[Line, ...]


async def explain(store: Store, uid: str, now: datetime) -> Explanation:
    """Explain an event's reminders. Raises UnknownEvent."""
    async with store.reading() as connection:
        stored = await _find(connection, uid)
        known = await events.known(connection, [stored.event.uid])
        active = await subscriptions.active(connection)
        sent = await records.record(connection, event_uid=stored.event.uid, limit=None)
        paused = "paused" if await state.get(connection, "paused") else ""
    rows = {(one.occasion, one.address): one for one in sent}
    lines = [line for one in known for line in _lines(one, active, rows, now)]
    lines.extend(_from_row(one) for one in rows.values())
    lines.sort(key=lambda line: (line.address, str(line.due_at or ""), line.lead))
    silent = paused if known else _silent(stored)
    return Explanation(event=stored.event, silent=silent, lines=tuple(lines))


async def preview(
    store: Store,
    uid: str,
    now: datetime,
    *,
    kind: ReminderKind,
    address: str,
    language: str,
    timezone: str,
) -> Notice:
    """Return the notice as it would be sent now; nothing is stored. Raises UnknownEvent."""
    async with store.reading() as connection:
        stored = await _find(connection, uid)
        known = await events.known(connection, [stored.event.uid])
        was = await events.load_version(connection, [(stored.event.uid, stored.revision - 1)])
    anchors = known[0].anchors if known else ()
    anchor = _next([one for one in anchors if one.kind is kind] or list(anchors), now)
    recurrence_id = anchor.recurrence_id if anchor else ""
    before = was.get((stored.event.uid, stored.revision - 1), stored.event)
    item = NoticeItem(
        kind=kind,
        event=stored.event,
        recurrence_id=recurrence_id,
        label=anchor.label if anchor else "",
        anchor=(anchor.day or anchor.at) if anchor else None,
        changes=differences(before, stored.event, recurrence_id, now)
        if kind is ReminderKind.CHANGED
        else (),
    )
    return Notice(
        post_id="preview",
        address=address,
        language=language,
        timezone=timezone,
        items=(item,),
        due_at=now,
    )


async def _find(connection: Connection, uid: str) -> StoredEvent:
    found = await events.load(connection, [await events.canonical(connection, uid)])
    if not found:
        raise UnknownEvent(f"There is no event {uid}. List them with: cscc events list")
    return found[0]


def _next(anchors: list[Anchor], now: datetime) -> Anchor | None:
    ahead = [one for one in anchors if one.at > now]
    return min(ahead or anchors, key=lambda one: one.at, default=None)


def _silent(stored: StoredEvent) -> str:
    if stored.withdrawn_at is not None:
        return "withdrawn"
    if stored.event.review is not Review.APPROVED:
        return stored.event.review.value
    return stored.event.status.value


def _lines(
    known: Known,
    active: Iterable[Subscription],
    rows: dict[tuple[str, str], Delivery],
    now: datetime,
) -> list[Line]:
    """Say what becomes of each option; rows that tell it are taken out of `rows`.

    An address is told of an occasion once, however many of its subscriptions ask for it.
    """
    lines: list[Line] = []
    told: dict[tuple[str, str], Line] = {}
    for option in options(known, active):
        to, occasion = option.subscription, option.occasion
        if occasion is None:
            no = Line(subscription_id=to.id, address=to.address, outcome="none")
            lines.append(replace(no, reason=option.why_not))
            continue
        key = (occasion.key(known.event.uid), to.address)
        row = rows.pop(key, None)
        line = _from_row(row, subscription_id=to.id) if row else _line(option, occasion, now)
        if key not in told or _comes_before(line, told[key]):
            told[key] = line
    return [*lines, *told.values()]


def _comes_before(one: Line, other: Line) -> bool:
    """Say whether of two lines on an occasion for one address the one says what will be."""
    if "none" in (one.outcome, other.outcome) or one.due_at is None or other.due_at is None:
        return other.outcome == "none"
    return one.due_at < other.due_at


def _line(option: Option, occasion: Occasion, now: datetime) -> Line:
    to, due = option.subscription, occasion.due
    why_not = option.why_not or (PAST if due and due.at <= now else "")
    return Line(
        subscription_id=to.id,
        address=to.address,
        kind=occasion.anchor.kind.value,
        lead=occasion.lead,
        recurrence_id=occasion.anchor.recurrence_id,
        label=occasion.anchor.label,
        anchor=occasion.anchor.at,
        due_at=due.at if due else None,
        outcome="none" if why_not else "planned",
        reason=why_not or (due.reason if due else ""),
    )


def _from_row(row: Delivery, subscription_id: str = "") -> Line:
    return Line(
        subscription_id=subscription_id,
        address=row.address,
        kind=row.kind,
        lead=row.lead,
        recurrence_id=row.recurrence_id,
        label=row.label,
        anchor=row.anchor,
        due_at=row.due_at,
        outcome=row.outcome,
        reason=row.reason or row.timed,
    )
