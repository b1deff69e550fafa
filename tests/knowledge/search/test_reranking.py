"""The second look by a cross-encoder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

from knowledge.errors import ModelError
from knowledge.search.reranking import load_reranker, rerank
from tests.knowledge.answers.test_standing import candidate, chunk, found


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


def test_a_reranker_that_fails_changes_nothing() -> None:
    def failing(question: str, texts: Sequence[str]) -> list[float]:
        raise RuntimeError(f"no memory for {len(texts)} texts")

    before = found("Jak dlouhá je věta?", candidate(chunk("Jedna.")), candidate(chunk("Dvě.")))

    assert rerank(before, failing) is before


def test_a_reranker_that_is_not_installed_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)

    with pytest.raises(ModelError, match="make with-fastembed"):
        load_reranker("fastembed:some/model")


def test_weights_that_cannot_be_had_are_told_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Unreachable:
        def __init__(self, model_name: str) -> None:
            raise ValueError(f"Could not load model {model_name} from any source.\nTraceback …")

    library = ModuleType("fastembed.rerank.cross_encoder")
    library.__dict__["TextCrossEncoder"] = Unreachable
    for name in ("fastembed", "fastembed.rerank"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, library.__name__, library)

    with pytest.raises(ModelError) as raised:
        load_reranker("fastembed:far/away")

    assert str(raised.value) == (
        "The reranker fastembed:far/away cannot be loaded: Could not load model far/away from any "
        "source. Its weights are downloaded at first use; leave `reranker` empty to go without."
    )
