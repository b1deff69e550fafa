"""The vectors of the chunks and their sentences. The only module that knows Chroma.

One collection for each language group and audience: asking one costs about a millisecond, where
a filter on metadata would cost hundreds. Chroma ids are `CHUNK` for a passage and `CHUNK:N` for
the N-th sentence of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from knowledge.documents import Audience
from knowledge.errors import ConfigurationError, IndexUnavailable, ServerUnavailable
from knowledge.languages import group

logger = logging.getLogger(__name__)

GROUPS = ("cs", "en", "other")

#: Rows in one call; Chroma refuses more than 5461.
_BATCH = 1000

#: Recall 1.0 on 20,000 vectors, where Chroma's defaults reach 0.995; inserting costs twice as much.
_HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 200,
}


#: Seconds until a server is given up that does not say it is there, or does not do its work.
_SOON, _TIMEOUT = 5.0, 30.0

#: How many times more is asked for where what is found belongs to other generations.
_MORE = (2, 8)

#: Built once, and not from somebody's .env: making it takes 50 ms.
_settings = ChromaSettings(anonymized_telemetry=False, _env_file=None)  # type: ignore[call-arg]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One vector to be stored."""

    chunk_id: str
    #: Position of the sentence in its chunk; None: the whole passage.
    sentence: int | None
    language: str
    audience: Audience
    vector: np.ndarray

    @property
    def id(self) -> str:
        """Return the id of the row in Chroma."""
        return row_id(self.chunk_id, self.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A vector near the one that was asked for."""

    chunk_id: str
    #: Position of the sentence in its chunk; None: the whole passage.
    sentence: int | None
    #: Cosine, -1..1.
    similarity: float
    language: str
    audience: Audience


class _Computed(Embeddings):
    """Hands LangChain's store the vectors that were computed before (and are cached)."""

    def __init__(self) -> None:
        self.batch: list[Any] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        assert len(texts) == len(self.batch)
        return self.batch

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError("questions are asked by their vector")


class VectorStore:
    """The collections of one index."""

    def __init__(self, client: Any, *, prefix: str = "", server: str = "") -> None:
        self._client = client
        self._prefix = prefix
        self._server = server
        #: Several generations keep their vectors here: nothing may be removed under the others.
        self.shared = bool(server)
        #: Which of some chunk ids count; hits of others are dropped. None: all count.
        self.known: Callable[[Iterable[str]], set[str]] | None = None
        self._computed = _Computed()
        self._collections: dict[str, Chroma] = {}
        with _Translated():
            self._look()

    def nearest(self, vector: np.ndarray, *, audience: Audience, limit: int) -> list[Hit]:
        """Return up to `limit` hits of every collection that this audience may read.

        Passages and sentences come mixed, best first. `limit` holds for each language group, so
        that no language is crowded out before its scores are corrected.
        """
        hits: list[Hit] = []
        with _Translated():
            for readable in audience.readable():
                for language_group in GROUPS:
                    name = self._name(language_group, readable)
                    hits.extend(self._ask(name, vector, readable, limit))
        return sorted(hits, key=lambda hit: -hit.similarity)

    def add(self, rows: Iterable[Row]) -> None:
        """Store vectors; a row with a known id is replaced."""
        remaining = iter(rows)
        while batch := list(islice(remaining, _BATCH)):
            for name in dict.fromkeys(self._of(row) for row in batch):
                self._add(name, [row for row in batch if self._of(row) == name])

    def remove(self, ids: Sequence[str]) -> None:
        """Remove rows by id, wherever they stand; unknown ids do not matter."""
        with _Translated():
            stores = [store for name in self._names() if ids and (store := self._existing(name))]
            for store in stores:
                for start in range(0, len(ids), _BATCH):
                    store.delete(list(ids[start : start + _BATCH]))

    def ids(self) -> Iterator[str]:
        """Yield the ids of all vectors."""
        with _Translated():
            for name in self._names():
                if store := self._existing(name):
                    yield from store.get(include=[])["ids"]

    def forget(self, prefix: str, kept: Iterable[str]) -> None:
        """Delete the server's collections that begin with `prefix` but with none of `kept`."""
        longer = tuple(kept)
        with _Translated():
            self._look()
            for name in sorted(self._there):
                if name.startswith(prefix) and not name.startswith(longer):
                    self._client.delete_collection(name)
            self._look()

    def check(self) -> None:
        """Ask whether the server is there; files always are.

        Raises:
            ServerUnavailable: it does not answer.
        """
        if self._server:
            _heartbeat(self._server)

    def clear(self) -> None:
        """Remove everything."""
        with _Translated():
            for name in self._names():
                if store := self._existing(name):
                    store.delete_collection()
        self._collections.clear()
        self._there.clear()

    def close(self) -> None:
        """Let go of the files."""
        self._collections.clear()
        # Chroma's clients for a server never close their connections.
        sessions = _sessions(self._client)
        with suppress(ChromaError, KeyError):
            self._client.close()
        for session in sessions:
            session.close()

    def _ask(self, name: str, vector: np.ndarray, audience: Audience, limit: int) -> list[Hit]:
        if self.known is None:
            return self._nearest(name, vector, audience, limit)
        kept: list[Hit] = []
        for times in _MORE:
            hits = self._nearest(name, vector, audience, times * limit)
            counting = self.known(hit.chunk_id for hit in hits) if hits else set()
            kept = [hit for hit in hits if hit.chunk_id in counting][:limit]
            if len(kept) == limit or len(hits) < times * limit:
                break
        return kept

    def _nearest(self, name: str, vector: np.ndarray, audience: Audience, limit: int) -> list[Hit]:
        store = self._existing(name)
        try:
            return list(_query(store, vector, audience, limit)) if store else []
        except NotFoundError:
            # A server's collections may have been made anew under this reader.
            self._look()
            store = self._existing(name)
            return list(_query(store, vector, audience, limit)) if store else []

    def _add(self, name: str, rows: Sequence[Row]) -> None:
        with _Translated():
            store = self._existing(name) or self._create(name)
            self._computed.batch = [row.vector for row in rows]
            # The text stands in the catalogue: Chroma need not keep and index it once more.
            store.add_texts(
                [""] * len(rows),
                [{"language": row.language} for row in rows],
                ids=[row.id for row in rows],
            )
            self._computed.batch = []

    def _look(self) -> None:
        self._collections.clear()
        self._there = {collection.name for collection in self._client.list_collections()}

    def _of(self, row: Row) -> str:
        return self._name(group(row.language), row.audience)

    def _name(self, language_group: str, audience: Audience) -> str:
        return f"{self._prefix}{language_group}-{audience.value}"

    def _names(self) -> list[str]:
        return [self._name(each, audience) for each in GROUPS for audience in Audience]

    def _create(self, name: str) -> Chroma:
        self._there.add(name)
        self._collections[name] = Chroma(
            client=self._client,
            client_settings=_settings,
            collection_name=name,
            embedding_function=self._computed,
            collection_configuration={"hnsw": _HNSW},
        )
        return self._collections[name]

    def _existing(self, name: str) -> Chroma | None:
        if name not in self._there:
            return None
        if name not in self._collections:
            self._collections[name] = Chroma(
                client=self._client,
                client_settings=_settings,
                collection_name=name,
                embedding_function=self._computed,
                create_collection_if_not_exists=False,
            )
        return self._collections[name]


def row_id(chunk_id: str, sentence: int | None) -> str:
    """Return what a vector is called in Chroma."""
    return chunk_id if sentence is None else f"{chunk_id}:{sentence}"


def open_folder(path: Path) -> VectorStore:
    """Open the embedded store in a folder; only one process may write to it."""
    with _Translated():
        settings = _settings.model_copy()
        return VectorStore(chromadb.PersistentClient(path=str(path), settings=settings))


def open_server(url: str, *, prefix: str) -> VectorStore:
    """Open the collections of a Chroma server whose names begin with `prefix`.

    url: `http://HOST:PORT`, or with all of it `https://:TOKEN@HOST/TENANT/DATABASE`.
    """
    with _Translated():
        return VectorStore(_connect(url), prefix=prefix, server=_address(url))


def _address(url: str) -> str:
    """Return where the server is, without what lets one in."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError("CSCC_CHROMA_URL is an address like http://127.0.0.1:8000.")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _heartbeat(address: str) -> None:
    """Ask whether the server is there; Chroma's own client would wait for ever for one that hangs.

    Raises:
        ServerUnavailable: it does not answer.
    """
    try:
        httpx.get(f"{address}/api/v2/heartbeat", timeout=_SOON).raise_for_status()
    except httpx.HTTPError as error:
        raise ServerUnavailable(
            f"The Chroma server at {address} does not answer: {str(error).rstrip('.')}."
        ) from error


def _connect(url: str) -> Any:
    address, parts = _address(url), urlsplit(url)
    token = unquote(parts.password or parts.username or "")
    tenant, _, database = parts.path.strip("/").partition("/")
    _heartbeat(address)
    try:
        client = chromadb.HttpClient(
            host=parts.hostname or "",
            port=parts.port or (443 if parts.scheme == "https" else 8000),
            ssl=parts.scheme == "https",
            headers={"x-chroma-token": token} if token else None,
            settings=_settings.model_copy(),
            tenant=tenant or DEFAULT_TENANT,
            database=database or DEFAULT_DATABASE,
        )
    except ValueError as error:  # what Chroma says when nobody is there
        raise ServerUnavailable(f"The Chroma server at {address} does not answer.") from error
    for session in _sessions(client):
        session.timeout = httpx.Timeout(_TIMEOUT, connect=_SOON)
    return client


def _sessions(client: Any) -> list[httpx.Client]:
    """Return the connections of a client for a server; one for files has none."""
    clients = (client, getattr(client, "_admin_client", None))
    sessions = [getattr(getattr(each, "_server", None), "_session", None) for each in clients]
    return [session for session in sessions if session is not None]


def _query(store: Chroma, vector: np.ndarray, audience: Audience, limit: int) -> Iterator[Hit]:
    found = store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=limit)
    for document, distance in found:
        chunk_id, _, sentence = (document.id or "").partition(":")
        yield Hit(
            chunk_id=chunk_id,
            sentence=int(sentence) if sentence else None,
            similarity=1.0 - distance,
            language=str(document.metadata["language"]),
            audience=audience,
        )


class _Translated:
    """Says in one sentence that the store does not answer, however Chroma puts it."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Translate; what Chroma's client does not understand it raises as a bare Exception."""
        if kind is None:
            return
        reason = f"The vector store does not answer: {str(error).rstrip('.')}."
        if issubclass(kind, httpx.HTTPError | ConnectionError) or kind is Exception:
            raise ServerUnavailable(reason) from error
        if issubclass(kind, ChromaError):
            raise IndexUnavailable(reason) from error
