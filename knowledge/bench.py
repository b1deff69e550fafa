"""Ours against the usual pipelines: same documents, same embedder, same questions, one run.

The rivals are what tutorials build: whole chunks in a vector store, BM25, and both fused by rank.
Growth is measured with distractors made from the corpus's own sentences.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.documents import Audience, Chunk
from knowledge.embeddings import query_vector
from knowledge.errors import KnowledgeError
from knowledge.evaluation import Golden, load_questions
from knowledge.generations import Generation, open_current
from knowledge.growth import grow
from knowledge.languages import fold, words
from knowledge.retrieval import Retriever, passages
from knowledge.settings import KnowledgeSettings
from knowledge.terms import load_terms

#: Results asked of every pipeline, and the constant of reciprocal rank fusion.
_RESULTS, _FUSION = 10, 60

#: Sizes at which growth is measured, in chunks. 100,000 take half an hour to index.
SIZES = (1_000, 10_000)

Say = Callable[[str], None]

#: Question -> URLs, best first.
Pipeline = Callable[[str], Sequence[str]]


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
        KnowledgeError: there is no index, a package of the bench group is missing, or the
            questions cannot be read.
    """
    golden = [each for each in load_questions(questions_path) if each.urls and not each.history]
    with open_current(settings) as generation:
        chunks = [chunk for chunk, _ in generation.catalogue.rows()]
        results = []
        for name, pipeline in _pipelines(generation, chunks, embeddings, settings):
            say(f"{name} …")
            results.append(_measure(name, pipeline, golden))
        say("growth …")
        asked = [each.question for each in golden]
        growth = list(grow(generation, asked, embeddings, sizes))
    return {
        "documents": len({chunk.url for chunk in chunks}),
        "chunks": len(chunks),
        "questions": len(golden),
        "pipelines": [result.to_dict() for result in results],
        "growth": growth,
    }


def _pipelines(
    generation: Generation,
    chunks: Sequence[Chunk],
    embeddings: Embeddings,
    settings: KnowledgeSettings,
) -> Iterator[tuple[str, Pipeline]]:
    plain = _plain_vectors(generation, embeddings)
    bm25 = _bm25(chunks)
    yield "embedding the question alone", lambda question: _nothing(embeddings, question)
    yield "ours", _ours(generation, embeddings, settings)
    yield "LangChain + vectors of whole chunks", plain
    yield "BM25 (bm25s)", bm25
    yield "rank fusion of both", lambda question: _fused(plain(question), bm25(question))


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
        return [passage.chunk.url for passage in passages(found, _RESULTS)]

    return search


def _plain_vectors(generation: Generation, embeddings: Embeddings) -> Pipeline:
    """Search whole chunks by cosine in LangChain's own in-memory store, as tutorials do."""
    from langchain_core.documents import Document  # noqa: PLC0415 -- slow import
    from langchain_core.vectorstores import InMemoryVectorStore  # noqa: PLC0415 -- slow import

    store = InMemoryVectorStore(embeddings)
    for number, (chunk, rows) in enumerate(generation.catalogue.rows()):
        document = Document(page_content=chunk.text, metadata={"url": chunk.url})
        store.store[str(number)] = {
            "id": str(number),
            "vector": rows[0].tolist(),
            "text": document.page_content,
            "metadata": document.metadata,
        }

    def search(question: str) -> Sequence[str]:
        return [each.metadata["url"] for each in store.similarity_search(question, k=_RESULTS)]

    return search


def _bm25(chunks: Sequence[Chunk]) -> Pipeline:
    try:
        library = importlib.import_module("bm25s")
    except ImportError as error:
        raise KnowledgeError("The bench needs a package: pip install bm25s") from error
    texts = [[fold(word) for word in words(f"{each.title} {each.text}")] for each in chunks]
    index = library.BM25()
    index.index(texts, show_progress=False)
    urls = np.array([each.url for each in chunks])
    number = min(_RESULTS, len(chunks))

    def search(question: str) -> Sequence[str]:
        tokens = [[fold(word) for word in words(question)]]
        found, _ = index.retrieve(tokens, corpus=urls, k=number, show_progress=False)
        return [str(url) for url in found[0]]

    return search


def _fused(*rankings: Sequence[str]) -> Sequence[str]:
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, url in enumerate(dict.fromkeys(ranking)):
            scores[url] = scores.get(url, 0.0) + 1.0 / (_FUSION + rank + 1)
    return sorted(scores, key=lambda url: -scores[url])


def _measure(name: str, pipeline: Pipeline, golden: Sequence[Golden]) -> Result:
    for each in golden[:5]:
        pipeline(each.question)
    ranks, seconds = [], []
    for each in golden:
        began = time.perf_counter()
        pages = list(dict.fromkeys(pipeline(each.question)))
        seconds.append(time.perf_counter() - began)
        ranks.append(next((n for n, url in enumerate(pages) if url in each.urls), _RESULTS))
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
