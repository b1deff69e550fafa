"""Whatever moment an ingest is killed at: the index is the old one or the new one."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from pathlib import Path

import pytest

from knowledge.generations import open_current
from knowledge.indexing import ingest
from knowledge.settings import KnowledgeSettings
from tests.knowledge.standins import HashingEmbeddings, files_source, now, settings_for

#: Kills; CSCC_KILLS sets more for a longer trial.
KILLS = int(os.environ.get("CSCC_KILLS", "6"))


class SlowEmbeddings(HashingEmbeddings):
    """Takes its time, so that there is something to be killed in."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        time.sleep(0.002 * len(texts))
        return super().embed_documents(texts)


def run(settings: KnowledgeSettings) -> None:
    ingest(settings, embeddings=SlowEmbeddings(), clock=now)


def content(settings: KnowledgeSettings) -> tuple[frozenset[str], frozenset[str]]:
    """Return what the index holds: texts, and the ids of all vectors."""
    with open_current(settings) as index:
        texts = frozenset(chunk.text for chunk, _ in index.catalogue.rows())
        return texts, frozenset(index.vectors.ids())


def write(folder: Path, version: int) -> None:
    """Write one of two versions of the resources: half differ, some are there in one only."""
    for number in range(40):
        kept = number % 2 == 0
        file = folder / f"{number}.md"
        if version == 1 and number % 8 == 1:
            file.unlink(missing_ok=True)
            continue
        text = f"Věta {number} ve verzi {0 if kept else version}. Druhá věta dokumentu {number}."
        file.write_text(f"---\ntitle: Dokument {number}\n---\n\n{text}\n", "utf-8")


@pytest.mark.timeout(1200)
def test_a_killed_ingest_leaves_the_old_or_the_new_index(tmp_path: Path) -> None:
    resources = tmp_path / "resources"
    resources.mkdir()
    settings = settings_for(tmp_path, files_source(resources))
    expected = []
    for version in (0, 1):
        write(resources, version)
        run(settings)
        expected.append(content(settings))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    chance = random.Random(20150612)
    begun = time.monotonic()
    write(resources, 0)
    undisturbed = context.Process(target=run, args=(settings,))
    undisturbed.start()
    undisturbed.join()
    took = time.monotonic() - begun

    for kill in range(1, KILLS + 1):
        version = kill % 2
        write(resources, version)
        child = context.Process(target=run, args=(settings,))
        child.start()
        time.sleep(chance.uniform(0, took))
        child.kill()
        child.join()

        assert content(settings) in expected
        run(settings)
        assert content(settings) == expected[version]

    assert not list((tmp_path / "var" / "index").glob(".building-*"))
    assert len(list((tmp_path / "var" / "index").glob("*/manifest.json"))) <= 2
