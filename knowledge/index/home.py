"""What there is to a place that keeps indexes: a folder, or servers for many machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np

from knowledge.catalogue import Catalogue, Entry
from knowledge.index.cataloguing import Stored
from knowledge.index.generation import Generation
from knowledge.index.manifest import Manifest
from knowledge.index.state import State
from knowledge.vectorstore import VectorStore


class CatalogueWriter(Protocol):
    """Writes the catalogue of a generation that nobody reads yet."""

    def put(self, entry: Entry, pieces: Sequence[Stored]) -> tuple[list[Stored], list[str]]:
        """Write a document with exactly these chunks; return the new, and ids of gone vectors."""

    def remove(self, key: str) -> list[str]:
        """Remove a document; return the ids of the vectors that are gone."""

    def count_words(self) -> Counter[str]:
        """Return in how many chunks each word occurs."""

    def put_words(self, words: Sequence[tuple[str, int]], vectors: np.ndarray) -> None:
        """Write all words with their counts and vectors."""

    def finish(self) -> None:
        """Compute what is derived from the whole."""

    def count_documents(self) -> int:
        """Return how many documents there are."""

    def count_chunks(self) -> int:
        """Return how many chunks there are."""

    def count_sentences(self) -> int:
        """Return how many sentences there are."""

    def close(self) -> None:
        """Let go of it."""


class Making(Protocol):
    """The next generation while it is made; it counts once it is announced."""

    def writer(self, dimension: int) -> CatalogueWriter:
        """Open its catalogue for writing."""

    def catalogue(self, dimension: int) -> Catalogue:
        """Open its finished catalogue for reading."""

    def vectors(self) -> VectorStore:
        """Open its vectors."""

    def announce(self, manifest: Manifest) -> None:
        """Let it answer from now on."""


class Workplace(Protocol):
    """A home of indexes for the one who holds its lock."""

    def current_manifest(self) -> Manifest | None:
        """Return the manifest of the generation that answers, None if there is none."""

    def entries(self, manifest: Manifest | None) -> dict[str, str]:
        """Return name and hash of every document of a generation; empty if there is none."""

    def making(self, base: Manifest | None) -> AbstractContextManager[Making]:
        """Begin the next generation, from `base` or from nothing.

        Raises:
            KnowledgeError: it cannot be written; the one that was there is unchanged.
        """

    def reopened(self, manifest: Manifest) -> Making:
        """Return the generation that answers, to mend its vectors."""


class Home(Protocol):
    """Where generations are kept: a folder, or servers for many machines."""

    def current_id(self) -> str | None:
        """Return the id of the generation that answers, None if there is none. Cheap."""

    def current_manifest(self) -> Manifest | None:
        """Return the manifest of the generation that answers, None if there is none."""

    def open_current(self) -> Generation:
        """Open the generation that answers.

        Raises:
            IndexUnavailable: there is none, or it cannot be read.
            IndexMismatch: it was made with another embedding model or version.
        """

    def rollback(self) -> Manifest:
        """Go back to the generation before; the one that answered can be returned to likewise.

        Raises:
            IndexUnavailable: there is no other generation.
        """

    def state(self) -> State | None:
        """Open what ingest remembers, None if it never ran."""

    def writing(self, *, wait: bool) -> AbstractContextManager[tuple[Workplace, State]]:
        """Hold the lock of ingest; it ends with the process, however that ends.

        Raises:
            IngestLocked: another ingest holds it, and `wait` is False.
        """

    def close(self) -> None:
        """Let go of everything but generations that are open."""
