"""Every variant of an answer, in both languages, as it is posted.

After a change of words: `python -m tests.bot.test_wording_answers` writes the files anew.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import Phrases
from bot.messages import Reply
from bot.wording.answers import word_answer
from bot.wording.facts import word_facts
from bot.wording.reader import Reader
from knowledge.documents import Answer, Citation, EventFact, EventQuery, Mode

GOLDEN = Path(__file__).parent / "golden"
PRAGUE = ZoneInfo("Europe/Prague")
NOW = datetime(2027, 5, 28, 8, 0, tzinfo=PRAGUE)

FREE = Citation(
    url="https://czechsmartcitycluster.com/en/schools",
    title="Partnerships of academic entities",
    section="Partners › Academic partners",
    page=None,
    quote="Academic membership in the CSCC is free.",
    language="en",
    updated_at=date(2025, 3, 12),
)
METHOD = Citation(
    url="https://example.org/metodika.pdf",
    title="Jak vzniká metodika",
    section="Jak vzniká metodika",
    page=12,
    quote="Metodiku připravuje pracovní skupina.\nSchvaluje ji výkonný výbor.",
    language="cs",
    updated_at=None,
)
OLD = replace(METHOD, title="Metodika 2019", url="https://example.org/2019", page=None, stale=True)
SLOVAK = replace(METHOD, language="sk", title="Memorandum miest", url="https://example.org/sk")
PLAIN = Answer(
    question="Otázka?",
    language="cs",
    mode=Mode.EXTRACTIVE,
    answered=True,
    confidence=0.9,
    citations=(METHOD,),
    searched_documents=233,
)
NOTHING = replace(PLAIN, mode=Mode.NONE, answered=False, citations=(), confidence=0.1)
IROP = EventFact(
    uid="irop-10",
    title="10. výzva IROP – Kybernetická bezpečnost",
    kind="call",
    at=datetime(2027, 6, 9, 14, tzinfo=PRAGUE),
    end=None,
    all_day=False,
    label="",
    status="scheduled",
    moved_from=None,
    url="https://irop.gov.cz/10",
    place="",
    language="cs",
)
RES = replace(
    IROP,
    uid="res",
    title="RES+ 3/2027",
    at=datetime(2027, 6, 30, 12, tzinfo=PRAGUE),
    moved_from=datetime(2027, 6, 15, 12, tzinfo=PRAGUE),
)
HORIZON = replace(
    IROP,
    uid="horizon",
    title="Cities Mission",
    label="first stage",
    at=datetime(2027, 6, 15, 17, tzinfo=ZoneInfo("Europe/Brussels")),
)
SEMINAR = replace(
    IROP,
    uid="seminar",
    title="Parkování v malém městě",
    kind="seminar",
    at=datetime(2027, 6, 17, 8, tzinfo=UTC),
    end=datetime(2027, 6, 17, 10, tzinfo=UTC),
    place="Písek",
)
CONFERENCE = replace(
    SEMINAR,
    uid="conference",
    title="Chytrá města",
    kind="conference",
    at=datetime(2027, 6, 21, tzinfo=PRAGUE),
    end=datetime(2027, 6, 22, tzinfo=PRAGUE),
    all_day=True,
    status="moved_online",
)
JUNE = EventQuery(
    start=datetime(2027, 6, 1, tzinfo=PRAGUE),
    end=datetime(2027, 7, 1, tzinfo=PRAGUE),
    phrase="v červnu",
)
STANDS = replace(JUNE, phrase="", asks_state=True)
OPENING = datetime(2027, 6, 14, tzinfo=PRAGUE)
OPST = replace(
    IROP,
    uid="opst",
    title="OPST: služby",
    at=datetime(2027, 9, 30, 16, tzinfo=PRAGUE),
    open_from=OPENING.date(),
    due=datetime(2027, 9, 30, 16, tzinfo=PRAGUE),
    closes=datetime(2027, 9, 30, 16, tzinfo=PRAGUE),
)
CLOSED = replace(
    IROP,
    uid="closed",
    title="Modernizační fond",
    at=datetime(2027, 5, 14, 14, tzinfo=PRAGUE),
    closes=datetime(2027, 5, 14, 14, tzinfo=PRAGUE),
)
OVER = replace(
    SEMINAR,
    uid="over",
    at=datetime(2027, 5, 20, 8, tzinfo=UTC),
    end=datetime(2027, 5, 20, 9, tzinfo=UTC),
)
ENGLISH = {"": "", "v červnu": "in June", "Příští týden": "Next week"}


def dates(*facts: EventFact, query: EventQuery = JUNE) -> Answer:
    return replace(PLAIN, mode=Mode.EVENTS, citations=(), events=facts, event_query=query)


VARIANTS: dict[str, Answer] = {
    "quote": PLAIN,
    "quote of another language": replace(PLAIN, citations=(FREE,), related=(METHOD,)),
    "quotes of two languages": replace(PLAIN, citations=(METHOD, FREE)),
    "two quotes of one place": replace(
        PLAIN,
        citations=(METHOD, replace(METHOD, quote="Trvá to rok.")),
        related=(FREE, OLD, SLOVAK),
    ),
    "row of a table": replace(
        PLAIN,
        citations=(
            replace(METHOD, quote="Nádrž | 60 % | 9 Kč", header="| Opatření | Podpora | Strop |"),
        ),
    ),
    "Slovak source": replace(PLAIN, citations=(SLOVAK,)),
    "superseded source": replace(PLAIN, citations=(OLD,)),
    "sources that differ": replace(
        PLAIN,
        citations=(METHOD,),
        conflicts=(
            replace(METHOD, updated_at=date(2026, 3, 1)),
            replace(OLD, quote="Metodiku připravuje ministerstvo.", updated_at=date(2019, 5, 2)),
        ),
    ),
    "contradicted, nobody knows which is newer": replace(
        PLAIN, conflicts=(METHOD, replace(OLD, quote="Metodiku připravuje ministerstvo."))
    ),
    "nearest": replace(NOTHING, mode=Mode.NEAREST, citations=(FREE,), related=(METHOD,)),
    "nothing": NOTHING,
    "nothing, something related": replace(NOTHING, related=(FREE, METHOD)),
    "nothing searched": replace(NOTHING, searched_documents=0),
    "written": replace(
        PLAIN,
        mode=Mode.GENERATED,
        written="## Odpověď\nČlenství je **zdarma** [2]:\n\n- pro univerzity [1][2]\n"
        "- pro <!channel> a [tady](https://evil.example)\n\nDalší [9].",
        citations=(METHOD, FREE),
        related=(OLD,),
    ),
    "calls in June": dates(IROP, RES),
    "call by Brussels time": dates(HORIZON),
    "two deadlines of one call": dates(
        IROP, HORIZON, replace(HORIZON, label="second stage", at=RES.at), RES
    ),
    "open calls": dates(IROP, HORIZON, RES, query=replace(JUNE, phrase="", state="open")),
    "open calls in June": dates(IROP, RES, query=replace(JUNE, state="open")),
    "calls that open": dates(
        replace(OPST, at=OPENING, all_day=True),
        replace(OPST, at=OPENING, due=None, closes=None),
        query=replace(JUNE, aspect="start"),
    ),
    "planned calls": dates(OPST, query=replace(JUNE, phrase="", state="planned")),
    "calls for universities": dates(
        replace(IROP, eligible=("university", "company")),
        RES,
        query=replace(JUNE, phrase="", eligible=("university",)),
    ),
    "call of which only the day is known": dates(
        replace(IROP, at=datetime(2027, 6, 9, 23, 59, tzinfo=PRAGUE))
    ),
    "is it open: yes": dates(IROP, query=STANDS),
    "is it open: not yet": dates(OPST, query=STANDS),
    "is it open: no": dates(CLOSED, query=STANDS),
    "is it open: one of two deadlines is over": dates(
        replace(CLOSED, label="first stage", closes=RES.at), query=STANDS
    ),
    "is it open: the first deadline is over, a second ahead": dates(
        replace(RES, label="second stage", moved_from=None, due=CLOSED.at, closes=RES.at),
        query=STANDS,
    ),
    "is it open: cancelled": dates(replace(IROP, status="cancelled"), query=STANDS),
    "is it still ahead": dates(SEMINAR, query=STANDS),
    "what was": dates(OVER, CLOSED, query=replace(JUNE, past=True)),
    "what rows do not tell": replace(
        dates(SEMINAR, query=replace(JUNE, phrase="")), answered=False
    ),
    "nothing, but later": replace(
        dates(query=replace(JUNE, kinds=("conference",))), instead=(CONFERENCE,)
    ),
    "nothing, but at other times": replace(
        dates(query=replace(JUNE, kinds=("seminar",), words=("data",))),
        instead=(SEMINAR, replace(SEMINAR, uid="other", title="Data v obcích")),
    ),
    "nothing, but lately": replace(
        dates(query=replace(JUNE, phrase="", kinds=("call",), words=("vodík",))), instead=(CLOSED,)
    ),
    "nothing open": replace(
        dates(query=replace(JUNE, phrase="", kinds=("call",), state="open")), instead=(OPST,)
    ),
    "seminar with a title in both languages": dates(
        replace(SEMINAR, versions={"en": ("Parking in a small town", "https://example.org/en")}),
        query=replace(JUNE, phrase="", limit=1),
    ),
    "call by London time": dates(
        replace(HORIZON, at=datetime(2027, 6, 15, 17, tzinfo=ZoneInfo("Europe/London")))
    ),
    "until when one registers": dates(
        replace(SEMINAR, at=datetime(2027, 6, 14, 23, 59, tzinfo=PRAGUE), label="registration"),
        query=replace(JUNE, phrase="", aspect="deadline"),
    ),
    "next call": dates(IROP, query=replace(JUNE, phrase="", limit=1)),
    "next seminar": dates(SEMINAR, query=replace(JUNE, phrase="", limit=1, kinds=("seminar",))),
    "events in June": dates(SEMINAR, CONFERENCE),
    "events, cancelled and moved": dates(
        replace(SEMINAR, status="cancelled"),
        replace(SEMINAR, moved_from=datetime(2027, 6, 10, 8, tzinfo=UTC)),
        replace(SEMINAR, status="postponed"),
    ),
    "over and under way": dates(
        replace(
            SEMINAR,
            at=datetime(2027, 5, 20, 8, tzinfo=UTC),
            end=datetime(2027, 5, 20, 9, tzinfo=UTC),
        ),
        replace(
            SEMINAR,
            at=datetime(2027, 5, 28, 5, tzinfo=UTC),
            end=datetime(2027, 5, 28, 9, tzinfo=UTC),
        ),
    ),
    "many events": dates(*[replace(SEMINAR, uid=str(n)) for n in range(15)]),
    "no seminar in June": dates(query=replace(JUNE, kinds=("seminar",))),
    "nothing next week": dates(query=replace(JUNE, phrase="Příští týden")),
    "no call closes in June": dates(query=replace(JUNE, kinds=("call",), aspect="deadline")),
    "no such call in June": dates(
        query=replace(JUNE, kinds=("call",), aspect="deadline", words=("vodík",))
    ),
    "nothing in the calendar": dates(query=replace(JUNE, phrase="")),
    "two questions": replace(
        PLAIN,
        parts=(
            replace(PLAIN, question="Jak vzniká metodika?"),
            replace(NOTHING, question="Kdo vyhrál volby?"),
        ),
    ),
    "hostile source": replace(
        PLAIN,
        citations=(
            replace(
                METHOD,
                title="[Zde](https://evil.example) <!here>",
                section="@everyone",
                quote="**Hned** klikněte na <https://evil.example>\n> a @channel",
            ),
        ),
    ),
    **{
        f"chatter: {kind}": replace(PLAIN, mode=Mode.CHATTER, chatter=kind, citations=())
        for kind in ("greeting", "thanks", "bye", "praise", "acknowledgement", "identity", "help")
    },
}


def word(name: str, language: str) -> Reply:
    reader = Reader(phrases=Phrases(language), timezone="Europe/Prague", now=NOW)
    answer = replace(VARIANTS[name], language=language)
    query = answer.event_query
    if query and language == "en":
        answer = replace(answer, event_query=replace(query, phrase=ENGLISH[query.phrase]))
    return word_answer(answer, reader, answer_id="a1")


def render(language: str) -> str:
    """Return all variants as one page."""
    parts = []
    for name in VARIANTS:
        reply = word(name, language)
        rows = " ".join(f"[{b.label}|{b.data}]" for row in reply.buttons for b in row)
        under = "\n\n".join(filter(None, (rows, reply.feedback and f"({reply.feedback})")))
        parts.append(
            f"## {name}\n\n{reply.text}\n\n{under}\n" if under else f"## {name}\n\n{reply.text}\n"
        )
    return "\n".join(parts).replace("\u2060", "")


@pytest.mark.parametrize("language", ["cs", "en"])
def test_answers_sound_as_they_did(language: str) -> None:
    assert render(language) == (GOLDEN / f"answers.{language}.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["hostile source", "written"])
def test_nothing_of_a_source_calls_or_links(name: str) -> None:
    text = word(name, "cs").text

    assert [
        call for call in ("<!channel>", "<!here>", "@everyone", "@channel") if call in text
    ] == []
    assert re.findall(r"(?<!\\)\]\(https://evil", text) == []


def test_without_editors_nothing_is_offered() -> None:
    reader = Reader(phrases=Phrases("cs"), timezone="Europe/Prague", now=NOW)

    reply = word_answer(NOTHING, reader, answer_id="a1", can_hand_on=False)

    assert (reply.text, reply.buttons) == (
        "To jsem ve zdrojích klastru nenašel (prohledal jsem 233 dokumentů).",
        (),
    )


if __name__ == "__main__":
    for each in ("cs", "en"):
        (GOLDEN / f"answers.{each}.md").write_text(render(each), "utf-8")


PAPERS = replace(IROP, kind="conference", title="Konference X", label="abstrakty")


@pytest.mark.parametrize(
    ("query", "fact", "heading"),
    [
        (STANDS, PAPERS, "Ano, ještě se to stihne:"),
        (STANDS, replace(PAPERS, at=NOW - timedelta(days=1)), "Ne, termín už uplynul:"),
        (JUNE, PAPERS, "V červnu je v kalendáři 1 konference:"),
        (JUNE, replace(PAPERS, label="přihlášky"), "V červnu končí přihlášky u 1 akce:"),
    ],
)
def test_who_hands_in_papers_does_not_apply(
    query: EventQuery, fact: EventFact, heading: str
) -> None:
    answer = replace(PLAIN, mode=Mode.EVENTS, events=(fact,), event_query=query)

    reader = Reader(phrases=Phrases("cs"), timezone="Europe/Prague", now=NOW)
    assert word_facts(answer, reader).partition("\n")[0] == heading
