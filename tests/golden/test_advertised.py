"""What the product itself suggests asking is answered, on the starter."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bridges.eventfacts import event_facts
from bot.i18n import Phrases
from knowledge.documents import Answer, Audience, EventFact, EventQuery, Mode
from knowledge.embeddings import load_embeddings
from knowledge.service import Knowledge
from knowledge.settings import KnowledgeSettings
from scheduler.ports import Fetched
from scheduler.settings import SchedulerSettings
from scheduler.sources import open_source
from tests.golden.conftest import NOW

ROOT = Path(__file__).parents[2]

#: Phrases that are questions, or name some in quotation marks.
SUGGESTED = (
    *(f"web.prompt.{n}" for n in range(1, 5)),
    *(f"slack.prompt.{n}" for n in range(1, 5)),
    "answer.empty",
    "chatter.help",
)
_QUOTED = re.compile(r"[„“]([^„“”]+\?)[“”]")
_IN_GUIDES = re.compile(r"[\"`>][ @\w]*?([A-Z][\w ]+\?)", re.MULTILINE)


def suggested() -> list[str]:
    """Return the questions of the phrases and of the guides for the first minutes."""
    said = [Phrases(language).say(key, slash="/") for language in ("cs", "en") for key in SUGGESTED]
    found = [each for text in said for each in (_QUOTED.findall(text) or [text])]
    for guide in (ROOT / "README.md", ROOT / "docs" / "quickstart.md"):
        found += _IN_GUIDES.findall(guide.read_text("utf-8"))
    return list(dict.fromkeys(found))


async def _offline(
    url: str,
    *,
    method: str = "GET",
    data: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    raise AssertionError((url, method, data, headers))


@pytest.fixture
async def knowledge(starter: KnowledgeSettings) -> AsyncIterator[Knowledge]:
    source = open_source(SchedulerSettings().sources[0], first_start=NOW)
    result = await source.read(_offline, NOW)

    async def events(query: EventQuery, audience: Audience) -> list[EventFact]:
        return event_facts(result.events, query, audience)

    embeddings = load_embeddings(starter.embeddings)
    async with Knowledge(
        starter, embeddings=embeddings, clock=lambda: NOW, events=events
    ) as opened:
        yield opened


async def ask(knowledge: Knowledge, question: str) -> Answer:
    return await knowledge.answer(
        question, audience=Audience.PUBLIC, now=NOW, timezone="Europe/Prague"
    )


def test_suggestions_are_found() -> None:
    questions = suggested()

    assert len(questions) >= 15
    assert all(question.endswith("?") for question in questions)


@pytest.mark.timeout(300)
async def test_what_is_suggested_is_answered(knowledge: Knowledge) -> None:
    answers = [await ask(knowledge, question) for question in suggested()]

    assert [each.question for each in answers if not each.answered] == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "question", ["Jaké je počasí v Brně?", "What is the weather like in Paris?"]
)
async def test_what_is_hopeless_shows_no_passage(knowledge: Knowledge, question: str) -> None:
    answer = await ask(knowledge, question)

    assert replace(answer, took_ms=0, confidence=0.0) == Answer(
        question=question,
        language=answer.language,
        mode=Mode.NONE,
        answered=False,
        confidence=0.0,
        searched_for=question,
        searched_documents=answer.searched_documents,
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Kdy je parkování v malém městě?", "Parkování v malém městě (ukázka)"),
        ("Kdy začíná Urban Mobility Days?", "Urban Mobility Days Bohemia (example)"),
        ("Koná se konference Chytré regiony?", "Konference Chytré regiony (ukázka)"),
        ("kdy je nejblizsi konfernce", "Konference Chytré regiony (ukázka)"),
        ("Je nějaký seminář o parkování?", "Parkování v malém městě (ukázka)"),
    ],
)
async def test_events_of_the_starter_are_found(
    knowledge: Knowledge, question: str, title: str
) -> None:
    answer = await ask(knowledge, question)

    assert [fact.title for fact in answer.events] == [title]
