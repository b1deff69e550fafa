"""cscc ask, cscc search: one question, or a line of JSON each with `--jsonl`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from bot import app as parts
from bot.clock import Clock, clock_from
from bot.commandline.options import Config, Json, Reader, note, print_json, print_json_line
from bot.errors import UsageError
from bot.markup.plaintext import seen
from bot.platforms.console import printable
from bot.settings import Settings, load
from knowledge.documents import Answer, Audience, Passage, Turn
from knowledge.errors import IndexUnavailable, KnowledgeError
from scheduler.errors import SchedulerError

if TYPE_CHECKING:
    from knowledge.service import Knowledge

ask_app = typer.Typer(add_completion=False)
search_app = typer.Typer(add_completion=False)

Question = Annotated[str | None, typer.Argument(help="The question.", show_default=False)]
Lines = Annotated[
    bool,
    typer.Option(
        "--jsonl", help='Read {"id", "question", "history"} a line, print an answer a line.'
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was said before it."""

    question: str
    history: tuple[Turn, ...] = ()


#: Answers one question with what is printed as JSON.
Work = Callable[[Asked], Awaitable[dict[str, object]]]


@ask_app.command()
def ask(
    question: Question = None,
    as_json: Json = False,
    lines: Lines = False,
    audience: Reader = Audience.PUBLIC,
    config: Config = None,
) -> None:
    """Answer a question from the sources."""
    asyncio.run(_ask(load(config), question, audience, as_json=as_json, lines=lines))


@search_app.command()
def search(
    question: Question = None,
    as_json: Json = False,
    lines: Lines = False,
    limit: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 10,
    audience: Reader = Audience.PUBLIC,
    config: Config = None,
) -> None:
    """Find the passages that fit a question, without answering it."""
    asyncio.run(_search(load(config), question, audience, limit, as_json=as_json, lines=lines))


async def _ask(
    settings: Settings, question: str | None, audience: Audience, *, as_json: bool, lines: bool
) -> None:
    clock = clock_from(settings.now)
    async with _opened(settings, clock) as knowledge:

        async def work(asked: Asked) -> dict[str, object]:
            answer = await knowledge.answer(
                asked.question,
                audience=audience,
                history=asked.history,
                now=clock(),
                timezone=settings.timezone,
            )
            return answer_json(answer, _words(answer, settings, clock))

        if lines:
            await answer_lines(work)
            return
        found = await work(Asked(_needed(question, "ask")))
        if as_json:
            print_json(found)
        else:
            Console().print(printable(str(found["text"])))


async def _search(
    settings: Settings,
    question: str | None,
    audience: Audience,
    limit: int,
    *,
    as_json: bool,
    lines: bool,
) -> None:
    async with _opened(settings, clock_from(settings.now)) as knowledge:

        async def work(asked: Asked) -> dict[str, object]:
            passages = await knowledge.search(
                asked.question, audience=audience, history=asked.history, limit=limit
            )
            return {
                "question": asked.question,
                "passages": [passage_json(passage) for passage in passages],
            }

        if lines:
            await answer_lines(work)
            return
        found = await work(Asked(_needed(question, "search")))
        if as_json:
            print_json(found)
        else:
            _show_passages(found)


@asynccontextmanager
async def _opened(settings: Settings, clock: Clock) -> AsyncIterator[Knowledge]:
    """Open knowledge with the events; without an index say so before anything slow is loaded."""
    from knowledge.generations import current_id  # noqa: PLC0415 -- slow import

    if current_id(settings.knowledge) is None:
        raise IndexUnavailable
    async with (
        parts.open_stores(settings) as stores,
        parts.open_knowledge(settings, clock, parts.events_of(stores.scheduler)) as knowledge,
    ):
        yield knowledge


