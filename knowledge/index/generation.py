"""One generation, opened for reading."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import numpy as np

from knowledge.catalogue import Catalogue
from knowledge.documents import Audience
from knowledge.index.manifest import Manifest
from knowledge.vectorstore import Hit, VectorStore


class Generation:
    """One generation, opened for reading."""

    def __init__(
        self,
        manifest: Manifest,
        catalogue: Catalogue,
        vectors: VectorStore,
        release: Callable[[], None],
    ) -> None:
        """Read what these hold; `release` gives back what keeps it from being deleted."""
        self.manifest = manifest
        self.catalogue = catalogue
        self.vectors = vectors
        self._release = release
        if vectors.shared:
            vectors.known = catalogue.known

    def similarities(
        self, vector: np.ndarray, chunk_ids: Iterable[str], *, audience: Audience
    ) -> list[Hit]:
        """Return the hits of exactly these chunks: each passage and all of its sentences.

        Chunks that the audience may not read are left out.
        """
        wanted = list(dict.fromkeys(chunk_ids))
        chunks = self.catalogue.chunks(wanted)
        return [
            Hit(
                chunk_id=chunk_id,
                sentence=row - 1 if row else None,
                similarity=float(similarity),
                language=chunks[chunk_id].language,
                audience=chunks[chunk_id].audience,
            )
            for chunk_id, rows in self.catalogue.vectors(wanted).items()
            if chunks[chunk_id].audience in audience.readable()
            for row, similarity in enumerate(rows @ vector)
        ]

    def check(self) -> None:
        """Ask whether everything that is needed for answers is there.

        Raises:
            ServerUnavailable: a server does not answer.
        """
        self.vectors.check()

    def close(self) -> None:
        """Close the files and connections, and give the lease back."""
        self.vectors.close()
        self.catalogue.close()
        self._release()

    def __enter__(self) -> Self:
        """Return the generation."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def short_name(embeddings: str) -> str:
    """Return what the vectors of an embedding model are told apart by."""
    return hashlib.sha256(embeddings.encode()).hexdigest()[:8]
