"""An optional second look at the best passages by a cross-encoder, for those with the hardware.

Its model is not in our lock: it is fetched when it is first loaded. Without the setting nothing
here is imported.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from knowledge.errors import ModelError
from knowledge.search.retrieval import Candidate, Found

logger = logging.getLogger(__name__)

#: Question and texts -> a score for each text; higher fits better.
Reranker = Callable[[str, Sequence[str]], Sequence[float]]

#: Candidates that are looked at again; each costs as much as a long question.
_AGAIN = 12


@cache
def load_reranker(name: str) -> Reranker | None:
    """Return the configured reranker, None if none is configured; loaded once in a process.

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
        raise ModelError(f"The reranker {name} needs a package: make with-fastembed") from error
    except (OSError, ValueError, RuntimeError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise ModelError(
            f"The reranker {name} cannot be loaded: {reason}. "
            "Its weights are downloaded at first use; leave `reranker` empty to go without."
        ) from error
    return lambda question, texts: list(encoder.rerank(question, list(texts)))


def rerank(found: Found, reranker: Reranker, context: str = "") -> Found:
    """Return the same candidates, the best of them in the order that the cross-encoder gives.

    Scores stay what they were: confidence is calibrated on them.
    """
    again, rest = found.candidates[:_AGAIN], found.candidates[_AGAIN:]
    if len(again) < 2:
        return found
    question = f"{context} {found.question}".strip()
    try:
        scores = reranker(question, [_text(candidate) for candidate in again])
    except (OSError, ValueError, RuntimeError) as error:
        logger.warning("Answered in the order before reranking: %s", error)
        return found
    order = sorted(range(len(again)), key=lambda place: -scores[place])
    return replace(found, candidates=(*(again[place] for place in order), *rest))


def _text(candidate: Candidate) -> str:
    return f"{candidate.chunk.title}: {candidate.chunk.text}"
