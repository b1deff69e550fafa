"""Generations of the embedded index: a folder each, immutable once announced.

`index/current` names the generation that answers. A writer works on a copy and switches that file
at the end, so whatever happens the index is the old one or the new one. Readers hold a lease (a
shared lock on a file of the generation) so that nothing is deleted under them; the lease ends
with the process.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from knowledge import chunking, languages
from knowledge.catalogue import Catalogue
from knowledge.diskspace import why
from knowledge.documents import Audience
from knowledge.errors import IndexMismatch, IndexUnavailable, KnowledgeError
from knowledge.settings import KnowledgeSettings
from knowledge.vectorstore import Hit, VectorStore, open_folder, open_server

logger = logging.getLogger(__name__)

#: Changes whenever the files of a generation do.
_FORMAT = 1

#: What an unfinished generation is called: such folders are left-overs of a killed run.
_BUILDING = ".building-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation is made of."""

    id: str
    built_at: datetime
    #: Name of the embedding model.
    embeddings: str
    dimension: int
    documents: int
    chunks: int
    sentences: int
    #: The generation before, for `--rollback`; "" for the first.
    previous: str = ""
    #: Of files, chunks and tokens: an index of another version is made anew.
    version: str = ""


def version() -> str:
    """Return the version of everything that the files of a generation depend on."""
    return f"{_FORMAT}.{chunking.VERSION}.{languages.TOKENS_VERSION}"


class Generation:
    """One generation, opened for reading."""

    def __init__(self, settings: KnowledgeSettings, folder: Path, lease: int) -> None:
        self._lease = lease
        self.manifest = read_manifest(folder)
        self.catalogue = Catalogue(catalogue_file(folder), dimension=self.manifest.dimension)
        self.vectors: VectorStore = open_vectors(settings, folder)
        if self.vectors.shared:
            self.vectors.known = self.catalogue.known

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

    def close(self) -> None:
        """Close the files and give the lease back."""
        self.vectors.close()
        self.catalogue.close()
        os.close(self._lease)

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


def current_id(settings: KnowledgeSettings) -> str | None:
    """Return the id of the generation that answers, None if there is none. Cheap."""
    try:
        return _pointer(settings).read_text("utf-8").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise IndexUnavailable(f"The index cannot be read: {error}.") from error


def open_current(settings: KnowledgeSettings) -> Generation:
    """Open the generation that answers.

    Raises:
        IndexUnavailable: there is none, or it cannot be read.
        IndexMismatch: it was made with another embedding model or version.
    """
    for _ in range(5):
        identity = current_id(settings)
        if identity is None:
            raise IndexUnavailable
        folder = index_folder(settings) / identity
        try:
            lease = _lease(folder, fcntl.LOCK_SH)
        except FileNotFoundError:
            continue  # pruned between reading the pointer and taking the lease
        if not (folder / "manifest.json").exists():
            os.close(lease)
            continue
        try:
            _check(read_manifest(folder), settings)
            return Generation(settings, folder, lease)
        except BaseException:
            os.close(lease)
            raise
    raise IndexUnavailable


def current_manifest(settings: KnowledgeSettings) -> Manifest | None:
    """Return the manifest of the generation that answers, None if there is none."""
    identity = current_id(settings)
    return read_manifest(index_folder(settings) / identity) if identity else None


def entries(settings: KnowledgeSettings, manifest: Manifest | None) -> dict[str, str]:
    """Return name and hash of every document of a generation; empty if there is none."""
    if manifest is None:
        return {}
    file = catalogue_file(index_folder(settings) / manifest.id)
    with closing(Catalogue(file, dimension=manifest.dimension)) as catalogue:
        return catalogue.hashes()


def matches(manifest: Manifest, settings: KnowledgeSettings) -> bool:
    """Tell whether a generation was made with today's model and version."""
    return manifest.embeddings == settings.embeddings and manifest.version == version()


