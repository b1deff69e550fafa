"""The vectors on a real Chroma server, shared by all generations and processes."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.documents import Audience
from knowledge.embeddings import query_vector
from knowledge.errors import KnowledgeError
from knowledge.generations import open_current
from knowledge.indexing import ingest
from knowledge.settings import KnowledgeSettings
from tests.knowledge.standins import HashingEmbeddings, files_source, now, settings_for

PROGRAM = shutil.which("chroma", path=str(Path(sys.executable).parent))

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="the program chroma is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert PROGRAM is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma")
    process = subprocess.Popen(
        [PROGRAM, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not start")


def write(folder: Path, **texts: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n\n{text}\n", "utf-8")


def found(settings: KnowledgeSettings, question: str) -> list[str]:
    with open_current(settings) as index:
        vector = query_vector(HashingEmbeddings(), question)
        hits = index.vectors.nearest(vector, audience=Audience.PUBLIC, limit=9)
        chunks = index.catalogue.chunks(hit.chunk_id for hit in hits)
        return sorted({chunks[hit.chunk_id].text for hit in hits})


def test_generations_share_a_server_and_each_sees_its_own(tmp_path: Path, server: str) -> None:
    resources = tmp_path / "resources"
    write(resources, a="První text.", b="Druhý text.", c="Třetí text.", d="Čtvrtý text.")
    settings = settings_for(tmp_path, files_source(resources))
    settings = settings.model_copy(update={"chroma_url": server})
    ingest(settings, embeddings=HashingEmbeddings(), clock=now)
    with open_current(settings) as old:
        write(resources, b="Změněný text.")
        (resources / "c.md").unlink()
        ingest(settings, embeddings=HashingEmbeddings(), clock=now)

        hits = old.vectors.nearest(
            query_vector(HashingEmbeddings(), "text"), audience=Audience.PUBLIC, limit=9
        )
        known = old.catalogue.chunks(hit.chunk_id for hit in hits)
        assert {chunk.text for chunk in known.values()} == {
            "První text.",
            "Druhý text.",
            "Třetí text.",
            "Čtvrtý text.",
        }

    assert found(settings, "text") == sorted(["První text.", "Změněný text.", "Čtvrtý text."])

    write(resources, d="Pátý text.")
    ingest(settings, embeddings=HashingEmbeddings(), clock=now)
    with open_current(settings) as index:
        kept = {each.partition(":")[0] for each in index.vectors.ids()}
        assert len(kept) == 4  # of this generation and the one before: the oldest are gone


def test_a_server_that_is_not_there_is_said_and_changes_nothing(tmp_path: Path) -> None:
    resources = tmp_path / "resources"
    write(resources, a="První text.")
    settings = settings_for(tmp_path, files_source(resources))
    settings = settings.model_copy(update={"chroma_url": "http://127.0.0.1:9"})

    with pytest.raises(KnowledgeError, match="does not answer"):
        ingest(settings, embeddings=HashingEmbeddings(), clock=now)
