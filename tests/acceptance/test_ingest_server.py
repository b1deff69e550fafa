"""The vectors on a real Chroma server, shared by all generations and processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.documents import Audience
from knowledge.embeddings import query_vector
from knowledge.errors import KnowledgeError
from knowledge.generations import open_current
from knowledge.indexing import ingest
from knowledge.settings import KnowledgeSettings
from tests.knowledge.servers import CHROMA, chroma
from tests.knowledge.standins import HashingEmbeddings, files_source, now, settings_for

pytestmark = pytest.mark.skipif(CHROMA is None, reason="the program chroma is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with chroma() as running:
        yield running.url


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


def test_two_folders_on_one_server_leave_each_other_alone(tmp_path: Path, server: str) -> None:
    made = []
    for name in ("one", "two"):
        write(tmp_path / name, a=f"Text složky {name}.")
        source = files_source(tmp_path / name)
        settings = settings_for(tmp_path / f"{name}-data", source)
        made.append(settings.model_copy(update={"chroma_url": server}))
        ingest(made[-1], embeddings=HashingEmbeddings(), clock=now)
    for number in range(3):
        write(tmp_path / "two", a=f"Změněný text {number}.")
        ingest(made[1], embeddings=HashingEmbeddings(), clock=now)

    assert found(made[0], "text") == ["Text složky one."]
    assert found(made[1], "text") == ["Změněný text 2."]


def test_a_server_that_is_not_there_is_said_and_changes_nothing(tmp_path: Path) -> None:
    resources = tmp_path / "resources"
    write(resources, a="První text.")
    settings = settings_for(tmp_path, files_source(resources))
    settings = settings.model_copy(update={"chroma_url": "http://127.0.0.1:9"})

    with pytest.raises(KnowledgeError, match="does not answer"):
        ingest(settings, embeddings=HashingEmbeddings(), clock=now)
