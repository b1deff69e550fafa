"""cscc eval, cscc bench: how good and how fast the answers are."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import app as parts
from bot.clock import clock_from
from bot.commandline.options import Config, Json, Reader, note, print_json, print_table
from bot.errors import UsageError
from bot.settings import Settings, load
from knowledge.documents import Answer, Audience, Passage, Turn

if TYPE_CHECKING:
    from knowledge.measuring.cases import Corpus

eval_app = typer.Typer(add_completion=False)
bench_app = typer.Typer(add_completion=False)

#: The project's own, beside the code.
GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "questions.jsonl"


class What(StrEnum):
    """What is measured."""

    ANSWERS = "answers"
    INGEST = "ingest"
    PLAN = "plan"


Questions = Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl", exists=True)]

Explained = Annotated[str, typer.Option(metavar="ID", help="Show every candidate of one question.")]
Chart = Annotated[
    Path | None, typer.Option(metavar="FILE.png", help="Draw the risk-coverage curve.")
]
Fitted = Annotated[
    Path | None, typer.Option(metavar="OUT.json", help="Fit the weights of the confidence anew.")
]
Also = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONFIG=QUESTIONS.jsonl",
        help="With --calibrate: another index and its questions; as often as you like.",
    ),
]


@eval_app.command("eval")
def evaluate(
    questions: Questions,
    explain: Explained = "",
    chart: Chart = None,
    calibrate: Fitted = None,
    also: Also = None,
    audience: Reader = Audience.PUBLIC,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Measure the answers to golden questions."""
    settings = load(config)
    if calibrate:
        corpora = [_corpus(config, questions), *map(another_corpus, also or ())]
        _tell(_calibrate(corpora, audience, calibrate), as_json=as_json)
    elif explain:
        print_json(asyncio.run(_explain(settings, questions, explain, audience)))
    else:
        measures = asyncio.run(_evaluate(settings, questions, audience))
        if chart:
            _draw(measures, chart)
        if as_json:
            print_json(measures.to_dict())
        else:
            _show(measures.rows())


def _draw(measures: Any, chart: Path) -> None:
    from knowledge.measuring.charts import draw  # noqa: PLC0415 -- slow import

    draw(measures, chart)
    note(f"Drawn: {chart}")


