"""What editors do in chat, as dialogues."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.messages import DeliveryError, Reply, ReplyKind, Undeliverable
from bot.store import Post
from bot.wording.reader import handle
from scheduler.events import (
    EventKind,
    Notice,
    Occurrence,
    Review,
    Subscription,
)
from tests.bot.conftest import EDITOR, EDITORS_CHAT, GROUP, Dialogue
from tests.bot.test_assistant import QUESTION, SURE
from tests.bot.test_wording_notices import PRAGUE, SEMINAR, VARIANTS

#: Fields of a message of an editor in the editors' chat.
DESK: dict[str, Any] = {
    **GROUP,
    "author": EDITOR,
    "chat": EDITORS_CHAT,
    "address": EDITORS_CHAT,
}
NAME = handle(SEMINAR.uid)
ASKED = "Kdy bude metodika osvětlení?"


def text(reply: Reply | None) -> str:
    assert reply is not None
    return reply.text


async def hand_on(dialogue: Dialogue) -> str:
    """Ask something unknown and hand it on; return the id of the editors' message."""
    await dialogue.say(ASKED, ref="m-asked")
    await dialogue.press("ask:q1")
    return dialogue.slack.sent[-1].ref


async def test_editors_reply_reaches_whoever_asked(dialogue: Dialogue) -> None:
    ref = await hand_on(dialogue)
    message = dialogue.message(
        text="V září.\n\nPodrobnosti <!channel>", addressed=False, reply_to=ref, **DESK
    )
    assert await dialogue.assistant.wants(message)

    reply = await dialogue.handle(message)

    sent = dialogue.slack.sent[-1]
    assert (sent.address, sent.reply_to) == ("slack:D1", "m-asked")
    assert sent.reply.text.replace("\u2060", "") == (
        f"💬 **Odpověď redakce na váš dotaz** „{ASKED}“:\n\n> V září.\n>\n"
        "> Podrobnosti \\<!channel>"
    )
    assert text(reply).startswith("Odesláno.")
    assert [deed.action for deed in dialogue.agenda.deeds] == ["question.reply"]


async def test_only_editors_replies_are_answers(dialogue: Dialogue) -> None:
    ref = await hand_on(dialogue)
    stranger = {**DESK, "author": "slack:U7"}

    message = dialogue.message(text="V září.", addressed=False, reply_to=ref, **stranger)

    assert not await dialogue.assistant.wants(message)


async def test_reply_that_cannot_be_delivered_is_said(dialogue: Dialogue) -> None:
    ref = await hand_on(dialogue)
    dialogue.slack.faults = [Undeliverable("gone")]

    reply = await dialogue.say("V září.", addressed=False, reply_to=ref, **DESK)

    assert text(reply) == "Zprávu se nepodařilo doručit."


async def consent(dialogue: Dialogue) -> None:
    ref = await hand_on(dialogue)
    await dialogue.say("V září.", addressed=False, reply_to=ref, **DESK)
    await dialogue.press("qsave:q1", **DESK)


async def test_reply_becomes_a_resource_when_both_agree(dialogue: Dialogue) -> None:
    await consent(dialogue)
    asked = dialogue.slack.sent[-1]
    assert asked.address == "slack:D1"
    assert [b.data for b in asked.reply.buttons[0]] == ["cyes:q1", "cno:q1"]

    reply = await dialogue.press("cyes:q1")

    assert text(reply) == "Děkuji, přidáno."
    [path] = (dialogue.desk.settings.data_dir / "answers" / "public").iterdir()
    assert path.read_text("utf-8") == (
        f'---\ntitle: "{ASKED}"\nlanguage: cs\nupdated: 2027-06-07\naudience: public\n---\n\n'
        f"# {ASKED}\n\nV září.\n"
    )
    found = await dialogue.say(ASKED, author="slack:U9", chat="slack:D9", address="slack:D9")
    assert text(found).startswith(
        "Našel jsem ve zdrojích:\n\n> V září.\n\nOdpověď redakce CSCC · stav k 7. 6. 2027"
    )


