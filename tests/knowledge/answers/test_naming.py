"""Passages about another place, zone or number than the question names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from knowledge.documents import Answer, Audience
from knowledge.embeddings import load_embeddings
from knowledge.indexing import ingest
from knowledge.service import Knowledge
from knowledge.settings import KnowledgeSettings, SourceSettings

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)

TEXTS = {
    "parkovani": (
        "Parkování v Hrušce",
        "Město má tři zóny.\n\n| Zóna | Kde | Cena za hodinu |\n|---|---|---|\n"
        "| A | náměstí | 45 Kč |\n| B | nádraží | 25 Kč |\n| C | sídliště | 15 Kč |\n",
    ),
    "vyzva": (
        "Výzva STROM 4/2026",
        "Výzva STROM 4/2026 platí výsadbu stromů. Alokace výzvy je 30 milionů korun.",
    ),
    "hruska-bazen": (
        "Městský bazén",
        "Vstup do bazénu stojí 80 Kč, děti platí 35 Kč. Bazén je otevřen od 7 do 21 hodin.",
    ),
    "skola": (
        "Škola v Javorné",
        "Základní školu v Javorné vede Olga Tichá. Chodí do ní 210 žáků.",
    ),
    "klub": (
        "Klub tvůrců",
        "# Klub tvůrců\n\nKlub sdružuje dílny z celého kraje.\n\n"
        "## Výhody členství\n\n- sdílená fréza\n- sleva na materiál\n\n"
        "## Jak se stát členem\n\nDílna pošle přihlášku výboru.\n\n"
        "## Kdo rozhoduje\n\nO přijetí rozhodne valná hromada na jaře.\n",
    ),
}


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeSettings:
    """The texts, ingested with the built-in model."""
    folder = tmp_path_factory.mktemp("naming")
    (folder / "texts").mkdir()
    for name, (title, text) in TEXTS.items():
        head = f"---\nurl: https://example.org/{name}\ntitle: {title}\nlanguage: cs\n---\n"
        (folder / "texts" / f"{name}.md").write_text(f"{head}\n{text}\n", "utf-8")
    source = SourceSettings(name="texts", kind="files", path=str(folder / "texts"))
    settings = KnowledgeSettings(data_dir=folder / "var", sources=(source,))
    ingest(settings, embeddings=load_embeddings(settings.embeddings), clock=lambda: NOW)
    return settings


@pytest.fixture
async def knowledge(ingested: KnowledgeSettings) -> AsyncIterator[Knowledge]:
    embeddings = load_embeddings(ingested.embeddings)
    async with Knowledge(ingested, embeddings=embeddings, clock=lambda: NOW) as opened:
        yield opened


async def ask(knowledge: Knowledge, question: str) -> Answer:
    return await knowledge.answer(
        question, audience=Audience.PUBLIC, now=NOW, timezone="Europe/Prague"
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Kolik stojí parkování v zóně B v Hrušce?", "25 Kč"),
        ("kolik stoji parkovani v zone c", "15 Kč"),
        ("Jaká je alokace výzvy STROM 4/2026?", "30 milionů"),
        # The town is only in the address.
        ("Kolik stojí bazén v Hrušce?", "80 Kč"),
        ("Kdo vede školu v Javorné?", "Olga Tichá"),
        ("Who leads the school in Javorná?", "Olga Tichá"),
        ("Jaké jsou výhody členství v klubu tvůrců?", "sdílená fréza"),
        ("Jak se dílna stane členem klubu tvůrců?", "pošle přihlášku"),
        ("Kdo rozhoduje o přijetí do klubu tvůrců?", "valná hromada"),
    ],
)
async def test_what_is_named_is_answered(knowledge: Knowledge, question: str, said: str) -> None:
    answer = await ask(knowledge, question)

    assert answer.answered
    assert said in " ".join(each.quote for each in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "Kolik stojí parkování v zóně D v Hrušce?",
        "Kolik stojí parkování v zóně B v Javorné?",
        "Kolik stojí parkování v zóně B v Olomouci?",
        "Jaká je alokace výzvy STROM 7/2026?",
        "Kolik stojí bazén v Javorné?",
        "Kdo vede školu v Hrušce?",
        "Who leads the school in Hruška?",
    ],
)
async def test_what_another_is_named_for_is_not_taken_for_an_answer(
    knowledge: Knowledge, question: str
) -> None:
    answer = await ask(knowledge, question)

    assert not answer.answered
