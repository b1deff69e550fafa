"""A damaged index is made anew by the next ingest, or left by going back."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import generations
from knowledge.generations import current_id
from tests.knowledge.test_indexing import PARKING, folder, found, run, settings

__all__ = ["folder"]  # a fixture


@pytest.mark.parametrize(
    "broken", ["manifest.json", "catalogue.sqlite", "chroma/chroma.sqlite3", "../current"]
)
def test_the_next_ingest_makes_a_damaged_index_anew(folder: Path, broken: str) -> None:
    run(folder)
    before = current_id(settings(folder))
    index = settings(folder).data_dir / "index"
    (index / str(before) / broken).write_bytes(b"garbage")

    report = run(folder)

    assert (report.written, report.embedded) == (True, 0)
    assert found(folder, PARKING)[0] == "https://a.cz/seminar"
    assert before != current_id(settings(folder))


@pytest.mark.parametrize("missing", ["manifest.json", "catalogue.sqlite"])
def test_an_index_without_one_of_its_files_is_damaged(folder: Path, missing: str) -> None:
    run(folder)
    (settings(folder).data_dir / "index" / str(current_id(settings(folder))) / missing).unlink()

    run(folder)

    assert found(folder, PARKING)[0] == "https://a.cz/seminar"


def test_one_can_go_back_from_a_damaged_index(folder: Path) -> None:
    run(folder)
    before = current_id(settings(folder))
    (folder / "resources" / "third.md").unlink()
    run(folder)
    now = current_id(settings(folder))
    (settings(folder).data_dir / "index" / str(now) / "manifest.json").write_text("garbage")

    manifest = generations.rollback(settings(folder))

    assert manifest.id == before == current_id(settings(folder))


def test_a_sound_index_stays(folder: Path) -> None:
    run(folder)
    before = current_id(settings(folder))

    assert run(folder).written is False
    assert current_id(settings(folder)) == before
