"""Ours against the usual pipelines: same documents, same embedder, same questions, one run.

Growth is measured with distractors made from the corpus's own sentences.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.documents import Audience
from knowledge.embeddings import query_vector
from knowledge.generations import Generation, open_current
from knowledge.measuring.evaluation import Golden, load_questions
from knowledge.measuring.growth import grow
from knowledge.measuring.rivals import RESULTS, Pipeline, Rows, Say, rivals
from knowledge.questions.terms import load_terms
from knowledge.search.retrieval import Retriever, passages
from knowledge.settings import KnowledgeSettings

#: Sizes at which growth is measured, in chunks. 100,000 take half an hour to index.
SIZES = (1_000, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one pipeline did."""

    name: str
    hit1: float
    hit5: float
    crosslingual: float
    p50_ms: float
    p95_ms: float
    per_second: float

    def to_dict(self) -> dict[str, object]:
        """Return it for JSON."""
        return {
            "name": self.name,
            "hit@1": round(self.hit1, 3),
            "hit@5": round(self.hit5, 3),
            "crosslingual hit@1": round(self.crosslingual, 3),
            "p50_ms": round(self.p50_ms, 1),
            "p95_ms": round(self.p95_ms, 1),
            "per_second": round(self.per_second, 1),
        }


def run(
    settings: KnowledgeSettings,
    questions_path: Path,
    embeddings: Embeddings,
    say: Say,
    sizes: Sequence[int] = SIZES,
) -> dict[str, Any]:
    """Measure all pipelines on the current index.

    Raises:
        KnowledgeError: there is no index, or the questions cannot be read.
    """
    golden = [each for each in load_questions(questions_path) if each.urls and not each.history]
    with open_current(settings) as generation:
        rows = list(generation.catalogue.rows())
        results = []
        for name, pipeline in _pipelines(generation, rows, embeddings, settings, say):
            say(f"{name} …")
            results.append(_measure(name, pipeline, golden))
        say("growth …")
        asked = [each.question for each in golden]
        growth = list(grow(generation, asked, embeddings, sizes))
    return {
        "documents": len({chunk.url for chunk, _ in rows}),
        "chunks": len(rows),
        "questions": len(golden),
        "pipelines": [result.to_dict() for result in results],
        "growth": growth,
    }


def _pipelines(
    generation: Generation,
    rows: Rows,
    embeddings: Embeddings,
    settings: KnowledgeSettings,
    say: Say,
) -> Iterator[tuple[str, Pipeline]]:
    yield "embedding the question alone", lambda question: _nothing(embeddings, question)
    yield "ours", _ours(generation, embeddings, settings)
    yield from rivals(rows, embeddings, say)


def _nothing(embeddings: Embeddings, question: str) -> Sequence[str]:
    query_vector(embeddings, question)
    return ()


def _ours(generation: Generation, embeddings: Embeddings, settings: KnowledgeSettings) -> Pipeline:
    retriever = Retriever(
        catalogue=generation.catalogue,
        vectors=generation.vectors,
        embeddings=embeddings,
        terms=load_terms(settings.terms),
    )

    def search(question: str) -> Sequence[str]:
        found = retriever.find(question, audience=Audience.MEMBERS)
        return [passage.chunk.url for passage in passages(found, RESULTS)]

    return search


def _measure(name: str, pipeline: Pipeline, golden: Sequence[Golden]) -> Result:
    for each in golden[:5]:
        pipeline(each.question)
    ranks, seconds = [], []
    for each in golden:
        began = time.perf_counter()
        pages = list(dict.fromkeys(pipeline(each.question)))
        seconds.append(time.perf_counter() - began)
        ranks.append(next((n for n, url in enumerate(pages) if url in each.urls), RESULTS))
    found = np.array(ranks)
    foreign = np.array([each.kind == "crosslingual" for each in golden])
    return Result(
        name=name,
        hit1=float((found < 1).mean()),
        hit5=float((found < 5).mean()),
        crosslingual=float((found[foreign] < 1).mean()) if foreign.any() else float("nan"),
        p50_ms=float(np.percentile(seconds, 50)) * 1000,
        p95_ms=float(np.percentile(seconds, 95)) * 1000,
        per_second=len(seconds) / sum(seconds),
    )
