"""What crosses between the parts of `scheduler`: events, subscriptions, reminders, notices (leaf).

Instants are aware datetimes. All-day spans are dates, both ends inclusive.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol


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
    """One cut-off of a call."""

    #: "", "expression of interest", "first stage" …
    label: str = ""
    at: datetime
    precision: Precision = Precision.MINUTE
    #: IANA zone in which the source gave it ("Europe/Brussels"); "AoE" is "Etc/GMT+12".
    timezone: str = "Europe/Prague"


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
class Event:
    """A seminar, conference, call or meeting, as its sources tell it."""

    #: Stable for ever; as the source gives it, made from source and URL where it gives none.
    uid: str
    title: str
    kind: EventKind
    #: Aware datetime, or date for all-day; None for a call.
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
    #: Name of the event source.
    source: str = ""
    #: iCalendar's SEQUENCE; ours counts on from it.
    sequence: int = 0
    #: Shown with the event, plain text; "" if none.
    summary: str = ""
    #: One of the starter's examples: to console and web chat only.
    example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """How long before its anchor a reminder is due: "7d@09:00", "1h", "30m", "10s"."""

    #: Whole days before, at `at` by the chat's wall clock; None for absolute leads.
    days: int | None = None
    at: time | None = None
    #: Absolute time before; None for day-leads.
    before: timedelta | None = None


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
    #: By kind; a kind that is missing takes the defaults.
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


class Deliverer(Protocol):
    """What the outbox speaks through; `bot/notifier.py` implements it."""

    async def ready(self, address: str) -> None:
        """Wait for the platform's limits (the token is taken before the claim)."""

    async def deliver(self, notice: Notice) -> str:
        """Post it once and return the platform's message id.

        Raises:
            scheduler.errors.NotDelivered: with `retry_after` (seconds or None) and `certain`.
            scheduler.errors.Undeliverable: it will never be taken; with `moved_to`.
        """

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Return the id of the post made with this key, None if none was made.

        Raises:
            scheduler.errors.CannotTell: the platform cannot be asked.
        """


#: Reads the web for the event sources: (method, url, body, headers) -> Response-like bytes.
Fetch = Callable[..., Awaitable[object]]

#: The time; built once in bot/app.py.
Clock = Callable[[], datetime]