@contextmanager
def building(settings: KnowledgeSettings, *, base: Manifest | None) -> Iterator[Path]:
    """Give a folder to build a generation in: a copy of `base`, or empty.

    It is deleted at the end unless `announce` has taken it. The caller holds the ingest lock.

    Raises:
        KnowledgeError: the disk is full, or the folder cannot be written.
    """
    root = index_folder(settings)
    folder = root / f"{_BUILDING}{secrets.token_hex(4)}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        _clean(root)
        folder.mkdir()
        if base:
            _copy(root / base.id, folder, with_vectors=not settings.chroma_url)
        yield folder
    except (OSError, sqlite3.Error, IndexUnavailable) as error:
        raise KnowledgeError(
            f"{why(root, error)} The index that was there is unchanged."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def announce(settings: KnowledgeSettings, folder: Path, manifest: Manifest) -> None:
    """Make a finished folder the generation that answers."""
    (folder / "lease").touch()
    described = {**asdict(manifest), "built_at": manifest.built_at.isoformat()}
    (folder / "manifest.json").write_text(json.dumps(described, indent=1), "utf-8")
    _sync(folder)
    root = index_folder(settings)
    folder.rename(root / manifest.id)
    switch(settings, manifest.id)
    prune(settings)
    try:
        prune_server(settings)
    except IndexUnavailable as error:
        logger.warning("Old vectors stay on the Chroma server for now: %s", error)


def switch(settings: KnowledgeSettings, identity: str) -> None:
    """Name the generation that answers from now on."""
    pointer = _pointer(settings)
    fresh = pointer.with_name(".current")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(identity)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(pointer)
    _sync_one(pointer.parent)


def rollback(settings: KnowledgeSettings) -> Manifest:
    """Go back to the generation before; the one that answered can be returned to likewise.

    Raises:
        IndexUnavailable: there is no other generation.
    """
    now = current_id(settings)
    others = [each for each in generations(settings) if each.id != now]
    if not others:
        raise IndexUnavailable("There is no earlier generation of the index to go back to.")
    latest = max(others, key=lambda manifest: manifest.built_at)
    switch(settings, latest.id)
    return latest


def generations(settings: KnowledgeSettings) -> list[Manifest]:
    """Return all finished generations."""
    found = []
    for folder in sorted(index_folder(settings).glob("*/manifest.json")):
        if not folder.parent.name.startswith("."):
            found.append(read_manifest(folder.parent))
    return found


def prune(settings: KnowledgeSettings) -> None:
    """Delete generations that nobody reads, except the one that answers and the one before."""
    now = current_manifest(settings)
    for manifest in generations(settings):
        if now is None or manifest.id in {now.id, now.previous}:
            continue
        folder = index_folder(settings) / manifest.id
        try:
            lease = _lease(folder, fcntl.LOCK_EX)
        except BlockingIOError:
            continue
        # Out of sight first: a half-deleted folder must not look like a generation.
        gone = folder.with_name(f"{_BUILDING}{manifest.id}")
        folder.rename(gone)
        os.close(lease)
        shutil.rmtree(gone, ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in a folder.

    Raises:
        IndexUnavailable: it cannot be read.
    """
    try:
        described = json.loads((folder / "manifest.json").read_text("utf-8"))
        described["built_at"] = datetime.fromisoformat(described["built_at"])
        return Manifest(**described)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexUnavailable(f"The index in {folder} cannot be read: {error}") from error


def index_folder(settings: KnowledgeSettings) -> Path:
    """Return where the generations are."""
    return settings.data_dir / "index"


def catalogue_file(folder: Path) -> Path:
    """Return the catalogue of a generation."""
    return folder / "catalogue.sqlite"


def vectors_folder(folder: Path) -> Path:
    """Return Chroma's files of a generation."""
    return folder / "chroma"


def open_vectors(settings: KnowledgeSettings, folder: Path) -> VectorStore:
    """Open the vectors of a generation: in its folder, or on the server with those of others.

    On a server the ids are content hashes and all generations of one model share the collections;
    the catalogue tells which of them count.
    """
    if not settings.chroma_url:
        return open_folder(vectors_folder(folder))
    model = hashlib.sha256(settings.embeddings.encode()).hexdigest()[:8]
    return open_server(settings.chroma_url, prefix=f"cscc-{model}-")


def prune_server(settings: KnowledgeSettings) -> None:
    """Remove from the server the vectors that no generation refers to."""
    if not settings.chroma_url:
        return
    wanted: set[str] = set()
    for manifest in generations(settings):
        file = catalogue_file(index_folder(settings) / manifest.id)
        with closing(Catalogue(file, dimension=manifest.dimension)) as catalogue:
            wanted.update(chunk.id for chunk, _ in catalogue.rows())
    with closing(open_vectors(settings, index_folder(settings))) as store:
        store.remove([each for each in store.ids() if each.partition(":")[0] not in wanted])


def _check(manifest: Manifest, settings: KnowledgeSettings) -> None:
    if manifest.embeddings != settings.embeddings:
        raise IndexMismatch(
            f"The index was made with the embedding model {manifest.embeddings}, and "
            f"{settings.embeddings} is set. Make it anew with: make ingest"
        )
    if manifest.version != version():
        raise IndexMismatch


def _pointer(settings: KnowledgeSettings) -> Path:
    return index_folder(settings) / "current"


def _lease(folder: Path, kind: int) -> int:
    lease = os.open(folder / "lease", os.O_RDWR)
    try:
        fcntl.flock(lease, kind | (fcntl.LOCK_NB if kind == fcntl.LOCK_EX else 0))
    except BaseException:
        os.close(lease)
        raise
    return lease


def _copy(old: Path, new: Path, *, with_vectors: bool) -> None:
    shutil.copyfile(catalogue_file(old), catalogue_file(new))
    if not with_vectors:
        return
    source, target = vectors_folder(old), vectors_folder(new)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.sqlite3*"))
    # A reader that opens Chroma writes a row into this file: it is copied as a database.
    with (
        closing(sqlite3.connect(source / "chroma.sqlite3")) as given,
        closing(sqlite3.connect(target / "chroma.sqlite3")) as taken,
    ):
        given.backup(taken)


def _clean(root: Path) -> None:
    for left_over in root.glob(f"{_BUILDING}*"):
        shutil.rmtree(left_over, ignore_errors=True)


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync_one(path)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
