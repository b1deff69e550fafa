"""Tables of the index in PostgreSQL, and what ingest remembers there as in a file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from knowledge.documents import Audience, Document, Section
from knowledge.errors import ConfigurationError, ServerUnavailable
from knowledge.index.pages import Page
from knowledge.index.state import Run, State
from knowledge.server.connecting import Session, ensure_tables, open_engine
from tests.knowledge.servers import Postgres
from tests.knowledge.standins import NOW


def test_processes_that_start_at_once_make_the_tables_once(database: Postgres) -> None:
    def start(_: int) -> None:
        engine = open_engine(database.url)
        ensure_tables(engine)
        engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(start, range(6)))

    assert database.run("SELECT version_num FROM knowledge.version") == [("0001",)]
    assert database.run("SELECT count(*) FROM knowledge.home") == [(1,)]


def test_a_database_that_is_not_there_is_said() -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:9/cscc")

    with pytest.raises(ServerUnavailable, match=r"^The database of the index does not answer: "):
        ensure_tables(engine)
    with pytest.raises(ConfigurationError, match="no address of a database"):
        open_engine("postgresql://:::")


@pytest.fixture(params=["file", "server"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    if request.param == "file":
        with closing(State.in_file(tmp_path / "state.sqlite")) as state:
            yield state
        return
    engine = open_engine(request.getfixturevalue("database").url)
    ensure_tables(engine)
    with closing(State(Session(engine))) as state:
        yield state
    engine.dispose()


DOCUMENT = Document(
    url="https://x.example/a",
    source="web",
    key="a",
    title="Název",
    language="cs",
    audience=Audience.PUBLIC,
    sections=(Section(path=("Část",), text="Text.", page=None, anchor=None, language="cs"),),
)

PAGE = Page(
    key="a",
    stamp="s",
    etag='"e"',
    links=("https://x.example/b",),
    body=b"\x00\xff",
    document=DOCUMENT,
    hash="h",
    signature=b"\x01",
    checked_at=NOW,
)


def test_pages_are_remembered_changed_and_forgotten(state: State) -> None:
    other = Page(key="b", error="404", checked_at=NOW)
    state.save("web", [PAGE, other])
    state.save("web", [replace(PAGE, etag="new", stamp="nul\0")])

    kept = state.page("web", "a")
    assert kept is not None
    assert (kept.etag, kept.body, kept.document, kept.links) == (
        "new",
        b"\x00\xff",
        DOCUMENT,
        ("https://x.example/b",),
    )
    assert state.hashes("web") == {"a": ("h", b"\x01")}
    assert state.stamps("web")["b"] == ("", "", "404")
    state.tidy("web", NOW + timedelta(days=1))
    assert state.stamps("web") == {}


def test_members_vectors_and_runs_are_remembered(state: State) -> None:
    state.agree({"web": {"a": "1", "b": "2"}})
    assert state.members("web") == {"a": "1", "b": "2"}
    assert state.unannounced("web") == ["a", "b"]
    state.announce("web", {"a": "1"})
    assert state.unannounced("web") == ["b"]
    state.agree({"web": {"a": "9"}})
    assert (state.sources(), state.unannounced("web")) == (["web"], ["a"])

    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    state.save_vectors("m", ["x", "y"], rows)
    state.save_vectors("m", ["x"], rows[1:])
    found = state.vectors("m", ["x", "y", "z"])
    assert {text: each.tolist() for text, each in found.items()} == {
        "x": [3.0, 4.0, 5.0],
        "y": [3.0, 4.0, 5.0],
    }

    for number in range(60):
        run = Run(source="web", started_at=NOW, seconds=number, error="" if number < 59 else "no")
        state.record(run)
    assert state.last_runs()["web"].seconds == 59
    assert state.last_runs(good=True)["web"].seconds == 58
    state.forget("web")
    assert state.sources() == []
