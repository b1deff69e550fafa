"""Answers that the editors pinned: found by the words of the question, cited as the editors'."""

from __future__ import annotations

from bot.desk import Call
from bot.store import Pin
from knowledge.documents import Answer, Audience, Citation, Mode
from knowledge.languages import detect, stem, words

#: Share of the words that two questions have in common, from which they are the same.
_SAME = 0.8


async def pinned_answer(call: Call, text: str) -> Answer | None:
    """Return the editors' answer to this question, if there is one for this audience."""
    readable = Audience(call.message.audience).readable()
    wanted = _stems(text)
    best: tuple[float, Pin] | None = None
    for pin in await call.desk.store.editors.pins():
        share = _overlap(wanted, _stems(pin.question))
        if pin.audience in readable and share >= _SAME and (best is None or share > best[0]):
            best = share, pin
    return _answer(call, text, best[1], best[0]) if best else None


def _stems(text: str) -> frozenset[str]:
    language = detect(text, "cs")
    return frozenset(stem(word, language) for word in words(text))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 0.0


def _answer(call: Call, text: str, pin: Pin, share: float) -> Answer:
    language = call.chosen_language or pin.language
    title = call.reader_in(language).say("answer.pinned_title")
    citation = Citation(
        url=pin.url,
        title=title,
        section="",
        page=None,
        quote=pin.answer,
        language=pin.language,
        updated_at=call.reader.local(pin.at).date(),
    )
    return Answer(
        question=text,
        language=language,
        mode=Mode.EXTRACTIVE,
        answered=True,
        confidence=share,
        citations=(citation,),
        searched_for=text,
    )
