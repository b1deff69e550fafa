"""What reminders count from: starts, deadlines and openings of an event, as instants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from scheduler.events import (
    Deadline,
    Event,
    EventKind,
    EventStatus,
    ReminderKind,
    Review,
    instant,
    last_instant,
)

__all__ = ["OFF", "Anchor", "anchors"]

#: Of these nothing is left to remind of.
OFF = {EventStatus.CANCELLED, EventStatus.POSTPONED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One instant of an event that reminders count from."""

    #: Which reminders: before-start, before-deadline or opened.
    kind: ReminderKind
    at: datetime
    #: The day, where no hour is known: it is this day in every zone.
    day: date | None = None
    recurrence_id: str = ""
    #: Of the deadlines that fall on this instant; "" otherwise.
    label: str = ""
    #: When we first knew of it; what fell due before is never sent.
    since: datetime | None = None

    @property
    def key(self) -> str:
        """Return what makes it this anchor and not one it was moved to."""
        moment = self.day.isoformat() if self.day else self.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{self.recurrence_id}|{self.kind}|{moment}"


def anchors(event: Event) -> list[Anchor]:
    """Return what reminders of an event count from; nothing while it must not be posted."""
    if event.review is not Review.APPROVED or event.status in OFF:
        return []
    found: dict[str, Anchor] = {}
    for anchor in (*_starts(event), *_deadlines(event), *_openings(event)):
        other = found.get(anchor.key)
        if other and anchor.label and anchor.label != other.label:
            anchor = replace(anchor, label=f"{other.label}, {anchor.label}".removeprefix(", "))
        found[anchor.key] = anchor
    return list(found.values())


def _anchor(
    event: Event, kind: ReminderKind, moment: datetime | date, recurrence_id: str = ""
) -> Anchor:
    return Anchor(
        kind=kind,
        at=instant(moment, event.timezone).astimezone(UTC),
        day=None if isinstance(moment, datetime) else moment,
        recurrence_id=recurrence_id,
    )


def _starts(event: Event) -> Iterator[Anchor]:
    if event.occurrences:
        for one in event.occurrences:
            if not one.cancelled:
                yield _anchor(event, ReminderKind.BEFORE_START, one.start, one.recurrence_id)
    elif event.start is not None and event.kind is not EventKind.CALL:
        yield _anchor(event, ReminderKind.BEFORE_START, event.start)


def _deadlines(event: Event) -> Iterator[Anchor]:
    for deadline in event.deadlines:
        if event.kind is EventKind.CALL or not _follows(deadline, event):
            anchor = _anchor(event, ReminderKind.BEFORE_DEADLINE, deadline.at)
            yield replace(anchor, label=deadline.label)


def _follows(deadline: Deadline, event: Event) -> bool:
    """Say whether registration would end when the event is over: it was moved, or mistyped."""
    spans = [(event.start, event.end), *((one.start, one.end) for one in event.occurrences)]
    ends = [last_instant(start, end, event.timezone) for start, end in spans if start is not None]
    return bool(ends) and deadline.at > max(ends)


def _openings(event: Event) -> Iterator[Anchor]:
    if event.opening is not None:
        yield _anchor(event, ReminderKind.OPENED, event.opening)
