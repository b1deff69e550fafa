"""A written answer: by the chat model, from the found passages, checked before it counts."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from knowledge.answers.checking import Checked, Given, check
from knowledge.documents import Chunk
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

#: What the model writes when the passages do not answer.
_NOT_FOUND = "NOT_FOUND"

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
    seconds: float,
    on_piece: OnPiece | None = None,
) -> Written | None:
    """Have an answer written; None where the model found none in the passages.

    Its text is empty where what was written does not stand.

    Raises:
        ModelError: it failed or took too long.
    """
    chunks = _given(found)
    given = [Given(text=each.text, title=each.title, url=each.url) for each in chunks]
    messages = _messages(question, chunks, language)
    name = str(getattr(model, "model_name", "") or getattr(model, "model", "") or model._llm_type)
    with translated(name):
        async with asyncio.timeout(seconds):
            text = await _stream(model, messages, on_piece)
    if _NOT_FOUND in text or not text.strip():
        return None
    checked = await asyncio.to_thread(
        check, text, given, question=question.whole, language=language, lexicon=lexicon
    )
    if checked.removed:
        logger.info("%d statements of a written answer did not stand.", len(checked.removed))
    return Written(checked=checked, chunks=chunks)


def _given(found: Found) -> tuple[Chunk, ...]:
    """Return the best passages, no text twice."""
    chunks: dict[str, Chunk] = {}
    for candidate in found.candidates[: 2 * _PASSAGES]:
        chunks.setdefault(candidate.chunk.text, candidate.chunk)
    return tuple(chunks.values())[:_PASSAGES]


def _messages(question: Resolved, chunks: Sequence[Chunk], language: str) -> list[BaseMessage]:
    # A border that no page can have guessed: what is inside cannot pretend to be outside.
    border = secrets.token_hex(8)
    passages = "\n\n".join(
        _passage(number, chunk, border) for number, chunk in enumerate(chunks, start=1)
    )
    before = f"Conversation before: {question.context}\n\n" if question.context else ""
    return [
        SystemMessage(prompt("answer", language=_LANGUAGES[language])),
        HumanMessage(f"{passages}\n\n{before}Question: {question.text}"),
    ]


def _passage(number: int, chunk: Chunk, border: str) -> str:
    dated = f" (as of {chunk.updated_at.isoformat()})" if chunk.updated_at else ""
    title = " › ".join(each for each in (chunk.title, chunk.section) if each)
    text = re.sub(r"[^\S\n]+", " ", chunk.text[:_CHARACTERS])
    return f"<passage-{border} n={number}>\n[{number}] {title}{dated}\n{text}\n</passage-{border}>"


async def _stream(
    model: BaseChatModel, messages: Sequence[BaseMessage], on_piece: OnPiece | None
) -> str:
    """Collect what the model writes, passing it on unless it says that it found nothing."""
    text = ""
    shown = 0
    async for chunk in model.astream(list(messages)):
        text += str(chunk.text)
        if len(text) > _LONGEST:
            break
        may_be_none = _NOT_FOUND.startswith(text.strip()[: len(_NOT_FOUND)])
        if on_piece and not may_be_none:
            await on_piece(text[shown:])
            shown = len(text)
    return text
