"""Let one process tell another that a message it is at was deleted, or is to be stopped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change the table of messages."""
    verdict = sa.Column("verdict", sa.Text(), nullable=False, server_default="")
    op.add_column("bot_messages", verdict)
