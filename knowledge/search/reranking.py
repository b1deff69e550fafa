"""An optional second look at the best passages by a cross-encoder, for those with the hardware.

Its model is not in our lock: it is fetched when it is first loaded. Without the setting nothing
here is imported.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from knowledge.errors import ModelError
from knowledge.search.retrieval import Candidate, Found

#: Question and texts -> a score for each text; higher fits better.
Reranker = Callable[[str, Sequence[str]], Sequence[float]]

#: Candidates that are looked at again; each costs as much as a long question.
_AGAIN = 12


def load_reranker(name: str) -> Reranker | None:
    """Return the configured reranker, None if none is configured.

    Raises:
        ModelError: it is not known, not installed or cannot be loaded; says what to do.
    """
    if not name:
        return None
    provider, _, model = name.partition(":")
    if provider != "fastembed" or not model:
        raise ModelError(
            f"The reranker {name!r} is not known. Set fastembed:MODEL, or leave it empty."
        )
    try:
        library = importlib.import_module("fastembed.rerank.cross_encoder")
        encoder = library.TextCrossEncoder(model_name=model)
    except ImportError as error:
        raise ModelError(
            f"The reranker {name} needs a package: pip install 'cscc-assistant[fastembed]'"
        ) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"The reranker {name} cannot be loaded: {error}") from error
    return lambda question, texts: list(encoder.rerank(question, list(texts)))


def rerank(found: Found, reranker: Reranker, context: str = "") -> Found:
    """Return the same candidates, the best of them in the order that the cross-encoder gives.

    Scores stay what they were: confidence is calibrated on them.
    """
    again, rest = found.candidates[:_AGAIN], found.candidates[_AGAIN:]
    if len(again) < 2:
        return found
    question = f"{context} {found.question}".strip()
    scores = reranker(question, [_text(candidate) for candidate in again])
    order = sorted(range(len(again)), key=lambda place: -scores[place])
    return replace(found, candidates=(*(again[place] for place in order), *rest))


def _text(candidate: Candidate) -> str:
    return f"{candidate.chunk.title}: {candidate.chunk.text}"
