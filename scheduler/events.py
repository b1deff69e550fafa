"""What crosses between the parts of `scheduler`: events, subscriptions, reminders, notices (leaf).

Instants are aware datetimes. All-day spans are dates, both ends inclusive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


def instant(value: datetime | date, timezone: str) -> datetime:
    """Return a datetime as it is, and of a date its first moment in the zone."""
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), ZoneInfo(timezone))


def last_instant(start: datetime | date, end: datetime | date | None, timezone: str) -> datetime:
    """Return when something is over: its end, its start, or the end of its last day."""
    last = start if end is None else end
    if isinstance(last, datetime):
        return last
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(timezone))


class EventKind(StrEnum):
    """What sort of event it is."""

    SEMINAR = "seminar"
    CONFERENCE = "conference"
    #: A call for projects; it has deadlines.
    CALL = "call"
    #: A meeting of a working group.
    MEETING = "meeting"


class EventStatus(StrEnum):
    """What has become of an event."""

    SCHEDULED = "scheduled"
    #: It has a new time.
    RESCHEDULED = "rescheduled"
    #: Same time, no longer at a place.
    MOVED_ONLINE = "moved_online"
    #: Not at this time; a new one is not known.
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class CallState(StrEnum):
    """Where a call stands at an instant."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class Review(StrEnum):
    """What the editors think of an event."""

    #: Waits for an editor; never posted.
    SUGGESTED = "suggested"
    APPROVED = "approved"
    #: Stays rejected, however often the source repeats it.
    REJECTED = "rejected"


class Precision(StrEnum):
    """How exactly a deadline was given. Whole days end at 23:59 of the event's zone."""

    MINUTE = "minute"
    DATE = "date"
    MONTH_END = "month-end"
    YEAR_END = "year-end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One cut-off of a call; of an event the end of its registration, or of a part of it."""

    #: "", "expression of interest", "first stage" …
    label: str = ""
    at: datetime
    precision: Precision = Precision.MINUTE
    #: IANA zone in which the source gave it ("Europe/Brussels"); "AoE" is "Etc/GMT+12".
    timezone: str = "Europe/Prague"
    #: When it was to be before it was extended, or brought forward.
    previous: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One date of a recurring event."""

    #: The start the rule gave it, in UTC, "20270301T090000Z" ("20270301" all-day): its identity.
    recurrence_id: str
    start: datetime | date
    end: datetime | date | None
    cancelled: bool = False
    #: Its own place where it differs; "" otherwise.
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The same event in another language."""

    #: ISO 639-1 of the title.
    language: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A seminar, conference, call or meeting, as its sources tell it."""

    #: Stable for ever; as the source gives it, made from source and URL where it gives none.
    uid: str
    title: str
    kind: EventKind
    #: Aware datetime, or date for all-day. Of a call only where a calendar publishes it as an
    #: event with a span; `opening` says what that means.
    start: datetime | date | None = None
    #: Inclusive for all-day.
    end: datetime | date | None = None
    all_day: bool = False
    #: IANA zone.
    timezone: str = "Europe/Prague"
    #: Empty unless it recurs.
    occurrences: tuple[Occurrence, ...] = ()
    #: The start before it was moved, where the source says so.
    original_start: datetime | date | None = None
    #: How a call stands by its source, where no date says it.
    stands: CallState | None = None
    #: When a call opens.
    open_from: datetime | date | None = None
    deadlines: tuple[Deadline, ...] = ()
    status: EventStatus = EventStatus.SCHEDULED
    review: Review = Review.APPROVED
    url: str = ""
    place: str = ""
    #: ISO 639-1 of the title.
    language: str = "cs"
    #: "public" or "members".
    audience: str = "public"
    topics: tuple[str, ...] = ()
    #: Region the event or call is meant for; "" for all.
    region: str = ""
    #: Whom a call is for: "municipality", "region", "university", "company", "ngo".
    eligible: tuple[str, ...] = ()
    #: Same event in other sources or languages: the canonical uid; "" if none.
    group: str = ""
    #: Its titles in other languages, where a source tells them; by language.
    versions: tuple[Version, ...] = ()
    #: Name of the event source.
    source: str = ""
    #: iCalendar's SEQUENCE; ours counts on from it.
    sequence: int = 0
    #: Shown with the event, plain text; "" if none.
    summary: str = ""
    #: When its source says it was last changed. Feeds stamp themselves anew, so that events
    #: that differ in this alone are equal.
    updated: datetime | None = field(default=None, compare=False)
    #: One of the starter's examples: to console and web chat only.
    example: bool = False

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which there is a title or a page of it."""
        return frozenset((self.language, *(version.language for version in self.versions)))

    @property
    def opening(self) -> datetime | date | None:
        """When a call opens: as said, or the start of its span unless that is a deadline's day."""
        if self.kind is not EventKind.CALL or self.open_from is not None or self.start is None:
            return self.open_from
        first = instant(self.start, self.timezone).date()
        days = {d.at.astimezone(ZoneInfo(self.timezone)).date() for d in self.deadlines}
        return None if first in days else self.start

    def call_state(self, now: datetime) -> CallState | None:
        """Say where a call stands at `now`; None for what is no call."""
        if self.kind is not EventKind.CALL:
            return None
        if self.opening is not None and instant(self.opening, self.timezone) > now:
            return CallState.PLANNED
        if self.deadlines and all(deadline.at < now for deadline in self.deadlines):
            return CallState.CLOSED
        unsaid = self.opening is None if self.stands is CallState.PLANNED else not self.deadlines
        return self.stands if self.stands and unsaid else CallState.OPEN

    def over(self, now: datetime) -> bool:
        """Say whether nothing of it lies ahead of `now` any more."""
        ends = [deadline.at for deadline in self.deadlines]
        ends += [last_instant(o.start, o.end, self.timezone) for o in self.occurrences]
        if self.start is not None:
            ends.append(last_instant(self.start, self.end, self.timezone))
        if self.open_from is not None:
            ends.append(last_instant(self.open_from, None, self.timezone))
        return bool(ends) and max(ends) < now


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """How long before its anchor a reminder is due: "7d@09:00", "1h", "30m", "10s"."""

    #: Whole days before, at `at` by the chat's wall clock; None for absolute leads.
    days: int | None = None
    at: time | None = None
    #: Absolute time before; None for day-leads.
    before: timedelta | None = None

    @classmethod
    def parse(cls, text: str) -> Lead:
        """Read a lead as it is written in cscc.toml and in chat; days without an hour are at 9.

        Raises:
            ValueError: the text is no lead; its message says what one looks like.
        """
        found = _LEAD.fullmatch(text.strip().lower())
        if found is None or (found["unit"] != "d" and found["hour"]):
            raise ValueError(f"{text!r} is no lead; write 7d@09:00, 7d, 1h, 30m or 10s")
        number, hour, minute = int(found["number"]), found["hour"], found["minute"]
        if found["unit"] != "d":
            return cls(before=number * _UNITS[found["unit"]])
        try:
            return cls(days=number, at=time(int(hour or 9), int(minute or 0)))
        except ValueError as error:
            raise ValueError(f"{text!r} names no time of day; write 7d@09:00") from error

    def __str__(self) -> str:
        """Write it as it is read: "7d@09:00", "1h", "90m"."""
        if self.days is not None:
            return f"{self.days}d@{self.at or time(9):%H:%M}"
        seconds = int(self.before.total_seconds()) if self.before else 0
        for unit, length in (("h", 3600), ("m", 60)):
            if seconds and seconds % length == 0:
                return f"{seconds // length}{unit}"
        return f"{seconds}s"


