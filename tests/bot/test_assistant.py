"""Dialogues through `Assistant.handle`, the same for every platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.i18n import Phrases
from bot.messages import MessageKind, ReplyKind
from knowledge.documents import Answer, Citation, Mode, Turn
from knowledge.errors import IndexUnavailable
from tests.bot.conftest import EDITORS_CHAT, GROUP, Dialogue

FREE = Citation(
    url="https://czechsmartcitycluster.com/en/schools",
    title="Partnerships of academic entities",
    section="Academic partners",
    page=None,
    quote="Academic membership in the CSCC is free.",
    language="en",
    updated_at=date(2025, 3, 12),
)
QUESTION = "Kolik stojí členství pro univerzitu?"
SURE = Answer(
    question=QUESTION,
    language="cs",
    mode=Mode.EXTRACTIVE,
    answered=True,
    confidence=0.9,
    citations=(FREE,),
    searched_for=QUESTION,
    searched_documents=233,
)
SAID = """Našel jsem to v anglickém zdroji:

> Academic membership in the CSCC is free.

[Partnerships of academic entities](https://czechsmartcitycluster.com/en/schools) \
· část „Academic partners“ · stav k 12. 3. 2025"""


@pytest.fixture(autouse=True)
def _knows(dialogue: Dialogue) -> None:
    dialogue.knowledge.answers[QUESTION] = SURE


@pytest.mark.parametrize("platform", ["slack", "telegram", "console", "web"])
async def test_question_is_answered_with_its_source(dialogue: Dialogue, platform: str) -> None:
    await dialogue.command("language cs", platform=platform)

    reply = await dialogue.say(QUESTION, platform=platform)

    assert reply is not None
    assert (reply.text, reply.kind, reply.feedback) == (SAID, ReplyKind.POST, "q1")


async def test_new_chat_is_asked_once_for_its_language(dialogue: Dialogue) -> None:
    first = await dialogue.say(QUESTION)
    second = await dialogue.say(QUESTION)

    assert first is not None
    assert second is not None
    ask = "Jazyk pro tento chat? / Language for this chat?"
    assert first.text == f"{SAID}\n\n{ask}"
    assert [button.data for button in first.buttons[-1]] == ["lang:cs", "lang:en"]
    assert (second.text, second.buttons) == (SAID, ())


async def test_unanswered_question_is_offered_to_the_editors(dialogue: Dialogue) -> None:
    reply = await dialogue.say("Kdo vyhrál volby?", platform="web")

    assert reply is not None
    assert reply.text == (
        "To jsem ve zdrojích klastru nenašel (prohledal jsem 233 dokumentů). "
        "Mám dotaz předat redakci?"
    )
    assert [button.data for button in reply.buttons[0]] == ["ask:q1", "no:q1"]


async def test_history_goes_along_for_the_same_person_and_place(dialogue: Dialogue) -> None:
    await dialogue.say(QUESTION)
    await dialogue.say("a jak dlouho?")
    await dialogue.say("a jak dlouho?", author="slack:U2")

    turns = (
        Turn(role="user", text=QUESTION),
        Turn(role="assistant", text=f"{FREE.title}: {FREE.quote}"),
    )
    assert [asked[2] for asked in dialogue.knowledge.asked] == [(), turns, ()]


async def test_history_is_forgotten_after_the_time_it_is_kept(dialogue: Dialogue) -> None:
    await dialogue.say(QUESTION)
    dialogue.clock.forward(hours=25)

    await dialogue.say("a jak dlouho?")

    assert dialogue.knowledge.asked[-1][2] == ()


async def test_without_an_index_it_says_so(dialogue: Dialogue) -> None:
    dialogue.knowledge.fault = IndexUnavailable()

    replies = [await dialogue.say(each) for each in (QUESTION, "How is a methodology made?")]

    assert [reply and reply.text for reply in replies] == [
        "Ještě si načítám zdroje. Zkuste to prosím za chvíli.",
        "I am still loading my sources. Please try again in a moment.",
    ]


async def test_chosen_language_decides(dialogue: Dialogue) -> None:
    done = await dialogue.command("language en")
    await dialogue.say(QUESTION)

    assert done is not None
    assert done.text == "I will write in English."
    assert dialogue.knowledge.asked[-1][3] == "en"


async def test_one_persons_language_follows_across_direct_chats(dialogue: Dialogue) -> None:
    await dialogue.command("language en")

    reply = await dialogue.command("events", chat="slack:D2", address="slack:D2")

    assert reply is not None
    assert reply.text == "There is nothing ahead in the calendar now."


async def test_slovak_hint_is_spoken_to_in_czech(dialogue: Dialogue) -> None:
    reply = await dialogue.command("events", language_hint="sk")

    assert reply is not None
    assert reply.text == "V kalendáři teď není žádná nadcházející akce."


async def test_handing_on_reaches_the_editors_without_the_name(dialogue: Dialogue) -> None:
    await dialogue.say("Kdo vyhrál volby?")

    reply = await dialogue.press("ask:q1")
    again = await dialogue.press("ask:q1")

    assert reply is not None
    assert again is not None
    assert reply.text == "Dotaz jsem předal redakci. Odpověď přijde sem."
    assert again.text == "Tento dotaz už redakce má."
    [sent] = dialogue.slack.sent
    assert sent.address == EDITORS_CHAT
    assert sent.reply.text == (
        "**❓ Dotaz bez jisté odpovědi**\n> Kdo vyhrál volby?\n\n"
        "Položeno 1krát, česky.\n"
        "Odpovězte na tuto zprávu; odpověď pošlu tomu, kdo se ptal."
    )


async def test_only_the_asker_hands_a_question_on(dialogue: Dialogue) -> None:
    await dialogue.say("Kdo vyhrál volby?")

    reply = await dialogue.press("ask:q1", author="slack:U2")

    assert reply is not None
    assert (reply.text, reply.kind) == ("To může jen ten, kdo se ptal.", ReplyKind.TOAST)
    assert dialogue.slack.sent == []


@pytest.mark.parametrize(
    ("mode", "text", "wanted"),
    [
        ("mention", QUESTION, False),
        ("questions", QUESTION, True),
        ("questions", "Díky všem za dnešek", False),
        ("all", "Díky všem za dnešek", True),
        ("never", QUESTION, False),
    ],
)
async def test_respond_modes(dialogue: Dialogue, mode: str, text: str, wanted: bool) -> None:
    await dialogue.command(f"settings {mode}", **GROUP)

    message = dialogue.message(text=text, addressed=False, **GROUP)

    assert await dialogue.assistant.wants(message) is wanted


async def test_where_it_is_never_to_answer_it_takes_commands_alone(dialogue: Dialogue) -> None:
    await dialogue.command("settings never", **GROUP)

    spoken_to = dialogue.message(text=QUESTION, **GROUP)
    command = dialogue.message(kind=MessageKind.COMMAND, command="events", **GROUP)
    alone = dialogue.message(text=QUESTION)

    wanted = [await dialogue.assistant.wants(each) for each in (spoken_to, command, alone)]
    assert wanted == [False, True, True]


async def test_unasked_only_a_sure_answer_is_given(dialogue: Dialogue) -> None:
    await dialogue.command("settings all", **GROUP)

    sure = await dialogue.say(QUESTION, addressed=False, **GROUP)
    unsure = await dialogue.say("Kdo vyhrál volby?", addressed=False, **GROUP)

    assert sure is not None
    assert sure.text == SAID
    assert unsure is None


async def test_thread_goes_on_without_a_new_mention(dialogue: Dialogue) -> None:
    thread: dict[str, Any] = {**GROUP, "address": "slack:C1/1.0", "threaded": True}
    await dialogue.say(QUESTION, **thread)

    follow_up = dialogue.message(text="a co firmy", addressed=False, reply_to="1.0", **thread)

    assert await dialogue.assistant.wants(follow_up)
    others = replace(follow_up, author="slack:U2", text="to je zajímavé")
    assert not await dialogue.assistant.wants(others)
    elsewhere = replace(follow_up, address="slack:C1/2.0", reply_to="2.0")
    assert not await dialogue.assistant.wants(elsewhere)


async def test_too_many_questions_are_slowed_down_with_one_word(dialogue: Dialogue) -> None:
    for _ in range(30):
        await dialogue.say(QUESTION)

    told = await dialogue.say(QUESTION)
    silent = await dialogue.say(QUESTION)
    other = await dialogue.say(QUESTION, author="slack:U2")
    dialogue.clock.forward(minutes=1)
    later = await dialogue.say(QUESTION)

    assert told is not None
    assert told.text.startswith("Ptáte se rychleji")
    assert silent is None
    assert other is not None
    assert later is not None


async def test_edited_question_changes_the_answer_in_place(dialogue: Dialogue) -> None:
    await dialogue.say("Kdo vyhrál volby?", ref="7")

    reply = await dialogue.say(QUESTION, ref="7", edited=True)
    same = await dialogue.say(QUESTION, ref="7", edited=True)

    assert reply is not None
    assert (reply.kind, reply.target, reply.text) == (ReplyKind.EDIT, "slack-1", SAID)
    assert same is None


async def test_deleted_question_withdraws_the_answer(dialogue: Dialogue) -> None:
    await dialogue.say(QUESTION, ref="7")

    reply = await dialogue.say("", ref="7", deleted=True, addressed=False)

    assert reply is not None
    assert (reply.kind, reply.target) == (ReplyKind.EDIT, "slack-1")
    assert reply.text == "Dotaz byl smazán, odpověď jsem stáhl."


async def test_private_answer_can_be_shared(dialogue: Dialogue) -> None:
    asked = await dialogue.command(f"ask {QUESTION}", private=True, **GROUP)
    assert asked is not None
    assert asked.kind is ReplyKind.PRIVATE
    assert [button.data for button in asked.buttons[-1]] == ["share:q1"]

    shared = await dialogue.press("share:q1", **GROUP)

    assert shared is not None
    assert shared.kind is ReplyKind.POST
    assert shared.text.startswith(f"> {QUESTION}\n\nNašel jsem")


async def test_fleeting_question_leaves_nothing(dialogue: Dialogue) -> None:
    await dialogue.say("Kdo vyhrál volby?", fleeting=True, private=True)

    since = dialogue.clock() - timedelta(days=1)
    assert await dialogue.store.questions.unanswered(since) == []


async def test_votes_put_an_answer_among_the_unanswered(dialogue: Dialogue) -> None:
    await dialogue.say(QUESTION)
    since = dialogue.clock() - timedelta(days=1)
    assert await dialogue.store.questions.unanswered(since) == []

    await dialogue.press("fb:down:q1")

    assert [one.id for one in await dialogue.store.questions.unanswered(since)] == ["q1"]
    thanks = await dialogue.press("fb:up:q1")
    assert thanks is not None
    assert (thanks.text, thanks.kind) == ("Děkuji.", ReplyKind.TOAST)
    assert await dialogue.store.questions.unanswered(since) == []


async def test_forget_removes_what_is_kept(dialogue: Dialogue) -> None:
    await dialogue.say("Kdo vyhrál volby?")
    await dialogue.say("Kdo vyhrál volby?", author="slack:U2")

    reply = await dialogue.command("forget")
    await dialogue.say("a kdy?")

    assert reply is not None
    assert reply.text == (
        "Smazal jsem, co jsem o vás měl uloženo: 1 dotaz a 2 zprávy z našeho rozhovoru. "
        "Nic dalšího o vás uloženého nemám."
    )
    assert dialogue.knowledge.asked[-1][2] == ()
    since = dialogue.clock() - timedelta(days=1)
    authors = [one.author for one in await dialogue.store.questions.unanswered(since)]
    assert sorted(authors) == ["slack:U1", "slack:U2"]


async def test_forget_says_what_it_ends_and_only_what_there_was(dialogue: Dialogue) -> None:
    await dialogue.command("subscribe výzvy")
    await dialogue.command("language cs")

    replies = [await dialogue.command("forget"), await dialogue.command("forget")]

    assert [reply.text if reply else "" for reply in replies] == [
        "Smazal jsem, co jsem o vás měl uloženo: 1 odběr připomínek a nastavení. Nic dalšího o "
        "vás uloženého nemám. Připomínky v přímém chatu tím skončily; obnovíte je příkazem "
        "/cscc subscribe.",
        "Nic jsem o vás uloženého neměl.",
    ]


async def test_the_language_of_the_page_holds_for_commands(dialogue: Dialogue) -> None:
    await dialogue.say("Kdo vyhrál volby?")

    reply = await dialogue.command("resume", page_language="en", language_hint="en")

    assert reply is not None
    assert reply.text == Phrases("en").say("resume.nothing")


@pytest.mark.parametrize("data", ["", "nonsense", "lang:xx", "respond:sometimes", "sub:shoes"])
async def test_old_and_forged_buttons_do_nothing(dialogue: Dialogue, data: str) -> None:
    reply = await dialogue.press(data)

    assert reply is not None
    assert (reply.text, reply.kind) == ("Toto tlačítko už neplatí.", ReplyKind.TOAST)


async def test_unknown_command_points_to_help(dialogue: Dialogue) -> None:
    reply = await dialogue.command("dance")

    assert reply is not None
    assert reply.text == "Takový příkaz neznám. Co umím, ukáže /cscc help."


@pytest.mark.parametrize("language", ["cs", "en"])
async def test_help_fits_on_one_screen(dialogue: Dialogue, language: str) -> None:
    await dialogue.command(f"language {language}")

    reply = await dialogue.command("help")

    assert reply is not None
    assert len(reply.text) < 900
    assert reply.text.count("\n") < 14


@pytest.mark.parametrize("word", ["help", "/help", "Nápověda", "POMOC"])
async def test_command_is_understood_as_a_word(dialogue: Dialogue, word: str) -> None:
    reply = await dialogue.say(word)

    assert reply is not None
    assert reply.text.startswith("**Zeptejte se vlastními slovy**")


async def test_message_that_is_asked_about_is_the_question(dialogue: Dialogue) -> None:
    await dialogue.say("", quoted=QUESTION)

    assert dialogue.knowledge.asked[-1][0] == QUESTION


async def test_what_is_quoted_of_somebody_else_goes_before(dialogue: Dialogue) -> None:
    await dialogue.say("a pro firmy?", quoted="Kolik stojí členství?", reply_to="5")

    assert dialogue.knowledge.asked[-1][2] == (Turn(role="user", text="Kolik stojí členství?"),)


async def test_reply_to_an_answer_goes_on_with_what_was_asked(dialogue: Dialogue) -> None:
    await dialogue.say(QUESTION, **GROUP)
    ref = dialogue.slack_ref

    await dialogue.say("a kdy?", author="slack:U2", quoted="Našel…", reply_to=ref, **GROUP)

    assert [turn.text for turn in dialogue.knowledge.asked[-1][2]] == [
        QUESTION,
        f"{FREE.title}: {FREE.quote}",
    ]


async def test_what_was_asked_for_members_does_not_go_on_in_public(dialogue: Dialogue) -> None:
    await dialogue.say(QUESTION, audience="members", **GROUP)

    await dialogue.say("a kdy?", author="slack:U2", reply_to=dialogue.slack_ref, **GROUP)

    assert dialogue.knowledge.asked[-1][2] == ()


async def test_what_was_asked_in_private_is_answered_in_private(dialogue: Dialogue) -> None:
    await dialogue.command("ask Kdo vyhrál volby?", private=True, **GROUP)

    known = await dialogue.store.questions.get("q1")

    assert known is not None
    assert (known.address, known.ref) == ("slack:DU1", "")


@pytest.mark.parametrize(
    ("author", "text", "answered"),
    [
        ("slack:U1", "a kdo vyhrál volby?", True),
        ("slack:U1", "to je všechno", False),
        ("slack:U2", "a kdo vyhrál volby?", False),
    ],
)
async def test_in_our_thread_the_asker_is_told_what_was_not_found(
    dialogue: Dialogue, author: str, text: str, answered: bool
) -> None:
    thread: dict[str, Any] = {**GROUP, "address": "slack:C1/1.0", "threaded": True}
    await dialogue.say(QUESTION, **thread)

    reply = await dialogue.say(text, author=author, addressed=False, reply_to="1.0", **thread)

    assert (reply is not None) is answered
