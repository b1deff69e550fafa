"""Notices that what an address was told holds no more: old and new, as a reply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scheduler.events import (
    Change,
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Occurrence,
    Reminder,
    ReminderKind,
    Subscription,
    instant,
    last_instant,
)
from scheduler.reminders.anchors import OFF
from scheduler.reminders.timing import allowed_from

__all__ = ["LONG_OVER", "Told", "differences", "plan_change", "spent"]

#: A status that is told; of a new time the time is told.
_TELLING = {*OFF, EventStatus.MOVED_ONLINE}
#: What was over longer ago than this was not moved or extended: it is held, or opened, anew.
LONG_OVER = timedelta(days=14)
#: Stands for the start of what has none.
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an address was told last about an event, or about one date of it."""

    address: str
    recurrence_id: str
    #: The event as it was then.
    event: Event
    #: When it was told.
    at: datetime

    def held_anew(self, now: datetime) -> bool:
        """Say whether what was told took place, and so long ago that a new date is no move."""
        one = _occurrence(self.event, self.recurrence_id)
        lay_ahead = not _over(self.event, one, self.at)
        put_off = self.event.status is EventStatus.POSTPONED
        return lay_ahead and not put_off and _over(self.event, one, now - LONG_OVER)


def differences(old: Event, new: Event, recurrence_id: str, now: datetime) -> tuple[Change, ...]:
    """Return what became different and still matters at `now`, most important first."""
    before, after = _occurrence(old, recurrence_id), _occurrence(new, recurrence_id)
    if _over(old, before, now) and _over(new, after, now):
        return ()
    status = tuple(_status(old, new, before, after))
    if after.cancelled or new.status in OFF:
        return status
    return (
        *status,
        *(_times(before, after) if new.kind is not EventKind.CALL else ()),
        *_place(old, new, before, after),
        *_openings(old, new, now),
        *_deadlines(old.deadlines, new.deadlines, now),
    )


def plan_change(
    told: Told, event: Event, revision: int, subscription: Subscription, now: datetime
) -> Reminder | None:
    """Return the notice that an address is owed, due at the next hour it may be written to."""
    changes = differences(told.event, event, told.recurrence_id, now)
    if not changes or told.held_anew(now):
        return None
    moments = [*_moments(told.event, told.recurrence_id), *_moments(event, told.recurrence_id)]
    ahead = [at for at in moments if at > now]
    start = max(now, subscription.paused_until or now)
    due = allowed_from(
        start,
        subscription.timezone,
        quiet=subscription.quiet,
        limit=min(ahead, default=None),
        reason="instant",
    )
    return Reminder(
        occasion=f"{event.uid}|{told.recurrence_id}|{ReminderKind.CHANGED}|{revision}",
        address=told.address,
        subscription_id=subscription.id,
        kind=ReminderKind.CHANGED,
        event_uid=event.uid,
        recurrence_id=told.recurrence_id,
        anchor=max(moments, default=now),
        due_at=due.at,
        reason=due.reason,
    )


def spent(reminder: Reminder, event: Event, now: datetime) -> str:
    """Return why a change needs no telling any more: old and new date have passed."""
    return "began" if now >= reminder.anchor and event.over(now) else ""


def _occurrence(event: Event, recurrence_id: str) -> Occurrence:
    """Return the date that was told; the event's own where it does not recur."""
    for one in event.occurrences:
        if one.recurrence_id == recurrence_id:
            return one
    start = event.start if event.start is not None else event.open_from
    # The series no longer has this date; that it is no series any more need not mean so.
    gone = bool(recurrence_id) and (bool(event.occurrences) or recurrence_id != _name(start))
    return Occurrence(
        recurrence_id=recurrence_id,
        start=start if start is not None else _NEVER,
        end=event.end,
        cancelled=gone,
    )


def _name(start: datetime | date | None) -> str:
    """Return what a date of a series that starts then is known by."""
    if isinstance(start, datetime):
        return f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{start:%Y%m%d}" if start is not None else ""


def _moments(event: Event, recurrence_id: str) -> Iterator[datetime]:
    if recurrence_id or event.start is not None:
        yield instant(_occurrence(event, recurrence_id).start, event.timezone)
    yield from (deadline.at for deadline in event.deadlines)


def _over(event: Event, one: Occurrence, now: datetime) -> bool:
    if not one.recurrence_id:
        return event.over(now)
    return last_instant(one.start, one.end, event.timezone) < now


def _status(old: Event, new: Event, before: Occurrence, after: Occurrence) -> Iterator[Change]:
    was = EventStatus.CANCELLED if before.cancelled else old.status
    is_ = EventStatus.CANCELLED if after.cancelled else new.status
    if was != is_ and (is_ in _TELLING or was in OFF):
        yield Change(what="status", old=was.value, new=is_.value)


def _times(before: Occurrence, after: Occurrence) -> Iterator[Change]:
    if _utc(before.start) != _utc(after.start):
        yield Change(what="start", old=before.start, new=after.start)
    if _utc(before.end) != _utc(after.end) and _length(before) != _length(after):
        yield Change(what="end", old=before.end, new=after.end)


def _utc(moment: datetime | date | None) -> datetime | date | None:
    # Datetimes of two zones never compare equal within a doubled hour.
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _length(one: Occurrence) -> timedelta | None:
    start, end = one.start, one.end
    if isinstance(start, datetime):
        return end.astimezone(UTC) - start.astimezone(UTC) if isinstance(end, datetime) else None
    return end - start if end is not None else None


def _place(old: Event, new: Event, before: Occurrence, after: Occurrence) -> Iterator[Change]:
    was, is_ = before.place or old.place, after.place or new.place
    if was and is_ and was != is_:
        yield Change(what="place", old=was, new=is_)


def _openings(old: Event, new: Event, now: datetime) -> Iterator[Change]:
    if _utc(old.opening) == _utc(new.opening):
        return
    dates: list[tuple[date, str]] = [
        (event.opening, event.timezone) for event in (old, new) if event.opening is not None
    ]
    if any(instant(day, zone) > now for day, zone in dates):
        yield Change(what="open_from", old=old.opening, new=new.opening)


def _deadlines(old: Sequence[Deadline], new: Sequence[Deadline], now: datetime) -> Iterator[Change]:
    """Pair deadlines by label, then in order; those that have passed may silently go.

    One that only got another label stays: cut-offs are counted anew when the first one passes.
    """
    kept = {d.at.astimezone(UTC) for d in old} & {d.at.astimezone(UTC) for d in new}
    labels = dict.fromkeys(d.label for d in (*old, *new))
    for label in labels:
        olds = sorted(d.at.astimezone(UTC) for d in old if d.label == label)
        news = sorted(d.at.astimezone(UTC) for d in new if d.label == label)
        gone = [at for at in olds if at not in kept and (at > now or len(news) >= len(olds))]
        come = [at for at in news if at not in kept]
        for n in range(max(len(gone), len(come))):
            was = gone[n] if n < len(gone) else None
            is_ = come[n] if n < len(come) else None
            if any(at is not None and at > now for at in (was, is_)):
                yield Change(what="deadline", label=label, old=was, new=is_)
