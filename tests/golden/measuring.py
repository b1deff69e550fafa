"""Golden questions against an index, compared with figures that were committed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from knowledge.documents import Answer, Audience, Passage, Turn
from knowledge.embeddings import load_embeddings
from knowledge.measuring.evaluation import Measures, evaluate, load_questions
from knowledge.service import Knowledge
from knowledge.settings import KnowledgeSettings


async def measured(settings: KnowledgeSettings, questions: Path, now: datetime) -> Measures:
    """Ask all questions and return the measures."""
    embeddings = load_embeddings(settings.embeddings)
    async with Knowledge(settings, embeddings=embeddings, clock=lambda: now) as knowledge:

        async def ask(question: str, history: Sequence[Turn]) -> Answer:
            return await knowledge.answer(
                question,
                audience=Audience.PUBLIC,
                history=history,
                now=now,
                timezone="Europe/Prague",
            )

        async def search(question: str, history: Sequence[Turn]) -> list[Passage]:
            return await knowledge.search(question, audience=Audience.PUBLIC, history=history)

        return await evaluate(load_questions(questions), ask, search)


def figures(measures: Measures) -> dict[str, float]:
    """Return the figures that are committed."""
    every, near, off = (measures.group(name) for name in ("all", "near-miss", "off-topic"))
    return {
        "hit@1": every.hit1,
        "hit@5": every.hit5,
        "hit@1 cross-lingual": measures.group("crosslingual").hit1,
        "answered": every.answered,
        "right of answered": every.right,
        "told not found": every.none,
        "near misses answered": near.answered,
        "off-topic answered": off.answered,
        "quotes found": measures.quotes_found,
        "in the question's language": every.in_language,
        "chatter recognised": measures.group("chatter").answered,
    }


#: Figures of which less is better.
FEWER = ("told not found", "near misses answered", "off-topic answered")


def worse(found: dict[str, float], committed: dict[str, float], allowed: float) -> dict[str, float]:
    """Return the figures that fell below what was committed by more than is allowed."""
    return {
        name: round(found[name], 3)
        for name, value in committed.items()
        if (found[name] - value if name in FEWER else value - found[name]) > allowed
    }
