"""What is computed from the chunks of a generation: only from those that came and went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from knowledge.server.connecting import Session
from knowledge.server.versions import ALWAYS


@dataclass(slots=True, kw_only=True)
class _Sums:
    """Sums of the vectors of a language and audience. Exact: the vectors have few digits."""

    passages: np.ndarray
    passage_count: int = 0
    sentences: np.ndarray
    sentence_count: int = 0

    def add(self, vectors: np.ndarray, sign: int) -> None:
        self.passages += sign * vectors[0]
        self.passage_count += sign
        self.sentences += sign * vectors[1:].sum(axis=0)
        self.sentence_count += sign * (len(vectors) - 1)


def write_means(session: Session, number: int, base: int | None, dimension: int) -> None:
    """Write where the vectors of each language lie on average."""
    sums = _sums_of(session, base)
    for sign, which in _changes(number, base):
        for language, audience, packed in _chunks(session, which):
            vectors = np.frombuffer(packed, dtype=np.float16).astype(np.float32)
            key = (language, audience)
            if key not in sums:
                sums[key] = _Sums(passages=np.zeros(dimension), sentences=np.zeros(dimension))
            sums[key].add(vectors.reshape(-1, dimension), sign)
    session.execute("DELETE FROM means WHERE generation = ?", (number,))
    session.executemany(
        "INSERT INTO means VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                number,
                *key,
                each.passages.tobytes(),
                each.passage_count,
                each.sentences.tobytes(),
                each.sentence_count,
            )
            for key, each in sums.items()
            if each.passage_count
        ],
    )


def write_vocabulary(session: Session, number: int, base: int | None) -> None:
    """Write in how many chunks each token occurs."""
    parts = [
        f"SELECT word AS term, {sign} * ndoc AS doc "  # noqa: S608 -- our own words
        f"FROM ts_stat('SELECT tokens FROM knowledge.chunks WHERE {which}')"
        for sign, which in _changes(number, base)
    ]
    if base is not None:
        parts.append(f"SELECT term, doc FROM vocabulary WHERE generation = {base}")  # noqa: S608
    session.execute("DELETE FROM vocabulary WHERE generation = ?", (number,))
    session.execute(
        f"INSERT INTO vocabulary SELECT {number}, term, sum(doc) "  # noqa: S608
        f"FROM ({' UNION ALL '.join(parts)}) AS changes GROUP BY term HAVING sum(doc) > 0"
    )


def _changes(number: int, base: int | None) -> list[tuple[int, str]]:
    """Return which chunks to add to what is known of the base (1), and which to take off (-1)."""
    came = (1, f"since = {number} AND until = {ALWAYS}")
    return [came] if base is None else [came, (-1, f"until = {number} AND since < {number}")]


def _sums_of(session: Session, base: int | None) -> dict[tuple[str, str], _Sums]:
    query = (
        "SELECT language, audience, passages, passage_count, sentences, sentence_count "
        "FROM means WHERE generation = ?"
    )
    return {
        (language, audience): _Sums(
            passages=np.frombuffer(passages).copy(),
            passage_count=passage_count,
            sentences=np.frombuffer(sentences).copy(),
            sentence_count=sentence_count,
        )
        for language, audience, passages, passage_count, sentences, sentence_count in (
            session.rows(query, (base,)) if base is not None else ()
        )
    }


def _chunks(session: Session, which: str) -> Iterator[tuple[str, str, bytes]]:
    query = (
        "SELECT number, language, audience, rows FROM chunks "  # noqa: S608 -- our own words
        f"WHERE {which} AND number > ? ORDER BY number LIMIT 500"
    )
    last = 0
    while batch := session.rows(query, (last,)):
        last = batch[-1][0]
        for _, language, audience, packed in batch:
            yield language, audience, packed
