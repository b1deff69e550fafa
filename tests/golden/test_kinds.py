"""Kinds of questions on the starter: lists, long letters, and what is off topic."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from knowledge.documents import Answer, Audience, Mode
from knowledge.embeddings import load_embeddings
from knowledge.service import Knowledge
from knowledge.settings import KnowledgeSettings
from tests.golden.conftest import NOW


@pytest.fixture
async def knowledge(starter: KnowledgeSettings) -> AsyncIterator[Knowledge]:
    embeddings = load_embeddings(starter.embeddings)
    async with Knowledge(starter, embeddings=embeddings, clock=lambda: NOW) as opened:
        yield opened


async def ask(knowledge: Knowledge, question: str) -> Answer:
    return await knowledge.answer(
        question, audience=Audience.PUBLIC, now=NOW, timezone="Europe/Prague"
    )


@pytest.mark.parametrize(
    ("question", "items"),
    [
        (
            "List the benefits of membership.",
            ["experience of other cities", "students and academics"],
        ),
        ("Jaké jsou kroky vzniku metodiky?", ["1. Pracovní skupina", "4. Metodiku schválí"]),
        # From two pages, each with its source.
        ("Vyjmenujte partnery projektu Smart V4 Strategies.", ["South Poland", "Digitális"]),
    ],
)
async def test_list_is_answered_as_a_whole(
    knowledge: Knowledge, question: str, items: list[str]
) -> None:
    answer = await ask(knowledge, question)
    said = " ".join(each.quote for each in answer.citations)

    assert answer.answered
    assert [item for item in items if item not in said] == []


async def test_items_of_several_pages_name_each_page(knowledge: Knowledge) -> None:
    answer = await ask(knowledge, "Vyjmenujte partnery projektu Smart V4 Strategies.")

    assert len({each.title for each in answer.citations}) == 2


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Jaké jsou výhody členství?", "konzultace"),
        ("Aké sú výhody členstva v klastri?", "národní síť"),
        ("Jak se stanu členem klastru?", "obrátí se na klastr"),
        ("Ako sa môžem stať členom klastra?", "obrátí se na klastr"),
        ("Kdo je členem klastru?", "technologické firmy"),
        ("Kto vedie klaster?", "Milan Edl"),
    ],
)
async def test_what_members_ask_first_is_answered(
    knowledge: Knowledge, question: str, said: str
) -> None:
    answer = await ask(knowledge, question)

    assert answer.answered
    assert said in " ".join(each.quote for each in answer.citations)


_OFF_TOPIC = """
jaky je pocasi v ostrave
jake bude zitra pocasi
kolik stoji listek na hokej
kdo vyhral vcera spartu se slavii
jaky je recept na bramboraky
jak dlouho leti letadlo do new yorku
kde se v ostrave dobre najim
kolik stoji byt v praze
jak se zbavim rymy
kolik vazi slon
kto vyhral majstrovstva sveta
how tall is mount everest
where can i get good beer in plzen
"""


@pytest.mark.parametrize("question", _OFF_TOPIC.strip().splitlines())
async def test_off_topic_is_not_answered_without_accents_either(
    knowledge: Knowledge, question: str
) -> None:
    answer = await ask(knowledge, question)

    assert not answer.answered
    assert answer.mode in (Mode.NONE, Mode.NEAREST)


_BEFORE = (
    "Dobrý den,\n\njsem starostka menší obce. Loni jsme vyměnili osvětlení a letos bychom chtěli "
    "pokračovat. Na školení nám doporučili obrátit se na vás."
)
_AFTER = "Předem děkuji za odpověď.\n\nS pozdravem\nJana Nová, tel. 777 123 456"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Kolik stojí členství v klastru pro univerzity?", "zdarma"),
        ("Zajímalo by mě, které firmy klastr založily.", "Schneider Electric"),
        ("Prosím o zaslání postupu, jak vzniká metodika klastru.", "Pracovní skupina shromáždí"),
        ("Prý ho vede děkan z Plzně. Můžete mi napsat, od kdy klastr vede?", "2021"),
    ],
)
async def test_question_inside_a_letter_is_answered(
    knowledge: Knowledge, asked: str, said: str
) -> None:
    answer = await ask(knowledge, f"{_BEFORE} {asked} {_AFTER}")

    assert answer.answered
    assert said in " ".join(each.quote for each in answer.citations)
