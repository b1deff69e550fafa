"""A question searched for in the documents, with and without what was said before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.answers import answering
from knowledge.answers.evidence import own_weights
from knowledge.documents import Answer, Audience, Turn
from knowledge.languages import words
from knowledge.questions import conversation
from knowledge.questions.terms import content_words, keys
from knowledge.reading import Reader
from knowledge.search import retrieval

#: Share of a question's own words that a passage must hold which was found with the talk before.
_OWN_WORDS = 0.8


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
    lean after all. A question that is whole by itself is asked alone first.
    """
    resolved = _resolved(question, asked)
    if resolved.context and not (_given(asked) or conversation.hangs(question)):
        return _alone_first(reader, resolved, asked)
    tried = _try_one(reader, resolved, asked)
    if asked.titles and not _speaks_of(tried, asked.titles):
        nearest = answering.as_nearest(tried.answer)
        tried = replace(tried, answer=nearest)
    if not resolved.context or not _may_mean_itself(question, tried):
        return tried
    alone = _try_one(reader, conversation.Resolved(text=question), asked)
    surer = alone.answer.answered and alone.answer.confidence > tried.answer.confidence
    return alone if surer or (alone.answer.answered and not tried.answer.answered) else tried


def _may_mean_itself(question: str, tried: Tried) -> bool:
    """Tell whether a question may be meant alone: of whom it asks the talk may not tell."""
    if conversation.may_stand_alone(question):
        return True
    is_told = tried.answer.answered or not tried.found.candidates or _holds_own_words(tried.found)
    return not is_told and not conversation.goes_on(question)


def _alone_first(reader: Reader, resolved: conversation.Resolved, asked: Asked) -> Tried:
    """Ask a question alone; if that is not answered, see whether the talk before tells of it."""
    alone = _try_one(reader, conversation.Resolved(text=resolved.text), asked)
    if alone.answer.answered:
        return alone
    tried = _try_one(reader, resolved, asked)
    return tried if tried.answer.answered and _holds_own_words(tried.found) else alone


def _holds_own_words(found: retrieval.Found) -> bool:
    """Tell whether the best passage is about the question itself, not only what was said before."""
    weights = own_weights(found.wanted)
    share = float(weights @ found.candidates[0].whole[: len(weights)])
    return share >= _OWN_WORDS


def _given(asked: Asked) -> str:
    """Return what a question surely leans on: events that were told, or its own message."""
    return " ".join(asked.titles) or asked.background


def _resolved(question: str, asked: Asked) -> conversation.Resolved:
    """Return a question with what it leans on: events, its own message, or the talk before."""
    context = _given(asked)
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
