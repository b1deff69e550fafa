"""A written answer: by the chat model, from the found passages, checked before it counts."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from knowledge.answers.checking import Checked, Given, check
from knowledge.documents import Chunk
from knowledge.errors import ModelError
from knowledge.models import translated
from knowledge.prompts import prompt
from knowledge.questions.conversation import Resolved
from knowledge.search.lexicon import Lexicon
from knowledge.search.retrieval import Found

logger = logging.getLogger(__name__)

#: Passages given to the model, and characters of each: what bounds time and cost.
_PASSAGES, _CHARACTERS = 6, 1600

#: Characters of an answer after which reading stops: a model that does not end is cut off.
_LONGEST = 4000

#: Characters of a question and of what was said before it that the model is given.
_QUESTION, _CONTEXT = 2000, 1000

#: How often a model is asked that breaks off before its first word.
_ATTEMPTS = 2

#: What the model writes when the passages do not answer.
_NOT_FOUND = "NOT_FOUND"

_OWN_MARK = re.compile(r"\[(\d{1,2})\]")

_LANGUAGES = {"cs": "Czech (address the reader as „vy“)", "en": "English"}

OnPiece = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the model wrote, checked, and the chunks its marks count."""

    checked: Checked
    chunks: tuple[Chunk, ...]


async def write(
    model: BaseChatModel,
    question: Resolved,
    found: Found,
    lexicon: Lexicon,
    *,
    language: str,
    today: date,
    seconds: float,
    on_piece: OnPiece | None = None,
) -> Written | None:
    """Have an answer written; None where the model found none in the passages.

    Its text is empty where what was written does not stand.

    Raises:
        ModelError: it failed, took too long or wrote nothing at all.
    """
    chunks = _given(found)
    given = [Given(text=each.text, title=each.title, url=each.url) for each in chunks]
    messages = _messages(question, chunks, language, today)
    name = str(getattr(model, "model_name", "") or getattr(model, "model", "") or model._llm_type)
    with translated(name):
        async with asyncio.timeout(seconds):
            text = await _Writing(model, name, messages, on_piece).read()
    said = text.replace(_NOT_FOUND, "").strip()
    if not said.strip(" .*`"):
        if _NOT_FOUND in text:
            return None
        raise ModelError(f"The chat model {name} wrote nothing (CSCC_CHAT_MODEL).")
    checked = await asyncio.to_thread(
        check, said, given, question=question.whole, language=language, lexicon=lexicon
    )
    if checked.removed:
        logger.info("%d statements of a written answer did not stand.", len(checked.removed))
    if _NOT_FOUND in text and not checked.text:
        return None
    return Written(checked=checked, chunks=chunks)


def _given(found: Found) -> tuple[Chunk, ...]:
    """Return the best passages, no text twice."""
    chunks: dict[str, Chunk] = {}
    for candidate in found.candidates[: 2 * _PASSAGES]:
        chunks.setdefault(candidate.chunk.text, candidate.chunk)
    return tuple(chunks.values())[:_PASSAGES]


def _messages(
    question: Resolved, chunks: Sequence[Chunk], language: str, today: date
) -> list[BaseMessage]:
    # A border that no page can have guessed: what is inside cannot pretend to be outside.
    border = secrets.token_hex(8)
    passages = "\n\n".join(
        _passage(number, chunk, border) for number, chunk in enumerate(chunks, start=1)
    )
    context = question.context[-_CONTEXT:]
    before = f"Conversation before: {context}\n\n" if context else ""
    told = prompt("answer", language=_LANGUAGES[language], today=today.isoformat())
    return [
        SystemMessage(told),
        HumanMessage(f"{passages}\n\n{before}Question: {question.text[:_QUESTION]}"),
    ]


def _passage(number: int, chunk: Chunk, border: str) -> str:
    dated = f" (as of {chunk.updated_at.isoformat()})" if chunk.updated_at else ""
    title = " › ".join(" ".join(each.split()) for each in (chunk.title, chunk.section) if each)
    text = re.sub(r"[^\S\n]+", " ", chunk.text[:_CHARACTERS])
    # Marks of the page's own would be taken for ours.
    text = _OWN_MARK.sub(r"(\1)", text)
    return f"<passage-{border} n={number}>\n[{number}] {title}{dated}\n{text}\n</passage-{border}>"


class _Writing:
    """Collects what a model writes, passing it on unless it says that it found nothing."""

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        messages: Sequence[BaseMessage],
        on_piece: OnPiece | None,
    ) -> None:
        self._model = model
        self._name = name
        self._messages = list(messages)
        self._on_piece = on_piece
        self._text = ""
        self._shown = 0

    async def read(self) -> str:
        """Return the text. A connection that breaks before the first word is tried again; the
        providers' clients see to refusals (429, 503) themselves."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                with translated(self._name):
                    await self._read_once()
            except ModelError as error:
                is_refusal = getattr(error.__cause__, "status_code", None) is not None
                if self._text or not left or is_refusal:
                    raise
                logger.warning("Asking again: %s", error)
            else:
                break
        return self._text

    async def _read_once(self) -> None:
        async with aclosing(self._model.astream(self._messages)) as stream:  # type: ignore[type-var]
            async for chunk in stream:
                self._text += str(chunk.text)
                if len(self._text) > _LONGEST:
                    return
                await self._show()

    async def _show(self) -> None:
        may_be_none = _NOT_FOUND.startswith(self._text.strip()[: len(_NOT_FOUND)])
        if self._on_piece and not may_be_none:
            await self._on_piece(self._text[self._shown :])
            self._shown = len(self._text)
