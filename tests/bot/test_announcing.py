"""Announcements in two languages: each chat reads its own."""

from __future__ import annotations

from typing import Any

import pytest

from bot.wording.tongues import in_language, tongues
from scheduler.events import Subscription
from tests.bot.conftest import EDITOR, EDITORS_CHAT, GROUP, Dialogue

DESK: dict[str, Any] = {**GROUP, "author": EDITOR, "chat": EDITORS_CHAT, "address": EDITORS_CHAT}
BOTH = "announce Porada *není*.\nen: No meeting."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ahoj", {"cs": "Ahoj"}),
        ("Ahoj\nen: Hello", {"cs": "Ahoj", "en": "Hello"}),
        ("cs: Ahoj\n\nEN:\nHello\nall", {"cs": "Ahoj", "en": "Hello\nall"}),
        ("en: Hello", {"en": "Hello"}),
        ("Ahoj\nen: Hello\ncs: a nazdar", {"cs": "Ahoj\n\na nazdar", "en": "Hello"}),
        ("Zde: https://cscc.cz/en: ne", {"cs": "Zde: https://cscc.cz/en: ne"}),
        (" ", {}),
    ],
)
def test_parts_by_their_language(text: str, found: dict[str, str]) -> None:
    assert tongues(text, "cs") == found


def test_a_language_without_a_part_reads_the_first() -> None:
    assert in_language("en: Hello", "cs", "cs") == "Hello"
    assert in_language("Ahoj\nen: Hello", "en", "cs") == "Hello"


async def announce(dialogue: Dialogue, command: str) -> tuple[str, str]:
    """Draft an announcement for a Czech and an English chat; return the draft and its id."""
    for address, language in (("slack:C1", "cs"), ("telegram:-5/7", "en")):
        subscription = Subscription(id=address, address=address, language=language)
        await dialogue.agenda.subscribe(subscription)
    draft = await dialogue.command(command, **DESK)
    assert draft is not None
    id = draft.buttons[0][0].data.partition(":")[2]
    await dialogue.press(f"ann:{id}", **DESK)
    return draft.text, id


async def test_each_chat_reads_its_own_language(dialogue: Dialogue) -> None:
    draft, _ = await announce(dialogue, BOTH)

    assert draft == "Návrh oznámení:\n\n---\n\n📣 Porada \\*není\\*.\n\n📣 No meeting."
    assert [one.reply.text for one in dialogue.slack.sent] == ["📣 Porada \\*není\\*."]
    assert [one.reply.text for one in dialogue.platforms["telegram"].sent] == ["📣 No meeting."]


async def test_a_missing_language_is_named_before_it_is_sent(dialogue: Dialogue) -> None:
    draft, _ = await announce(dialogue, "announce Porada není.")

    assert draft.endswith("Bez něj dostanou tento text všechny chaty.")
    assert [one.reply.text for one in dialogue.platforms["telegram"].sent] == ["📣 Porada není."]


async def test_it_is_corrected_in_each_language(dialogue: Dialogue) -> None:
    _, id = await announce(dialogue, BOTH)
    await dialogue.press(f"fix:{id}", **DESK)
    asked = dialogue.slack.sent[-1]

    await dialogue.say("Porada je.\nen: It takes place.", reply_to=asked.ref, **DESK)

    edits = [*dialogue.slack.edited, *dialogue.platforms["telegram"].edited]
    assert [reply.text.partition("\n")[0] for _, _, reply in edits] == [
        "📣 Porada je.",
        "📣 It takes place.",
    ]


async def test_the_address_may_stand_in_a_line_of_its_own(dialogue: Dialogue) -> None:
    draft = await dialogue.command("announce slack:C7\nPorada **není**, @petr.", **DESK)
    assert draft is not None
    data = [button.data for button in draft.buttons[0]]
    for each in data:
        await dialogue.press(each, **DESK)

    said = [reply.text for message, reply in dialogue.slack.answered if message.data in data]
    assert [one.address for one in dialogue.slack.sent] == ["slack:C7"]
    assert said == ["Oznámení odešlo do 1 chatu.", "Toto tlačítko už neplatí."]


async def test_where_nobody_subscribed_nothing_is_drafted(dialogue: Dialogue) -> None:
    reply = await dialogue.command("announce Porada není.", **DESK)

    assert reply is not None
    assert reply.text == "Žádný chat teď připomínky neodebírá, není kam oznámení poslat."