async def test_without_the_askers_consent_it_stays_between_them(dialogue: Dialogue) -> None:
    await consent(dialogue)

    refused = await dialogue.press("cyes:q1", author="slack:U5")
    reply = await dialogue.press("cno:q1")

    assert text(refused) == "To může jen ten, kdo se ptal."
    assert text(reply) == "Dobře, zůstane to mezi námi."
    assert await dialogue.store.editors.pins() == []
    assert not (dialogue.desk.settings.data_dir / "answers").exists()


async def test_unanswered_lists_topics_by_count(dialogue: Dialogue) -> None:
    for number, question in enumerate(
        ("Kdy bude metodika osvětlení?", "Kolik stojí kolo?", "kdy už bude ta metodika osvětlení")
    ):
        await dialogue.say(question, author=f"slack:U{number}")
        dialogue.clock.forward(minutes=1)

    reply = await dialogue.command("unanswered", **DESK)

    assert reply is not None
    assert reply.text == (
        "**Nezodpovězené dotazy**\n\n1. kdy už bude ta metodika osvětlení (2krát)\n"
        "2. Kolik stojí kolo? (1krát)\n\nČíslem dotaz otevřete a odpovíte na něj."
    )
    shown = await dialogue.press(reply.buttons[0][0].data, **DESK)
    assert text(shown) == "Je to v chatu redakce."
    posted = dialogue.slack.sent[-1]
    assert (posted.address, posted.reply.text[:7]) == (EDITORS_CHAT, "**❓ Dot")
    answer = await dialogue.say("Brzy.", reply_to=posted.ref, **DESK)
    assert text(answer).startswith("Odesláno 2 lidem, kteří se ptali na totéž.")


async def test_dropped_question_is_listed_no_more(dialogue: Dialogue) -> None:
    await dialogue.say(ASKED)

    await dialogue.press("qdrop:q1", **DESK)

    assert text(await dialogue.command("unanswered", **DESK)) == (
        "Žádný dotaz nezůstal bez odpovědi."
    )


@pytest.mark.parametrize("line", ["unanswered", "suggestions", "posts", "pins", "audit"])
async def test_editors_matters_are_not_shown_among_members(dialogue: Dialogue, line: str) -> None:
    reply = await dialogue.command(line, **{**GROUP, "author": EDITOR})

    assert text(reply) == "To ukážu jen v přímé zprávě nebo v chatu redakce."


SUGGESTED = replace(SEMINAR, review=Review.SUGGESTED, source="web", summary="Beseda o parkování")


