"""The index of the starter knowledge, made once for all workers."""

from __future__ import annotations

import fcntl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.embeddings import load_embeddings
from knowledge.generations import current_id
from knowledge.indexing import ingest
from knowledge.settings import KnowledgeSettings

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> KnowledgeSettings:
    """The starter knowledge, ingested with the built-in model."""
    base = tmp_path_factory.getbasetemp()
    shared: Path = base if worker_id == "master" else base.parent
    settings = KnowledgeSettings(data_dir=shared / "starter")
    settings.data_dir.mkdir(exist_ok=True)
    with (shared / "starter.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if current_id(settings) is None:
            embeddings = load_embeddings(settings.embeddings)
            ingest(settings, embeddings=embeddings, clock=lambda: NOW)
    return settings
