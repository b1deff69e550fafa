"""Generations in the data folder: a folder each, immutable once announced.

`index/current` names the generation that answers. A writer works on a copy and switches that file
at the end, so whatever happens the index is the old one or the new one. Readers hold a lease (a
shared lock on a file of the generation) so that nothing is deleted under them; the lease ends
with the process.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from knowledge.catalogue import Catalogue
from knowledge.diskspace import why
from knowledge.errors import IndexUnavailable, IngestLocked, KnowledgeError
from knowledge.index.cataloguing import FileCatalogueWriter
from knowledge.index.filecatalogue import FileCatalogue
from knowledge.index.generation import Generation, short_name
from knowledge.index.manifest import Manifest, check
from knowledge.index.state import State
from knowledge.settings import KnowledgeSettings
from knowledge.vectorstore import VectorStore, open_folder, open_server

logger = logging.getLogger(__name__)

#: What an unfinished generation is called: such folders are left-overs of a killed run.
_BUILDING = ".building-"

#: Seconds between two looks at a lock that somebody else holds.
_PATIENCE = 0.5


class FolderHome:
    """The generations in the data folder; the one who holds its lock may write."""

    def __init__(self, settings: KnowledgeSettings) -> None:
        self._settings = settings
        self.root = settings.data_dir / "index"
        self._pointer = self.root / "current"

    def current_id(self) -> str | None:
        """Return the id of the generation that answers, None if there is none. Cheap."""
        try:
            return self._pointer.read_text("utf-8").strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise IndexUnavailable(f"The index cannot be read: {error}.") from error

    def current_manifest(self) -> Manifest | None:
        """Return the manifest of the generation that answers, None if there is none."""
        identity = self.current_id()
        return _read_manifest(self.root / identity) if identity else None

    def open_current(self) -> Generation:
        """Open the generation that answers.

        Raises:
            IndexUnavailable: there is none, or it cannot be read.
            IndexMismatch: it was made with another embedding model or version.
        """
        for _ in range(5):
            identity = self.current_id()
            if identity is None:
                raise IndexUnavailable
            folder = self.root / identity
            try:
                lease = _lease(folder, fcntl.LOCK_SH)
            except FileNotFoundError:
                continue  # pruned between reading the pointer and taking the lease
            if not (folder / "manifest.json").exists():
                os.close(lease)
                continue
            try:
                return self._open(folder, lease)
            except BaseException:
                os.close(lease)
                raise
        raise IndexUnavailable

    def rollback(self) -> Manifest:
        """Go back to the generation before; the one that answered can be returned to likewise.

        Raises:
            IndexUnavailable: there is no other generation.
        """
        now = self.current_id()
        others = [each for each in self.generations() if each.id != now]
        if not others:
            raise IndexUnavailable("There is no earlier generation of the index to go back to.")
        latest = max(others, key=lambda manifest: manifest.built_at)
        self.switch(latest.id)
        return latest

    def generations(self) -> list[Manifest]:
        """Return all finished generations but those whose manifest is damaged."""
        found = []
        for file in sorted(self.root.glob("*/manifest.json")):
            if not file.parent.name.startswith("."):
                with suppress(IndexUnavailable):
                    found.append(_read_manifest(file.parent))
        return found

    def state(self) -> State | None:
        """Open what ingest remembers, None if it never ran."""
        file = self._settings.data_dir / "state.sqlite"
        return State.in_file(file) if file.exists() else None

    @contextmanager
    def writing(self, *, wait: bool) -> Iterator[tuple[FolderHome, State]]:
        """Hold the lock of ingest; it ends with the process, however that ends.

        Raises:
            IngestLocked: another ingest holds it, and `wait` is False.
        """
        data_dir = self._settings.data_dir
        with (
            _locked(data_dir, wait=wait),
            closing(State.in_file(data_dir / "state.sqlite")) as state,
        ):
            self._drop_damaged()
            yield self, state

    def _drop_damaged(self) -> None:
        """Let a generation that nobody can open answer no more: else nothing could replace it."""
        identity = self.current_id()
        if identity is None:
            return
        folder = self.root / identity
        files = [_catalogue_file(folder)]
        if not self._settings.chroma_url:
            files.append(folder / "chroma" / "chroma.sqlite3")
        if reason := _damage(folder, files):
            logger.warning("The index %s is damaged and is made anew: %s", identity, reason)
            self._pointer.unlink()
            if folder.is_dir():  # cleared away like what a killed run left
                folder.rename(folder.with_name(f"{_BUILDING}{identity}"))

    def entries(self, manifest: Manifest | None) -> dict[str, str]:
        """Return name and hash of every document of a generation; empty if there is none."""
        if manifest is None:
            return {}
        file = _catalogue_file(self.root / manifest.id)
        with closing(FileCatalogue(file, dimension=manifest.dimension)) as catalogue:
            return catalogue.hashes()

    @contextmanager
    def making(self, base: Manifest | None) -> Iterator[Folder]:
        """Begin the next generation in a folder: a copy of `base`, or empty.

        It is deleted at the end unless it was announced. The caller holds the lock.

        Raises:
            KnowledgeError: the disk is full, or the folder cannot be written.
        """
        folder = self.root / f"{_BUILDING}{secrets.token_hex(4)}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            _clean(self.root)
            folder.mkdir()
            if base:
                with_vectors = not self._settings.chroma_url
                _copy(self.root / base.id, folder, with_vectors=with_vectors)
            yield Folder(self, folder)
        except (OSError, sqlite3.Error, IndexUnavailable) as error:
            raise KnowledgeError(
                f"{why(self.root, error)} The index that was there is unchanged."
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def reopened(self, manifest: Manifest) -> Folder:
        """Return the generation that answers, to mend its vectors."""
        return Folder(self, self.root / manifest.id)

    def switch(self, identity: str) -> None:
        """Name the generation that answers from now on."""
        fresh = self._pointer.with_name(".current")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(identity)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._pointer)
        _sync_one(self.root)

    def prune(self) -> None:
        """Delete generations that nobody reads, except the one that answers and the one before."""
        now = self.current_manifest()
        for manifest in self.generations():
            if now is None or manifest.id in {now.id, now.previous}:
                continue
            folder = self.root / manifest.id
            try:
                lease = _lease(folder, fcntl.LOCK_EX)
            except BlockingIOError:
                continue
            # Out of sight first: a half-deleted folder must not look like a generation.
            gone = folder.with_name(f"{_BUILDING}{manifest.id}")
            folder.rename(gone)
            os.close(lease)
            shutil.rmtree(gone, ignore_errors=True)

    def prune_server(self) -> None:
        """Remove from a Chroma server, if there is one, what no generation refers to."""
        if not self._settings.chroma_url:
            return
        kept = self.generations()
        wanted: set[str] = set()
        for manifest in kept:
            file = _catalogue_file(self.root / manifest.id)
            with closing(FileCatalogue(file, dimension=manifest.dimension)) as catalogue:
                wanted.update(identity for identity, _ in catalogue.vector_ids())
        with closing(self.open_vectors(self.root)) as store:
            store.remove([each for each in store.ids() if each.partition(":")[0] not in wanted])
            store.forget(self._prefix(), (self._prefix(each.embeddings) for each in kept))

    def open_vectors(self, folder: Path) -> VectorStore:
        """Open the vectors of a generation: in its folder, or on a server with those of others.

        On a server the ids are content hashes and all generations of one model share the
        collections; the catalogue tells which of them count.
        """
        settings = self._settings
        if not settings.chroma_url:
            return open_folder(folder / "chroma")
        return open_server(settings.chroma_url, prefix=self._prefix(settings.embeddings))

    def close(self) -> None:
        """Nothing is held between two calls."""

    def _open(self, folder: Path, lease: int) -> Generation:
        manifest = _read_manifest(folder)
        check(manifest, self._settings)
        catalogue = FileCatalogue(_catalogue_file(folder), dimension=manifest.dimension)
        try:
            vectors = self.open_vectors(folder)
        except BaseException:
            catalogue.close()
            raise
        return Generation(manifest, catalogue, vectors, partial(os.close, lease))

    def _prefix(self, embeddings: str = "") -> str:
        """Return what this folder's collections on a server are called, apart from others'."""
        file = self.root / "name"
        try:
            with file.open("x", encoding="utf-8") as fresh:
                fresh.write(secrets.token_hex(4))
        except FileExistsError:
            pass
        name = file.read_text("utf-8")
        return f"cscc-{name}-{short_name(embeddings)}-" if embeddings else f"cscc-{name}-"


class Folder:
    """The next generation, in a folder of its own until it is announced."""

    def __init__(self, home: FolderHome, folder: Path) -> None:
        self._home = home
        self._folder = folder

    def writer(self, dimension: int) -> FileCatalogueWriter:
        """Open its catalogue for writing."""
        return FileCatalogueWriter(_catalogue_file(self._folder), dimension=dimension)

    def catalogue(self, dimension: int) -> Catalogue:
        """Open its finished catalogue for reading."""
        return FileCatalogue(_catalogue_file(self._folder), dimension=dimension)

    def vectors(self) -> VectorStore:
        """Open its vectors."""
        return self._home.open_vectors(self._folder)

    def announce(self, manifest: Manifest) -> None:
        """Let it answer from now on."""
        (self._folder / "lease").touch()
        (self._folder / "manifest.json").write_text(manifest.written(), "utf-8")
        _sync(self._folder)
        self._folder.rename(self._home.root / manifest.id)
        self._home.switch(manifest.id)
        self._home.prune()
        try:
            self._home.prune_server()
        except IndexUnavailable as error:
            logger.warning("Old vectors stay on the Chroma server for now: %s", error)


def _read_manifest(folder: Path) -> Manifest:
    try:
        return Manifest.read((folder / "manifest.json").read_text("utf-8"))
    except OSError as error:
        raise IndexUnavailable(f"The index in {folder} cannot be read: {error}") from error


def _damage(folder: Path, files: Iterable[Path]) -> str:
    """Return what is broken in a generation; "" if nothing is, or nobody may look."""
    try:
        Manifest.read((folder / "manifest.json").read_text("utf-8"))
        for file in files:
            if not file.exists():
                return f"{file} is missing."
            with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
                opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError, IndexUnavailable) as error:
        return str(error)
    except (OSError, sqlite3.OperationalError):
        return ""  # locked, or not ours to read: that passes, or is said when it is written
    except sqlite3.DatabaseError as error:
        return str(error)
    return ""


def _catalogue_file(folder: Path) -> Path:
    return folder / "catalogue.sqlite"


def _lease(folder: Path, kind: int) -> int:
    lease = os.open(folder / "lease", os.O_RDWR)
    try:
        fcntl.flock(lease, kind | (fcntl.LOCK_NB if kind == fcntl.LOCK_EX else 0))
    except BaseException:
        os.close(lease)
        raise
    return lease


@contextmanager
def _locked(data_dir: Path, *, wait: bool) -> Iterator[None]:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data_dir / "ingest.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise KnowledgeError(why(data_dir, error)) from error
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if not wait:
                    raise IngestLocked from error
                time.sleep(_PATIENCE)
        yield
    finally:
        os.close(lock)


def _copy(old: Path, new: Path, *, with_vectors: bool) -> None:
    shutil.copyfile(_catalogue_file(old), _catalogue_file(new))
    if not with_vectors:
        return
    source, target = old / "chroma", new / "chroma"
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