_LEAD = re.compile(
    r"(?P<number>\d{1,4})\s*(?P<unit>[dhms])(?:\s*@\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?)?"
)
_UNITS = {"h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one address wants to be told."""

    #: Stable: hash of its origin and address, or the row's id.
    id: str
    address: str
    #: Empty: all kinds.
    kinds: tuple[EventKind, ...] = ()
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    eligible: tuple[str, ...] = ()
    #: Of events; empty: all.
    languages: tuple[str, ...] = ()
    #: Of the notices: "cs" or "en".
    language: str = "cs"
    timezone: str = "Europe/Prague"
    #: What the address may be told of: "public" or "members".
    audience: str = "public"
    #: By kind, and under "registration" for its end; what is missing takes the defaults.
    leads: Mapping[str, tuple[Lead, ...]] = field(default_factory=dict)
    quiet: bool = True
    #: Weekly digest.
    digest: bool = False
    #: Nothing is sent before this instant; None: not snoozed.
    paused_until: datetime | None = None
    #: "config" or "chat".
    origin: str = "config"
    #: When it began: what fell due before is never sent.
    since: datetime | None = None
    #: What falls due later is not for it; None: it has no such end.
    until: datetime | None = None
    #: Only this event (by "remind me"); "" for all that match.
    event_uid: str = ""


class ReminderKind(StrEnum):
    """What a reminder is about."""

    BEFORE_START = "before-start"
    BEFORE_DEADLINE = "before-deadline"
    OPENED = "opened"
    CHANGED = "changed"
    DIGEST = "digest"
    #: One summary of what lies ahead, for a new subscription.
    SUMMARY = "summary"


class ReminderState(StrEnum):
    """Where a reminder stands."""

    SCHEDULED = "scheduled"
    ENQUEUED = "enqueued"
    #: Found too late to be of use.
    MISSED = "missed"
    #: The event moved, was cancelled or withdrawn, or the subscription ended.
    CANCELLED = "cancelled"


#: What may have become of a reminder, as the record tells it: its own state or that of its post;
#: "rehearsed" by a dry run.
OUTCOMES = (
    "scheduled",
    "rehearsed",
    "queued",
    "sending",
    "sent",
    "in_doubt",
    "failed",
    "missed",
    "cancelled",
)


class PostState(StrEnum):
    """Where a post of the outbox stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    #: Whether it arrived cannot be known.
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One occasion for one address."""

    #: Event, recurrence, kind, lead and anchor: with the address, what "once" means.
    occasion: str
    address: str
    subscription_id: str
    kind: ReminderKind
    event_uid: str
    recurrence_id: str = ""
    #: As written, "7d@09:00"; "" where there is none.
    lead: str = ""
    #: Label of the deadline; "" otherwise.
    label: str = ""
    #: The instant it counts from.
    anchor: datetime
    due_at: datetime
    #: Why then: "lead", "quiet-hours", "weekend", "holiday", … for `explain`.
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became different: "start", "end", "place", "status", "deadline", "open_from", …"""

    what: str
    label: str = ""
    old: datetime | date | str | None
    new: datetime | date | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeItem:
    """One event within a notice."""

    kind: ReminderKind
    event: Event
    recurrence_id: str = ""
    label: str = ""
    #: Start or deadline that this is about; None for a change or digest.
    anchor: datetime | date | None = None
    lead: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What leaves the outbox: one post, with all that is due in one chat in one minute."""

    #: Of the post; goes along as its key.
    post_id: str
    address: str
    language: str
    timezone: str
    items: tuple[NoticeItem, ...]
    #: The platform's id of the post there that this answers; "" for a new one.
    reply_to: str = ""
    #: When it was due; what is left is computed from the instant of delivery.
    due_at: datetime
