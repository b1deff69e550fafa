"""A question searched for in the documents, with and without what was said before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.answers import answering
from knowledge.documents import Answer, Audience, Turn
from knowledge.languages import words
from knowledge.questions import conversation
from knowledge.questions.terms import content_words, keys
from knowledge.reading import Reader
from knowledge.search import retrieval


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A question as it was understood, what was found for it, and the answer by quotes."""

    question: conversation.Resolved
    found: retrieval.Found
    answer: Answer
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks, when, and after what."""

    history: Sequence[Turn]
    audience: Audience
    language: str
    today: date
    #: What the message says before the question.
    background: str = ""
    #: Titles and pages of events that were spoken of before, if the question leans on them.
    titles: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


def search(reader: Reader, question: str, asked: Asked) -> retrieval.Found:
    """Search without answering, which takes longer; a question that leans needs both."""
    if not _resolved(question, asked).context:
        return reader.find(question, audience=asked.audience)
    return try_answer(reader, question, asked).found


def try_answer(reader: Reader, question: str, asked: Asked) -> Tried:
    """Search with what was said before where the question leans on it.

    If that leads to no answer, or to a less sure one, than the question alone does, it did not
    lean after all.
    """
    resolved = _resolved(question, asked)
    tried = _try_one(reader, resolved, asked)
    if asked.titles and not _speaks_of(tried, asked.titles):
        nearest = answering.as_nearest(tried.answer)
        tried = replace(tried, answer=nearest)
    if not resolved.context or not conversation.may_stand_alone(question):
        return tried
    alone = _try_one(reader, conversation.Resolved(text=question), asked)
    surer = alone.answer.answered and alone.answer.confidence > tried.answer.confidence
    return alone if surer or (alone.answer.answered and not tried.answer.answered) else tried


def _resolved(question: str, asked: Asked) -> conversation.Resolved:
    """Return a question with what it leans on: events, its own message, or the talk before."""
    context = " ".join(asked.titles) or asked.background
    if context:
        return conversation.Resolved(text=question, context=context)
    return conversation.resolve(question, asked.history)


def _speaks_of(tried: Tried, titles: Collection[str]) -> bool:
    """Tell whether what was found is about one of these events, not only about such things."""
    if not tried.found.candidates:
        return False
    chunk = tried.found.candidates[0].chunk
    said = {key for word in words(f"{chunk.title} {chunk.text}") for key in keys(word)}
    return any(
        all(keys(word) & said for word in content_words(title) if word.isalpha())
        for title in titles
    )


def _try_one(reader: Reader, resolved: conversation.Resolved, asked: Asked) -> Tried:
    found = reader.find(resolved.text, audience=asked.audience, context=resolved.context)
    if resolved.context and asked.pages:
        found = _of_pages(found, asked.pages)
    answer = answering.extract(
        resolved,
        found,
        reader.retriever.lexicon,
        language=asked.language,
        searched=reader.documents[asked.audience],
        today=asked.today,
    )
    return Tried(question=resolved, found=found, answer=answer, today=asked.today)


def _of_pages(found: retrieval.Found, pages: Collection[str]) -> retrieval.Found:
    """Return what these pages hold, if they are known; else all."""
    own = [each for each in found.candidates if each.chunk.url.partition("#")[0] in pages]
    return replace(found, candidates=tuple(own)) if own else found
