"""Golden questions to measures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.documents import Answer, Audience, Chunk, Citation, Mode, Passage, Turn
from knowledge.errors import KnowledgeError
from knowledge.measuring.evaluation import Golden, contains, evaluate, load_questions

TEXT = "Členství je zdarma. Kolín podepsal smlouvu 14.\u00a0prosince 2018."


def golden(name: str, **more: object) -> Golden:
    given = {"language": "cs", "kind": "fact", "key": ("zdarma",), "urls": ("u:1",)} | more
    return Golden(id=name, question=name, **given)  # type: ignore[arg-type]


def passage(url: str) -> Passage:
    made = Chunk(
        id=url, url=url, title="T", section="", text=TEXT, language="cs", audience=Audience.PUBLIC
    )
    return Passage(chunk=made, score=1.0, sentence=TEXT)


def answer(question: str, quote: str, *, answered: bool = True, language: str = "cs") -> Answer:
    citation = Citation(
        url="u:1", title="T", section="", page=None, quote=quote, language="cs", updated_at=None
    )
    mode = Mode.EXTRACTIVE if answered else Mode.NONE
    return Answer(
        question=question,
        language=language,
        mode=mode,
        answered=answered,
        confidence=0.8 if answered else 0.1,
        citations=(citation,),
    )


ANSWERS = {
    "right": answer("right", "Členství je zdarma."),
    "wrong": answer("wrong", "Kolín podepsal smlouvu 14.\u00a0prosince 2018.", language="en"),
    "refused": answer("refused", "Členství je zdarma.", answered=False),
    "made up": answer("made up", "Toto nikde nestojí, zdarma."),
    "off": answer("off", "Členství je zdarma.", answered=False),
}


async def ask(question: str, history: Sequence[Turn]) -> Answer:
    return ANSWERS[question]


async def search(question: str, history: Sequence[Turn]) -> list[Passage]:
    return [passage("u:2"), passage("u:1")] if question == "wrong" else [passage("u:1")]


async def test_measures_count_what_is_right_refused_and_literal() -> None:
    questions = [golden(name) for name in ("right", "wrong", "refused", "made up")]
    off = golden("off", kind="unanswerable", kind2="off-topic", key=(), urls=())

    measures = await evaluate([*questions, off], ask, search)

    every = measures.group("all")
    assert (every.number, every.hit1, every.hit3, every.mrr) == (4, 0.75, 1.0, 0.875)
    assert (every.answered, every.none) == (0.75, 0.25)
    assert every.right == pytest.approx(2 / 3)
    assert (every.in_language, measures.quotes_found) == (0.75, 0.8)
    assert measures.group("off-topic").answered == 0.0
    now = next(point for point in measures.curve if point.threshold == 0.5)
    assert (now.answered_right, now.refused_right) == (0.5, 1.0)
    assert now.risk == pytest.approx(1 / 3)


async def test_measures_are_told_as_a_table_and_for_json() -> None:
    measures = await evaluate([golden("right")], ask, search)

    assert measures.rows()[1][:4] == ("all", 1, "1.00", "1.00")
    assert measures.to_dict()["questions"][0]["rank"] == 1


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("do 20.–21. září 2021", "20.-21. září 2021", True),
        ("Kolín 14.\u00a0prosince", "14. PROSINCE", True),
        ("zaří", "zari", True),
        ("nic", "zdarma", False),
    ],
)
def test_fact_is_found_whatever_its_dashes_accents_and_blanks(
    text: str, key: str, found: bool
) -> None:
    assert contains(text, [key]) is found


def test_questions_are_read_with_their_history(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"id": 1, "question": "a kdy?", "lang": "cs", '
        '"history": [{"role": "user", "text": "co?"}]}\n\n',
        "utf-8",
    )

    (read,) = load_questions(file)

    assert (read.id, read.kind, read.history) == ("1", "fact", (Turn(role="user", text="co?"),))


def test_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": 1, "question": "a"}\nnonsense\n', "utf-8")

    with pytest.raises(KnowledgeError, match="line 2 is not a question"):
        load_questions(file)


def test_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        load_questions(tmp_path / "none.jsonl")
