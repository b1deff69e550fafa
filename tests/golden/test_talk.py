"""Questions in a talk over small texts: what stands by itself is asked alone, what leans is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from knowledge.documents import Answer, Audience, Turn
from knowledge.embeddings import load_embeddings
from knowledge.indexing import ingest
from knowledge.service import Knowledge
from knowledge.settings import KnowledgeSettings, SourceSettings

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)

TEXTS = {
    "muzeum": (
        "cs",
        "Muzeum hodin",
        "Muzeum hodin v Lipové otevřel hodinář Alois Kment v roce 1987. "
        "Vstupné je 90 Kč, děti platí 40 Kč. Otevřeno je od úterý do neděle od 9 do 17 hodin. "
        "Ve sbírce je 340 hodin. Nejstarší hodiny pocházejí z roku 1612.",
    ),
    "knihovna": (
        "cs",
        "Městská knihovna Lipová",
        "Městskou knihovnu vede Jana Dvorská. Registrační poplatek činí 150 Kč na rok, "
        "studenti platí 70 Kč. Čtenářem se může stát každý starší šesti let. "
        "Knihovna půjčuje i deskové hry, vždy na čtrnáct dní.",
    ),
    "kompost": (
        "cs",
        "Půjčování kompostérů",
        "Kompostér je nádoba, ve které se z bioodpadu stává kompost. Město půjčuje kompostéry "
        "domácnostem zdarma. O kompostér lze žádat do 30. dubna 2027 na odboru životního "
        "prostředí. Firmy za něj platí 1 200 Kč.",
    ),
    "tramvaj": (
        "en",
        "Night tram",
        "The night tram runs every 30 minutes between midnight and 4 am. A night ticket costs 2 "
        "EUR. The night tram is operated by Lipa Transport. Dogs travel free of charge.",
    ),
    "gardens": (
        "en",
        "Community gardens",
        "Community gardens are run by the association Green Lipa. A plot has 25 square metres "
        "and its rent is 30 EUR a year. Members meet on the first Saturday of each month.",
    ),
    "cyklo": (
        "sk",
        "Cyklotrasa Lipovka",
        "Cyklotrasa Lipovka meria 18 kilometrov a vedie z Lipovej do Dubovej. "
        "Cyklotrasu postavil Dubovský kraj za 4 milióny eur. Požičovňa bicyklov je pri stanici.",
    ),
}

MUSEUM = ("Kdo otevřel Muzeum hodin?", "Muzeum hodin: otevřel je hodinář Alois Kment.")
LIBRARY = ("Kdo vede městskou knihovnu?", "Městská knihovna Lipová: vede ji Jana Dvorská.")
COMPOST = ("Komu město půjčuje kompostéry?", "Půjčování kompostérů: domácnostem zdarma.")
TRAM = ("Who operates the night tram?", "Night tram: it is operated by Lipa Transport.")
GARDENS = ("Who runs the community gardens?", "Community gardens: the association Green Lipa.")
CYCLING = ("Ako dlhá je cyklotrasa Lipovka?", "Cyklotrasa Lipovka: meria 18 kilometrov.")


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeSettings:
    """The texts, ingested with the built-in model."""
    folder = tmp_path_factory.mktemp("talk")
    (folder / "texts").mkdir()
    for name, (language, title, text) in TEXTS.items():
        head = f"---\nurl: https://example.org/{name}\ntitle: {title}\nlanguage: {language}\n---\n"
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


async def ask(knowledge: Knowledge, question: str, before: tuple[str, str] | None) -> Answer:
    said = zip(("user", "assistant"), before or (), strict=False)
    return await knowledge.answer(
        question,
        audience=Audience.PUBLIC,
        history=tuple(Turn(role=role, text=text) for role, text in said),
        now=NOW,
        timezone="Europe/Prague",
    )


def told(answer: Answer) -> tuple[str, str, bool]:
    """Return the page, the quote, and whether it is given as an answer."""
    best = answer.citations[0] if answer.citations else None
    return (best.url if best else "", best.quote if best else "", answer.answered)


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (MUSEUM, "Co je kompostér?"),
        (MUSEUM, "co je to komposter"),
        (MUSEUM, "Kdo se může stát čtenářem?"),
        (MUSEUM, "Kdy je příští koncert?"),
        (LIBRARY, "Kolik stojí kompostér?"),
        (LIBRARY, "jak stare jsou hodiny"),
        (LIBRARY, "Kde je bazén?"),
        (COMPOST, "Kdo otevřel muzeum?"),
        (COMPOST, "How often does the night tram run?"),
        (TRAM, "Kdo vede knihovnu?"),
        (TRAM, "Kolik stojí kompostér?"),
        (TRAM, "Who runs the gardens?"),
        (TRAM, "What is a plot?"),
        (GARDENS, "Kdo může být čtenářem?"),
        (GARDENS, "How much is a night ticket?"),
        (CYCLING, "Kto vedie knižnicu?"),
        (CYCLING, "Čo je kompostér?"),
        (MUSEUM, "Kto postavil cyklotrasu?"),
    ],
)
async def test_question_that_stands_by_itself_is_answered_as_if_asked_first(
    knowledge: Knowledge, before: tuple[str, str], question: str
) -> None:
    alone = await ask(knowledge, question, None)

    after = await ask(knowledge, question, before)

    assert (told(after), after.language) == (told(alone), alone.language)


@pytest.mark.parametrize(
    ("before", "question", "page"),
    [
        (MUSEUM, "a kolik stojí vstupné?", "muzeum"),
        (MUSEUM, "Kdy je otevřeno?", "muzeum"),
        (MUSEUM, "Kolik jich tam je?", "muzeum"),
        (LIBRARY, "A kolik platí studenti?", "knihovna"),
        (LIBRARY, "Kolik stojí registrace?", "knihovna"),
        (LIBRARY, "co studenti?", "knihovna"),
        (COMPOST, "a pro firmy?", "kompost"),
        (COMPOST, "do kdy?", "kompost"),
        (COMPOST, "Kde o něj požádat?", "kompost"),
        (TRAM, "how much is the ticket?", "tramvaj"),
        (TRAM, "and for dogs?", "tramvaj"),
        (TRAM, "what is the price?", "tramvaj"),
        (GARDENS, "how big is one?", "gardens"),
        (GARDENS, "when do they meet?", "gardens"),
        (CYCLING, "a kto ju postavil?", "cyklo"),
        (CYCLING, "a koľko stála?", "cyklo"),
    ],
)
async def test_question_that_leans_is_about_what_was_spoken_of(
    knowledge: Knowledge, before: tuple[str, str], question: str, page: str
) -> None:
    answer = await ask(knowledge, question, before)

    assert told(answer)[0] == f"https://example.org/{page}"


@pytest.mark.parametrize(
    ("before", "question", "said"),
    [
        (("Kdo otevřel Muzeum hodin?", "Alois Kment."), "a kdy?", "1987"),
        (("What is the night tram?", "A tram that runs at night."), "how much is it?", "2 EUR"),
        (("Where is the Muzeum hodin?", "Muzeum hodin je v Lipové."), "How much is it?", "90 Kč"),
        (LIBRARY, "a kolik to stojí?", "150 Kč"),
        (COMPOST, "a do kdy?", "30. dubna 2027"),
    ],
)
async def test_question_that_names_nothing_is_answered_by_what_it_asks_for(
    knowledge: Knowledge, before: tuple[str, str], question: str, said: str
) -> None:
    answer = await ask(knowledge, question, before)

    assert answer.answered
    assert said in told(answer)[1]
