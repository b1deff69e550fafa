from __future__ import annotations

from pathlib import Path

from knowledge.measuring.bench_embedding import embedding, operations
from knowledge.measuring.bench_ingest import StandIn, overhead, scale
from tests.knowledge.standins import now


def test_the_overhead_is_measured_over_the_same_texts(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\nPrvní věta. Druhá věta.", "utf-8")

    found = overhead(StandIn(), now, source=tmp_path, rounds=1)

    # Passage, two sentences, their words and the probe for the dimension.
    assert (found.documents, found.texts) == (1, 3 + 3 + 1)
    assert found.ratio > 0


def test_scale_counts_documents_and_chunks() -> None:
    found = scale(now, documents=5, real=StandIn())

    assert (found.documents, found.chunks) == (5, 5)
    assert found.unchanged_seconds < found.first_seconds
    assert found.embedding_100_seconds > 0


def test_all_ways_to_embed_are_measured_over_the_same_texts() -> None:
    found = embedding(StandIn(), ["Jedna věta.", "Druhá, o něco delší věta."], rounds=1)

    assert found.texts == 2
    assert [(way.order, way.batch, way.threads) for way in found.ways] == [
        (order, batch, 0) for order in ("as they come", "by length") for batch in (1, 8, 64)
    ]
    assert all(way.share_of_limit > 0 for way in found.ways)


def test_operations_grow_with_the_weights_and_with_attention() -> None:
    # 12 layers of 4 * 384 * 384 + 2 * 384 * 1536 weights; each token looks at each other twice.
    assert operations(1) == 2 * (12 * 1_769_472 + 12 * 2 * 384)
    assert operations(100) == 100 * 2 * (12 * 1_769_472 + 12 * 2 * 384 * 100)
