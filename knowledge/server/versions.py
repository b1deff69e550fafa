"""Rows that count from one generation to before another."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.server.connecting import Session

#: What a row that nothing has ended has as `until`.
ALWAYS = 2**63 - 1

#: Tables of such rows, and those that hold something for each generation.
VERSIONED = ("documents", "aliases", "chunks")
DERIVED = ("means", "vocabulary", "words")


def end(
    session: Session, number: int, table: str, which: str, parameters: Sequence[object] = ()
) -> None:
    """Let rows not count from a generation on; those that came with it go at once."""
    session.execute(
        f"DELETE FROM {table} WHERE since = ? AND {which}",  # noqa: S608 -- our own names
        (number, *parameters),
    )
    session.execute(
        f"UPDATE {table} SET until = ? WHERE until = {ALWAYS} AND {which}",  # noqa: S608
        (number, *parameters),
    )


def take_back(session: Session, current: int) -> None:
    """Undo whatever was written after a generation: by a killed ingest, or before a rollback."""
    for table in VERSIONED:
        session.execute(f"DELETE FROM {table} WHERE since > ?", (current,))  # noqa: S608
        session.execute(
            f"UPDATE {table} SET until = {ALWAYS} WHERE until > ? AND until < {ALWAYS}",  # noqa: S608
            (current,),
        )
    for table in DERIVED:
        session.execute(f"DELETE FROM {table} WHERE generation > ?", (current,))  # noqa: S608
    session.execute("DELETE FROM generations WHERE number > ?", (current,))


def forget(session: Session, kept: Sequence[int]) -> None:
    """Delete what none of the kept generations sees."""
    oldest = min(kept)
    session.execute("DELETE FROM generations WHERE NOT number = ANY (?)", (list(kept),))
    for table in VERSIONED:
        session.execute(f"DELETE FROM {table} WHERE until <= ?", (oldest,))  # noqa: S608
    for table in DERIVED:
        session.execute(
            f"DELETE FROM {table} WHERE NOT generation = ANY (?)",  # noqa: S608
            (list(kept),),
        )
    session.execute("DELETE FROM word_vectors WHERE NOT word IN (SELECT word FROM words)")
