"""Know a message's edits, and chats that have moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change the table of messages, make that of moves."""
    for name in ("place", "said", "reply"):
        column = sa.Column(name, sa.Text(), nullable=False, server_default="")
        op.add_column("bot_messages", column)
    op.create_index("ix_bot_messages_place", "bot_messages", ["place"])
    op.create_table(
        "bot_moves",
        sa.Column("old", sa.String(), primary_key=True),
        sa.Column("new", sa.String(), nullable=False),
    )
