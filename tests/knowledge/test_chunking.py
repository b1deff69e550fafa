from __future__ import annotations

from knowledge.chunking import chunk
from knowledge.documents import Document, Section


def words(text: str) -> int:
    return len(text.split())


def document(*sections: Section, title: str = "Příručka") -> Document:
    return Document(
        source="s", key="k", url="https://a.cz/", title=title, language="cs", sections=sections
    )


def test_chunks_never_cross_headings() -> None:
    pieces = chunk(
        document(Section(path=("A",), text="Jedna."), Section(path=("B",), text="Dvě.")), words
    )

    assert [(p.chunk.section, p.chunk.text, p.chunk.ordinal) for p in pieces] == [
        ("A", "Jedna.", 0),
        ("B", "Dvě.", 1),
    ]


def test_passage_and_sentences_stand_under_title_and_headings() -> None:
    (piece,) = chunk(document(Section(path=("Příručka", "Ceny"), text="Jedna. Dvě.")), words)

    assert piece.passage_text == "Příručka › Ceny: Jedna. Dvě."
    assert piece.sentence_texts == ("Příručka › Ceny: Jedna.", "Příručka › Ceny: Dvě.")


def test_the_sentence_of_a_one_sentence_chunk_shares_its_text() -> None:
    (piece,) = chunk(document(Section(text="Členství je zdarma.")), words)

    assert piece.sentence_texts == (piece.passage_text,)


def test_a_long_text_is_cut_between_sentences() -> None:
    text = " ".join(f"Věta číslo {number} má pět slov." for number in range(30))

    pieces = chunk(document(Section(text=text)), words, max_tokens=40)

    assert " ".join(piece.chunk.text.strip() for piece in pieces) == text
    assert all(words(piece.chunk.text) <= 40 for piece in pieces)
    assert all(piece.chunk.text.rstrip().endswith(".") for piece in pieces)


def test_rows_are_never_without_their_header() -> None:
    rows = "\n".join(f"| {number} | hodnota řádku {number} |" for number in range(40))
    text = f"| Rok | Popis |\n| --- | --- |\n{rows}"

    pieces = chunk(document(Section(text=text)), words, max_tokens=50)

    assert len(pieces) > 3
    assert all(piece.chunk.text.startswith("| Rok | Popis |\n| --- |") for piece in pieces)
    assert sum(len(piece.sentences) for piece in pieces) == 40
    assert pieces[0].sentence_texts[0] == "Příručka: Rok: 0; Popis: hodnota řádku 0"


def test_the_same_text_gets_the_same_id_and_other_text_another() -> None:
    first = chunk(document(Section(text="Jedna."), Section(path=("B",), text="Dvě.")), words)
    second = chunk(document(Section(text="Jiná."), Section(path=("B",), text="Dvě.")), words)

    assert first[1].chunk.id == second[1].chunk.id
    assert first[0].chunk.id != second[0].chunk.id


def test_a_text_that_is_repeated_gets_ids_of_its_own() -> None:
    pieces = chunk(document(Section(text="Totéž."), Section(text="Totéž.")), words)

    assert len({piece.chunk.id for piece in pieces}) == 2


def test_quotes_are_found_literally() -> None:
    text = "Úvod:\n\n1. první věc\n2. druhá věc. A třetí.\n\nKonec je 5. 6. 2027."

    (piece,) = chunk(document(Section(text=text)), words)

    quotes = [span.of(piece.chunk.text) for span in piece.sentences]
    assert quotes == ["Úvod:", "první věc", "druhá věc.", "A třetí.", "Konec je 5. 6. 2027."]


def test_a_single_endless_word_is_cut() -> None:
    pieces = chunk(document(Section(text="x" * 4000)), lambda text: len(text) // 4, max_tokens=200)

    assert "".join(piece.chunk.text for piece in pieces) == "x" * 4000
