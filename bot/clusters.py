"""Puts questions of one topic together, by the words they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store import Question
from knowledge.languages import stem
from knowledge.questions.terms import content_words

#: Share of the shorter question's words from which two are of one topic.
_ALIKE = 0.6

#: Share of the longer one's: a follow-up that is searched for with all before it is no topic of
#: each of those.
_OF_LONGER = 0.5

#: Words too short to be a topic.
_SHORT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Questions of one topic, the latest first."""

    questions: tuple[Question, ...]
    #: The most typical of them, as it was asked.
    topic: str

    @property
    def count(self) -> int:
        """How many questions there are."""
        return len(self.questions)


def clusters(questions: Sequence[Question]) -> list[Cluster]:
    """Return the topics of questions, the most asked first."""
    groups: list[list[Question]] = []
    heads: list[frozenset[str]] = []
    for question in questions:
        stems = _stems(question)
        near = [n for n, head in enumerate(heads) if _alike(stems, head)]
        if near:
            groups[near[0]].append(question)
        else:
            groups.append([question])
            heads.append(stems)
    found = [Cluster(questions=tuple(group), topic=_topic(group)) for group in groups]
    return sorted(found, key=lambda cluster: -cluster.count)


def same_questions(question: Question, others: Sequence[Question]) -> list[Question]:
    """Return those of the same topic, the question among them."""
    stems = _stems(question)
    return [each for each in others if each.id == question.id or _alike(stems, _stems(each))]


def _stems(question: Question) -> frozenset[str]:
    text = question.searched_for or question.question
    language = question.language
    return frozenset(stem(word, language) for word in content_words(text) if len(word) > _SHORT)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two share most of their words: of the shorter, and half of the longer."""
    shorter, longer = sorted((len(one), len(other)))
    shared = len(one & other)
    return bool(shorter) and shared / shorter >= _ALIKE and shared / longer >= _OF_LONGER


def _topic(group: Sequence[Question]) -> str:
    """Return the question whose words the others share most, the shorter and later one first."""
    told = [_stems(question) for question in group]

    def shared(n: int) -> float:
        return sum(len(told[n] & each) / (len(told[n] | each) or 1) for each in told)

    best = max(range(len(group)), key=lambda n: (round(shared(n), 6), -len(group[n].question), -n))
    return " ".join(group[best].question.split())
