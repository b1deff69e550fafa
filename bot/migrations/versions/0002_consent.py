"""Keep which button consent was asked for; given it is with each interest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Change the table of people."""
    with op.batch_alter_table("bot_people") as people:
        people.drop_column("consent")
        people.add_column(sa.Column("asked_for", sa.Text(), nullable=True))
