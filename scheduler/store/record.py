"""SQL of the record: what was sent, skipped and missed, and why, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

import scheduler.store.tables as tables
from scheduler.events import Event, ReminderState
from scheduler.store.codec import load_event
from scheduler.store.rows import Connection

__all__ = ["Delivery", "counts", "record"]

REMINDERS, POSTS, EVENTS = tables.reminders.c, tables.posts.c, tables.events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One reminder and what became of it."""

    address: str
    event_uid: str
    #: None for a digest.
    event: Event | None
    occasion: str
    kind: str
    lead: str
    recurrence_id: str
    #: Of the deadline; "" otherwise.
    label: str
    anchor: datetime
    due_at: datetime
    #: Why then: "lead", "weekend", "holiday", "quiet-hours", "instant", "weekly".
    timed: str
    #: One of OUTCOMES.
    outcome: str
    #: Why it was not sent, or what the platform said.
    reason: str
    sent_at: datetime | None
    #: The platform's id of the post.
    ref: str
    attempts: int
    #: How often it was sent again though it may have arrived.
    doubts: int
    post_id: str


async def record(
    connection: Connection,
    *,
    address: str = "",
    event_uid: str = "",
    since: datetime | None = None,
    decided_by: datetime | None = None,
    outcomes: Sequence[str] = (),
    limit: int | None = 200,
) -> list[Delivery]:
    """Return reminders with their outcome, the latest due first.

    decided_by: leave out what is still to be sent after this instant.
    """
    query = _query()
    if address:
        query = query.where(REMINDERS.address == address)
    if event_uid:
        query = query.where(REMINDERS.event_uid == event_uid)
    if since:
        query = query.where(REMINDERS.due_at >= since)
    if decided_by:
        waits = REMINDERS.state == ReminderState.SCHEDULED.value
        query = query.where(~waits | (REMINDERS.due_at <= decided_by))
    query = query.order_by(REMINDERS.due_at.desc(), REMINDERS.id.desc())
    rows = await connection.execute(query if outcomes else query.limit(limit))
    found = [_delivery(row) for row in rows]
    return [one for one in found if not outcomes or one.outcome in outcomes][:limit]


async def counts(connection: Connection) -> dict[str, int]:
    """Return how many posts stand where, and how many reminders were missed or cancelled."""
    posts = await connection.execute(select(POSTS.state, func.count()).group_by(POSTS.state))
    reminders = await connection.execute(
        select(REMINDERS.state, func.count()).group_by(REMINDERS.state)
    )
    found = {f"post {row[0]}": row[1] for row in posts}
    return found | {f"reminder {row[0]}": row[1] for row in reminders}


def _query() -> Select[Any]:
    return (
        select(
            tables.reminders,
            EVENTS.body.label("event_body"),
            POSTS.state.label("post_state"),
            POSTS.error.label("post_error"),
            POSTS.settled_at,
            POSTS.ref,
            POSTS.attempts,
            POSTS.doubts,
        )
        .outerjoin(tables.posts, POSTS.id == REMINDERS.post_id)
        .outerjoin(tables.events, EVENTS.uid == REMINDERS.event_uid)
    )


def _delivery(row: Row[Any]) -> Delivery:
    outcome = row.post_state or row.state
    if row.rehearsed_at and outcome == "scheduled":
        outcome = "rehearsed"
    return Delivery(
        address=row.address,
        event_uid=row.event_uid,
        event=load_event(row.event_body) if row.event_body else None,
        occasion=row.occasion,
        kind=row.kind,
        lead=row.lead,
        recurrence_id=row.recurrence_id,
        label=row.label,
        anchor=row.anchor,
        due_at=row.due_at,
        timed=row.reason,
        outcome=outcome,
        reason=row.outcome or row.post_error or "",
        sent_at=row.settled_at if outcome == "sent" else None,
        ref=row.ref or "",
        attempts=row.attempts or 0,
        doubts=row.doubts or 0,
        post_id=row.post_id or "",
    )
