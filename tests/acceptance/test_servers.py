"""The index on real servers: catalogue in PostgreSQL, vectors in Chroma, many processes."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from knowledge.configuration import with_answers
from knowledge.documents import Audience
from knowledge.embeddings import query_vector
from knowledge.errors import IndexMismatch, IndexUnavailable, IngestLocked, KnowledgeError
from knowledge.generations import home, open_current, rollback
from knowledge.index.reports import Report
from knowledge.indexing import ingest
from knowledge.overview import sources_status
from knowledge.reading import Library
from knowledge.settings import KnowledgeSettings
from tests.acceptance.processes import Home
from tests.knowledge.servers import CHROMA, ChromaServer, Postgres, chroma, on_servers, postgres
from tests.knowledge.standins import NOW, HashingEmbeddings, files_source, now, settings_for

pytestmark = pytest.mark.skipif(CHROMA is None, reason="the program chroma is not installed")

#: Seconds in which a running reader notices what changed.
NOTICED = 5.0

#: Kills; CSCC_KILLS sets more for a longer trial.
KILLS = int(os.environ.get("CSCC_KILLS", "4"))


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def vectors() -> Iterator[ChromaServer]:
    with chroma() as server:
        yield server


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    folder = tmp_path / "resources"
    write(
        folder, a="První text o městě.", b="Druhý text o obci.", c="Třetí text.", d="Čtvrtý text."
    )
    return folder


@pytest.fixture
def machine(
    tmp_path: Path, resources: Path, database: Postgres, vectors: ChromaServer
) -> Callable[..., KnowledgeSettings]:
    """Return a factory of processes' settings: each has a data folder of its own."""
    database.empty()

    def _(name: str = "one", **more: object) -> KnowledgeSettings:
        settings = settings_for(tmp_path / name, files_source(resources))
        return on_servers(settings, database, vectors, **more)

    return _


