"""Answers questions: what the assistant and the command line call."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import TracebackType
from typing import ParamSpec, Self, TypeVar
from zoneinfo import ZoneInfo

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

from knowledge.answers import answering, writing
from knowledge.answers.fromrows import AskedOfRows, Events, Rows
from knowledge.answers.trying import Asked, Tried, search, try_answer
from knowledge.documents import Answer, Audience, Mode, Passage, Turn
from knowledge.errors import ModelError
from knowledge.measuring.explaining import Explanation
from knowledge.questions import letters
from knowledge.questions.chatter import chatter, chatter_language
from knowledge.questions.eventrows import Holds
from knowledge.questions.spoken import is_foreign, spoken
from knowledge.reading import Library, Reader
from knowledge.search import retrieval
from knowledge.search.matching import holds
from knowledge.settings import KnowledgeSettings

logger = logging.getLogger(__name__)

Needs = ParamSpec("Needs")
Made = TypeVar("Made")

Clock = Callable[[], datetime]

#: Takes a piece of a written answer while it is being written.
OnPiece = Callable[[str], Awaitable[None]]

#: Characters of a message that are looked at, and earlier messages: beyond, somebody pastes.
_LONGEST, _TURNS = 2000, 20

#: No word is longer: what is, is no word.
_RUN = re.compile(r"(\S{80})\S+")

#: What no keyboard types: control characters, and halves of characters.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

#: Questions of one message that are answered; more are a list, not a question.
_MOST_QUESTIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """What is being answered from."""

    #: Id of the open generation; None if there is none.
    generation: str | None
    built_at: datetime | None = None
    documents: int = 0
    chunks: int = 0
    embeddings: str = ""
    #: No server that holds it is away.
    reachable: bool = True
    #: Why there is none, or why the newest cannot be opened; "" if all is well.
    problem: str = ""


class Knowledge:
    """Answers from the current index. Use as `async with`."""

    def __init__(
        self,
        settings: KnowledgeSettings,
        *,
        embeddings: Embeddings | Callable[[], Embeddings],
        clock: Clock,
        model: BaseChatModel | None = None,
        events: Events | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._model = model
        self._events = events
        load = embeddings if not isinstance(embeddings, Embeddings) else lambda: embeddings
        self._library = Library(settings, embeddings=load)
        # One at a time: the model itself uses all cores, and further threads that hold the
        # interpreter would keep the event loop from acknowledging messages.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="knowledge")

    @property
    def ready(self) -> bool:
        """Tell whether an index is open, and what holds it answers."""
        return self._library.ready

    def status(self) -> IndexStatus:
        """Return what is being answered from."""
        reader = self._library.reader
        problem = str(self._library.problem or "")
        if reader is None:
            return IndexStatus(generation=None, problem=problem, reachable=self._library.reachable)
        manifest = reader.manifest
        return IndexStatus(
            generation=manifest.id,
            built_at=manifest.built_at,
            documents=manifest.documents,
            chunks=manifest.chunks,
            embeddings=manifest.embeddings,
            reachable=self._library.reachable,
            problem=problem,
        )

    async def refresh(self) -> None:
        """Look for a newer index now, instead of within five seconds."""
        await self._library.look()

    async def search(
        self,
        question: str,
        *,
        audience: Audience,
        history: Sequence[Turn] = (),
        limit: int = 10,
    ) -> list[Passage]:
        """Return the passages that fit a question best.

        Raises:
            IndexUnavailable, IndexMismatch: there is no index to search.
        """
        history = tuple(map(_short, history[-_TURNS:]))
        # Of several questions the first is searched for.
        part = letters.parts(readable(question))[0]
        async with self._library.asked().asked() as reader:
            asked = Asked(
                history=history,
                background=part.background,
                audience=audience,
                language="cs",
                today=self._today(),
            )
            found = await self._work(search, reader, part.text, asked)
            return retrieval.passages(found, limit)

    async def explain(
        self, question: str, *, audience: Audience, history: Sequence[Turn] = ()
    ) -> Explanation:
        """Return why a question is answered from the documents as it is."""
        spoken = _spoken(question, history, None)
        async with self._library.asked().asked() as reader:
            asked = Asked(history=history, audience=audience, language=spoken, today=self._today())
            tried = await self._work(try_answer, reader, question, asked)
            lexicon = reader.retriever.lexicon
            return Explanation(answer=tried.answer, found=tried.found, lexicon=lexicon)

    async def answer(
        self,
        question: str,
        *,
        audience: Audience,
        history: Sequence[Turn] = (),
        language: str | None = None,
        now: datetime,
        timezone: str,
        on_piece: OnPiece | None = None,
    ) -> Answer:
        """Answer a message: chatter, one question or several.

        timezone: IANA name of the chat's zone, in which "tomorrow" is meant.
        language: that of the chat, for messages that do not show their own.

        Raises:
            IndexUnavailable, IndexMismatch: there is no index to answer from.
        """
        began = time.perf_counter()
        zone = ZoneInfo(timezone)
        question, history = readable(question), tuple(map(_short, history[-_TURNS:]))
        parts = tuple(dict.fromkeys(letters.parts(question)))[:_MOST_QUESTIONS]
        answers = []
        for part in parts:
            asked = AskedOfRows(
                question=part.text,
                background=part.background,
                who=part.who,
                history=history,
                audience=audience,
                language=_spoken(part.whole, history, language),
                now=now,
                zone=zone,
            )
            answers.append(await self._answer(asked, on_piece))
            history = (*history, Turn(role="user", text=part.whole))
        took = round((time.perf_counter() - began) * 1000)
        if len(answers) == 1:
            return replace(answers[0], took_ms=took)
        return replace(answers[0], question=question, parts=tuple(answers), took_ms=took)

    async def _answer(self, asked: AskedOfRows, on_piece: OnPiece | None) -> Answer:
        kind = chatter(asked.question)
        if kind:
            tongue = chatter_language(asked.question) or asked.language
            return _chatter(asked.question, kind, tongue)
        rows = Rows(self._events, self._holds()) if self._events else None
        from_rows = await rows.answer(asked) if rows else None
        if from_rows is not None:
            return from_rows
        answer = await self._from_documents(asked, rows, on_piece)
        if answer.answered or rows is None:
            return answer
        instead = await rows.otherwise(asked)
        return replace(instead, citations=answer.citations[:1]) if instead else answer

    async def _from_documents(
        self, asked: AskedOfRows, rows: Rows | None, on_piece: OnPiece | None
    ) -> Answer:
        spoken_of = await rows.spoken_of(asked) if rows else []
        async with self._library.asked().asked() as reader:
            searched = Asked(
                history=asked.history,
                background=asked.background,
                audience=asked.audience,
                language=asked.language,
                today=asked.now.astimezone(asked.zone).date(),
                titles=tuple(dict.fromkeys(fact.title for fact in spoken_of)),
                pages=tuple(dict.fromkeys(fact.url for fact in spoken_of if fact.url)),
            )
            tried = await self._work(try_answer, reader, asked.question, searched)
            return await self._written(tried, reader, on_piece)

    def _holds(self) -> Holds | None:
        """Return what tells words in a row, also translated, by the words of the open index."""
        reader = self._library.reader
        return functools.partial(holds, reader.retriever.lexicon) if reader else None

    async def _written(self, tried: Tried, reader: Reader, on_piece: OnPiece | None) -> Answer:
        """Let the model write, if there is one; what it fails at is answered by quotes."""
        extracted = tried.answer
        if self._model is None or extracted.mode is Mode.NONE:
            return extracted
        try:
            by_model = await writing.write(
                self._model,
                tried.question,
                tried.found,
                reader.retriever.lexicon,
                language=extracted.language,
                today=tried.today,
                seconds=self._settings.chat_timeout,
                on_piece=on_piece,
            )
        except ModelError as error:
            logger.warning("Answered by quotes: %s", error)
            return extracted
        if by_model is None:
            return replace(extracted, mode=Mode.NEAREST, answered=False)
        if not by_model.checked.text:
            return extracted
        return answering.written(extracted, by_model, tried.found, tried.today)

    async def _work(
        self, work: Callable[Needs, Made], *args: Needs.args, **more: Needs.kwargs
    ) -> Made:
        """Run what takes the processor in the one thread for it."""
        job = functools.partial(work, *args, **more)
        return await asyncio.get_running_loop().run_in_executor(self._worker, job)

    def _today(self) -> date:
        return self._clock().date()

    async def __aenter__(self) -> Self:
        """Open the current index, if there is one."""
        await self._library.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        await self._library.__aexit__(kind, error, trace)
        self._worker.shutdown(wait=False, cancel_futures=True)


def readable(text: str) -> str:
    """Return the beginning of a text as it can be searched for, shown and stored."""
    return _RUN.sub(r"\1", _UNREADABLE.sub(" ", text[:_LONGEST]))


def _short(turn: Turn) -> Turn:
    return replace(turn, text=readable(turn.text))


def _chatter(question: str, kind: str, language: str) -> Answer:
    return Answer(
        question=question,
        language=language,
        mode=Mode.CHATTER,
        answered=True,
        confidence=1.0,
        chatter=kind,
    )


def _spoken(question: str, history: Sequence[Turn], language: str | None) -> str:
    """Return the language to answer in: that of the question, else of the talk, else the chat's."""
    earlier = [turn.text for turn in reversed(history) if turn.role == "user"]
    return spoken((question, *earlier[:3])) or language or ("en" if is_foreign(question) else "cs")
