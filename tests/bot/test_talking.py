"""Talking with the assistant as with a colleague: offers, changes of mind, what it keeps quiet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.asking import said_to_offer, same_question
from bot.i18n import Phrases
from bot.messages import MessageKind, Reply, ReplyKind
from bot.store import Post
from knowledge.documents import Mode, Turn
from tests.bot.conftest import EDITORS_CHAT, GROUP, Dialogue
from tests.bot.test_assistant import QUESTION, SURE
from tests.bot.test_wording_notices import SEMINAR

UNKNOWN = "Kdo vyhrál volby?"
NOD = replace(SURE, question="👍", mode=Mode.CHATTER, chatter="acknowledgement", citations=())


def text(reply: Reply | None) -> str:
    assert reply is not None
    return reply.text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("ano", True),
        ("Ano, prosím.", True),
        ("jo, předejte to redakci", True),
        ("Předat!", True),
        ("Yes please, ask them", True),
        ("ok", True),
        ("👍", True),
        ("ne", False),
        ("Ne, díky", False),
        ("No, thanks.", False),
        ("netřeba", False),
        ("díky", None),
        ("prosím", None),
        ("ano, kdy je seminář?", None),
        ("Ne, kdy?", None),
        ("Předat klíče radnice kdo může?", None),
        ("", None),
    ],
)
def test_what_is_said_to_an_offer(said: str, meant: bool | None) -> None:
    assert said_to_offer(said) is meant


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kolik stojí členství?", "kolik stoji clenstvi", True),
        ("Kdo má na starosti parkování?", "Kdo má, prosím, to parkování na starosti?", True),
        ("What does membership cost?", "what does the membership cost", True),
        ("Kolik?", "kolik", True),
        ("Kolik?", "Kdy?", False),
        ("Kdy končí 5. výzva pro obce v kraji?", "Kdy končí 6. výzva pro obce v kraji?", False),
        (
            "Kdy bude setkání pracovní skupiny pro mobilitu v Brně?",
            "Kde bude setkání pracovní skupiny pro mobilitu v Brně?",
            False,
        ),
        (
            "Kdo je kontaktní osobou města Brna pro parkování a osvětlení?",
            "Kdo je kontaktní osobou města Písku pro parkování a osvětlení?",
            False,
        ),
    ],
)
def test_the_same_question_in_other_words(one: str, other: str, same: bool) -> None:
    assert (same_question(one, other), same_question(other, one)) == (same, same)


async def test_yes_hands_the_question_on(dialogue: Dialogue) -> None:
    await dialogue.say(UNKNOWN)

    said = [text(await dialogue.say(each)) for each in ("Ano, prosím", "ano")]

    assert said[0] == "Dotaz jsem předal redakci. Odpověď přijde sem."
    [sent] = dialogue.slack.sent
    assert (sent.address, UNKNOWN in sent.reply.text) == (EDITORS_CHAT, True)
    assert dialogue.knowledge.asked[-1][0] == "ano"


async def test_a_question_is_handed_on_also_unoffered(dialogue: Dialogue) -> None:
    dialogue.knowledge.answers[QUESTION] = SURE
    await dialogue.say(QUESTION)

    said = [await dialogue.say(each) for each in ("Předej to redakci", "Předej jim to")]

    assert [(text(one), one and one.kind) for one in said] == [
        ("Dotaz jsem předal redakci. Odpověď přijde sem.", ReplyKind.POST),
        ("Tento dotaz už redakce má.", ReplyKind.POST),
    ]


async def test_no_leaves_it_at_that(dialogue: Dialogue) -> None:
    await dialogue.say(UNKNOWN)

    assert text(await dialogue.say("Ne, díky")) == "Dobře."
    assert dialogue.slack.sent == []


@pytest.mark.parametrize(
    ("first", "more"),
    [(QUESTION, {}), (UNKNOWN, {"author": "slack:U2"}), (UNKNOWN, {"address": "slack:D1/2"})],
)
async def test_yes_to_nothing_is_no_offer(
    dialogue: Dialogue, first: str, more: dict[str, Any]
) -> None:
    dialogue.knowledge.answers[QUESTION] = SURE
    await dialogue.say(first)

    await dialogue.say("ano", **more)

    assert dialogue.knowledge.asked[-1][0] == "ano"
    assert dialogue.slack.sent == []


async def test_yes_in_our_thread_needs_no_mention(dialogue: Dialogue) -> None:
    thread: dict[str, Any] = {**GROUP, "address": "slack:C1/1.0", "threaded": True}
    await dialogue.say(UNKNOWN, **thread)

    message = dialogue.message(text="jo, předej to", addressed=False, reply_to="1.0", **thread)

    assert await dialogue.assistant.wants(message)
    assert text(await dialogue.handle(message)).startswith("Dotaz jsem předal redakci.")


async def test_what_was_asked_aside_is_answered_in_a_direct_message(dialogue: Dialogue) -> None:
    await dialogue.command(f"ask {UNKNOWN}", private=True, **GROUP)

    assert text(await dialogue.press("ask:q1", **GROUP, private=True)) == (
        "Dotaz jsem předal redakci. Odpověď vám přijde do přímé zprávy."
    )


@pytest.mark.parametrize("said", ["Dobrý den!", "díky moc", "help"])
async def test_a_greeting_that_is_edited_is_not_answered_again(
    dialogue: Dialogue, said: str
) -> None:
    edited = dialogue.message(text=said, edited=True, **GROUP)

    assert await dialogue.assistant.wants(edited)
    assert await dialogue.handle(edited) is None


async def test_where_it_is_to_be_silent_an_edit_does_not_wake_it(dialogue: Dialogue) -> None:
    await dialogue.command("settings never", **GROUP)

    assert not await dialogue.assistant.wants(dialogue.message(text=QUESTION, edited=True, **GROUP))


async def test_a_deleted_question_is_not_kept(dialogue: Dialogue) -> None:
    await dialogue.say(QUESTION, ref="6")
    dialogue.clock.forward(minutes=1)
    await dialogue.say(UNKNOWN, ref="7")
    await dialogue.press("fb:down:q2")

    reply = await dialogue.say("", ref="7", deleted=True, addressed=False)

    assert reply is not None
    assert reply.kind is ReplyKind.EDIT
    assert await dialogue.store.questions.get("q2") is None
    since = dialogue.clock.now.replace(year=2026)
    turns = await dialogue.store.chats.history("slack:D1", "slack:U1", since)
    assert [turn.text for turn in turns if turn.role == "user"] == [QUESTION]


async def test_who_floods_a_group_that_is_all_heard_is_passed_over(dialogue: Dialogue) -> None:
    await dialogue.command("settings all", **GROUP)

    for _ in range(35):
        reply = await dialogue.say(UNKNOWN, addressed=False, **GROUP)

    assert reply is None
    assert len(dialogue.knowledge.asked) == 30


@pytest.mark.parametrize(
    ("mode", "last"),
    [
        ("mention", "Nastavení tu mění správci."),
        ("never", "Neodpovídám, jen připomínám a plním příkazy."),
        ("all", "Odpovídám na vše, na co odpověď jistě znám."),
    ],
)
async def test_help_says_when_it_answers_there(dialogue: Dialogue, mode: str, last: str) -> None:
    await dialogue.command(f"settings {mode}", **GROUP)

    assert text(await dialogue.command("help", **GROUP)).endswith(last)


async def test_what_was_asked_before_a_group_moved_is_answered_after(dialogue: Dialogue) -> None:
    old = {**GROUP, "platform": "telegram", "chat": "telegram:-5", "address": "telegram:-5"}
    await dialogue.say(UNKNOWN, **old)

    moved = {**old, "kind": MessageKind.COMMAND, "command": ":moved", "arguments": "telegram:-9"}
    await dialogue.handle(dialogue.message(**moved))

    known = await dialogue.store.questions.get("q1")
    assert known is not None
    assert (known.chat, known.address) == ("telegram:-9", "telegram:-9")


@pytest.mark.parametrize(
    "nudge", ["nevíš?", "Víš to?", "a co na to ty?", "Co je tohle?", "Can you answer this?", ""]
)
async def test_who_points_at_a_question_asks_it(dialogue: Dialogue, nudge: str) -> None:
    await dialogue.say(nudge, quoted=QUESTION, reply_to="5", **GROUP)

    assert dialogue.knowledge.asked[-1][0::2][:2] == (QUESTION, ())


@pytest.mark.parametrize("own", ["a pro firmy?", "Kdy je seminář?", "víš, kdo to vede?"])
async def test_who_asks_something_of_their_own_asks_that(dialogue: Dialogue, own: str) -> None:
    await dialogue.say(own, quoted=QUESTION, reply_to="5", **GROUP)

    assert dialogue.knowledge.asked[-1][0] == own


async def test_a_reply_to_a_post_of_ours_is_about_its_events(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [SEMINAR]
    for number, chat in enumerate(("slack:C1", "slack:C2")):
        post = Post(
            id=f"p{number}",
            address=f"{chat}/7",
            ref="500,501",
            text="📅 za 9 dní …",
            uids=(SEMINAR.uid,) if chat == "slack:C1" else (),
            at=dialogue.clock(),
        )
        await dialogue.store.posts.keep(post)

    await dialogue.say("A kde to je?", quoted="📅 za 9 dní …", reply_to="501", **GROUP)

    assert dialogue.knowledge.asked[-1][2] == (Turn(role="user", text=SEMINAR.title),)


async def test_under_an_english_post_a_press_is_answered_in_english(dialogue: Dialogue) -> None:
    post = Post(
        id="p", address="slack:C1", ref="500", text="📅 …", language="en", at=dialogue.clock()
    )
    await dialogue.store.posts.keep(post)

    assert text(await dialogue.press("who:x", ref="500", **GROUP)) == Phrases("en").say(
        "error.event_gone"
    )


@pytest.mark.parametrize(
    ("said", "answered"), [("Přijdeme oba.", False), ("Super, díky všem", False), ("Kde?", True)]
)
async def test_a_comment_on_a_post_of_ours_is_left_to_people(
    dialogue: Dialogue, said: str, answered: bool
) -> None:
    post = Post(id="p", address="slack:C1", ref="500", text="📅 …", at=dialogue.clock())
    await dialogue.store.posts.keep(post)

    reply = await dialogue.say(said, reply_to="500", **GROUP)

    assert (reply is not None) is answered


@pytest.mark.parametrize(
    ("said", "more", "wanted"),
    [
        ("450 korun.", {"reply_to": "7"}, False),
        ("A kdy?", {"reply_to": "7"}, True),
        ("450 korun.", {}, True),
    ],
)
async def test_what_one_tells_another_is_not_answered_even_where_all_is_heard(
    dialogue: Dialogue, said: str, more: dict[str, Any], wanted: bool
) -> None:
    await dialogue.command("settings all", **GROUP)

    message = dialogue.message(text=said, addressed=False, **more, **GROUP)

    assert await dialogue.assistant.wants(message) is wanted


@pytest.mark.parametrize(("where", "said"), [(GROUP, None), ({}, "V pořádku.")])
async def test_to_a_nod_nothing_is_said_among_people(
    dialogue: Dialogue, where: dict[str, Any], said: str | None
) -> None:
    dialogue.knowledge.answers["👍"] = NOD

    reply = await dialogue.say("👍", **where)

    assert (reply and reply.text.partition(" Kdyby")[0]) == said


async def test_a_greeting_in_private_is_not_offered_to_be_shared(dialogue: Dialogue) -> None:
    dialogue.knowledge.answers["ahoj"] = replace(NOD, chatter="greeting")

    reply = await dialogue.command("dotaz ahoj", private=True, **GROUP)

    assert reply is not None
    assert (reply.kind, reply.buttons) == (ReplyKind.PRIVATE, ())


@pytest.mark.parametrize(
    ("said", "language"), [("https://a.example/x", "cs"), ("Co je https://a.example/x", None)]
)
async def test_a_bare_link_has_the_language_of_the_chat(
    dialogue: Dialogue, said: str, language: str | None
) -> None:
    await dialogue.say(said)

    assert dialogue.knowledge.asked[-1][3] == language


async def test_marks_alone_choose_no_events(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [SEMINAR]

    assert text(await dialogue.command("events 🙂")).startswith("**Nejbližší akce**\n")


async def test_topics_of_a_group_are_each_for_themselves(dialogue: Dialogue) -> None:
    topic = {**GROUP, "address": "slack:C1/7"}
    for place, line in ((GROUP, "subscribe výzvy"), (topic, "subscribe semináře")):
        await dialogue.command(line, **place)

    settings = text(await dialogue.command("settings", **GROUP))
    await dialogue.command("pause 3", **topic)
    await dialogue.command("unsubscribe", **GROUP)

    assert settings.splitlines()[-2:] == [
        "- Připomínám: výzvy",
        "- V jiném tématu skupiny připomínám: semináře",
    ]
    [left] = dialogue.agenda.subscribed.values()
    assert (left.address, left.paused_until is None) == ("slack:C1/7", False)


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("pause", "pondělí 14. 6. 2027 v 8:00"),
        ("pause 3", "čtvrtka 10. 6. 2027 v 8:00"),
        ("pause 2 týdny", "pondělí 21. 6. 2027 v 8:00"),
        ("pause na měsíc", "středy 7. 7. 2027 v 8:00"),
        ("pause 30 minut", "pondělí 7. 6. 2027 v 9:30"),
        ("pause 2 hours", "pondělí 7. 6. 2027 v 11:00"),
        ("pause a week", "pondělí 14. 6. 2027 v 8:00"),
        ("pause do pátku", "pátku 11. 6. 2027 v 8:00"),
        ("pause until 15 July", "čtvrtka 15. 7. 2027 v 8:00"),
        ("pause do konce června", "čtvrtka 1. 7. 2027 v 8:00"),
        ("pause 999 let", "úterý 6. 6. 2028 v 8:00"),
    ],
)
async def test_how_long_a_pause_is(dialogue: Dialogue, line: str, until: str) -> None:
    await dialogue.command("subscribe výzvy")

    assert text(await dialogue.command(line)).startswith(f"Do {until} sem nic nepošlu.")


@pytest.mark.parametrize(
    "line", ["pause nesmysl", "pause do aleluja", "pause 3 xyz", "pause 15. 7."]
)
async def test_a_pause_that_is_not_understood_changes_nothing(
    dialogue: Dialogue, line: str
) -> None:
    await dialogue.command("subscribe výzvy")

    assert text(await dialogue.command(line)).startswith("Nevím, na jak dlouho.")
    [one] = dialogue.agenda.subscribed.values()
    assert one.paused_until is None


@pytest.mark.parametrize(
    ("line", "kept"),
    [("settings na vše", "all"), ("settings Nikdy", "never"), ("settings xy", None)],
)
async def test_settings_are_changed_by_a_word(
    dialogue: Dialogue, line: str, kept: str | None
) -> None:
    in_group = text(await dialogue.command(line, **GROUP))
    alone = text(await dialogue.command(line))

    assert (await dialogue.store.chats.chat("slack:C1")).respond == kept
    assert in_group.startswith("Nastavení „xy“ tu neznám") is (kept is None)
    assert alone.startswith(f"Nastavení „{line.partition(' ')[2]}“ tu neznám")
    assert (await dialogue.store.chats.chat("slack:D1")).respond is None


async def test_a_language_that_was_chosen_is_left_to_the_question_again(dialogue: Dialogue) -> None:
    await dialogue.command("language en")
    await dialogue.say(QUESTION)
    said = text(await dialogue.press("lang:auto"))
    await dialogue.say(QUESTION)
    shown = text(await dialogue.command("settings"))

    assert [asked[3] for asked in dialogue.knowledge.asked] == ["en", None]
    assert said == "I will answer in the language of each question."
    assert "- Jazyk: podle dotazu" in shown
    refused = text(await dialogue.command("language Klingon"))
    assert refused.startswith("Umím česky a anglicky: /cscc language cs")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Petře, kdy je ta schůzka?", False),
        ("Ahoj Jano, víš kdy končí výzva?", False),
        ("Kdy končí výzva, Petře?", False),
        ("@petr kdy je seminář?", False),
        ("To je ale výzva, co?", False),
        ("Prosím, kdy je seminář?", True),
        ("IROP: kdy končí výzva?", True),
        ("Kolegové, kdy je seminář?", True),
        ("Napište na info@cscc.cz, kdy?", True),
    ],
)
async def test_what_is_asked_of_a_colleague_is_left_to_them(
    dialogue: Dialogue, said: str, wanted: bool
) -> None:
    await dialogue.command("settings questions", **GROUP)

    message = dialogue.message(text=said, addressed=False, **GROUP)

    assert await dialogue.assistant.wants(message) is wanted
    assert await dialogue.assistant.wants(replace(message, addressed=True))
    named = replace(message, text="Kdy je seminář?", to_others=True)
    assert not await dialogue.assistant.wants(named)
