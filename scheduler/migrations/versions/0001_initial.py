"""The first tables of `scheduler`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.database import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _aliases()
    _anchors()
    _audit()
    _deliveries()
    _events()
    _items()
    _leases()
    _meta()
    _posts()
    _reminders()
    _sources()
    _subscriptions()
    _versions()


def _aliases() -> None:
    op.create_table(
        "scheduler_aliases",
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alias"),
    )


def _anchors() -> None:
    op.create_table(
        "scheduler_anchors",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("recurrence_id", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("day", sa.Text(), server_default="", nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid", "key"),
    )
    op.create_index("scheduler_anchors_at", "scheduler_anchors", ["at"], unique=False)


def _audit() -> None:
    op.create_table(
        "scheduler_audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("action", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("details", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("scheduler_audit_subject", "scheduler_audit", ["subject"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "scheduler_deliveries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("event_uid", sa.Text(), server_default="", nullable=False),
        sa.Column("recurrence_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "scheduler_deliveries_event", "scheduler_deliveries", ["event_uid"], unique=False
    )
    op.create_index("scheduler_deliveries_post", "scheduler_deliveries", ["post_id"], unique=False)


def _events() -> None:
    op.create_table(
        "scheduler_events",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("composed", sa.Text(), nullable=False),
        sa.Column("edits", sa.Text(), server_default="", nullable=False),
        sa.Column("verdict", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("review", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.Text(), server_default="", nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("first_at", Instant(timezone=True), nullable=True),
        sa.Column("last_at", Instant(timezone=True), nullable=True),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("withdrawn_at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("uid"),
    )
    op.create_index("scheduler_events_last_at", "scheduler_events", ["last_at"], unique=False)


def _items() -> None:
    op.create_table(
        "scheduler_items",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "uid"),
    )


def _leases() -> None:
    op.create_table(
        "scheduler_leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _meta() -> None:
    op.create_table(
        "scheduler_meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )


def _posts() -> None:
    op.create_table(
        "scheduler_posts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(timezone=True), nullable=False),
        sa.Column("not_before", Instant(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("doubts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answers", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", Instant(timezone=True), nullable=True),
        sa.Column("ref", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("claimed_at", Instant(timezone=True), nullable=True),
        sa.Column("settled_at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "scheduler_posts_address", "scheduler_posts", ["address", "state"], unique=False
    )
    op.create_index(
        "scheduler_posts_queue", "scheduler_posts", ["state", "not_before"], unique=False
    )


def _reminders() -> None:
    op.create_table(
        "scheduler_reminders",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("event_uid", sa.Text(), server_default="", nullable=False),
        sa.Column("recurrence_id", sa.Text(), server_default="", nullable=False),
        sa.Column("lead", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("anchor", Instant(timezone=True), nullable=False),
        sa.Column("due_at", Instant(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("post_id", sa.Text(), nullable=True),
        sa.Column("rehearsed_at", Instant(timezone=True), nullable=True),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("occasion", "address", name="scheduler_reminders_once"),
    )
    op.create_index(
        "scheduler_reminders_address", "scheduler_reminders", ["address", "state"], unique=False
    )
    op.create_index(
        "scheduler_reminders_due", "scheduler_reminders", ["state", "due_at"], unique=False
    )
    op.create_index(
        "scheduler_reminders_event", "scheduler_reminders", ["event_uid", "state"], unique=False
    )
    op.create_index("scheduler_reminders_post", "scheduler_reminders", ["post_id"], unique=False)


def _sources() -> None:
    op.create_table(
        "scheduler_sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_run_at", Instant(timezone=True), nullable=True),
        sa.Column("last_ok_at", Instant(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("broken", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _subscriptions() -> None:
    op.create_table(
        "scheduler_subscriptions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), server_default="", nullable=False),
        sa.Column("event_uid", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
        sa.Column("paused_until", Instant(timezone=True), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "scheduler_subscriptions_address", "scheduler_subscriptions", ["address"], unique=False
    )


def _versions() -> None:
    op.create_table(
        "scheduler_versions",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid", "revision"),
    )
