"""Editors who work at the same time, change their minds, or are cut off in the middle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.agenda import Deed
from bot.messages import DeliveryError, Reply, ReplyKind
from bot.wording.reader import handle
from scheduler.events import Review, Subscription
from tests.bot.conftest import Dialogue
from tests.bot.test_editors import ASKED, DESK, consent
from tests.bot.test_wording_notices import SEMINAR
from tests.fakes import NOW

NAME = handle(SEMINAR.uid)
OTHER = {**DESK, "author": "slack:UEDITOR2"}


@pytest.fixture(autouse=True)
def _two(dialogue: Dialogue) -> None:
    settings = dialogue.desk.settings
    members = (DESK["author"], OTHER["author"])
    editors = settings.editors.model_copy(update={"members": members})
    object.__setattr__(settings, "editors", editors)


def text(reply: Reply | None) -> str:
    assert reply is not None
    return reply.text


async def asked(dialogue: Dialogue, *authors: str) -> None:
    """Have some people ask the same, each in a chat of their own; one day apart."""
    for name in authors:
        await dialogue.say(
            ASKED, author=f"slack:{name}", chat=f"slack:D{name}", address=f"slack:D{name}"
        )
        dialogue.clock.forward(days=1)


async def test_an_answer_reaches_all_who_asked_the_same_and_still_wait(dialogue: Dialogue) -> None:
    await asked(dialogue, "LONG", "OPEN")
    await dialogue.press("ask:q2", author="slack:OPEN", chat="slack:DOPEN", address="slack:DOPEN")
    dialogue.clock.forward(days=20)
    await asked(dialogue, "NEW", "NEW")
    await dialogue.press("qshow:q4", **DESK)
    ref = dialogue.slack.sent[-1].ref

    reply = await dialogue.say("V září.", addressed=False, reply_to=ref, **DESK)

    told = [one.address for one in dialogue.slack.sent if "V září." in one.reply.text]
    assert told == ["slack:DNEW", "slack:DOPEN"]
    assert text(reply).startswith("Odesláno 2 lidem, kteří se ptali na totéž.")
    assert text(await dialogue.command("unanswered", **DESK)) == (
        "Žádný dotaz nezůstal bez odpovědi."
    )


async def test_what_is_let_be_is_let_be_for_all_who_asked_it(dialogue: Dialogue) -> None:
    await asked(dialogue, "A", "B")

    await dialogue.press("qdrop:q2", **DESK)

    assert text(await dialogue.command("unanswered", **DESK)) == (
        "Žádný dotaz nezůstal bez odpovědi."
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", "Už jsem se zeptal, čekám na odpověď."),
        ("cno:q1", "Ten, kdo se ptal, s uložením nesouhlasí."),
        ("cyes:q1", "Mezi zdroji už to je."),
    ],
)
async def test_whoever_asked_is_asked_for_consent_once(
    dialogue: Dialogue, answer: str, said: str
) -> None:
    await consent(dialogue)
    if answer:
        await dialogue.press(answer)
    before = len(dialogue.slack.sent)

    assert text(await dialogue.press("qsave:q1", **OTHER)) == said
    assert len(dialogue.slack.sent) == before


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("ok", "ok", "Už je schváleno: Parkování v malém městě."),
        ("ok", "reject", "Už je schváleno: Parkování v malém městě."),
        ("reject", "ok", "Už je zamítnuto: Parkování v malém městě."),
    ],
)
async def test_the_second_editor_is_told_what_the_first_did(
    dialogue: Dialogue, first: str, second: str, said: str
) -> None:
    dialogue.agenda.known = [replace(SEMINAR, review=Review.SUGGESTED)]
    await dialogue.assistant.errands()
    ref = dialogue.slack_ref

    done = await dialogue.press(f"{first}:{NAME}", ref=ref, **DESK)
    late = await dialogue.press(f"{second}:{NAME}", ref=ref, **OTHER)

    assert done is not None
    assert (done.kind, done.target, done.buttons) == (ReplyKind.EDIT, "", ())
    assert done.text[2:].startswith("Schváleno: " if first == "ok" else "Zamítnuto: ")
    assert (text(late), late.kind if late else None) == (said, ReplyKind.TOAST)
    assert [one[0] for one in dialogue.agenda.done] == ["approved" if first == "ok" else "rejected"]


async def test_the_list_of_suggestions_stays_when_one_of_it_is_decided(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [replace(SEMINAR, review=Review.SUGGESTED)]
    await dialogue.command("suggestions", **DESK)

    done = await dialogue.press(f"ok:{NAME}", ref=dialogue.slack_ref, **DESK)

    assert done is not None
    assert (done.kind, done.text) == (ReplyKind.POST, "Schváleno: Parkování v malém městě.")


async def draft(dialogue: Dialogue) -> str:
    """Draft an announcement for three chats; return what the button carries."""
    for number in (1, 2, 3):
        address = f"slack:C{number}"
        await dialogue.agenda.subscribe(Subscription(id=address, address=address, language="cs"))
    english = Subscription(id="again", address="slack:C1", language="en")
    await dialogue.agenda.subscribe(english)
    drafted = await dialogue.command("announce Porada se ruší.", **DESK)
    assert drafted is not None
    return drafted.buttons[0][0].data


async def test_an_announcement_goes_once_to_a_chat_with_two_subscriptions(
    dialogue: Dialogue,
) -> None:
    await dialogue.press(await draft(dialogue), **DESK)

    assert [one.address for one in dialogue.slack.sent] == ["slack:C1", "slack:C2", "slack:C3"]


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("looked", [True, False])
async def test_an_announcement_that_was_cut_off_goes_on_where_it_ended(
    dialogue: Dialogue, looked: bool
) -> None:
    button = await draft(dialogue)
    dialogue.slack.can_look = looked
    dialogue.slack.faults = [None, Killed()]
    with pytest.raises(Killed):
        await dialogue.press(button, **DESK)
    dialogue.slack.faults = []

    reply = await dialogue.press(button, **DESK)

    assert text(reply) == "Oznámení odešlo do 3 chatů."
    assert [one.address for one in dialogue.slack.sent] == ["slack:C1", "slack:C2", "slack:C3"]


async def test_what_did_not_arrive_is_sent_by_the_next_press(dialogue: Dialogue) -> None:
    button = await draft(dialogue)
    dialogue.slack.faults = [DeliveryError("down"), None, DeliveryError("down")]

    first = await dialogue.press(button, **DESK)
    posted = await dialogue.command("posts", **DESK)
    second = await dialogue.press(button, **DESK)
    third = await dialogue.press(button, **DESK)

    assert text(first).startswith("Oznámení odešlo do 1 chatu. Do 2 chatů se ho nepodařilo")
    assert text(posted).splitlines()[2:] == [
        "1. po 7. 6. 2027 v 9:00 · `slack:C2` · 📣 Porada se ruší."
    ]
    assert text(second) == "Oznámení odešlo do 3 chatů."
    assert text(third) == "Toto tlačítko už neplatí."
    assert [one.address for one in dialogue.slack.sent] == ["slack:C2", "slack:C1", "slack:C3"]


async def test_an_announcement_is_listed_and_corrected_as_one(dialogue: Dialogue) -> None:
    await dialogue.press(await draft(dialogue), **DESK)

    listed = await dialogue.command("posts", **DESK)
    assert listed is not None
    await dialogue.press(listed.buttons[0][0].data, **OTHER)
    ref = dialogue.slack.sent[-1].ref
    done = await dialogue.say("Porada bude v pátek.", reply_to=ref, **OTHER)

    assert listed.text.splitlines()[2:] == [
        "1. po 7. 6. 2027 v 9:00 · 3 chaty · 📣 Porada se ruší."
    ]
    assert text(done) == "Opraveno ve 3 chatech."
    assert {edited.text[:22] for *_, edited in dialogue.slack.edited} == {"📣 Porada bude v pátek."}


async def test_while_posting_is_paused_nothing_is_announced(dialogue: Dialogue) -> None:
    button = await draft(dialogue)
    await dialogue.command("posting off", **OTHER)

    refused = await dialogue.press(button, **DESK)
    await dialogue.command("posting on", **OTHER)
    done = await dialogue.press(button, **DESK)

    assert text(refused).startswith("Posílání je pozastavené.")
    assert text(done) == "Oznámení odešlo do 3 chatů."


async def test_what_was_withdrawn_is_not_brought_back(dialogue: Dialogue) -> None:
    button = await draft(dialogue)
    await dialogue.press(button, **DESK)
    id = button.partition(":")[2]
    await dialogue.press(f"fix:{id}", **DESK)
    form = dialogue.slack.sent[-1].ref

    first = await dialogue.press(f"pull:{id}", **DESK)
    again = await dialogue.press(f"pull:{id}", **OTHER)
    corrected = await dialogue.say("Porada bude.", reply_to=form, **DESK)

    assert text(first) == "Staženo ve 3 chatech."
    assert [text(again), text(corrected)] == ["Tento příspěvek už je stažený."] * 2
    assert len(dialogue.slack.edited) == 3


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("Na https://x.example/form", "> Na https://x.example/form\n\nOdpověď"),
        ("Nic. https://x.example/cenik", "> Nic.\n\n[Odpověď"),
        ("https://x.example/cenik", "> https://x.example/cenik\n\nOdpověď"),
    ],
)
async def test_a_pinned_answer_keeps_the_sentence_its_link_stands_in(
    dialogue: Dialogue, line: str, answer: str
) -> None:
    await dialogue.command(f"pin Kde je formulář? = {line}", **DESK)

    assert answer in text(await dialogue.say("kde je formular"))


async def test_only_one_of_two_editors_answers(dialogue: Dialogue) -> None:
    await asked(dialogue, "A", "B")
    await dialogue.press("qshow:q2", **DESK)
    shown = dialogue.slack.sent[-1]
    # The first editor's process died in the middle of it.
    assert await dialogue.store.questions.claim("q2", DESK["author"])

    under = {"addressed": False, "reply_to": shown.ref}
    said = [
        await dialogue.say(line, **under, **who)
        for line, who in (("V říjnu.", OTHER), ("Děkuji.", OTHER), ("V září.", DESK))
    ]
    late = await dialogue.say("Vlastně v říjnu.", **under, **OTHER)

    assert "Položeno 2krát" in shown.reply.text
    already = "Na tento dotaz už redakce odpověděla."
    told = "Odesláno 2 lidem, kteří se ptali na t"
    assert [reply and reply.text[:37] for reply in (*said, late)] == [already, None, told, already]
    assert [one.reply.text.partition("> ")[2] for one in dialogue.slack.sent[1:]] == ["V září."] * 2


async def test_an_answer_that_its_editor_changes_is_changed_where_it_was_sent(
    dialogue: Dialogue,
) -> None:
    await asked(dialogue, "A", "B")
    await dialogue.press("qshow:q2", **DESK)
    reply_to = dialogue.slack.sent[-1].ref
    first = {"ref": "e1", "addressed": False, **DESK}
    await dialogue.say("V září.", reply_to=reply_to, **first)
    sent = [(one.address, one.ref) for one in dialogue.slack.sent[-2:]]
    await dialogue.press("qsave:q2", **DESK)
    await dialogue.press("cyes:q2", author="slack:B", chat="slack:DB", address="slack:DB")

    edited = dialogue.message(text="V říjnu.", edited=True, **first)
    assert await dialogue.assistant.wants(edited)
    reply = await dialogue.handle(edited)
    unchanged = await dialogue.say("V říjnu.", edited=True, **first)
    by_another = dialogue.message(text="Nikdy.", edited=True, **{**first, **OTHER})

    assert text(reply) == "Opraveno i tam, kam odpověď odešla."
    assert unchanged is None
    assert await dialogue.handle(by_another) is None
    assert [(address, ref) for address, ref, _ in dialogue.slack.edited] == sent
    assert {reply.text.partition("\n\n")[2] for *_, reply in dialogue.slack.edited} == {
        "> V říjnu."
    }
    [path] = (dialogue.desk.settings.data_dir / "answers" / "public").iterdir()
    assert path.read_text("utf-8").endswith("\n\nV říjnu.\n")
    assert text(await dialogue.command("posts", **DESK)) == "Zatím jsem nic neposlal."


async def test_a_form_that_its_editor_changes_is_read_again(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [replace(SEMINAR, review=Review.SUGGESTED)]
    await dialogue.assistant.errands()
    form = {"ref": "e1", "addressed": False, **DESK}

    await dialogue.say("místo: Písek", reply_to=dialogue.slack_ref, **form)
    reply = await dialogue.say("místo: Tábor", edited=True, **form)

    assert text(reply).startswith("Upraveno:")
    assert dialogue.agenda.known[0].place == "Tábor"


async def test_what_is_pinned_anew_takes_the_place_of_what_was_pinned(dialogue: Dialogue) -> None:
    said = [
        text(await dialogue.command(f"pin {line}", **DESK))
        for line in ("Kolik stojí členství? = 100 Kč.", "kolik stoji clenstvi = 200 Kč.")
    ]

    assert said == [
        "Připnuto k dotazu „Kolik stojí členství?“.",
        "Připnutá odpověď k dotazu „kolik stoji clenstvi“ je změněná.",
    ]
    assert [pin.answer for pin in await dialogue.store.editors.pins()] == ["200 Kč."]
    [path] = (dialogue.desk.settings.data_dir / "answers" / "public").iterdir()
    assert path.read_text("utf-8").endswith("\n\n200 Kč.\n")


async def test_audit_shows_who_did_what(dialogue: Dialogue) -> None:
    await dialogue.command("pin Kolik? = Nic.", **DESK)

    reply = await dialogue.command("audit", **DESK)

    said = "- po 7. 6. 2027 v 9:00 · slack:UEDITOR · připnutí odpovědi q1"
    assert text(reply) == f"**Kdo co udělal**\n\n{said}"


async def test_audit_names_events_and_add_shows_its_form(dialogue: Dialogue) -> None:
    shown = await dialogue.command("add", **DESK)
    lines = text(shown).partition("```\n")[2].removesuffix("\n```").replace("…", "a.example")
    await dialogue.command(f"add {lines}", **DESK)
    [event] = dialogue.agenda.known
    dialogue.agenda.deeds = [Deed(by=DESK["author"], action="approved", subject=event.uid, at=NOW)]

    said = text(await dialogue.command("audit", **DESK))

    assert said.endswith(f"· schválení akce: Parkování v malém městě ({event.uid})")
