"""Golden questions at an index -> cases that a confidence is fitted on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.answers.evidence import TOP_SENTENCES, signals, top_sentences
from knowledge.documents import Audience, Chunk
from knowledge.embeddings import query_vector, vectors
from knowledge.generations import open_current
from knowledge.measuring import nearmisses
from knowledge.measuring.calibration import Case, Sort
from knowledge.measuring.evaluation import Golden, contains, load_questions
from knowledge.questions.conversation import Resolved, resolve
from knowledge.questions.terms import load_terms
from knowledge.search.retrieval import Candidate, Found, Retriever
from knowledge.settings import KnowledgeSettings

#: Told what is done.
Say = Callable[[str], None]

#: Questions between two words of progress.
_OFTEN = 50


def gather(
    settings: KnowledgeSettings,
    questions: Path,
    embeddings: Embeddings,
    audience: Audience,
    say: Say,
) -> list[Case]:
    """Ask all questions at the current index, and again with their answers taken out.

    Raises:
        KnowledgeError: there is no index, or the questions cannot be read.
    """
    golden = [each for each in load_questions(questions) if each.kind != "chatter"]
    with open_current(settings) as generation:
        retriever = Retriever(
            catalogue=generation.catalogue,
            vectors=generation.vectors,
            embeddings=embeddings,
            terms=load_terms(settings.terms),
        )
        made: list[Case] = []
        for number, each in enumerate(golden):
            if number % _OFTEN == 0:
                say(f"{number} of {len(golden)} questions …")
            made += _cases(each, retriever, embeddings, audience)
        return made


def _cases(
    golden: Golden, retriever: Retriever, embeddings: Embeddings, audience: Audience
) -> Iterator[Case]:
    question = resolve(golden.question, golden.history)
    found = retriever.find(question.text, audience=audience, context=question.context)
    if not golden.is_answerable:
        sort = Sort.OFF_TOPIC if golden.kind2 == Sort.OFF_TOPIC else Sort.NEAR_MISS
        yield from _case(golden, sort, found, retriever)
    elif golden.key:
        change = _change(question, retriever, embeddings)
        removed = nearmisses.without_sentences(found, golden.key, change)
        absent = nearmisses.without_pages(found, golden.key, golden.urls)
        yield from _case(golden, Sort.ANSWERABLE, found, retriever)
        yield from _case(golden, Sort.REMOVED, removed, retriever)
        yield from _case(golden, Sort.ABSENT, absent, retriever)


def _case(golden: Golden, sort: Sort, found: Found, retriever: Retriever) -> Iterator[Case]:
    if found.candidates:
        yield Case(
            question=golden.id,
            sort=sort,
            signals=signals(found, retriever.lexicon),
            is_answer=sort is Sort.ANSWERABLE and _answers(found.candidates[0], golden),
        )


def _answers(best: Candidate, golden: Golden) -> bool:
    """Tell whether the best sentences hold an expected fact."""
    top = top_sentences(best, TOP_SENTENCES)
    return contains(" ".join(best.sentences[each].text for each in top), golden.key)


def _change(question: Resolved, retriever: Retriever, embeddings: Embeddings) -> nearmisses.Change:
    """Return how much nearer to the question chunks get when they are shortened."""
    vector = query_vector(embeddings, retriever.lexicon.accented(question.whole))

    def change(shortened: Sequence[tuple[Chunk, str]]) -> Sequence[float]:
        texts = [_passage(chunk, text) for chunk, text in shortened]
        before = [_passage(chunk, chunk.text) for chunk, _ in shortened]
        near = vectors(embeddings, [*texts, *before]) @ vector
        return [float(each) for each in np.subtract(near[: len(texts)], near[len(texts) :])]

    return change


def _passage(chunk: Chunk, text: str) -> str:
    headings = " › ".join(each for each in (chunk.title, chunk.section) if each)
    return f"{headings}: {text}" if headings else text