async def answer_lines(work: Work) -> None:
    """Answer each line of stdin by a line on stdout, in order; a bad line by its error."""
    # Bytes: one line that is no UTF-8 must not end the whole run.
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        if not line.strip():
            continue
        known: object = None
        try:
            values = _parsed(line)
            known = values.get("id") if isinstance(values, dict) else None
            asked = read_asked(values)
        except ValueError as error:
            print_json_line({"id": known, "error": f"This line cannot be read: {error}"})
            continue
        try:
            answer = await work(asked)
        except (KnowledgeError, SchedulerError) as error:
            print_json_line({"id": known, "error": str(error)})
        else:
            print_json_line({"id": known, **answer})


def _parsed(line: bytes) -> Any:
    try:
        return _whole(json.loads(line.decode("utf-8-sig"), parse_constant=_no_number))
    except UnicodeDecodeError as error:
        raise ValueError("it is no UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError('it is no JSON such as {"id": "q1", "question": "…"}') from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _whole(value: Any) -> Any:
    """Return a value of JSON without halves of characters ("\\ud800"), which nothing writes."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value


def read_asked(values: Any) -> Asked:
    """Return the question of a line.

    Raises:
        ValueError: it is none; the message says what is missing.
    """
    if not isinstance(values, dict):
        raise ValueError("it is no JSON object")
    question, history = values.get("question"), values.get("history") or []
    if not isinstance(question, str) or not question.strip():
        raise ValueError('"question" is missing or no text')
    if not isinstance(history, list) or not all(_is_turn(turn) for turn in history):
        raise ValueError('"history" is no list of {"role": "user" or "assistant", "text": "…"}')
    return Asked(question, tuple(Turn(role=turn["role"], text=turn["text"]) for turn in history))


def _is_turn(turn: Any) -> bool:
    return (
        isinstance(turn, dict)
        and turn.get("role") in ("user", "assistant")
        and isinstance(turn.get("text"), str)
    )


def answer_json(answer: Answer, text: str) -> dict[str, object]:
    """Return an answer as others rely on it."""
    citations = [one for part in answer.parts or (answer,) for one in part.citations]
    return {
        "question": answer.question,
        "language": answer.language,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "mode": answer.mode.value,
        "text": text,
        "citations": [
            {
                "url": one.url,
                "title": one.title,
                "section": one.section,
                "page": one.page,
                "quote": one.quote,
                "language": one.language,
                "updated_at": one.updated_at.isoformat() if one.updated_at else None,
            }
            for one in citations
        ],
        "took_ms": answer.took_ms,
    }


def passage_json(passage: Passage) -> dict[str, object]:
    """Return a passage as others rely on it."""
    chunk = passage.chunk
    return {
        "url": chunk.url,
        "title": chunk.title,
        "section": chunk.section,
        "page": chunk.page,
        "text": chunk.text,
        "language": chunk.language,
        "score": round(passage.score, 6),
    }


def _words(answer: Answer, settings: Settings, clock: Clock) -> str:
    from bot.i18n import Phrases  # noqa: PLC0415 -- slow import
    from bot.wording.answers import word_answer  # noqa: PLC0415 -- slow import
    from bot.wording.reader import Reader  # noqa: PLC0415 -- slow import

    reader = Reader(phrases=Phrases(answer.language), timezone=settings.timezone, now=clock())
    return word_answer(answer, reader, answer_id="", can_hand_on=False).text


def _needed(question: str | None, command: str) -> str:
    if question is None or not question.strip():
        raise UsageError(
            f'Say what to look for: cscc {command} "Kolik stojí členství?", or use --jsonl.'
        )
    return question


def _show_passages(found: dict[str, object]) -> None:
    console = Console()
    passages = found["passages"]
    if not isinstance(passages, list) or not passages:
        note("Nothing was found.")
        return
    for place, passage in enumerate(passages, start=1):
        section = f" · {passage['section']}" if passage["section"] else ""
        console.print(
            seen(f"{place}. {passage['title']}{section}  ({passage['score']:.3f})"),
            style="bold",
            markup=False,
        )
        console.print(seen(passage["url"]), style="dim", markup=False)
        console.print(seen(passage["text"].strip()[:400]), markup=False)
        console.print()
