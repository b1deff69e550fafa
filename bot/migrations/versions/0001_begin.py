"""Make the bot's first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _conversation()
    _questions()
    _posting()
    _editors()


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), primary_key=True)


def _instant(name: str = "at", *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, _INSTANT, nullable=null)


def _conversation() -> None:
    op.create_table(
        "bot_messages",
        _key("id"),
        *(_text(name) for name in ("chat", "author", "payload", "state", "owner")),
        sa.Column("lease", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _instant("received_at"),
    )
    op.create_index("bot_messages_state", "bot_messages", ["state"])
    op.create_index("bot_messages_received", "bot_messages", ["received_at"])
    op.create_table(
        "bot_chats",
        _key("chat"),
        *(_text(name, null=True) for name in ("language", "guess", "respond")),
        sa.Column("asked", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "bot_people",
        _key("author"),
        _text("language", null=True),
        sa.Column("consent", sa.Boolean(), nullable=False),
        _instant("asked_at", null=True),
    )
    op.create_table(
        "bot_turns",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        *(_text(name) for name in ("address", "author", "role", "text")),
        _instant(),
    )
    op.create_index("bot_turns_place", "bot_turns", ["address", "author", "at"])
    op.create_index("bot_turns_at", "bot_turns", ["at"])


def _questions() -> None:
    op.create_table(
        "bot_questions",
        _key("id"),
        *(_text(name) for name in ("platform", "chat", "address", "author", "ref", "reply_ref")),
        *(_text(name) for name in ("question", "searched_for", "language", "audience", "mode")),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        *(_text(name) for name in ("state", "reply", "replied_by", "consent")),
        _instant("asked_at"),
    )
    op.create_index("bot_questions_asked", "bot_questions", ["asked_at"])
    op.create_index("bot_questions_place", "bot_questions", ["chat", "ref"])
    op.create_index("bot_questions_address", "bot_questions", ["address", "asked_at"])
    op.create_index("bot_questions_author", "bot_questions", ["author"])
    op.create_table(
        "bot_votes",
        _key("question"),
        _key("author"),
        sa.Column("value", sa.Integer(), nullable=False),
        _instant(),
    )


def _posting() -> None:
    op.create_table(
        "bot_interests",
        _key("event_uid"),
        _key("kind"),
        _key("author"),
        _text("name"),
        _instant(),
    )
    op.create_table("bot_handles", _key("handle"), _text("uid"))
    op.create_table(
        "bot_posts",
        _key("id"),
        *(_text(name) for name in ("address", "ref", "text", "kind", "language")),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("uids", sa.JSON(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        _instant(),
    )
    op.create_index("bot_posts_ref", "bot_posts", ["ref"])
    op.create_index("bot_posts_at", "bot_posts", ["at"])


def _editors() -> None:
    op.create_table(
        "bot_topics", _key("address"), _key("ref"), _text("what"), _text("subject"), _instant()
    )
    op.create_index("bot_topics_subject", "bot_topics", ["subject"])
    op.create_table(
        "bot_pins",
        _key("id"),
        *(_text(name) for name in ("question", "answer", "url", "language", "audience", "by")),
        _instant(),
    )
