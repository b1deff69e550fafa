from __future__ import annotations

import sys

import numpy as np
import pytest

from knowledge.documents import Audience, Chunk
from knowledge.embeddings import vectors
from knowledge.measuring.rivals import fused, rivals
from tests.knowledge.standins import HashingEmbeddings

TEXTS = {
    "lamps": "street lamps are dimmed after midnight",
    "parking": "parking sensors cost a lot of money",
    "water": "water meters send their state every hour",
}


def rows() -> list[tuple[Chunk, np.ndarray]]:
    embeddings = HashingEmbeddings()
    return [
        (
            Chunk(
                id=name,
                url=f"https://example.org/{name}",
                title=name,
                section="",
                text=text,
                language="en",
                audience=Audience.PUBLIC,
            ),
            vectors(embeddings, [text]),
        )
        for name, text in TEXTS.items()
    ]


def test_fusion_prefers_what_several_rankings_hold() -> None:
    assert fused(["a", "b", "c"], ["c", "b", "d"], ["b", "b", "a"]) == ["b", "a", "c", "d"]


def test_every_installed_rival_finds_the_page_and_the_others_are_named() -> None:
    said: list[str] = []

    found = {
        name: search("what do parking sensors cost")[0]
        for name, search in rivals(rows(), HashingEmbeddings(), said.append)
    }

    assert "LangChain, vectors" in found
    assert set(found.values()) == {"https://example.org/parking"}
    assert len(found) + len(said) == 6


def test_a_rival_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in (
        "bm25s",
        "llama_index.core",
        "haystack",
        "haystack.components.retrievers.in_memory",
    ):
        monkeypatch.setitem(sys.modules, package, None)
    said: list[str] = []

    names = [name for name, _ in rivals(rows(), HashingEmbeddings(), said.append)]

    assert names == ["LangChain, vectors"]
    assert len(said) == 5
    assert all("is not installed (requirements-bench.lock)" in each for each in said)
