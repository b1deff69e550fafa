"""/pin: the editors' answer to a question that comes again."""

from __future__ import annotations

import re

from bot.asking import same_question
from bot.desk import Call, Command
from bot.editors import in_editors_place
from bot.markup.plaintext import escape
from bot.messages import Button, Reply, UserError
from bot.pinned import drop_pin, keep_pin
from bot.store import Pin
from knowledge.languages import detect

#: Parts the question from the answer: "=", or a line of its own.
_PARTED = re.compile(r"\s=\s|\n+")

#: The address at the end that is the source; what leads up to it as "See https://…" stays.
_SOURCE = re.compile(r"(?<=[.!?\n])\s*(https?://\S+)$")

#: Pins listed at once.
_LISTED = 8


async def pin(call: Call) -> Reply:
    """Pin an answer: "question = answer", or the question, then the answer below it."""
    question, _, answer = _halves(call.message.arguments)
    if not question or not answer:
        raise UserError("error.pin_form")
    pinned = await call.desk.store.editors.pins()
    known = next((each for each in pinned if same_question(each.question, question)), None)
    found = _SOURCE.search(answer)
    pin = Pin(
        id=known.id if known else call.desk.new_id(),
        question=question,
        answer=answer[: found.start()] if found else answer,
        url=found[1] if found else "",
        language="en" if detect(question, "cs") == "en" else "cs",
        audience=known.audience if known else "public",
        by=call.message.author,
        at=call.now,
    )
    await keep_pin(call, pin)
    await call.note("pin", pin.id)
    return Reply(text=call.say("pin.changed" if known else "pin.done", question=escape(question)))


def _halves(text: str) -> tuple[str, str, str]:
    match = _PARTED.search(text.strip())
    if match is None:
        return text.strip(), "", ""
    stripped = text.strip()
    return stripped[: match.start()].strip(), match[0], stripped[match.end() :].strip()


async def pins(call: Call) -> Reply:
    """List the pinned answers, with buttons to remove them."""
    if not await in_editors_place(call):
        raise UserError("error.editors_place")
    found = await call.desk.store.editors.pins()
    if not found:
        return Reply(text=call.say("pin.nothing"))
    lines = [f"**{call.say('pin.heading')}**", ""]
    lines.extend(
        f"{number}. {escape(each.question)}" for number, each in enumerate(found[:_LISTED], start=1)
    )
    buttons = tuple(
        Button(label=call.say("button.unpin", number=number), data=f"unpin:{each.id}")
        for number, each in enumerate(found[:_LISTED], start=1)
    )
    return Reply(text="\n".join(lines), buttons=(buttons[:4], buttons[4:]))


async def unpin(call: Call, id: str) -> Reply:
    """Remove a pinned answer and its resource."""
    call.check_editor()
    if not await drop_pin(call, id):
        raise UserError("error.old_button")
    await call.note("unpin", id)
    return call.toast("pin.removed")


COMMANDS = (
    Command(name="pin", run=pin, aliases=("pripnout", "připnout"), editors=True),
    Command(name="pins", run=pins, aliases=("pripnute", "připnuté"), editors=True),
)
BUTTONS = {"unpin": unpin}
