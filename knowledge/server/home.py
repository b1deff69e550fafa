"""Where the index is kept for many machines: what is read, and who may write."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from knowledge.catalogue import Catalogue
from knowledge.database import Row
from knowledge.errors import IndexUnavailable, IngestLocked
from knowledge.index.generation import Generation, short_name
from knowledge.index.manifest import Manifest, check
from knowledge.index.state import State
from knowledge.server.catalogue import ServerCatalogue
from knowledge.server.connecting import Pool, Session, ensure_tables, open_engine
from knowledge.server.versions import forget, take_back
from knowledge.server.writing import ServerCatalogueWriter
from knowledge.settings import KnowledgeSettings
from knowledge.vectorstore import VectorStore, open_server

logger = logging.getLogger(__name__)

#: Key of the advisory lock of ingest: any number that is only ours.
_LOCK = 0x43534349

#: Seconds between two looks at a lock that somebody else holds.
_PATIENCE = 0.5

#: How long a generation that was left is kept for readers that have not noticed.
_GRACE = "10 minutes"

_CURRENT = "SELECT number, manifest, tokens FROM home JOIN generations ON number = current "


class ServerHome:
    """The generations in PostgreSQL and on the Chroma server."""

    def __init__(self, settings: KnowledgeSettings) -> None:
        self._settings = settings
        self._engine = open_engine(settings.database_url)
        self._pool = Pool(self._engine)
        self._has_tables = False

    def current_id(self) -> str | None:
        """Return the id of the generation that answers, None if there is none. Cheap."""
        query = "SELECT id FROM home JOIN generations ON number = current"
        rows = self._rows(query)
        return rows[0][0] if rows else None

    def current_manifest(self) -> Manifest | None:
        """Return the manifest of the generation that answers, None if there is none."""
        rows = self._rows(_CURRENT)
        return Manifest.read(rows[0][1]) if rows else None

    def open_current(self) -> Generation:
        """Open the generation that answers.

        Raises:
            IndexUnavailable: there is none, or a server does not answer.
            IndexMismatch: it was made with another embedding model or version.
        """
        rows = self._rows(_CURRENT)
        if not rows:
            raise IndexUnavailable
        number, written, tokens = rows[0]
        manifest = Manifest.read(written)
        check(manifest, self._settings)
        catalogue = ServerCatalogue(
            self._pool.rows,
            number=number,
            dimension=manifest.dimension,
            model=short_name(manifest.embeddings),
            length=tokens / max(1, manifest.chunks),
        )
        name = self._rows("SELECT name FROM home")[0][0]
        vectors = open_server(
            self._settings.chroma_url, prefix=_prefix(name, self._settings.embeddings)
        )
        return Generation(manifest, catalogue, vectors, self._engine.dispose)

    def rollback(self) -> Manifest:
        """Go back to the generation before; the one that answered can be returned to likewise.

        Raises:
            IndexUnavailable: there is no other generation.
            IngestLocked: an ingest is at work.
        """
        with self._locked(wait=False) as session:
            others = session.rows(
                "SELECT number, manifest FROM generations "
                "WHERE number IS DISTINCT FROM (SELECT current FROM home) ORDER BY number"
            )
            if not others:
                raise IndexUnavailable("There is no earlier generation of the index to go back to.")
            number, written = others[-1]
            with session.writing() as writing:
                _switch(writing, number)
            return Manifest.read(written)

    def state(self) -> State | None:
        """Open what ingest remembers."""
        self._rows("SELECT 1")
        return State(Session(self._engine))

    @contextmanager
    def writing(self, *, wait: bool) -> Iterator[tuple[ServerWorkplace, State]]:
        """Hold the lock of ingest; it ends with the connection, and that with the process.

        Raises:
            IngestLocked: another ingest holds it, and `wait` is False.
        """
        with (
            self._locked(wait=wait) as session,
            closing(State(Session(self._engine))) as state,
        ):
            yield ServerWorkplace(self._settings, session), state

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._engine.dispose()

    @contextmanager
    def _locked(self, *, wait: bool) -> Iterator[Session]:
        self._rows("SELECT 1")
        with closing(Session(self._engine)) as session:
            while not session.rows("SELECT pg_try_advisory_lock(?)", (_LOCK,))[0][0]:
                if not wait:
                    raise IngestLocked
                time.sleep(_PATIENCE)
            yield session

    def _rows(self, query: str) -> list[Row]:
        if not self._has_tables:
            ensure_tables(self._engine)
            self._has_tables = True
        return self._pool.rows(query)


class ServerWorkplace:
    """The home for the one who holds its lock: all is written by the connection that does."""

    def __init__(self, settings: KnowledgeSettings, session: Session) -> None:
        self._settings = settings
        self._session = session
        self.embeddings = settings.embeddings
        self.name: str = session.rows("SELECT name FROM home")[0][0]

    def current_manifest(self) -> Manifest | None:
        """Return the manifest of the generation that answers, None if there is none."""
        rows = self._session.rows(_CURRENT)
        return Manifest.read(rows[0][1]) if rows else None

    def entries(self, manifest: Manifest | None) -> dict[str, str]:
        """Return name and hash of every document of a generation; empty if there is none."""
        return self._catalogue(manifest).hashes() if manifest else {}

    @contextmanager
    def making(self, base: Manifest | None) -> Iterator[ServerMaking]:
        """Begin the next generation, from `base` or from nothing.

        Raises:
            KnowledgeError: it cannot be written; the one that was there is unchanged.
        """
        current = self._session.rows("SELECT current FROM home")[0][0]
        with self._session.writing() as writing:
            take_back(writing, current or 0)
        number = self._session.rows("SELECT nextval('numbers')")[0][0]
        yield ServerMaking(self, self._session, number, current if base else None)

    def reopened(self, manifest: Manifest) -> ServerMaking:
        """Return the generation that answers, to mend its vectors."""
        number = self._number(manifest)
        return ServerMaking(self, self._session, number, number)

    def open_vectors(self) -> VectorStore:
        """Open the vectors of all generations of today's model."""
        prefix = _prefix(self.name, self._settings.embeddings)
        return open_server(self._settings.chroma_url, prefix=prefix)

    def prune(self) -> None:
        """Delete what no generation needs that answers, answered before, or was left just now."""
        session = self._session
        kept = session.rows(
            "SELECT number, manifest FROM generations WHERE number = (SELECT current FROM home) "
            "OR id = ? OR left_at > now() - ?::interval",
            (self._previous(), _GRACE),
        )
        with session.writing() as writing:
            forget(writing, [row[0] for row in kept])
        try:
            self._prune_vectors([Manifest.read(row[1]) for row in kept])
        except IndexUnavailable as error:
            logger.warning("Old vectors stay on the Chroma server for now: %s", error)

    def _previous(self) -> str:
        manifest = self.current_manifest()
        return manifest.previous if manifest else ""

    def _prune_vectors(self, kept: Sequence[Manifest]) -> None:
        wanted = {row[0] for row in self._session.rows("SELECT DISTINCT id FROM chunks")}
        with closing(self.open_vectors()) as store:
            store.remove([each for each in store.ids() if each.partition(":")[0] not in wanted])
            store.forget(_prefix(self.name), [_prefix(self.name, each.embeddings) for each in kept])

    def _catalogue(self, manifest: Manifest) -> ServerCatalogue:
        return ServerCatalogue(
            self._session.rows,
            number=self._number(manifest),
            dimension=manifest.dimension,
            model=short_name(manifest.embeddings),
        )

    def _number(self, manifest: Manifest) -> int:
        query = "SELECT number FROM generations WHERE id = ?"
        return int(self._session.rows(query, (manifest.id,))[0][0])


