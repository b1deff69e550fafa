"""How fast ingest is, beside a bare loop that does nothing but embed: `cscc bench ingest`."""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from zlib import crc32

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.embeddings import token_counter, vectors
from knowledge.indexing import ingest
from knowledge.measuring.bench_embedding import SHIPPED, Way, embedding, in_way, use
from knowledge.measuring.bench_latency import latency
from knowledge.measuring.timing import Took
from knowledge.settings import STARTER, KnowledgeSettings, SourceSettings

#: Texts whose embedding is measured in all ways, and letters of a passage among them.
_SAMPLE, _ORDINARY = 48, 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead:
    """A first ingest against the bare loop over the same texts, taken in turns."""

    documents: int
    texts: int
    tokens: int
    #: How the bare loop embeds: the fastest way that was found.
    way: str
    bare_seconds: float
    ingest_seconds: float
    #: Median over the rounds of one through the other.
    ratio: float
    #: The same of the processor's seconds: steadier on a machine that does other things too.
    cpu_ratio: float
    #: Of the bare loop.
    tokens_per_second: float
    texts_per_second: float
    #: Chunks with all their sentences.
    chunks_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Many local documents, with a stand-in for the embedding model."""

    documents: int
    chunks: int
    first_seconds: float
    #: A second run, where nothing has changed.
    unchanged_seconds: float
    #: One document changed.
    changed_seconds: float
    #: 100 passages of ordinary length through the real model, just after the unchanged run.
    embedding_100_seconds: float
    #: Largest resident memory of this process so far, in MB.
    memory: float


class _Recording(Embeddings):
    """Passes on to a model, and remembers what was asked of it."""

    def __init__(self, model: Embeddings) -> None:
        self._model = model
        self.count_tokens = token_counter(model)
        #: (texts, as questions) of every call.
        self.calls: list[tuple[list[str], bool]] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.calls.append((texts, False))
        return vectors(self._model, texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        self.calls.append(([text], True))
        return self._model.embed_query(text)


class StandIn(Embeddings):
    """Vectors near each other as real ones are: 24 directions, weighted by the words of a text."""

    def __init__(self, dimension: int = 384) -> None:
        self._directions = np.random.default_rng(1).normal(size=(24, dimension))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        weights = np.full(24, 0.1)
        for word in text.split():
            weights[crc32(word.encode()) % 24] += 1
        noise = np.random.default_rng(crc32(text.encode())).normal(size=self._directions.shape[1])
        vector = weights @ self._directions + 0.3 * noise
        return list(vector / np.linalg.norm(vector))


def overhead(
    embeddings: Embeddings,
    clock: Callable[[], datetime],
    *,
    way: Way = SHIPPED,
    source: Path = STARTER,
    rounds: int = 3,
) -> Overhead:
    """Measure a first ingest of a folder and the bare loop over the same texts, in turns."""
    recording = _Recording(embeddings)
    _timed_ingest(source, recording, clock)
    passages = list(
        dict.fromkeys(t for texts, query in recording.calls if not query for t in texts)
    )
    questions = list(dict.fromkeys(t for texts, query in recording.calls if query for t in texts))
    bare: list[Took] = []
    whole: list[Took] = []
    documents = chunks = 0
    for _ in range(rounds):
        bare.append(_timed_loop(embeddings, passages, questions, way))
        took, documents, chunks = _timed_ingest(source, embeddings, clock)
        whole.append(took)
    tokens = sum(map(recording.count_tokens, [*passages, *questions]))
    pairs = list(zip(whole, bare, strict=True))
    fastest = min(took.wall for took in bare)
    return Overhead(
        documents=documents,
        texts=len(passages) + len(questions),
        tokens=tokens,
        way=str(way),
        bare_seconds=median(took.wall for took in bare),
        ingest_seconds=median(took.wall for took in whole),
        ratio=median(one.wall / other.wall for one, other in pairs),
        cpu_ratio=median(one.cpu / other.cpu for one, other in pairs),
        tokens_per_second=tokens / fastest,
        texts_per_second=(len(passages) + len(questions)) / fastest,
        chunks_per_second=chunks / fastest,
    )


def scale(
    clock: Callable[[], datetime], *, documents: int = 10_000, real: Embeddings | None = None
) -> Scale:
    """Measure first, unchanged and changed runs over many local documents, with a stand-in."""
    with tempfile.TemporaryDirectory() as folder:
        resources = Path(folder) / "resources"
        _write(resources, documents)
        settings = _settings(resources, Path(folder) / "var", "stand-in")

        def run() -> tuple[float, int]:
            begun = time.monotonic()
            report = ingest(settings, embeddings=StandIn(), clock=clock)
            return time.monotonic() - begun, report.chunks

        first, _ = run()
        unchanged, _ = run()
        hundred = _hundred(real) if real else 0.0
        _document(resources / "0" / "0.md", 0, "Změněná věta.")
        changed, chunks = run()
        return Scale(
            documents=documents,
            chunks=chunks,
            first_seconds=first,
            unchanged_seconds=unchanged,
            changed_seconds=changed,
            embedding_100_seconds=hundred,
            memory=_memory(),
        )


def bench(
    embeddings: Embeddings,
    clock: Callable[[], datetime],
    note: Callable[[str], None],
    *,
    documents: int = 10_000,
) -> dict[str, object]:
    """Measure everything; what `cscc bench ingest --json` prints. Notes what it is at."""
    # First, since it tells the largest memory of this process.
    note(f"{documents} documents …")
    many = scale(clock, documents=documents, real=embeddings)
    note(f"{many.memory:.0f} MB. Embedding in all ways …")
    found = embedding(embeddings, _sample(STARTER))
    measured = asdict(found)
    ways = measured.pop("ways")
    note(f"Best: {found.best}. A first ingest beside the bare loop …")
    beside = overhead(embeddings, clock, way=found.best)
    note(f"{beside.ratio:.2f}x by the clock. Answers beside an ingest …")
    return {
        "overhead": asdict(beside),
        "embedding": measured | {"best": str(found.best)},
        "scale": asdict(many),
        "latency": asdict(asyncio.run(latency(embeddings, clock))),
        "ways": ways,
    }


def _sample(folder: Path) -> list[str]:
    """Return passages and sentences, as they come out of documents."""
    texts: list[str] = []
    for file in sorted(folder.rglob("*.md")):
        parts = [part for part in file.read_text("utf-8").split("\n\n") if len(part) > _ORDINARY]
        texts += [text for part in parts[:1] for text in (part, *part.split(". "))]
    return texts[:_SAMPLE]


def _hundred(embeddings: Embeddings) -> float:
    """Return the seconds that 100 passages of ordinary length take."""
    passage = " ".join(_sentences(0))
    begun = time.monotonic()
    vectors(embeddings, [f"{number}. {passage}" for number in range(100)])
    return time.monotonic() - begun


def _timed_loop(
    embeddings: Embeddings, passages: list[str], questions: list[str], way: Way
) -> Took:
    begun = Took.now()
    in_way(embeddings, passages, way)
    in_way(embeddings, questions, way, query=True)
    took = begun.since()
    use(embeddings, SHIPPED)
    return took


def _timed_ingest(
    source: Path, embeddings: Embeddings, clock: Callable[[], datetime]
) -> tuple[Took, int, int]:
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(source, Path(folder), "bench")
        begun = Took.now()
        report = ingest(settings, embeddings=embeddings, clock=clock)
        return begun.since(), sum(each.added for each in report.sources), report.chunks


def _settings(source: Path, data_dir: Path, model: str) -> KnowledgeSettings:
    files = SourceSettings(name="bench", kind="files", path=str(source))
    return KnowledgeSettings(data_dir=data_dir, embeddings=model, sources=(files,))


def _write(folder: Path, documents: int) -> None:
    for number in range(documents):
        file = folder / str(number % 100) / f"{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        _document(file, number, "")


def _document(file: Path, number: int, more: str) -> None:
    text = " ".join(_sentences(number))
    file.write_text(f"---\ntitle: Dokument {number}\n---\n\n{text} {more}\n", "utf-8")


def _sentences(number: int) -> Iterator[str]:
    chance = np.random.default_rng(number)
    for _ in range(6):
        words = " ".join(f"slovo{word}" for word in chance.zipf(1.3, 12) % 20_000)
        yield f"V dokumentu {number} stojí {words}."


def _memory() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
