"""Each message is answered once: in order, whatever fails or dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.assistant import Assistant
from bot.inbox import Inbox
from bot.messages import DeliveryError, Message, MessageKind, Reply, ReplyKind, Undeliverable
from bot.store import Store
from bot.store import inbox as rows
from scheduler.database import open_database
from tests.bot.conftest import GROUP, Dialogue
from tests.bot.test_assistant import QUESTION, SURE
from tests.fakes import NOW, FakePlatform, Sent

#: What a process that died had posted.
POSTED = Reply(text="Našel jsem …")
#: Why a post in a group was refused.
MUTED = Undeliverable("the topic is closed", muted=True)


@pytest.fixture(autouse=True)
def _knows(dialogue: Dialogue) -> None:
    dialogue.knowledge.answers[QUESTION] = SURE


@asynccontextmanager
async def running(inbox: Inbox) -> AsyncIterator[Inbox]:
    """Run an inbox for a while."""
    task = asyncio.create_task(inbox.run())
    try:
        yield inbox
    finally:
        task.cancel()
        await asyncio.wait({task})


async def accept(inbox: Inbox, *messages: Message) -> None:
    async with running(inbox):
        for message in messages:
            await inbox.accept(message)
        await inbox.drained()


def answers(platform: FakePlatform) -> list[str]:
    return [message.id for message, _ in platform.answered]


async def test_five_deliveries_of_one_event_give_one_reply(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text=QUESTION)

    async with running(inbox):
        await asyncio.gather(*(inbox.accept(message) for _ in range(4)))
        await inbox.drained()
        await inbox.accept(message)
        await inbox.drained()

    assert answers(dialogue.slack) == [message.id]


async def test_sign_is_shown_only_where_an_answer_comes(dialogue: Dialogue, inbox: Inbox) -> None:
    asked = dialogue.message(text=QUESTION)
    pressed = dialogue.message(kind=MessageKind.BUTTON, data="lang:cs")
    overheard = dialogue.message(text=QUESTION, addressed=False, **GROUP)

    await accept(inbox, asked, pressed, overheard)

    assert dialogue.slack.begun == [asked.id]
    assert answers(dialogue.slack) == [asked.id, pressed.id]


async def test_order_is_kept_within_a_chat_while_chats_run_in_parallel(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    first, second = dialogue.message(text="A dál?"), dialogue.message(text=QUESTION)
    elsewhere = dialogue.message(text=QUESTION, chat="slack:D9", address="slack:D9")
    gate = asyncio.Event()

    async def slow_first() -> None:
        if dialogue.knowledge.asked[-1][0] == first.text:
            await gate.wait()

    dialogue.knowledge.before = slow_first
    async with running(inbox):
        await inbox.accept(first)
        await inbox.accept(second)
        await inbox.accept(elsewhere)
        await dialogue.slack.posted.wait()
        gate.set()
        await inbox.drained()

    assert answers(dialogue.slack) == [elsewhere.id, first.id, second.id]
    assert sorted(dialogue.slack.begun) == sorted([first.id, second.id, elsewhere.id])


async def test_error_while_answering_is_tried_again(dialogue: Dialogue, inbox: Inbox) -> None:
    failures = iter([RuntimeError("boom")])

    async def fail_once() -> None:
        for error in failures:
            raise error

    dialogue.knowledge.before = fail_once

    await accept(inbox, dialogue.message(text=QUESTION))

    [(_, reply)] = dialogue.slack.answered
    assert reply.feedback == "q1"


async def test_error_that_stays_is_apologised_for(dialogue: Dialogue, inbox: Inbox) -> None:
    dialogue.knowledge.fault = RuntimeError("boom")

    await accept(inbox, dialogue.message(text=QUESTION), dialogue.message(text=QUESTION))

    texts = [reply.text for _, reply in dialogue.slack.answered]
    assert texts == ["Něco se mi nepovedlo, omlouvám se. Zkuste to prosím znovu."] * 2


async def test_reply_that_is_not_taken_is_posted_again(dialogue: Dialogue, inbox: Inbox) -> None:
    dialogue.slack.faults = [DeliveryError("busy", retry_after=0.01)]

    await accept(inbox, dialogue.message(text=QUESTION))

    assert len(dialogue.slack.answered) == 1


async def test_reply_whose_answer_was_lost_is_not_doubled(dialogue: Dialogue, inbox: Inbox) -> None:
    message = dialogue.message(text=QUESTION)
    dialogue.slack.faults = [DeliveryError("lost", certain=False)]
    dialogue.slack.sent = [Sent(message.address, POSTED, key=message.id, ref="9")]

    await accept(inbox, message)

    assert dialogue.slack.answered == []
    known = await dialogue.store.questions.by_ref(message.chat, message.ref)
    assert known is not None
    assert known.reply_ref == "9"


async def test_gone_chat_is_left_alone(dialogue: Dialogue, inbox: Inbox) -> None:
    dialogue.slack.faults = [Undeliverable("gone")]

    await accept(inbox, dialogue.message(text=QUESTION))

    assert dialogue.slack.answered == []


async def test_what_cannot_be_said_in_private_is_said_in_the_group(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    dialogue.slack.faults = [Undeliverable("never started")]

    await accept(inbox, dialogue.message(kind=MessageKind.BUTTON, data="more:x", **GROUP))

    [(_, reply)] = dialogue.slack.answered
    assert (reply.kind, reply.text) == (ReplyKind.TOAST, "Co mám s připomínkami udělat?")


@pytest.mark.parametrize(
    ("addressed", "faults", "said"),
    [
        (True, [MUTED], ["private"]),
        (True, [MUTED, Undeliverable("never wrote")], []),
        (False, [MUTED], []),
        (True, [Undeliverable("kicked")], []),
    ],
)
async def test_what_may_not_be_said_in_the_group_is_said_to_whoever_asked(
    dialogue: Dialogue, inbox: Inbox, addressed: bool, faults: list[Exception], said: list[str]
) -> None:
    await dialogue.store.chats.set_chat("slack:C1", respond="all")
    dialogue.slack.faults = [*faults]
    await accept(inbox, dialogue.message(text=QUESTION, addressed=addressed, **GROUP))

    assert [reply.kind for _, reply in dialogue.slack.answered] == said
    for _, reply in dialogue.slack.answered:
        begin = "V té skupině nebo tématu psát nesmím, odpovídám proto sem.\n\nNašel jsem"
        assert reply.text.startswith(begin)


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        ({"author": "slack:U2", "reply_to": "77"}, ReplyKind.PRIVATE),
        ({"author": "slack:U1", "reply_to": "77"}, ReplyKind.POST),
        ({"author": "slack:U2", "reply_to": "12"}, ReplyKind.POST),
    ],
)
async def test_answer_is_not_pushed_where_somebody_else_has_answered(
    dialogue: Dialogue, inbox: Inbox, heard: dict[str, str], kind: ReplyKind
) -> None:
    message = dialogue.message(text=QUESTION, ref="77", **GROUP)
    other = replace(dialogue.message(text="Je zdarma.", addressed=False, **GROUP), **heard)  # type: ignore[arg-type]

    async def meanwhile() -> None:
        await inbox.accept(other)

    dialogue.knowledge.before = meanwhile
    await accept(inbox, message)

    [(_, reply)] = dialogue.slack.answered
    assert reply.kind is kind


async def test_answer_after_somebody_elses_is_not_pushed_openly_either(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text=QUESTION, ref="77", **GROUP)
    other = dialogue.message(
        text="Je zdarma.", addressed=False, author="slack:U2", reply_to="77", **GROUP
    )

    async def meanwhile() -> None:
        await inbox.accept(other)

    dialogue.knowledge.before = meanwhile
    dialogue.slack.faults = [Undeliverable("never started")]
    await accept(inbox, message)

    assert dialogue.slack.answered == []
    assert dialogue.slack.withdrawn == [(message.id, "")]


async def test_what_is_asked_in_private_of_a_message_is_answered_though_that_came_later(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    asked = dialogue.message(text=QUESTION, ref="77", private=True, threaded=True, **GROUP)
    about = dialogue.message(
        text=QUESTION, addressed=False, author="slack:U2", ref="77", threaded=True, **GROUP
    )

    async def meanwhile() -> None:
        await inbox.accept(about)

    dialogue.knowledge.before = meanwhile
    await accept(inbox, asked)

    assert answers(dialogue.slack) == [asked.id]


async def test_word_about_the_other_answer_is_in_the_language_of_the_answer(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    english = "What does membership cost?"
    dialogue.knowledge.answers[english] = replace(SURE, question=english, language="en")
    message = dialogue.message(text=english, ref="77", **GROUP)
    other = dialogue.message(
        text="Free.", addressed=False, author="slack:U2", reply_to="77", **GROUP
    )

    async def meanwhile() -> None:
        await inbox.accept(other)

    dialogue.knowledge.before = meanwhile
    await accept(inbox, message)

    [(_, reply)] = dialogue.slack.answered
    assert reply.text.startswith("Somebody else has answered in the meantime.")


async def test_fleeting_message_is_answered_and_not_kept(dialogue: Dialogue, inbox: Inbox) -> None:
    message = dialogue.message(text=QUESTION, fleeting=True, private=True)

    await accept(inbox, message, message)

    assert answers(dialogue.slack) == [message.id]
    assert await dialogue.store.inbox.take_in(message, "x", dialogue.clock()) is not None


async def test_message_survives_its_journey_through_the_database() -> None:
    message = Message(
        id="slack:1",
        platform="slack",
        address="slack:C1/1.0",
        chat="slack:C1",
        author="slack:U1",
        kind=MessageKind.COMMAND,
        command="ask",
        text="ěšč",
        sent_at=NOW + timedelta(seconds=1),
    )

    assert rows.load(rows.dump(message)) == message


async def test_two_hundred_questions_at_once_are_answered_once_each(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    messages = [
        dialogue.message(
            platform=("slack", "telegram")[n % 2],
            text=QUESTION,
            chat=f"{('slack', 'telegram')[n % 2]}:D{n % 50}",
            address=f"{('slack', 'telegram')[n % 2]}:D{n % 50}",
            author=f"{('slack', 'telegram')[n % 2]}:U{n % 50}",
        )
        for n in range(200)
    ]

    async with running(inbox):
        await asyncio.gather(*(inbox.accept(message) for message in messages))
        await inbox.drained()

    for name in ("slack", "telegram"):
        platform = dialogue.platforms[name]
        mine = [message for message in messages if message.platform == name]
        assert sorted(answers(platform)) == sorted(message.id for message in mine)
        for chat in {message.chat for message in mine}:
            order = [message.id for message, _ in platform.answered if message.chat == chat]
            assert order == [message.id for message in mine if message.chat == chat]


async def test_ids_are_forgotten_after_a_while(dialogue: Dialogue, inbox: Inbox) -> None:
    message = dialogue.message(text=QUESTION)
    await accept(inbox, message)
    dialogue.clock.forward(days=4)

    await dialogue.assistant.tidy()
    taken = await dialogue.store.inbox.take_in(message, "x", dialogue.clock())

    assert taken is not None
    assert taken.attempts == 1


async def test_processes_on_one_database_share_the_work(
    dialogue: Dialogue, inbox: Inbox, tmp_path: Path
) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/bot.sqlite")
    other = Inbox(
        store=Store(engine),
        assistant=dialogue.assistant,
        platforms=dialogue.platforms,
        clock=dialogue.clock,
    )
    messages = [dialogue.message(text=QUESTION) for _ in range(20)]

    async with running(inbox), running(other):
        await asyncio.gather(*(one.accept(m) for m in messages for one in (inbox, other)))
        await inbox.drained()
        await other.drained()
    await engine.dispose()

    assert sorted(answers(dialogue.slack)) == sorted(message.id for message in messages)


async def test_question_deleted_while_in_work_is_not_answered(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text=QUESTION, ref="7")
    deletion = dialogue.message(deleted=True, addressed=False, ref="7")

    async def meanwhile() -> None:
        await inbox.accept(deletion)

    dialogue.knowledge.before = meanwhile
    await accept(inbox, message)

    assert dialogue.slack.answered == []
    assert (message.id, "") in dialogue.slack.withdrawn


async def test_question_edited_then_deleted_while_in_work_is_not_answered(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    first = dialogue.message(text="Kdo vyhrál volby?", ref="7")
    changed = dialogue.message(text=QUESTION, ref="7", edited=True)
    deletion = dialogue.message(deleted=True, addressed=False, ref="7")

    async with running(inbox):
        for message in (first, changed, deletion):
            await inbox.accept(message)
        await inbox.drained()

    assert dialogue.slack.answered == []


async def test_question_that_is_too_long_is_not_looked_up(dialogue: Dialogue, inbox: Inbox) -> None:
    await accept(inbox, dialogue.message(text="a " * 1001))

    [(_, reply)] = dialogue.slack.answered
    assert reply.text.endswith("nejvýš 2000 znaků.")
    assert dialogue.knowledge.asked == []


async def test_question_edited_while_in_work_is_answered_once_more_in_place(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    first = dialogue.message(text="Kdo vyhrál volby?", ref="7")
    changed = dialogue.message(text=QUESTION, ref="7", edited=True, addressed=False)

    async with running(inbox):
        await inbox.accept(first)
        await inbox.accept(changed)
        await inbox.drained()

    replies = [(reply.kind, reply.target) for _, reply in dialogue.slack.answered]
    assert replies == [(ReplyKind.POST, ""), (ReplyKind.EDIT, "slack-1")]


async def test_stop_ends_what_is_in_work_there(dialogue: Dialogue, inbox: Inbox) -> None:
    first = dialogue.message(text=QUESTION)
    other = dialogue.message(text=QUESTION, address="slack:D1/2.0")
    stop = dialogue.message(kind=MessageKind.BUTTON, data="stop:")

    async def press() -> None:
        dialogue.knowledge.before = None
        await inbox.accept(stop)
        await asyncio.Event().wait()

    dialogue.knowledge.before = press
    await accept(inbox, first, other)

    replies = [(message.id, reply.text[:20]) for message, reply in dialogue.slack.answered]
    assert replies == [(first.id, "Dobře, přestal jsem."), (other.id, "Našel jsem to v angl")]


class Beating(Assistant):
    """An assistant that tells when the inbox's heart has beaten."""

    def __init__(self, dialogue: Dialogue) -> None:
        super().__init__(dialogue.desk)
        self.beat = asyncio.Event()

    async def errands(self) -> None:
        self.beat.set()

    async def next_beats(self) -> None:
        """Wait for a beat that began after this."""
        for _ in range(2):
            self.beat.clear()
            await self.beat.wait()


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ({"deleted": True, "addressed": False, "ref": "7"}, []),
        ({"kind": MessageKind.BUTTON, "data": "stop:"}, ["Dobře, přestal jsem."]),
        ({"text": QUESTION, "edited": True, "ref": "7"}, ["Našel jsem to v angl"]),
    ],
)
async def test_what_another_process_hears_of_a_message_in_work_is_heeded(
    dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch, news: dict[str, Any], said: list[str]
) -> None:
    monkeypatch.setattr("bot.inbox.LEASE", 0.03)
    monkeypatch.setattr("bot.inbox.ERRANDS", 1)
    assistants = [Beating(dialogue), Beating(dialogue)]
    one, other = (
        Inbox(
            store=dialogue.store,
            assistant=assistant,
            platforms=dialogue.platforms,
            clock=dialogue.clock,
        )
        for assistant in assistants
    )
    told = dialogue.message(**news)

    async def in_work() -> None:
        dialogue.knowledge.before = None
        await other.accept(told)
        await assistants[0].next_beats()

    dialogue.knowledge.before = in_work
    async with running(one), running(other):
        await one.accept(dialogue.message(text="Kdo vyhrál volby?", ref="7"))
        await one.drained()
        await other.drained()

    assert [reply.text[:20] for _, reply in dialogue.slack.answered] == said
