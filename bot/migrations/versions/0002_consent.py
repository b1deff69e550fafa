"""Keep which buttons consent was asked for; given it is with each interest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Move the question from the person to the button."""
    with op.batch_alter_table("bot_people") as people:
        people.drop_column("consent")
        people.drop_column("asked_at")
    op.create_table(
        "bot_consents",
        sa.Column("author", sa.String(), primary_key=True),
        sa.Column("button", sa.String(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