class ServerMaking:
    """The next generation: rows under a number that is not named yet."""

    def __init__(
        self, place: ServerWorkplace, session: Session, number: int, base: int | None
    ) -> None:
        self._place = place
        self._session = session
        self._number = number
        self._base = base

    def writer(self, dimension: int) -> ServerCatalogueWriter:
        """Open its catalogue for writing."""
        return ServerCatalogueWriter(
            self._session,
            number=self._number,
            base=self._base,
            dimension=dimension,
            model=self._model,
        )

    def catalogue(self, dimension: int) -> Catalogue:
        """Open its finished catalogue for reading."""
        return ServerCatalogue(
            self._session.rows, number=self._number, dimension=dimension, model=self._model
        )

    def vectors(self) -> VectorStore:
        """Open the vectors; those of other generations stand there, too."""
        return self._place.open_vectors()

    def announce(self, manifest: Manifest) -> None:
        """Let it answer from now on: one transaction, on every machine."""
        with self._session.writing() as writing:
            writing.execute(
                "INSERT INTO generations (number, id, manifest, tokens) "
                "SELECT ?, ?, ?, coalesce(sum(length), 0) FROM chunks "
                "WHERE since <= ? AND until > ?",
                (self._number, manifest.id, manifest.written(), self._number, self._number),
            )
            _switch(writing, self._number)
        self._place.prune()

    @property
    def _model(self) -> str:
        return short_name(self._place.embeddings)


def _switch(session: Session, number: int) -> None:
    """Name the generation that answers, and note when the other was left."""
    with_other = "WHERE number = (SELECT current FROM home)"
    session.execute(f"UPDATE generations SET left_at = now() {with_other}")  # noqa: S608
    session.execute("UPDATE generations SET left_at = NULL WHERE number = ?", (number,))
    session.execute("UPDATE home SET current = ?", (number,))


def _prefix(name: str, embeddings: str = "") -> str:
    """Return what this database's collections are called, apart from others' on the server."""
    return f"cscc-{name}-{short_name(embeddings)}-" if embeddings else f"cscc-{name}-"
