from __future__ import annotations

import json
from pathlib import Path

from knowledge.answers.evidence import AGAINST, NAMES
from knowledge.documents import Audience
from knowledge.indexing import ingest
from knowledge.measuring.cases import Corpus, gather
from knowledge.measuring.qualities import Sort
from tests.knowledge.standins import HashingEmbeddings, files_source, now, settings_for

PAGES = {
    "parking": "Parking sensors cost 250,000 EUR in Tampere. The pilot ran in three streets.",
    "lamps": "Street lamps in Oulu are dimmed after midnight.",
}
QUESTIONS: tuple[dict[str, object], ...] = (
    {
        "id": "cost",
        "question": "How much do parking sensors cost in Tampere?",
        "kind": "fact",
        "key": ["250,000"],
        "urls": ["https://example.org/parking"],
    },
    {
        "id": "trams",
        "question": "How long is the tram line?",
        "kind": "fact",
        "key": ["12 km"],
        "urls": ["https://example.org/trams"],
    },
    {"id": "colour", "question": "What colour are the sensors?", "kind": "unanswerable"},
    {"id": "cake", "question": "Best cake?", "kind": "unanswerable", "kind2": "off-topic"},
    {"id": "hello", "question": "Hello!", "kind": "chatter"},
)


def test_every_question_gives_its_cases_and_its_made_ones(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for name, text in PAGES.items():
        head = f"url: https://example.org/{name}\ntitle: {name}\nlanguage: en"
        (tmp_path / "pages" / f"{name}.md").write_text(f"---\n{head}\n---\n\n{text}\n", "utf-8")
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps(each) for each in QUESTIONS), "utf-8")
    settings = settings_for(tmp_path, files_source(tmp_path / "pages"))
    embeddings = HashingEmbeddings()
    ingest(settings, embeddings=embeddings, clock=now)
    said: list[str] = []

    corpus = Corpus(name="pages", settings=settings, questions=questions)
    cases = gather(corpus, embeddings, Audience.PUBLIC, said.append)

    asked = {each["question"]: each["id"] for each in QUESTIONS}
    assert [(asked[each.question], each.sort, each.is_answer) for each in cases] == [
        ("cost", Sort.ANSWERABLE, True),
        ("cost", Sort.REMOVED, False),
        ("cost", Sort.ABSENT, False),
        # Its page is not in this index.
        ("trams", Sort.ABSENT, False),
        ("colour", Sort.NEAR_MISS, False),
        ("cake", Sort.OFF_TOPIC, False),
    ]
    assert {each.corpus for each in cases} == {"pages"}
    assert {each.page for each in cases[:3]} == {"https://example.org/parking"}
    assert {frozenset(each.signals) for each in cases} == {frozenset((*NAMES, *AGAINST))}
    assert cases[1].signals["sentence"] < cases[0].signals["sentence"]
    assert said == ["pages: 0 of 4 questions …"]
