"""Answers that the editors pinned: found by the words of the question, cited as the editors'."""

from __future__ import annotations

from bot.asking import same_question
from bot.desk import Call
from bot.resources import drop_resource, write_resource
from bot.store import Pin
from knowledge.documents import Answer, Audience, Citation, Mode


async def pinned_answer(call: Call, text: str) -> Answer | None:
    """Return the editors' answer to this question, if there is one for this audience."""
    readable = Audience(call.message.audience).readable()
    for pin in await call.desk.store.editors.pins():
        if pin.audience in readable and same_question(text, pin.question):
            return _answer(call, text, pin)
    return None


async def keep_pin(call: Call, pin: Pin) -> None:
    """Keep a pinned answer, and have it as a resource."""
    await call.desk.store.editors.pin(pin)
    drop_resource(call.desk.settings.data_dir, pin.id)  # of another audience
    write_resource(call.desk.settings.data_dir, pin)


async def drop_pin(call: Call, id: str) -> bool:
    """Remove a pinned answer and its resource; False where there is none."""
    known = await call.desk.store.editors.unpin(id)
    drop_resource(call.desk.settings.data_dir, id)
    return known


def _answer(call: Call, text: str, pin: Pin) -> Answer:
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
        confidence=1.0,
        citations=(citation,),
        searched_for=text,
    )