async def test_new_suggestions_reach_the_editors_once(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [SUGGESTED]

    await dialogue.assistant.errands()
    await dialogue.assistant.errands()

    [sent] = dialogue.slack.sent
    assert sent.address == EDITORS_CHAT
    assert sent.reply.text.startswith(
        "**📥 Návrh akce** (seminář)\n\n- **Parkování v malém městě**"
    )
    assert [b.data for b in sent.reply.buttons[0]] == [
        f"ok:{NAME}",
        f"edit:{NAME}",
        f"reject:{NAME}",
    ]


async def test_a_suggestion_from_a_file_names_the_file(dialogue: Dialogue) -> None:
    url = "file:///srv/podklady/pozv%C3%A1nka%20na%20semin%C3%A1%C5%99.pdf"
    dialogue.agenda.known = [replace(SUGGESTED, url=url)]

    await dialogue.assistant.errands()

    [sent] = dialogue.slack.sent
    assert sent.reply.text.splitlines()[-1] == "zdroj: web – pozvánka na seminář.pdf"


async def test_suggestion_that_did_not_arrive_is_told_later(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [SUGGESTED]
    dialogue.slack.faults = [DeliveryError("down")]

    await dialogue.assistant.errands()
    assert dialogue.slack.sent == []
    await dialogue.assistant.errands()

    assert [one.address for one in dialogue.slack.sent] == [EDITORS_CHAT]


@pytest.mark.parametrize(
    ("verb", "review", "said"),
    [
        ("ok", Review.APPROVED, "Schváleno: Parkování v malém městě."),
        ("reject", Review.REJECTED, "Zamítnuto: Parkování v malém městě."),
    ],
)
async def test_suggestion_is_approved_or_rejected(
    dialogue: Dialogue, verb: str, review: Review, said: str
) -> None:
    dialogue.agenda.known = [SUGGESTED]
    await dialogue.assistant.errands()

    refused = await dialogue.press(f"{verb}:{NAME}", **{**DESK, "author": "slack:U7"})
    reply = await dialogue.press(f"{verb}:{NAME}", **DESK)

    assert text(refused) == "To smí jen redakce."
    assert text(reply) == said
    assert dialogue.agenda.done == [(review, SEMINAR.uid, EDITOR)]


async def test_suggestion_is_edited_by_a_reply(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [SUGGESTED]
    await dialogue.assistant.errands()
    await dialogue.press(f"edit:{NAME}", **DESK)
    form = dialogue.slack.sent[-1]
    assert "název:" in form.reply.text

    reply = await dialogue.say(
        "název: Parkování jinak\nzačátek: 18. 6. 2027 9:00\nmísto: Tábor",
        reply_to=form.ref,
        addressed=False,
        **DESK,
    )

    assert text(reply) == (
        "Upraveno:\n\n- **Parkování jinak** – pá 18. 6. 2027, 9:00–11:00 (za 11 dní), přihlášky do "
        "14. 6. · Tábor · [zdroj](https://czechsmartcitycluster.com/parkovani)"
    )
    assert [event.title for event in dialogue.agenda.known] == ["Parkování jinak"]


async def test_unreadable_edit_says_what_is_wrong(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [SUGGESTED]
    await dialogue.assistant.errands()
    ref = dialogue.slack.sent[-1].ref

    reply = await dialogue.say("začátek: někdy v létě", reply_to=ref, addressed=False, **DESK)

    assert text(reply) == "„někdy v létě“ není datum. Pište třeba 17. 6. 2027 10:00."


async def test_event_is_added_in_chat(dialogue: Dialogue) -> None:
    reply = await dialogue.command(
        "add název: Beseda\ndruh: seminář\nzačátek: 2027-06-20 18:00\nmísto: Brno", **DESK
    )

    assert text(reply).endswith("- **Beseda** – ne 20. 6. 2027, 18:00 (za 13 dní) · Brno")
    [event] = dialogue.agenda.known
    assert (event.kind, event.review) == (EventKind.SEMINAR, Review.APPROVED)


async def test_event_is_cancelled_in_chat(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [SEMINAR]

    reply = await dialogue.command(f"cancel {SEMINAR.uid}", **DESK)

    assert text(reply).startswith("Zrušeno: Parkování v malém městě.")
    assert dialogue.agenda.done == [("cancel", SEMINAR.uid, EDITOR)]


async def test_posting_is_paused_and_resumed(dialogue: Dialogue) -> None:
    off = await dialogue.command("posting off", **DESK)
    on = await dialogue.command("posting on", **DESK)

    assert text(off).startswith("⏸️ Posílání je pozastavené.")
    assert text(on).startswith("Posílání běží.")
    assert not dialogue.agenda.posting_paused


async def test_preview_and_trial(dialogue: Dialogue) -> None:
    due, _, items = VARIANTS["seminar in 7 days"]
    dialogue.agenda.known = [SEMINAR]
    dialogue.agenda.notices = [
        Notice(
            post_id="x",
            address="slack:C1",
            language="cs",
            timezone="Europe/Prague",
            items=items,
            due_at=due,
        )
    ]

    reply = await dialogue.command(f"preview {SEMINAR.uid}", **DESK)
    sent = await dialogue.press(f"try:{NAME}", **DESK)

    assert "📅 **Za 7 dní: Parkování v malém městě** (seminář)" in text(reply)
    assert text(sent) == "Posláno do přímé zprávy."
    assert [one.address for one in dialogue.slack.sent] == ["slack:DUEDITOR"]


async def announce(dialogue: Dialogue) -> str:
    """Announce something in two chats; return the id of the announcement."""
    for address in ("slack:C1", "telegram:-5/7"):
        await dialogue.agenda.subscribe(Subscription(id=address, address=address))
    draft = await dialogue.command("announce Zítra se **nekoná** porada.", **DESK)
    assert draft is not None
    [send, _] = draft.buttons[0]
    assert send.label == "Poslat do 2 chatů"
    reply = await dialogue.press(send.data, **DESK)
    assert text(reply) == "Oznámení odešlo do 2 chatů."
    return send.data.partition(":")[2]


async def test_announcement_goes_to_every_subscribed_chat_once(dialogue: Dialogue) -> None:
    id = await announce(dialogue)

    again = await dialogue.press(f"ann:{id}", **DESK)

    assert text(again) == "Toto tlačítko už neplatí."
    sent = [*dialogue.slack.sent, *dialogue.platforms["telegram"].sent]
    assert [one.address for one in sent] == ["slack:C1", "telegram:-5/7"]
    assert {one.reply.text for one in sent} == {"📣 Zítra se \\*\\*nekoná\\*\\* porada."}
    assert ("slack:C1", False) in dialogue.slack.slots


async def test_announcement_to_one_place(dialogue: Dialogue) -> None:
    draft = await dialogue.command("announce slack:C7 Ahoj", **DESK)

    assert draft is not None
    assert draft.buttons[0][0].label == "Poslat do 1 chatu"


async def test_dropped_announcement_is_not_sent(dialogue: Dialogue) -> None:
    draft = await dialogue.command("announce slack:C7 Ahoj", **DESK)
    assert draft is not None

    await dialogue.press(draft.buttons[0][1].data, **DESK)
    reply = await dialogue.press(draft.buttons[0][0].data, **DESK)

    assert text(reply) == "Toto tlačítko už neplatí."
    assert dialogue.slack.sent == []


async def test_posts_are_corrected_everywhere(dialogue: Dialogue) -> None:
    id = await announce(dialogue)
    await dialogue.press(f"fix:{id}", **DESK)

    announced, asked = dialogue.slack.sent

    reply = await dialogue.say("Porada se koná.", reply_to=asked.ref, **DESK)

    assert text(reply) == "Opraveno ve 2 chatech."
    [(address, ref, edited)] = dialogue.slack.edited
    assert (address, ref) == ("slack:C1", announced.ref)
    assert edited.text == "📣 Porada se koná.\n\n_(opraveno po 7. 6. 2027 v 9:00)_"


async def test_post_that_cannot_be_changed_is_answered(dialogue: Dialogue) -> None:
    id = await announce(dialogue)
    ref = dialogue.slack.sent[-1].ref
    dialogue.slack.faults = [Undeliverable("too old")]

    reply = await dialogue.press(f"pull:{id}", **DESK)

    assert text(reply) == "Staženo ve 2 chatech."
    assert dialogue.slack.sent[-1].reply_to == ref
    assert dialogue.slack.sent[-1].reply.text.startswith("🚫 Tento příspěvek jsme stáhli")


async def test_posts_lists_what_was_posted(dialogue: Dialogue) -> None:
    post = Post(
        id="p1", address="slack:C1", ref="1", text="📅 **Za 7 dní**\ndál", at=dialogue.clock()
    )
    await dialogue.store.posts.keep(post)

    reply = await dialogue.command("posts", **DESK)

    assert reply is not None
    assert reply.text == (
        "**Poslední příspěvky**\n\n1. po 7. 6. 2027 v 9:00 · `slack:C1` · 📅 **Za 7 dní**"
    )
    assert [b.data for b in reply.buttons[0]] == ["fix:p1", "pull:p1"]


async def test_pinned_answer_is_given_and_cited(dialogue: Dialogue) -> None:
    dialogue.knowledge.answers[QUESTION] = SURE
    await dialogue.command(
        "pin Kolik stojí členství pro univerzitu? = Nic. https://example.org/cenik", **DESK
    )

    reply = await dialogue.say("kolik stoji clenstvi pro univerzitu")

    assert text(reply).startswith(
        "Našel jsem ve zdrojích:\n\n> Nic.\n\n"
        "[Odpověď redakce CSCC](https://example.org/cenik) · stav k 7. 6. 2027"
    )
    assert dialogue.knowledge.asked == []


async def test_unpinned_answer_is_gone(dialogue: Dialogue) -> None:
    await dialogue.command("pin Kolik? = Nic.", **DESK)
    pins = await dialogue.command("pins", **DESK)
    assert pins is not None

    reply = await dialogue.press(pins.buttons[0][0].data, **DESK)

    assert text(reply) == "Odepnuto."
    assert await dialogue.store.editors.pins() == []
    assert [*(dialogue.desk.settings.data_dir / "answers").rglob("*.md")] == []


async def test_editors_that_cannot_be_reached_are_said(dialogue: Dialogue) -> None:
    await dialogue.say(ASKED)
    dialogue.slack.faults = [DeliveryError("down")]

    reply = await dialogue.press("ask:q1")

    assert reply is not None
    assert reply.kind is ReplyKind.TOAST
    assert reply.text == "Redakci se teď nedaří zastihnout. Zkuste to prosím později."
    assert text(await dialogue.press("ask:q1")).startswith("Dotaz jsem předal redakci.")


DATES = tuple(
    Occurrence(recurrence_id=f"202706{day}T080000Z", start=start, end=None)
    for day in (17, 24)
    for start in [datetime(2027, 6, day, 10, tzinfo=PRAGUE)]
)
WEEKLY = replace(SEMINAR, occurrences=DATES)


async def test_one_date_of_a_recurring_event_is_changed_in_chat(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [WEEKLY]

    await dialogue.command(f"edit {WEEKLY.uid}", **DESK)
    form = dialogue.slack.sent[-1].reply
    await dialogue.command(
        f"edit {WEEKLY.uid}\ndatum: 24. 6. 2027\nzačátek: 25. 6. 2027 9:00", **DESK
    )
    await dialogue.command(f"edit {WEEKLY.uid}\ndatum: 24. 6.\nstav: zrušeno", **DESK)

    assert "Akce se opakuje:" in form.text
    assert dialogue.agenda.dates == [
        ("2027-06-24", {"start": datetime(2027, 6, 25, 9, tzinfo=PRAGUE), "all_day": False}),
        ("2027-06-24", {"cancelled": True}),
    ]


async def test_one_date_of_a_recurring_event_is_cancelled_in_chat(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [WEEKLY]

    reply = await dialogue.command(f"cancel {WEEKLY.uid} 24. 6. 2027", **DESK)
    unread = await dialogue.command(f"cancel {WEEKLY.uid} potom", **DESK)
    dialogue.agenda.known = [SEMINAR]
    single = await dialogue.command(f"cancel {SEMINAR.uid} 24. 6. 2027", **DESK)

    assert text(reply).startswith("Zrušeno: Parkování v malém městě, 24. 6. 2027.")
    assert text(unread) == "„potom“ není datum. Pište třeba 17. 6. 2027 10:00."
    assert text(single).startswith("V ten den se akce nekoná.")
    assert dialogue.agenda.dates == [("2027-06-24", {})]


async def test_editor_in_a_direct_chat_replies_there(dialogue: Dialogue) -> None:
    await dialogue.say(ASKED)
    direct: dict[str, Any] = {"author": EDITOR, "chat": "slack:D5", "address": "slack:D5"}

    shown = await dialogue.press("qshow:q1", **direct)
    ref = dialogue.slack_ref
    reply = await dialogue.say("Brzy.", reply_to=ref, **direct)

    assert text(shown).startswith("**❓ Dotaz bez jisté odpovědi**")
    assert text(reply).startswith("Odesláno.")


async def test_a_line_that_is_not_understood_comes_back_as_text(dialogue: Dialogue) -> None:
    reply = await dialogue.command("add [x](https://evil.example) <!here>\x1b[1m", **DESK)

    assert "„\\[x\\](https://evil.example) \\<\u2060!here>\\[1m“" in text(reply)
