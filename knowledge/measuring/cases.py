"""Golden questions at an index -> cases that a confidence is fitted on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.answers.evidence import TOP_SENTENCES, signals, top_sentences
from knowledge.documents import Audience, Chunk
from knowledge.embeddings import query_vector, vectors
from knowledge.generations import open_current
from knowledge.measuring import nearmisses
from knowledge.measuring.evaluation import Golden, contains, load_questions
from knowledge.measuring.qualities import Case, Sort
from knowledge.questions.conversation import Resolved, resolve
from knowledge.questions.terms import load_terms
from knowledge.search.retrieval import Candidate, Retriever
from knowledge.settings import KnowledgeSettings

#: Told what is done.
Say = Callable[[str], None]

#: Questions between two words of progress.
_OFTEN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """An index and the questions that are asked at it."""

    name: str
    settings: KnowledgeSettings
    questions: Path


def gather(corpus: Corpus, embeddings: Embeddings, audience: Audience, say: Say) -> list[Case]:
    """Ask all questions at the current index, and again with their answers taken out.

    Raises:
        KnowledgeError: there is no index, or the questions cannot be read.
    """
    golden = [each for each in load_questions(corpus.questions) if each.kind != "chatter"]
    with open_current(corpus.settings) as generation:
        retriever = Retriever(
            catalogue=generation.catalogue,
            vectors=generation.vectors,
            embeddings=embeddings,
            terms=load_terms(corpus.settings.terms),
        )
        made: list[Case] = []
        for number, each in enumerate(golden):
            if number % _OFTEN == 0:
                say(f"{corpus.name}: {number} of {len(golden)} questions …")
            is_there = any(generation.catalogue.document(url) for url in each.urls)
            questioned = _Questioned(golden=each, corpus=corpus.name, is_there=is_there)
            made += _cases(questioned, retriever, embeddings, audience)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Questioned:
    """A question at an index."""

    golden: Golden
    corpus: str
    #: The index holds a page with the answer.
    is_there: bool

    @property
    def sort(self) -> Sort:
        if not self.golden.is_answerable:
            is_off = self.golden.kind2 == Sort.OFF_TOPIC
            return Sort.OFF_TOPIC if is_off else Sort.NEAR_MISS
        return Sort.ANSWERABLE if self.is_there else Sort.ABSENT


def _cases(
    asked: _Questioned, retriever: Retriever, embeddings: Embeddings, audience: Audience
) -> Iterator[Case]:
    golden = asked.golden
    question = resolve(golden.question, golden.history)
    found = retriever.find(question.text, audience=audience, context=question.context)
    if not found.candidates or (golden.is_answerable and not golden.key):
        return
    variants = {asked.sort: found}
    if asked.sort is Sort.ANSWERABLE:
        change = _change(question, retriever, embeddings)
        variants[Sort.REMOVED] = nearmisses.without_sentences(found, golden.key, change)
        variants[Sort.ABSENT] = nearmisses.without_pages(found, golden.key, golden.urls)
    for sort, variant in variants.items():
        # Another page may tell it as well: then it is neither an answer nor none.
        if variant.candidates and not (
            sort is Sort.ABSENT and _answers(variant.candidates[0], golden)
        ):
            yield Case(
                question=question.whole,
                page=found.candidates[0].chunk.url,
                corpus=asked.corpus,
                sort=sort,
                signals=signals(variant, retriever.lexicon),
                is_answer=sort is Sort.ANSWERABLE and _answers(variant.candidates[0], golden),
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
