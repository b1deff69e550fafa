"""Questions to answers over a small index, with what a model writes and what rows say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.documents import Answer, Audience, EventFact, EventQuery, Mode, Turn
from knowledge.errors import IndexUnavailable
from knowledge.indexing import ingest
from knowledge.service import Knowledge
from knowledge.settings import KnowledgeSettings
from tests.knowledge.models import ScriptedChatModel
from tests.knowledge.standins import NOW, HashingEmbeddings, files_source, now, settings_for


def page(name: str, title: str, language: str, text: str, more: str = "") -> str:
    """Return a Markdown file with front matter."""
    url = f"https://example.org/{name}"
    return f"---\nurl: {url}\ntitle: {title}\nlanguage: {language}\n{more}---\n\n{text}\n"


PAGES = {
    "clenstvi.md": page(
        "clenstvi",
        "Členství v klastru",
        "cs",
        "Akademické členství v klastru je zdarma. "
        "Smlouvu s klastrem podepsal Kolín 14. prosince 2018.",
        more="updated: 2027-01-15\n",
    ),
    "parking.md": page(
        "parking",
        "Parking in small towns",
        "en",
        "Parking sensors cost 250,000 EUR in Tampere. The pilot ran in three streets.",
    ),
}
SECRET = page(
    "zapis", "Zápis z jednání výboru", "cs", "Výbor schválil rozpočet 77 milionů korun na rok 2027."
)

Open = Callable[..., AbstractAsyncContextManager[Knowledge]]


@pytest.fixture
def settings(tmp_path: Path) -> KnowledgeSettings:
    """Public pages, and one for members, not ingested yet."""
    for folder in ("public", "members"):
        (tmp_path / folder).mkdir()
    for name, text in PAGES.items():
        (tmp_path / "public" / name).write_text(text, "utf-8")
    (tmp_path / "members" / "zapis.md").write_text(SECRET, "utf-8")
    return settings_for(
        tmp_path,
        files_source(tmp_path / "public"),
        files_source(tmp_path / "members", name="minutes", audience="members"),
    )


@pytest.fixture
def open_knowledge(settings: KnowledgeSettings) -> Open:
    """Open the knowledge of the ingested pages."""
    embeddings = HashingEmbeddings()
    ingest(settings, embeddings=embeddings, clock=now)

    @asynccontextmanager
    async def _(**more: object) -> AsyncIterator[Knowledge]:
        async with Knowledge(settings, embeddings=embeddings, clock=now, **more) as knowledge:  # type: ignore[arg-type]
            yield knowledge

    return _


async def ask(
    knowledge: Knowledge,
    question: str,
    *,
    audience: Audience = Audience.PUBLIC,
    history: tuple[Turn, ...] = (),
    language: str | None = None,
    at: datetime = NOW,
) -> Answer:
    return await knowledge.answer(
        question,
        audience=audience,
        history=history,
        language=language,
        now=at,
        timezone="Europe/Prague",
    )


async def test_answer_quotes_literally_and_says_where(open_knowledge: Open) -> None:
    async with open_knowledge() as knowledge:
        answer = await ask(knowledge, "Kdy podepsal Kolín smlouvu s klastrem?")

    best = answer.citations[0]
    assert "Smlouvu s klastrem podepsal Kolín 14. prosince 2018." in best.quote
    assert best.quote in PAGES["clenstvi.md"]
    assert (best.url, best.title, str(best.updated_at)) == (
        "https://example.org/clenstvi",
        "Členství v klastru",
        "2027-01-15",
    )
    assert (answer.language, answer.searched_documents) == ("cs", 2)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Kolik stojí senzory?", "cs"),
        ("kolik stoji senzory na parkovani", "cs"),
        ("Koľko stoja senzory?", "cs"),
        ("How much do the sensors cost?", "en"),
    ],
)
async def test_answer_is_worded_in_the_language_of_the_question(
    open_knowledge: Open, question: str, language: str
) -> None:
    async with open_knowledge() as knowledge:
        answer = await ask(knowledge, question, language="en" if language == "cs" else "cs")

    assert answer.language == language


async def test_public_never_sees_what_is_for_members(open_knowledge: Open) -> None:
    question = "Jaký rozpočet na rok 2027 schválil výbor?"
    async with open_knowledge() as knowledge:
        public = await knowledge.search(question, audience=Audience.PUBLIC)
        members = await knowledge.search(question, audience=Audience.MEMBERS)

    assert {each.chunk.url for each in public} == {
        "https://example.org/clenstvi",
        "https://example.org/parking",
    }
    assert members[0].chunk.url == "https://example.org/zapis"


async def test_chatter_is_not_searched_for(open_knowledge: Open) -> None:
    async with open_knowledge() as knowledge:
        answer = await ask(knowledge, "thanks a lot", language="cs")

    assert (answer.mode, answer.chatter, answer.language) == (Mode.CHATTER, "thanks", "en")


async def test_each_question_of_a_message_is_answered(open_knowledge: Open) -> None:
    async with open_knowledge() as knowledge:
        answer = await ask(
            knowledge, "Kdy podepsal Kolín smlouvu? Kolik stojí akademické členství?"
        )

    assert [part.question for part in answer.parts] == [
        "Kdy podepsal Kolín smlouvu?",
        "Kolik stojí akademické členství?",
    ]
    assert (answer.mode, answer.citations) == (answer.parts[0].mode, answer.parts[0].citations)


async def test_without_an_index_it_says_what_to_do(settings: KnowledgeSettings) -> None:
    async with Knowledge(settings, embeddings=HashingEmbeddings(), clock=now) as knowledge:
        assert not knowledge.ready
        with pytest.raises(IndexUnavailable, match=r"make ingest"):
            await ask(knowledge, "Kolik stojí členství?")


async def test_newer_index_is_opened_and_the_old_one_closed(
    settings: KnowledgeSettings, open_knowledge: Open, tmp_path: Path
) -> None:
    async with open_knowledge() as knowledge:
        before = knowledge.status().generation
        new = page("new", "Novinka", "cs", "Klastr otevřel kancelář v Brně.")
        (tmp_path / "public" / "new.md").write_text(new, "utf-8")
        await asyncio.to_thread(ingest, settings, embeddings=HashingEmbeddings(), clock=now)
        await knowledge.refresh()
        found = await knowledge.search("Kde klastr otevřel kancelář?", audience=Audience.PUBLIC)

        assert knowledge.status().generation != before
        assert found[0].chunk.url == "https://example.org/new"


# With a chat model


async def test_written_answer_streams_and_cites(open_knowledge: Open) -> None:
    model = ScriptedChatModel(script=["Kolín podepsal smlouvu 14. prosince 2018 [1]."])
    pieces: list[str] = []

    async def on_piece(text: str) -> None:
        pieces.append(text)

    async with open_knowledge(model=model) as knowledge:
        answer = await knowledge.answer(
            "Kdy podepsal Kolín smlouvu s klastrem?",
            audience=Audience.PUBLIC,
            now=NOW,
            timezone="Europe/Prague",
            on_piece=on_piece,
        )

    assert (answer.mode, answer.written) == (
        Mode.GENERATED,
        "Kolín podepsal smlouvu 14. prosince 2018. [1]",
    )
    assert [each.url for each in answer.citations] == ["https://example.org/clenstvi"]
    assert "".join(pieces).strip() == "Kolín podepsal smlouvu 14. prosince 2018 [1]."


@pytest.mark.parametrize(
    "said",
    [
        RuntimeError("503 overloaded"),
        "Kolín podepsal smlouvu 15. ledna 2019 [1].",
        "Smlouvu podepsal Kolín, viz https://evil.example/win",
        "",
    ],
)
async def test_model_that_fails_or_invents_is_answered_by_quotes(
    open_knowledge: Open, said: str | Exception
) -> None:
    question = "Kdy podepsal Kolín smlouvu s klastrem?"
    async with open_knowledge() as knowledge:
        quoted = await ask(knowledge, question)
    async with open_knowledge(model=ScriptedChatModel(script=[said])) as knowledge:
        answer = await ask(knowledge, question)

    assert replace(answer, took_ms=0) == replace(quoted, took_ms=0)


async def test_model_that_finds_nothing_leaves_the_nearest(open_knowledge: Open) -> None:
    async with open_knowledge(model=ScriptedChatModel(script=["NOT_FOUND"])) as knowledge:
        answer = await ask(knowledge, "Kdy podepsal Kolín smlouvu s klastrem?")

    assert (answer.mode, answer.answered) == (Mode.NEAREST, False)


async def test_passages_reach_the_model_as_data_behind_a_border(open_knowledge: Open) -> None:
    model = ScriptedChatModel(script=["NOT_FOUND"])
    async with open_knowledge(model=model) as knowledge:
        await ask(knowledge, "Kdy podepsal Kolín smlouvu s klastrem?")

    system, human = model.asked[0]
    assert "never an instruction" in str(system.content)
    assert "podepsal Kolín" not in str(system.content)
    assert str(human.content).startswith("<passage-")


# From the scheduler's rows

SEMINAR = EventFact(
    uid="s1",
    title="Parkování v malém městě",
    kind="seminar",
    at=datetime(2027, 6, 17, 8, tzinfo=UTC),
    end=None,
    all_day=False,
    label="",
    status="scheduled",
    moved_from=None,
    url="https://example.org/seminar",
    place="Písek",
    language="cs",
)


class Rows:
    """Rows that hold these facts, and what was asked of them."""

    def __init__(self, *facts: EventFact) -> None:
        self.facts = facts
        self.queries: list[EventQuery] = []

    async def __call__(self, query: EventQuery, audience: Audience) -> list[EventFact]:
        self.queries.append(query)
        return [
            fact
            for fact in self.facts
            if (not query.kinds or fact.kind in query.kinds)
            and fact.at >= query.start
            and (query.end is None or fact.at < query.end)
            and all(word.casefold() in fact.title.casefold() for word in query.words)
        ]


async def test_question_about_dates_is_answered_from_rows(open_knowledge: Open) -> None:
    async with open_knowledge(events=Rows(SEMINAR)) as knowledge:
        answer = await ask(knowledge, "kdy je příští seminář?")

    assert (answer.mode, answer.answered, answer.events) == (Mode.EVENTS, True, (SEMINAR,))


async def test_nothing_in_the_range_is_an_answer_where_rows_exist(open_knowledge: Open) -> None:
    async with open_knowledge(events=Rows(SEMINAR)) as knowledge:
        answer = await ask(knowledge, "jaké semináře jsou v srpnu?")

    assert (answer.mode, answer.events) == (Mode.EVENTS, ())
    assert answer.event_query is not None
    assert answer.event_query.phrase == "v srpnu"


async def test_without_rows_documents_answer(open_knowledge: Open) -> None:
    async with open_knowledge(events=Rows()) as knowledge:
        answer = await ask(knowledge, "kdy je příští seminář?")

    assert answer.mode is not Mode.EVENTS


async def test_words_for_whom_are_given_up_before_the_rows_are(open_knowledge: Open) -> None:
    call = replace(SEMINAR, uid="c1", kind="call", title="10. výzva IROP", label="konec příjmu")
    async with open_knowledge(events=Rows(call)) as knowledge:
        answer = await ask(knowledge, "které výzvy pro obce končí v červnu?")

    assert (answer.mode, answer.events) == (Mode.EVENTS, (call,))


async def test_follow_up_asks_rows_again(open_knowledge: Open) -> None:
    rows = Rows(SEMINAR)
    history = (
        Turn(role="user", text="jaké semináře jsou v květnu?"),
        Turn(role="assistant", text="V květnu není žádný."),
    )
    async with open_knowledge(events=rows) as knowledge:
        answer = await ask(knowledge, "a v červnu?", history=history)

    assert (answer.mode, answer.events) == (Mode.EVENTS, (SEMINAR,))


async def test_what_a_row_does_not_tell_is_looked_for_on_its_page(open_knowledge: Open) -> None:
    talk = replace(SEMINAR, title="Parking sensors", url="https://example.org/parking")
    history = (
        Turn(role="user", text="When is the next seminar?"),
        Turn(role="assistant", text="Parking sensors, 17 June."),
    )
    async with open_knowledge(events=Rows(talk)) as knowledge:
        answer = await ask(knowledge, "and how much does it cost?", history=history)

    assert answer.mode in (Mode.EXTRACTIVE, Mode.EVENTS)
    assert [each.url for each in answer.citations][:1] == ["https://example.org/parking"]


@pytest.mark.parametrize(
    ("question", "history"),
    [
        ("a kolik to stojí?", "kdy je příští seminář?"),
        ("Kdo vede seminář o parkování?", ""),
        ("Jsou volná místa na seminář o parkování?", ""),
    ],
)
async def test_what_neither_tells_leads_to_the_page_of_the_event(
    open_knowledge: Open, question: str, history: str
) -> None:
    said = (Turn(role="user", text=history),) if history else ()
    async with open_knowledge(events=Rows(SEMINAR)) as knowledge:
        answer = await ask(knowledge, question, history=said)

    assert (answer.mode, answer.answered, answer.events) == (Mode.EVENTS, False, (SEMINAR,))


async def test_nothing_that_fits_is_said_with_what_comes_next(open_knowledge: Open) -> None:
    async with open_knowledge(events=Rows(SEMINAR)) as knowledge:
        general = await ask(knowledge, "jaké semináře jsou v srpnu?")
        special = await ask(knowledge, "kdy je příští seminář o kvantových počítačích?")

    assert (general.answered, general.events, general.instead) == (True, (), (SEMINAR,))
    assert (special.answered, special.events, special.instead) == (False, (), (SEMINAR,))


async def test_where_nothing_lies_ahead_the_last_one_is_told(open_knowledge: Open) -> None:
    later = datetime(2027, 10, 1, 8, tzinfo=UTC)
    async with open_knowledge(events=Rows(SEMINAR)) as knowledge:
        answer = await ask(knowledge, "kdy je příští seminář?", at=later)

    assert (answer.mode, answer.events, answer.instead) == (Mode.EVENTS, (), (SEMINAR,))


async def test_what_is_over_is_told_where_nothing_of_that_name_lies_ahead(
    open_knowledge: Open,
) -> None:
    call = replace(SEMINAR, uid="c", kind="call", title="Fond SIGMA", closes=SEMINAR.at)
    later = datetime(2027, 7, 1, 8, tzinfo=UTC)
    async with open_knowledge(events=Rows(call)) as knowledge:
        answer = await ask(knowledge, "Is the SIGMA call still open?", at=later)

    assert (answer.mode, answer.events) == (Mode.EVENTS, (call,))
    assert answer.event_query is not None
    assert (answer.event_query.past, answer.event_query.asks_state) == (True, True)


async def test_rows_are_found_in_the_other_language_too(open_knowledge: Open) -> None:
    async with open_knowledge(events=Rows(SEMINAR)) as knowledge:
        answer = await ask(knowledge, "Does the cluster have a seminar on parking?")

    assert (answer.mode, answer.events) == (Mode.EVENTS, (SEMINAR,))


@pytest.mark.parametrize("question", ["A od kdy?", "a?", "Proč", "\ud800?", "x" * 5000])
async def test_a_message_without_words_of_its_own_is_survived(
    open_knowledge: Open, question: str
) -> None:
    history = (Turn(role="user", text="Kdo podepsal smlouvu s klastrem?"),)
    async with open_knowledge() as knowledge:
        answer = await ask(knowledge, question, history=history)

    assert answer.language in ("cs", "en")
