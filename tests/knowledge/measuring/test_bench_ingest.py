from __future__ import annotations

from pathlib import Path

from knowledge.measuring.bench_ingest import StandIn, overhead, scale
from tests.knowledge.standins import now


def test_the_overhead_is_measured_over_the_same_texts(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\nPrvní věta. Druhá věta.", "utf-8")

    found = overhead(StandIn(), now, source=tmp_path, rounds=1)

    # Passage, two sentences, their words and the probe for the dimension.
    assert (found.documents, found.texts) == (1, 3 + 3 + 1)
    assert found.ratio > 0


def test_scale_counts_documents_and_chunks() -> None:
    found = scale(now, documents=5)

    assert (found.documents, found.chunks) == (5, 5)
    assert found.unchanged_seconds < found.first_seconds
