"""Pipelines that ours is measured against: what tutorials build, over our chunks and vectors.

Their packages are the `bench` group's; one that is not installed is left out.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.documents import Chunk
from knowledge.embeddings import query_vector
from knowledge.languages import fold, words

#: Results asked of every pipeline, and the constant of reciprocal rank fusion.
RESULTS, _FUSION = 10, 60

Say = Callable[[str], None]

#: Question -> URLs, best first.
Pipeline = Callable[[str], Sequence[str]]

#: A chunk with its vectors, the passage's first.
Rows = Sequence[tuple[Chunk, np.ndarray]]


def rivals(rows: Rows, embeddings: Embeddings, say: Say) -> Iterator[tuple[str, Pipeline]]:
    """Yield every rival that is installed, and say which is not."""
    makers: tuple[tuple[str, Callable[[Rows, Embeddings], Pipeline]], ...] = (
        ("LangChain, vectors", _langchain),
        ("BM25 (bm25s)", _bm25),
        ("LangChain + BM25, rank fusion", _fusion),
        ("LlamaIndex, vectors", _llamaindex),
        ("Haystack, vectors", _haystack),
        ("Haystack, hybrid", _haystack_hybrid),
    )
    for name, make in makers:
        try:
            yield name, make(rows, embeddings)
        except ImportError as error:
            say(f"{name}: left out, {error.name} is not installed (requirements-bench.lock).")


def _langchain(rows: Rows, embeddings: Embeddings) -> Pipeline:
    from langchain_core.vectorstores import InMemoryVectorStore  # noqa: PLC0415 -- slow import

    store = InMemoryVectorStore(embeddings)
    for number, (chunk, vectors) in enumerate(rows):
        store.store[str(number)] = {
            "id": str(number),
            "vector": vectors[0].tolist(),
            "text": chunk.text,
            "metadata": {"url": chunk.url},
        }

    def search(question: str) -> Sequence[str]:
        return [each.metadata["url"] for each in store.similarity_search(question, k=RESULTS)]

    return search


def _bm25(rows: Rows, embeddings: Embeddings) -> Pipeline:  # noqa: ARG001 -- like the others
    library = importlib.import_module("bm25s")
    texts = [[fold(word) for word in words(f"{each.title} {each.text}")] for each, _ in rows]
    index = library.BM25()
    index.index(texts, show_progress=False)
    urls = np.array([each.url for each, _ in rows])
    number = min(RESULTS, len(rows))

    def search(question: str) -> Sequence[str]:
        tokens = [[fold(word) for word in words(question)]]
        found, _ = index.retrieve(tokens, corpus=urls, k=number, show_progress=False)
        return [str(url) for url in found[0]]

    return search


def _fusion(rows: Rows, embeddings: Embeddings) -> Pipeline:
    near, worded = _langchain(rows, embeddings), _bm25(rows, embeddings)
    return lambda question: fused(near(question), worded(question))


def fused(*rankings: Sequence[str]) -> Sequence[str]:
    """Fuse rankings by the reciprocal of their ranks."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, url in enumerate(dict.fromkeys(ranking)):
            scores[url] = scores.get(url, 0.0) + 1.0 / (_FUSION + rank + 1)
    return sorted(scores, key=lambda url: -scores[url])


def _llamaindex(rows: Rows, embeddings: Embeddings) -> Pipeline:
    core = importlib.import_module("llama_index.core")
    schema = importlib.import_module("llama_index.core.schema")
    nodes = [
        schema.TextNode(
            id_=str(number),
            text=chunk.text,
            metadata={"url": chunk.url, "title": chunk.title},
            embedding=vectors[0].tolist(),
        )
        for number, (chunk, vectors) in enumerate(rows)
    ]
    # It is never asked: passages and questions come with their vectors.
    unasked = core.MockEmbedding(embed_dim=len(rows[0][1][0]))
    index = core.VectorStoreIndex(nodes, embed_model=unasked)
    retriever = index.as_retriever(similarity_top_k=RESULTS)

    def search(question: str) -> Sequence[str]:
        vector = query_vector(embeddings, question).tolist()
        found = retriever.retrieve(schema.QueryBundle(question, embedding=vector))
        return [each.node.metadata["url"] for each in found]

    return search


def _haystack(rows: Rows, embeddings: Embeddings) -> Pipeline:
    parts = importlib.import_module("haystack.components.retrievers.in_memory")
    retriever = parts.InMemoryEmbeddingRetriever(_haystack_store(rows), top_k=RESULTS)

    def search(question: str) -> Sequence[str]:
        vector = query_vector(embeddings, question).tolist()
        return [each.meta["url"] for each in retriever.run(vector)["documents"]]

    return search


def _haystack_hybrid(rows: Rows, embeddings: Embeddings) -> Pipeline:
    parts = importlib.import_module("haystack.components.retrievers.in_memory")
    joiners = importlib.import_module("haystack.components.joiners")
    store = _haystack_store(rows)
    near = parts.InMemoryEmbeddingRetriever(store, top_k=RESULTS)
    worded = parts.InMemoryBM25Retriever(store, top_k=RESULTS)
    joiner = joiners.DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def search(question: str) -> Sequence[str]:
        vector = query_vector(embeddings, question).tolist()
        found = [near.run(vector)["documents"], worded.run(question)["documents"]]
        return [each.meta["url"] for each in joiner.run(found)["documents"]]

    return search


def _haystack_store(rows: Rows) -> object:
    haystack = importlib.import_module("haystack")
    stores = importlib.import_module("haystack.document_stores.in_memory")
    # Not shared: otherwise all stores of a process are one.
    store = stores.InMemoryDocumentStore(shared=False)
    store.write_documents(
        [
            haystack.Document(
                id=str(number),
                content=f"{chunk.title}\n{chunk.text}",
                meta={"url": chunk.url},
                embedding=vectors[0].tolist(),
            )
            for number, (chunk, vectors) in enumerate(rows)
        ]
    )
    return store
