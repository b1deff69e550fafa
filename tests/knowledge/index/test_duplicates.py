from __future__ import annotations

from knowledge.documents import Audience, Document, Section
from knowledge.index.duplicates import Candidate, resemblance, same, signature

TEXT = " ".join(f"slovo{number}" for number in range(200))


def signed(text: str, audience: Audience = Audience.PUBLIC, title: str = "T") -> bytes:
    return signature(
        Document(
            source="s",
            url="https://a.cz/",
            title=title,
            language="cs",
            sections=(Section(text=text),),
            audience=audience,
        )
    )


def repeats(*texts: bytes) -> dict[str, str]:
    return same(Candidate(key=str(at), signature=each) for at, each in enumerate(texts))


def test_the_same_words_are_the_same_whatever_their_case_and_marks() -> None:
    assert repeats(signed("Členství je zdarma."), signed("členství JE zdarma")) == {"1": "0"}


def test_a_word_more_is_still_the_same_page() -> None:
    assert repeats(signed(TEXT), signed(TEXT + " tisk"), signed("něco jiného")) == {"1": "0"}


def test_a_print_version_without_what_frames_the_text_is_the_same_page() -> None:
    framed = "Publikováno 3. 4. 2027 redakce " + TEXT + " přečtěte si také o něčem jiném"

    assert repeats(signed(framed), signed(TEXT)) == {"1": "0"}


def test_the_same_words_under_another_title_are_another_document() -> None:
    assert repeats(signed(TEXT), signed(TEXT + " tisk", title="Jiný")) == {}


def test_another_number_is_another_document() -> None:
    assert repeats(signed(TEXT + " 2026"), signed(TEXT + " 2027")) == {}


def test_documents_for_members_never_stand_for_public_ones() -> None:
    assert repeats(signed(TEXT), signed(TEXT, Audience.MEMBERS)) == {}


def test_resemblance_is_between_nothing_and_all() -> None:
    assert resemblance(signed(TEXT), signed(TEXT)) == 1.0
    other = " ".join(f"jiné{n}" for n in range(200))
    assert resemblance(signed(TEXT), signed(other)) == 0.0
    assert 0.3 < resemblance(signed(TEXT), signed(f"{TEXT} {other}")) < 0.7
