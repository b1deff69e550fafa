"""Answers questions: what the assistant and the command line call."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from types import TracebackType
from typing import ParamSpec, Self, TypeVar
from zoneinfo import ZoneInfo

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

from knowledge.answers import answering, writing
from knowledge.documents import Answer, Audience, EventFact, EventQuery, Mode, Passage, Turn
from knowledge.errors import ModelError
from knowledge.languages import detect
from knowledge.measuring.explaining import Explanation
from knowledge.questions import conversation
from knowledge.questions.eventquestions import follow_event_question, read_event_question
from knowledge.reading import Library, Reader
from knowledge.search import retrieval
from knowledge.settings import KnowledgeSettings

logger = logging.getLogger(__name__)

Needs = ParamSpec("Needs")
Made = TypeVar("Made")

Clock = Callable[[], datetime]

#: Looks up the scheduler's rows; handed in by bot/app.py.
Events = Callable[[EventQuery, Audience], Awaitable[list[EventFact]]]

#: Takes a piece of a written answer while it is being written.
OnPiece = Callable[[str], Awaitable[None]]

#: What the scheduler's rows say is as sure as the calendars they come from.
_ROWS_CONFIDENCE = 0.95

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
        """Tell whether an index is open."""
        return self._library.reader is not None

    def status(self) -> IndexStatus:
        """Return what is being answered from."""
        reader = self._library.reader
        problem = str(self._library.problem or "")
        if reader is None:
            return IndexStatus(generation=None, problem=problem)
        manifest = reader.manifest
        return IndexStatus(
            generation=manifest.id,
            built_at=manifest.built_at,
            documents=manifest.documents,
            chunks=manifest.chunks,
            embeddings=manifest.embeddings,
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
        async with self._library.asked().asked() as reader:
            asked = _Asked(history=history, audience=audience, language="cs", today=self._today())
            found = await self._work(_find, reader, question, asked)
            return retrieval.passages(found, limit)

    async def explain(
        self, question: str, *, audience: Audience, history: Sequence[Turn] = ()
    ) -> Explanation:
        """Return why a question is answered from the documents as it is."""
        spoken = _spoken(question, history, None)
        async with self._library.asked().asked() as reader:
            asked = _Asked(history=history, audience=audience, language=spoken, today=self._today())
            tried = await self._work(_try, reader, question, asked)
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
        spoken = _spoken(question, history, language)
        zone = ZoneInfo(timezone)
        parts = conversation.questions(question)[:_MOST_QUESTIONS]
        answers = []
        for part in parts:
            answers.append(await self._answer(part, audience, history, spoken, now, zone, on_piece))
            history = (*history, Turn(role="user", text=part))
        took = round((time.perf_counter() - began) * 1000)
        if len(answers) == 1:
            return replace(answers[0], took_ms=took)
        return replace(answers[0], question=question, parts=tuple(answers), took_ms=took)

    async def _answer(
        self,
        question: str,
        audience: Audience,
        history: Sequence[Turn],
        language: str,
        now: datetime,
        zone: tzinfo,
        on_piece: OnPiece | None,
    ) -> Answer:
        chatter = conversation.chatter(question)
        if chatter:
            return _chatter(question, chatter, conversation.chatter_language(question) or language)
        from_rows = await self._answer_from_events(question, audience, history, language, now, zone)
        if from_rows is not None:
            return from_rows
        async with self._library.asked().asked() as reader:
            asked = _Asked(
                history=history,
                audience=audience,
                language=language,
                today=now.astimezone(zone).date(),
            )
            tried = await self._work(_try, reader, question, asked)
            return await self._written(tried, reader, on_piece)

    async def _written(self, tried: _Tried, reader: Reader, on_piece: OnPiece | None) -> Answer:
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
                seconds=self._settings.chat_timeout,
                on_piece=on_piece,
            )
        except ModelError as error:
            logger.warning("Answered by quotes: %s", error)
            return extracted
        if by_model is None:
            return replace(extracted, mode=Mode.NEAREST, answered=False)
        return answering.written(extracted, by_model) if by_model.checked.text else extracted

    async def _answer_from_events(
        self,
        question: str,
        audience: Audience,
        history: Sequence[Turn],
        language: str,
        now: datetime,
        zone: tzinfo,
    ) -> Answer | None:
        """Answer from the scheduler's rows; None where documents are to answer."""
        if self._events is None:
            return None
        wanted = read_event_question(question, now, zone)
        previous = [turn.text for turn in history if turn.role == "user"]
        if wanted is None and previous and conversation.leans(question):
            wanted = follow_event_question(previous, question, now, zone)
        while wanted is not None:
            facts = wanted.kept(await self._events(wanted.query, audience))
            if facts or (wanted.general and await self._has_any(wanted.query, audience, now)):
                return _from_rows(question, language, wanted.query, facts)
            wanted = wanted.looser()
        return None

    async def _has_any(self, query: EventQuery, audience: Audience, now: datetime) -> bool:
        """Tell whether rows of these kinds are kept at all, so that "none" is an answer."""
        assert self._events is not None
        anything = replace(query, start=now, end=None, limit=1, aspect="any")
        return bool(await self._events(anything, audience))

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """A question as it was understood, what was found for it, and the answer by quotes."""

    question: conversation.Resolved
    found: retrieval.Found
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who asks, when, and after what."""

    history: Sequence[Turn]
    audience: Audience
    language: str
    today: date


def _find(reader: Reader, question: str, asked: _Asked) -> retrieval.Found:
    """Search without answering, which takes longer; a question that leans needs both."""
    if not conversation.resolve(question, asked.history).context:
        return reader.find(question, audience=asked.audience)
    return _try(reader, question, asked).found


def _try(reader: Reader, question: str, asked: _Asked) -> _Tried:
    """Search with what was said before where the question leans on it.

    If that leads to no answer, but the question alone does, it did not lean after all.
    """
    resolved = conversation.resolve(question, asked.history)
    tried = _try_one(reader, resolved, asked)
    if not resolved.context or tried.answer.answered or not conversation.may_stand_alone(question):
        return tried
    alone = _try_one(reader, conversation.Resolved(text=question), asked)
    return alone if alone.answer.answered else tried


def _try_one(reader: Reader, resolved: conversation.Resolved, asked: _Asked) -> _Tried:
    found = reader.find(resolved.text, audience=asked.audience, context=resolved.context)
    answer = answering.extract(
        resolved,
        found,
        reader.retriever.lexicon,
        language=asked.language,
        searched=reader.documents[asked.audience],
        today=asked.today,
    )
    return _Tried(question=resolved, found=found, answer=answer)


def _from_rows(
    question: str, language: str, query: EventQuery, facts: Sequence[EventFact]
) -> Answer:
    return Answer(
        question=question,
        language=language,
        mode=Mode.EVENTS,
        answered=True,
        confidence=_ROWS_CONFIDENCE,
        events=tuple(facts),
        event_query=query,
        searched_for=question,
    )


def _chatter(question: str, chatter: str, language: str) -> Answer:
    return Answer(
        question=question,
        language=language,
        mode=Mode.CHATTER,
        answered=True,
        confidence=1.0,
        chatter=chatter,
    )


def _spoken(question: str, history: Sequence[Turn], language: str | None) -> str:
    """Return the language to answer in: that of the question, else of the talk, else the chat's."""
    earlier = [turn.text for turn in reversed(history) if turn.role == "user"]
    for text in (question, *earlier[:3]):
        spoken = detect(text)
        if spoken in ("cs", "sk"):
            return "cs"
        if spoken == "en":
            return "en"
    return language or "cs"
