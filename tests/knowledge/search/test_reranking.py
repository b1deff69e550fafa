"""The second look by a cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.knowledge.answers.test_standing import candidate, chunk, found

from knowledge.errors import ModelError
from knowledge.search.reranking import load_reranker, rerank


def by_length(question: str, texts: Sequence[str]) -> list[float]:
    """Prefer the longest text."""
    return [float(len(text)) for text in texts]


def test_best_candidates_come_in_the_order_of_the_cross_encoder() -> None:
    short, long = candidate(chunk("Krátká věta."), 0.6), candidate(chunk("Mnohem delší věta."), 0.5)

    again = rerank(found("Jak dlouhá je věta?", short, long), by_length)

    assert [each.chunk.text for each in again.candidates] == ["Mnohem delší věta.", "Krátká věta."]
    assert [each.score for each in again.candidates] == [0.5, 0.6]


def test_no_reranker_is_loaded_unless_one_is_set() -> None:
    assert load_reranker("") is None


@pytest.mark.parametrize("name", ["cohere:rerank", "fastembed:", "cross-encoder"])
def test_unknown_reranker_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="is not known"):
        load_reranker(name)
