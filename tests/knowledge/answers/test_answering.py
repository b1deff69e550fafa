"""Which sentences are quoted, and how."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from knowledge import sentences
from knowledge.answers.quoting import quote
from knowledge.catalogue import Sentence
from knowledge.search.retrieval import Candidate, Found
from tests.knowledge.answers.test_standing import chunk
from tests.knowledge.lexicons import lexicon_of

PROSE = "First thing. Second thing. Third thing. Fourth thing."
ITEMS = (
    "What members get:\n\n- advice of experts,\n- seminars,\n- methodologies.\n\nAsk the cluster."
)


def candidate(text: str, *scores: float) -> Candidate:
    spans = sentences.split(text)
    nothing = np.zeros((0, len(spans)))
    return Candidate(
        chunk=chunk(text),
        score=1.0,
        sentences=tuple(
            Sentence(index=n, start=each.start, end=each.end, text=each.of(text), context="")
            for n, each in enumerate(spans)
        ),
        sentence_scores=np.array(scores),
        best=int(np.argmax(scores)),
        similarities=np.array(scores),
        passage_vector=np.eye(1, 3)[0],
        vectors=np.eye(len(spans), 3),
        titled=nothing,
        alone=nothing,
        whole=np.zeros(0),
        offered=np.zeros(len(spans)),
        signals={},
    )


def found(*candidates: Candidate, question: str = "Co dostanou členové?") -> Found:
    return Found(
        question=question,
        language="cs",
        wanted=lexicon_of(*(each.chunk.text for each in candidates)).known_wanted([]),
        kinds=(),
        vector=np.eye(1, 3)[0],
        candidates=candidates,
    )


def quotes(text: str, *scores: float, question: str = "Co dostanou členové?") -> list[str]:
    return [each.quote for each in quote(found(candidate(text, *scores), question=question))]


def test_neighbouring_sentences_are_one_quote_the_best_first() -> None:
    assert quotes(PROSE, 0.325, 0.10, 0.34, 0.33) == ["Third thing. Fourth thing.", "First thing."]


def test_sentence_that_fits_much_less_is_left_out() -> None:
    assert quotes(PROSE, 0.10, 0.12, 0.34, 0.11) == ["Third thing."]


def test_item_is_quoted_with_its_list() -> None:
    assert quotes(ITEMS, 0.1, 0.1, 0.3, 0.1, 0.1) == [
        "What members get:\n\n- advice of experts,\n- seminars,\n- methodologies."
    ]


def test_introduction_is_quoted_with_its_list() -> None:
    assert quotes(ITEMS, 0.3, 0.1, 0.1, 0.1, 0.1) == [ITEMS.removesuffix("\n\nAsk the cluster.")]


def test_steps_are_quoted_in_order_and_all() -> None:
    steps = "\n".join(f"{n}. Step {n}. It takes {n} days." for n in range(1, 6))

    found = quotes(f"{steps}\n\nThat is all.", *(0.1,) * 7, 0.4, *(0.1,) * 3)

    assert found == [steps]


def test_list_without_an_introduction_begins_with_its_mark() -> None:
    assert quotes("- advice,\n- seminars.\n\nThat is all.", 0.1, 0.3, 0.1) == [
        "- advice,\n- seminars."
    ]


def test_of_a_long_list_a_part_is_quoted_from_a_whole_item_on() -> None:
    steps = [f"{n}. Step {n} {'is long ' * 10}indeed," for n in range(1, 21)]

    found = quotes("\n".join(steps), *(0.1,) * 9, 0.4, *(0.1,) * 10)

    assert found == ["\n".join(steps[9:14])]


def test_line_that_ends_in_a_comma_is_not_quoted_alone() -> None:
    verse = "The cluster,  \nan association,  \nhelps cities.  \nIt began in 2015."

    assert quotes(verse, 0.1, 0.4, 0.1, 0.1) == ["The cluster,  \nan association,  \nhelps cities."]


def test_quotes_are_literal_and_bounded() -> None:
    long = " ".join(f"Sentence number {n} goes on for quite a while here." for n in range(40))

    found = quotes(long, *(0.3 for _ in range(40)))

    assert all(each in long for each in found)
    assert sum(map(len, found)) <= 480


TABLE = "| Measure | Support |\n|---|---|\n| Tank | 60 % |\n| Roof | 80 % |\n\nAsk the office."


def test_a_row_is_quoted_alone_with_the_header_of_its_table() -> None:
    spans = sentences.split(TABLE)
    rows = candidate(TABLE, *([0.3, 0.34, 0.33][: len(spans)]))
    headed = tuple(
        replace(each, context=span.context)
        for each, span in zip(rows.sentences, spans, strict=True)
    )

    table = replace(rows, sentences=headed)
    (citation,) = quote(found(table))
    (whole,) = quote(found(table, question="Která opatření se hradí?"))

    assert (citation.quote, citation.header) == ("Roof | 80 %", "| Measure | Support |")
    assert whole.quote == "Tank | 60 % |\n| Roof | 80 %"


def test_where_a_list_is_asked_for_a_long_one_is_quoted_whole() -> None:
    items = "\n".join(f"- measure number {n} of the many {'in detail ' * 5}" for n in range(15))

    (part,) = quotes(items, *(0.1,) * 9, 0.4, *(0.1,) * 5)
    (whole,) = quotes(items, *(0.1,) * 9, 0.4, *(0.1,) * 5, question="Vyjmenujte opatření")

    assert len(part) < 500
    assert whole == items.strip()


def test_further_sentence_must_add_to_the_best() -> None:
    text = "The call pays tanks. It opens in May. The fund pays roofs. Nobody knows more."
    best = replace(candidate(text, 0.40, 0.37, 0.37, 0.37), offered=np.array([0.0, 1.0, 0.0, 0.0]))
    wanted = lexicon_of(text).known_wanted(["tanks", "roofs"])
    holds = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])

    said = [each.quote for each in quote(replace(found(replace(best, alone=holds)), wanted=wanted))]

    assert said == ["The call pays tanks. It opens in May. The fund pays roofs."]


def test_rows_items_and_introductions_are_not_added_to_a_sentence() -> None:
    text = "Tanks are paid.\n\nSteps are:\n\n- Sign the form.\n\nRoofs are paid, too."

    assert quotes(text, 0.34, 0.10, 0.33, 0.33) == ["Tanks are paid.", "Roofs are paid, too."]


def test_repetition_is_not_quoted_twice() -> None:
    text = "The call closes on 15 June 2027. The call closes on 15 June. It has 3 rounds."

    assert quotes(text, 0.34, 0.34, 0.33) == [
        "The call closes on 15 June 2027.",
        "It has 3 rounds.",
    ]
