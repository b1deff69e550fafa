"""What a process that was killed left behind is finished by the next one, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.inbox import Inbox
from bot.messages import Message
from tests.bot.conftest import Dialogue
from tests.bot.test_assistant import QUESTION, SURE
from tests.bot.test_inbox import POSTED, accept, answers, running
from tests.fakes import FakeResponder, Sent


@pytest.fixture(autouse=True)
def _knows(dialogue: Dialogue) -> None:
    dialogue.knowledge.answers[QUESTION] = SURE


async def crash(dialogue: Dialogue, message: Message, *, sending: bool = False) -> None:
    """Leave a message as a process that was killed leaves it."""
    owner = "dead"
    await dialogue.store.inbox.take_in(message, owner, dialogue.clock())
    if sending:
        await dialogue.store.inbox.sending(message.id)
    await dialogue.store.inbox.release(owner)


async def test_message_from_before_a_crash_is_answered(dialogue: Dialogue, inbox: Inbox) -> None:
    message = dialogue.message(text=QUESTION)
    await crash(dialogue, message)

    await accept(inbox)

    [(answered, reply)] = dialogue.slack.answered
    assert replace(answered, received_at=None) == message
    assert reply.text.startswith("Našel jsem")


async def test_question_that_a_try_kept_which_died_is_not_counted_twice(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text="Kdo vyhrál volby?")
    await dialogue.assistant.handle(message, FakeResponder(dialogue.slack, message))
    await crash(dialogue, message, sending=True)
    dialogue.clock.forward(seconds=20)

    await accept(inbox)

    since = dialogue.clock() - timedelta(days=1)
    assert len(await dialogue.store.questions.unanswered(since)) == 1
    turns = await dialogue.store.chats.history(message.address, message.author, since)
    assert [turn.role for turn in turns] == ["user", "assistant"]


async def test_late_answer_says_that_it_is_late(dialogue: Dialogue, inbox: Inbox) -> None:
    await crash(dialogue, dialogue.message(text=QUESTION))
    dialogue.clock.forward(minutes=10)

    await accept(inbox)

    [(_, reply)] = dialogue.slack.answered
    assert reply.text.startswith("Odpovídám se zpožděním, byl jsem mimo provoz.\n\nNašel jsem")


async def test_too_late_is_only_said(dialogue: Dialogue, inbox: Inbox) -> None:
    await crash(dialogue, dialogue.message(text=QUESTION))
    dialogue.clock.forward(hours=7)

    await accept(inbox)

    [(_, reply)] = dialogue.slack.answered
    assert reply.text.startswith("Vaši zprávu (po 7. 6. 2027 v 9:00) jsem včas nevyřídil")
    assert dialogue.knowledge.asked == []


async def test_reply_posted_just_before_a_crash_is_not_doubled(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text=QUESTION)
    await crash(dialogue, message, sending=True)
    dialogue.slack.sent = [Sent(message.address, POSTED, key=message.id, ref="9")]

    await accept(inbox)

    assert dialogue.slack.answered == []


async def test_reply_that_stands_is_not_worded_again_and_its_signs_go(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text=QUESTION)
    await crash(dialogue, message, sending=True)
    dialogue.slack.sent = [Sent(message.address, POSTED, key=message.id, ref="9")]

    await accept(inbox)

    assert dialogue.knowledge.asked == []
    assert dialogue.slack.withdrawn == [(message.id, "9")]


async def test_next_try_knows_where_the_one_that_died_had_begun(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text=QUESTION)
    await dialogue.store.inbox.take_in(message, "dead", dialogue.clock())
    await dialogue.store.inbox.begun(message, "55")
    await dialogue.store.inbox.release("dead")

    await accept(inbox)

    [(answered, _)] = dialogue.slack.answered
    assert replace(answered, received_at=None) == replace(message, begun="55")


async def test_delivery_after_the_first_try_died_is_answered(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text=QUESTION)
    await dialogue.store.inbox.take_in(message, "dead", dialogue.clock())

    async with running(inbox):
        await inbox.accept(message)
        await inbox.drained()
        assert answers(dialogue.slack) == []
        await dialogue.store.inbox.release("dead")
        await inbox.accept(message)
        await inbox.drained()

    assert answers(dialogue.slack) == [message.id]


async def test_message_that_kills_is_given_up(dialogue: Dialogue, inbox: Inbox) -> None:
    message = dialogue.message(text=QUESTION)
    for _ in range(3):
        await crash(dialogue, message)

    await accept(inbox)

    [(_, reply)] = dialogue.slack.answered
    assert reply.text == "Něco se mi nepovedlo, omlouvám se. Zkuste to prosím znovu."


async def test_stop_leaves_what_waits_to_the_next_start(dialogue: Dialogue, inbox: Inbox) -> None:
    message = dialogue.message(text=QUESTION)
    started = asyncio.Event()

    async def hang() -> None:
        started.set()
        await asyncio.Event().wait()

    dialogue.knowledge.before = hang
    async with running(inbox):
        await inbox.accept(message)
        await started.wait()
    dialogue.knowledge.before = None
    again = Inbox(
        store=dialogue.store,
        assistant=dialogue.assistant,
        platforms=dialogue.platforms,
        clock=dialogue.clock,
    )

    await accept(again)

    assert answers(dialogue.slack) == [message.id]


async def test_what_is_missing_of_a_reply_that_stands_in_part_is_left_to_its_responder(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = dialogue.message(text=QUESTION)
    await dialogue.store.inbox.take_in(message, "dead", dialogue.clock())
    await dialogue.store.inbox.begun(message, '{"ref": "", "rest": ["second", "third"]}')
    await dialogue.store.inbox.release("dead")
    dialogue.slack.sent = [Sent(message.address, POSTED, key=message.id, ref="9")]

    await accept(inbox)

    [responder] = dialogue.slack.responders
    assert responder.message.begun == '{"ref": "", "rest": ["second", "third"]}'
    assert dialogue.slack.withdrawn == [(message.id, "9")]
    assert dialogue.slack.answered == []