def write(folder: Path, **texts: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n\n{text}\n", "utf-8")


def run(settings: KnowledgeSettings, *, wait: bool = False) -> Report:
    return ingest(settings, embeddings=HashingEmbeddings(), clock=now, wait=wait)


def found(settings: KnowledgeSettings, question: str) -> list[str]:
    """Return the texts that are found by vectors, best first."""
    with open_current(settings) as index:
        vector = query_vector(HashingEmbeddings(), question)
        hits = index.vectors.nearest(vector, audience=Audience.PUBLIC, limit=9)
        chunks = index.catalogue.chunks(hit.chunk_id for hit in hits)
        return list(dict.fromkeys(chunks[hit.chunk_id].text for hit in hits))


def content(settings: KnowledgeSettings) -> tuple[frozenset[str], bool]:
    """Return the texts of the index, and whether all of its vectors are there."""
    with open_current(settings) as index:
        texts = frozenset(chunk.text for chunk, _ in index.catalogue.rows())
        there = {each.partition(":")[0] for each in index.vectors.ids()}
        return texts, {each for each, _ in index.catalogue.vector_ids()} <= there


Machine = Callable[..., KnowledgeSettings]


def test_what_one_machine_ingests_all_machines_find_as_in_a_folder(
    machine: Machine, resources: Path, tmp_path: Path
) -> None:
    in_folder = settings_for(tmp_path / "alone", files_source(resources))
    run(in_folder)

    assert run(machine("one")).embedded > 0

    expected = found(in_folder, "text o městě")
    assert found(machine("one"), "text o městě") == expected
    assert found(machine("two"), "text o městě") == expected
    again = run(machine("two"))
    assert (again.written, again.embedded) == (False, 0)
    assert [each.documents for each in sources_status(machine("three"), NOW)] == [4]
    # Nothing but the folder of the politeness of hosts may stand beside the servers.
    assert not list((tmp_path / "one" / "var").rglob("*.sqlite*"))


def test_a_change_embeds_what_is_new_and_is_gone_back_from_everywhere(
    machine: Machine, resources: Path
) -> None:
    run(machine("one"))
    write(resources, b="Změněný text.")
    (resources / "c.md").unlink()

    changed = run(machine("two"))

    assert changed.embedded < 12
    texts = frozenset({"První text o městě.", "Změněný text.", "Čtvrtý text."})
    assert content(machine("one")) == (texts, True)
    rollback(machine("three"))
    assert content(machine("one"))[0] == texts - {"Změněný text."} | {
        "Druhý text o obci.",
        "Třetí text.",
    }
    assert run(machine("one")).embedded == 0
    assert content(machine("two")) == (texts, True)


def test_what_editors_answered_on_one_machine_stays_when_another_reads(
    machine: Machine, tmp_path: Path
) -> None:
    write(tmp_path / "one" / "var" / "answers" / "public", x="Odpověď redakce.")
    run(with_answers(machine("one")))

    run(with_answers(machine("two")))
    assert "Odpověď redakce." in content(machine())[0]

    (tmp_path / "one" / "var" / "answers" / "public" / "x.md").unlink()
    run(with_answers(machine("one")))
    assert "Odpověď redakce." not in content(machine())[0]


def test_a_machine_without_the_files_of_a_source_changes_nothing_of_it(
    machine: Machine, resources: Path
) -> None:
    run(machine("one"))
    before = content(machine())
    resources.rename(resources.with_name("elsewhere"))

    report = run(machine("two"))

    assert report.failed
    assert content(machine()) == before


def test_old_vectors_go_when_no_generation_has_them(
    machine: Machine, resources: Path, database: Postgres
) -> None:
    for version in range(4):
        write(resources, b=f"Text ve verzi {version}.")
        run(machine())
        database.run("UPDATE knowledge.generations SET left_at = left_at - interval '1 hour'")

    with open_current(machine()) as index:
        kept = {each.partition(":")[0] for each in index.vectors.ids()}
    assert len(kept) == 5  # of this generation and the one before
    assert database.run("SELECT count(*) FROM knowledge.chunks") == [(5,)]
    assert database.run("SELECT count(*) FROM knowledge.generations") == [(2,)]


def test_another_ingest_is_refused_or_waits(machine: Machine) -> None:
    run(machine())
    with closing(home(machine("one"))) as held, held.writing(wait=False):
        with pytest.raises(IngestLocked):
            run(machine("two"))
        waiting = threading.Thread(target=run, args=(machine("two"),), kwargs={"wait": True})
        waiting.start()
        waiting.join(1.5)
        assert waiting.is_alive()
    waiting.join(60)
    assert not waiting.is_alive()


def test_the_lock_is_the_writers_connection(
    machine: Machine, resources: Path, database: Postgres
) -> None:
    run(machine())
    before = content(machine())
    write(resources, b="Změněný text.")

    class Cut(HashingEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            database.run(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            )
            return super().embed_documents(texts)

    with pytest.raises(KnowledgeError, match="does not answer"):
        ingest(machine(), embeddings=Cut(), clock=now)

    assert content(machine()) == before
    run(machine("two"))
    assert "Změněný text." in content(machine())[0]


def test_an_index_of_another_model_is_refused_and_made_anew(machine: Machine) -> None:
    run(machine())

    with pytest.raises(IndexMismatch, match="hashing, and other is set"):
        open_current(machine("two", embeddings="other"))
    made = run(machine("two", embeddings="other"))

    assert made.embedded > 0
    assert content(machine(embeddings="other"))[1]
    with pytest.raises(IndexMismatch, match="other, and hashing is set"):
        open_current(machine())


def test_two_databases_on_one_chroma_server_leave_each_other_alone(
    machine: Machine, resources: Path, database: Postgres
) -> None:
    run(machine())
    first = database.run("SELECT name FROM knowledge.home")
    database.run("ALTER SCHEMA knowledge RENAME TO other")
    try:
        write(resources, a="Docela jiný text.")
        run(machine())
        assert database.run("SELECT name FROM knowledge.home") != first
        database.empty()
    finally:
        database.run("ALTER SCHEMA other RENAME TO knowledge")

    assert content(machine())[1]


class SlowEmbeddings(HashingEmbeddings):
    """Takes its time, so that there is something to be killed in."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        time.sleep(0.002 * len(texts))
        return super().embed_documents(texts)


def slowly(settings: KnowledgeSettings) -> None:
    ingest(settings, embeddings=SlowEmbeddings(), clock=now)


@pytest.mark.timeout(1200)
def test_a_killed_ingest_leaves_the_old_or_the_new_index(machine: Machine, resources: Path) -> None:
    expected = []
    for version in range(2):
        for number in range(30):
            write(resources, **{f"n{number}": f"Věta {number} ve verzi {version * (number % 2)}."})
        run(machine())
        expected.append(content(machine()))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    chance, took = random.Random(20150612), 3.0

    for kill in range(KILLS):
        version = kill % 2
        for number in range(30):
            write(resources, **{f"n{number}": f"Věta {number} ve verzi {version * (number % 2)}."})
        child = context.Process(target=slowly, args=(machine("two"),))
        child.start()
        time.sleep(chance.uniform(0.2, took))
        child.kill()
        child.join()

        assert content(machine()) in expected
        assert run(machine(), wait=True).embedded == 0
        assert content(machine()) == expected[version]


def test_a_chroma_server_that_lost_all_is_filled_again_without_embedding(
    machine: Machine, vectors: ChromaServer
) -> None:
    run(machine())
    expected = content(machine())

    vectors.lose_everything()
    report = run(machine("two"))

    assert (report.written, report.embedded) == (False, 0)
    assert content(machine()) == expected
    assert found(machine(), "text o městě")[0] == "První text o městě."


@asynccontextmanager
async def reading(settings: KnowledgeSettings) -> AsyncIterator[Library]:
    async with Library(settings, embeddings=HashingEmbeddings) as library:
        yield library


async def until(condition: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 -- the reader looks by itself
            await asyncio.sleep(0.05)


async def test_a_running_reader_notices_a_change_made_elsewhere(
    machine: Machine, resources: Path
) -> None:
    run(machine())
    async with reading(machine("two")) as library:
        assert library.ready
        write(resources, e="Pátý text.")
        made = await asyncio.to_thread(run, machine("one"))

        await until(lambda: library.asked().manifest.id == made.generation, NOTICED)
        hits = library.asked().find("Pátý text", audience=Audience.PUBLIC).candidates
        assert hits[0].chunk.text == "Pátý text."


async def test_a_server_that_goes_away_is_said_and_is_used_again_when_it_is_back(
    machine: Machine, vectors: ChromaServer, database: Postgres
) -> None:
    run(machine())
    async with reading(machine("two")) as library:
        for server in (vectors, database):
            await asyncio.to_thread(server.stop)
            await until(lambda: not library.ready, 10)
            assert library.reader is not None
            with pytest.raises(IndexUnavailable, match="does not answer"):
                library.asked().find("jiná otázka", audience=Audience.PUBLIC)
            with pytest.raises(KnowledgeError, match="does not answer"):
                await asyncio.to_thread(run, machine("one"))
            await asyncio.to_thread(server.start)
            await until(lambda: library.ready, 10)
            assert library.asked().find("text", audience=Audience.PUBLIC).candidates


async def test_a_reader_that_starts_before_the_servers_opens_when_they_are_there(
    machine: Machine, vectors: ChromaServer
) -> None:
    run(machine())
    await asyncio.to_thread(vectors.stop)
    async with reading(machine("two")) as library:
        assert (library.ready, library.reachable) == (False, False)
        await asyncio.to_thread(vectors.start)
        await until(lambda: library.ready, 10)


@pytest.mark.timeout(300)
async def test_commands_in_two_folders_answer_alike_and_say_where_the_index_stands(
    tmp_path: Path, vectors: ChromaServer, database: Postgres
) -> None:
    database.empty()
    here, there = Home(tmp_path / "here"), Home(tmp_path / "there")
    servers = {"CSCC_DATABASE_URL": database.url, "CSCC_CHROMA_URL": vectors.url}
    question = "Kolik stojí členství ve spolku Modrá řeka?"

    assert (await here.cscc("ingest", **servers))[0] == 0
    answers = [
        json.loads((await home.cscc("ask", "--json", question, **servers))[1])
        for home in (here, there)
    ]
    code, _, said = await there.cscc("backup", **servers)
    _, examined, _ = await there.cscc("doctor", "--json", **servers)

    assert [answer["citations"][0]["url"] for answer in answers] == [
        "https://modra.example/clenstvi.md"
    ] * 2
    assert (code, "stands in PostgreSQL (database, index, state of ingest)" in said) == (1, True)
    assert "Index je v PostgreSQL a na serveru Chroma" in str(json.loads(examined))
    assert not list((tmp_path / "there").rglob("*.sqlite*"))
