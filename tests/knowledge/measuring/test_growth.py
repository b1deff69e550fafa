"""How speed is measured as an index grows."""

from __future__ import annotations

from pathlib import Path

from knowledge.generations import open_current
from knowledge.indexing import ingest
from knowledge.measuring.growth import grow
from tests.knowledge.standins import HashingEmbeddings, files_source, now, settings_for

TEXT = "Parking sensors cost 250,000 EUR in Tampere. The pilot ran in three streets."


def test_speed_is_told_of_the_index_and_of_every_size(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "parking.md").write_text(f"# Parking\n\n{TEXT}\n", "utf-8")
    settings = settings_for(tmp_path, files_source(tmp_path / "pages"))
    embeddings = HashingEmbeddings()
    ingest(settings, embeddings=embeddings, clock=now)

    with open_current(settings) as generation:
        rows = list(grow(generation, ["What do sensors cost?"], embeddings, (12, 40)))

    assert [row["chunks"] for row in rows] == [1, 12, 40]
    assert {frozenset(row) for row in rows} == {
        frozenset(
            {
                "chunks",
                "embedding_p50_ms",
                "embedding_p95_ms",
                "search_p50_ms",
                "search_p95_ms",
                "ask_p50_ms",
                "ask_p95_ms",
                "search_p50_times",
                "ask_p95_times",
                "peak_mb",
            }
        )
    }
    assert all(row["ask_p50_ms"] > 0 for row in rows)
