"""The corpus of 233 pages: no worse than the committed figures, and in three outcomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.embeddings import load_embeddings
from knowledge.indexing import ingest
from knowledge.settings import KnowledgeSettings, SourceSettings
from tests.golden.measuring import figures, measured, worse

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
FIGURES = Path(__file__).parent / "figures_answers.json"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not at ../shared/corpus")


@pytest.mark.timeout(900)
async def test_answers_on_the_corpus_are_no_worse_than_committed(tmp_path: Path) -> None:
    source = SourceSettings(name="pages", kind="files", path=str(CORPUS / "pages"))
    settings = KnowledgeSettings(data_dir=tmp_path, sources=(source,))
    report = ingest(settings, embeddings=load_embeddings(settings.embeddings), clock=lambda: NOW)
    committed = json.loads(FIGURES.read_text("utf-8"))

    measures = await measured(settings, CORPUS / "questions-dev.jsonl", NOW)

    assert sum(each.added for each in report.sources) == 233
    assert worse(figures(measures), committed, 0.011) == {}