@bench_app.command()
def bench(
    what: Annotated[What, typer.Argument(help="What is measured.")] = What.ANSWERS,
    questions: Annotated[
        Path, typer.Option(metavar="QUESTIONS.jsonl", help="For answers.")
    ] = GOLDEN,
    sizes: Annotated[
        str, typer.Option(metavar="N,N", help="For answers: chunks, to see how it grows.")
    ] = "1000,10000",
    documents: Annotated[int, typer.Option(min=1, help="For ingest: how many.")] = 10_000,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Measure answers against the usual pipelines, ingest against a bare loop, or planning."""
    settings = load(config)
    match what:
        case What.PLAN:
            found = asyncio.run(_bench_plan())
        case What.INGEST:
            found = _bench_ingest(settings, documents)
        case What.ANSWERS:
            found = _bench_answers(settings, questions, sizes)
    _tell(found, as_json=as_json)


def _bench_answers(settings: Settings, questions: Path, sizes: str) -> dict[str, Any]:
    from knowledge.embeddings import load_embeddings  # noqa: PLC0415 -- slow import
    from knowledge.measuring import bench  # noqa: PLC0415 -- slow import

    if not questions.exists():
        raise UsageError(f"There are no questions in {questions}; name others by --questions.")
    embeddings = load_embeddings(settings.knowledge.embeddings)
    counts = [int(count) for count in sizes.split(",") if count]
    # One of the rivals reports home unless told not to.
    os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
    return bench.run(settings.knowledge, questions, embeddings, note, counts)


def _bench_ingest(settings: Settings, documents: int) -> dict[str, Any]:
    from knowledge.embeddings import load_embeddings  # noqa: PLC0415 -- slow import
    from knowledge.measuring import bench_ingest  # noqa: PLC0415 -- slow import

    embeddings = load_embeddings(settings.knowledge.embeddings)
    return bench_ingest.bench(embeddings, clock_from(settings.now), note, documents=documents)


async def _bench_plan() -> dict[str, Any]:
    from scheduler.bench import measure  # noqa: PLC0415 -- slow import

    measures = await measure(progress=lambda one: note(f"{one.events} x {one.subscriptions} …"))
    extra = "microseconds_per_pair"
    return {"plan": [{**asdict(one), extra: one.microseconds_per_pair} for one in measures]}


def _tell(found: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        _show_measures(found)


def _show_measures(found: Mapping[str, object]) -> None:
    """Print what is alike as one table, and the rest as names with values."""
    alike = {name: value for name, value in found.items() if isinstance(value, list) and value}
    rest = {name: value for name, value in found.items() if name not in alike}
    print_table(("Measure", "Value"), flat(rest), empty="")
    for lines in alike.values():
        print_table(list(lines[0]), (list(line.values()) for line in lines), empty="")


def flat(measures: Mapping[str, object], within: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, value) of measures within measures."""
    for name, value in measures.items():
        path = f"{within} {name}".strip()
        if isinstance(value, Mapping):
            yield from flat(value, path)
        else:
            yield path, f"{value:.4g}" if isinstance(value, float) else str(value)


async def _evaluate(settings: Settings, questions: Path, audience: Audience) -> Any:
    from knowledge.measuring.evaluation import evaluate, load_questions  # noqa: PLC0415 -- slow import

    golden = load_questions(questions)
    clock = clock_from(settings.now)
    async with parts.open_knowledge(settings, clock) as knowledge:

        async def ask(question: str, history: Sequence[Turn]) -> Answer:
            return await knowledge.answer(
                question,
                audience=audience,
                history=history,
                now=clock(),
                timezone=settings.timezone,
            )

        async def search(question: str, history: Sequence[Turn]) -> list[Passage]:
            return await knowledge.search(question, audience=audience, history=history)

        return await evaluate(golden, ask, search)


def _corpus(config: Path | None, questions: Path) -> Corpus:
    from knowledge.measuring.cases import Corpus  # noqa: PLC0415 -- slow import

    name = f"{config.stem}: {questions.stem}" if config else questions.stem
    return Corpus(name=name, settings=load(config).knowledge, questions=questions)


def another_corpus(named: str) -> Corpus:
    """Return the index and the questions that `CONFIG=QUESTIONS.jsonl` names."""
    config, _, questions = named.partition("=")
    if not config or not questions:
        raise UsageError(f"--also takes CONFIG=QUESTIONS.jsonl, not {named!r}.")
    return _corpus(Path(config), Path(questions))


def _calibrate(corpora: Sequence[Corpus], audience: Audience, out: Path) -> dict[str, Any]:
    from knowledge.embeddings import load_embeddings  # noqa: PLC0415 -- slow import
    from knowledge.measuring.calibration import calibrate, save  # noqa: PLC0415 -- slow import
    from knowledge.measuring.cases import gather  # noqa: PLC0415 -- slow import

    cases = []
    for corpus in corpora:
        embeddings = load_embeddings(corpus.settings.embeddings)
        cases += gather(corpus, embeddings, audience, note)
    found = calibrate(cases)
    save(found.model, out)
    note(f"Written: {out}. To use it, put it in place of knowledge/answers/confidence.json.")
    return found.to_dict()


async def _explain(settings: Settings, questions: Path, id: str, audience: Audience) -> Any:
    from knowledge.measuring.evaluation import load_questions  # noqa: PLC0415 -- slow import

    wanted = [one for one in load_questions(questions) if str(one.id) == id]
    if not wanted:
        raise UsageError(f"{questions} has no question {id}.")
    async with parts.open_knowledge(settings, clock_from(settings.now)) as knowledge:
        found = await knowledge.explain(
            wanted[0].question, audience=audience, history=wanted[0].history
        )
    return found.to_dict()


def _show(rows: Sequence[Sequence[object]]) -> None:
    columns, *lines = rows
    print_table([str(column) for column in columns], lines, empty="Nothing was measured.")
