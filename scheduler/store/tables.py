"""The tables of `scheduler`; `scheduler/migrations/` makes them in a database."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint

from scheduler.database import Instant

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


#: Single values: "first_start", "planned_until", "paused", "planner".
meta = Table(
    "scheduler_meta",
    metadata,
    Column("name", Text, primary_key=True),
    _text("value"),
    Column("at", Instant),
)

#: How the event sources fare.
sources = Table(
    "scheduler_sources",
    metadata,
    Column("name", Text, primary_key=True),
    Column("last_run_at", Instant),
    Column("last_ok_at", Instant),
    #: In a row, since the last run that went well.
    _number("failures"),
    _text("error"),
    #: Items it could not read, as JSON.
    _text("broken"),
)

#: What each source tells, word for word.
items = Table(
    "scheduler_items",
    metadata,
    Column("source", Text, primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

#: uid of an item -> uid of its event, for ever.
aliases = Table(
    "scheduler_aliases",
    metadata,
    Column("alias", Text, primary_key=True),
    Column("uid", Text, nullable=False),
)

#: Events as they hold now: composed of items, edited, reviewed.
events = Table(
    "scheduler_events",
    metadata,
    Column("uid", Text, primary_key=True),
    Column("body", Text, nullable=False),
    #: As composed of its items, before edits and review.
    Column("composed", Text, nullable=False),
    #: Fields an editor set, as JSON; they win over the sources.
    _text("edits"),
    #: An editor's review; "" where none has decided.
    _text("verdict"),
    _number("revision"),
    _text("kind"),
    _text("review"),
    _text("audience"),
    Column("example", Boolean, nullable=False),
    #: From the first to the last instant of it.
    Column("first_at", Instant),
    Column("last_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    #: No source tells of it any more.
    Column("withdrawn_at", Instant),
    Index("scheduler_events_last_at", "last_at"),
)

#: How events were before, to tell what changed.
versions = Table(
    "scheduler_versions",
    metadata,
    Column("uid", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

#: What reminders count from, with the instant it became known.
anchors = Table(
    "scheduler_anchors",
    metadata,
    Column("uid", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _text("kind"),
    _text("recurrence_id"),
    _text("label"),
    Column("at", Instant, nullable=False),
    #: "2027-06-17" where the hour is not known; "" otherwise.
    _text("day"),
    Column("since", Instant, nullable=False),
    Index("scheduler_anchors_at", "at"),
)

subscriptions = Table(
    "scheduler_subscriptions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("address", Text, nullable=False),
    _text("origin"),
    _text("event_uid"),
    Column("body", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("paused_until", Instant),
    Column("ended_at", Instant),
    Index("scheduler_subscriptions_address", "address"),
)

#: One occasion for one address, once.
reminders = Table(
    "scheduler_reminders",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("occasion", Text, nullable=False),
    Column("address", Text, nullable=False),
    _text("subscription_id"),
    _text("kind"),
    _text("event_uid"),
    _text("recurrence_id"),
    _text("lead"),
    _text("label"),
    Column("anchor", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    #: Why then.
    _text("reason"),
    _text("state"),
    #: Why it is missed or cancelled.
    _text("outcome"),
    Column("post_id", Text),
    #: When a dry run went through it.
    Column("rehearsed_at", Instant),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("occasion", "address", name="scheduler_reminders_once"),
    Index("scheduler_reminders_due", "state", "due_at"),
    Index("scheduler_reminders_event", "event_uid", "state"),
    Index("scheduler_reminders_address", "address", "state"),
    Index("scheduler_reminders_post", "post_id"),
)

#: The outbox.
posts = Table(
    "scheduler_posts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("address", Text, nullable=False),
    #: What stands before the colon of the address: who sends it.
    Column("platform", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    _number("attempts"),
    #: How often it was sent again though it may have arrived.
    _number("doubts"),
    #: The post that this one answers, ours.
    _text("answers"),
    _text("owner"),
    #: By the database's clock.
    Column("lease_until", Instant),
    #: The platform's id.
    _text("ref"),
    _text("error"),
    Column("created_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("settled_at", Instant),
    Index("scheduler_posts_queue", "state", "not_before"),
    Index("scheduler_posts_address", "address", "state"),
)

#: What a post says, as it was claimed: which events, in which revision.
deliveries = Table(
    "scheduler_deliveries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("post_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    _text("event_uid"),
    _text("recurrence_id"),
    _text("kind"),
    _number("revision"),
    Index("scheduler_deliveries_post", "post_id"),
    Index("scheduler_deliveries_event", "event_uid"),
)

#: Who may do what alone: "send:slack"; by the database's clock.
leases = Table(
    "scheduler_leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Instant, nullable=False),
)

#: What people did, and who.
audit = Table(
    "scheduler_audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    _text("who"),
    _text("action"),
    _text("subject"),
    _text("details"),
    Index("scheduler_audit_subject", "subject"),
)
