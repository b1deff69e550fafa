"""Long messages, as in a letter: what is asked, what leads up to it, and the courtesies."""

from __future__ import annotations

import pytest

from knowledge.questions.letters import Part, parts

LETTER = """Vážená paní Malá,

jsme obec s 800 obyvateli. Loni jsme opravili
střechu školy. Rádi bychom věděli, na co lze žádat v roce 2027.

S pozdravem
Jana Nová, starostka
tel. 777 123 456"""


def test_letter_is_taken_apart() -> None:
    assert parts(LETTER) == (
        Part(
            text="na co lze žádat v roce 2027?",
            background=("jsme obec s 800 obyvateli. Loni jsme opravili střechu školy."),
            who="jsme obec s 800 obyvateli.",
        ),
    )


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Kolik stojí členství? Děkuji, Jan Nový, starosta", ["Kolik stojí členství?"]),
        ("Dear all,\nwho leads the cluster?\nBest regards,\nJohn", ["who leads the cluster?"]),
        # Thanks that lead up to a question are no end.
        (
            "Děkujeme za výzvu k podání. Máme už projekt. Do kdy je uzávěrka?",
            ["Do kdy je uzávěrka?"],
        ),
        (
            "Máme nové lampy. Je to hezké. Kolik to stojí? A kdy je příští seminář? Díky moc!",
            ["Kolik to stojí?", "A kdy je příští seminář?"],
        ),
        (
            "We met on Monday. It was long. Please send us the steps of a methodology. Thanks!",
            ["Please send us the steps of a methodology."],
        ),
        (
            "> Dobrý den, posíláme nabídku.\n> Kdy se sejdeme?\nKdo vede klastr?",
            ["Kdo vede klastr?"],
        ),
        ("Jsme malá obec. Můžeme žádat o IROP? Díky", ["Jsme malá obec. Můžeme žádat o IROP?"]),
        # Nothing is asked: the message is searched for as it is.
        ("Máme lampy. Máme kamery. Máme čidla.", ["Máme lampy. Máme kamery. Máme čidla."]),
        ("Děkuji.", ["Děkuji."]),
    ],
)
def test_what_is_asked(message: str, asked: list[str]) -> None:
    assert [part.text for part in parts(message)] == asked


def test_what_leads_up_to_a_question_is_kept_if_it_says_of_what() -> None:
    (part,) = parts("Děkuji za vše. Je léto. Prosím o informace k výzvě IROP, do kdy běží.")

    assert part == Part(text="do kdy běží?", background="Je léto. Prosím o informace k výzvě IROP")
