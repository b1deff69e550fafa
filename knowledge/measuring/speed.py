"""How long search and an answer take, against embedding the same question alone."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.answers import answering
from knowledge.documents import Audience
from knowledge.embeddings import query_vector
from knowledge.questions.conversation import Resolved
from knowledge.search.retrieval import Retriever

#: Questions asked before the clock runs.
_WARM = 5

#: Answers say by it what is over; any day will do.
_TODAY = date(2026, 1, 1)


def speed(
    retriever: Retriever, questions: Sequence[str], embeddings: Embeddings
) -> dict[str, float]:
    """Time embedding, search and an answer in turns, so that all see the same machine."""

    def search(question: str) -> None:
        retriever.find(question, audience=Audience.MEMBERS)

    def ask(question: str) -> None:
        found = retriever.find(question, audience=Audience.MEMBERS)
        answering.extract(
            Resolved(text=question),
            found,
            retriever.lexicon,
            language=found.language,
            searched=0,
            today=_TODAY,
        )

    steps: dict[str, Callable[[str], object]] = {
        "embedding": lambda question: query_vector(embeddings, question),
        "search": search,
        "ask": ask,
    }
    for question in questions[:_WARM]:
        ask(question)
    took: dict[str, list[float]] = {name: [] for name in steps}
    for question in questions:
        for name, step in steps.items():
            began = time.perf_counter()
            step(question)
            took[name].append((time.perf_counter() - began) * 1000)
    return _told(took)


def _told(took: dict[str, list[float]]) -> dict[str, float]:
    told = {
        f"{name}_p{percent}_ms": float(np.percentile(values, percent))
        for name, values in took.items()
        for percent in (50, 95)
    }
    # Kilobytes on Linux, bytes on macOS.
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    return {
        **{name: round(value, 1) for name, value in told.items()},
        "search_p50_times": round(told["search_p50_ms"] / told["embedding_p50_ms"], 2),
        "ask_p95_times": round(told["ask_p95_ms"] / told["embedding_p95_ms"], 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit),
    }
