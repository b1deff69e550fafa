"""Documents whose events were handed on to the scheduler."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_TEXT = 'TEXT COLLATE "C"'


def upgrade() -> None:
    """Make the table; everything counts as not handed on."""
    op.execute(
        f"""CREATE TABLE knowledge.announced (
            source {_TEXT} NOT NULL, key {_TEXT} NOT NULL, hash {_TEXT} NOT NULL,
            PRIMARY KEY (source, key)
        )"""
    )
