"""What comes out of order: changes before their message, a thread before its first question."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.inbox import Inbox
from bot.messages import Message, ReplyKind
from tests.bot.conftest import GROUP, Dialogue
from tests.bot.test_assistant import QUESTION, SURE
from tests.bot.test_inbox import accept, answers, running
from tests.fakes import NOW

OTHER = "Kdo vyhrál volby?"


@pytest.fixture(autouse=True)
def _knows(dialogue: Dialogue) -> None:
    dialogue.knowledge.answers[QUESTION] = SURE


def asked(dialogue: Dialogue, **more: object) -> Message:
    given = {"text": QUESTION, "ref": "7", "sent_at": NOW, **GROUP, **more}
    return dialogue.message(**given)  # type: ignore[arg-type]


def within(first: Message, dialogue: Dialogue, **more: object) -> Message:
    """Return what is said in the thread of a message without naming the assistant."""
    given = {"address": first.address, "threaded": True, "reply_to": "7", "addressed": False}
    return asked(dialogue, **{"text": OTHER, "ref": "8", **given, **more})


async def test_a_message_that_was_deleted_before_it_came_is_not_answered(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = asked(dialogue)
    deletion = replace(message, id=f"{message.id}/deleted", text="", deleted=True, addressed=False)
    another = asked(dialogue, ref="9")

    await accept(inbox, deletion, message, another)

    assert answers(dialogue.slack) == [another.id]


async def test_only_what_was_deleted_of_late_is_kept_in_mind(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    fresh = asked(dialogue, id="slack:C1/7/deleted", text="", deleted=True, addressed=False)
    old = replace(fresh, id="slack:C1/5/deleted", sent_at=NOW - timedelta(days=1))

    await accept(inbox, fresh, old)

    rows = dialogue.store.inbox
    known = [await rows.take_in(each, "", NOW) is None for each in (fresh, old)]
    assert known == [True, False]


async def test_a_message_that_was_edited_before_it_came_is_answered_once_as_it_is_now(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    message = asked(dialogue, text=OTHER)
    edited = replace(message, id=f"{message.id}/edit/8.8", text=QUESTION, edited=True)

    await accept(inbox, edited, message)

    assert answers(dialogue.slack) == [edited.id]


@pytest.mark.parametrize(
    ("follower", "text", "is_answered"),
    [
        ("slack:U1", OTHER, True),
        ("slack:U2", OTHER, True),
        ("slack:U2", "to je fajn", False),
    ],
)
async def test_a_thread_goes_on_while_its_first_question_is_in_work(
    dialogue: Dialogue, inbox: Inbox, follower: str, text: str, is_answered: bool
) -> None:
    dialogue.knowledge.answers[OTHER] = replace(SURE, question=OTHER)
    first = asked(dialogue, threaded=True)
    further = within(first, dialogue, author=follower, text=text)

    async def meanwhile() -> None:
        dialogue.knowledge.before = None
        await inbox.accept(further)

    dialogue.knowledge.before = meanwhile
    await accept(inbox, first)

    expected = [first.id, further.id] if is_answered else [first.id]
    assert answers(dialogue.slack) == expected


async def test_a_question_of_somebody_elses_is_no_answer(dialogue: Dialogue, inbox: Inbox) -> None:
    first = asked(dialogue, threaded=True)

    async def meanwhile() -> None:
        dialogue.knowledge.before = None
        await inbox.accept(within(first, dialogue, author="slack:U2"))

    dialogue.knowledge.before = meanwhile
    await accept(inbox, first)

    kinds = {message.id: reply.kind for message, reply in dialogue.slack.answered}
    assert kinds[first.id] is ReplyKind.POST


async def test_what_came_before_the_first_question_of_its_thread_is_answered_after_it(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    dialogue.knowledge.answers[OTHER] = replace(SURE, question=OTHER)
    first = asked(dialogue, threaded=True)
    early = within(first, dialogue)
    elsewhere = within(first, dialogue, address="slack:C1/99", ref="12")

    await accept(inbox, early, elsewhere, within(first, dialogue, text="to je fajn"), first)

    assert answers(dialogue.slack) == [first.id, early.id]


async def test_what_one_person_asks_aside_of_a_thread_makes_it_nobodys(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    dialogue.knowledge.answers[OTHER] = replace(SURE, question=OTHER)
    aside = asked(dialogue, threaded=True, private=True)

    async def meanwhile() -> None:
        dialogue.knowledge.before = None
        await inbox.accept(within(aside, dialogue, ref="9"))

    dialogue.knowledge.before = meanwhile
    await accept(inbox, within(aside, dialogue), aside)

    assert answers(dialogue.slack) == [aside.id]


async def test_what_came_long_before_is_left_alone(dialogue: Dialogue, inbox: Inbox) -> None:
    first = asked(dialogue, threaded=True)

    async with running(inbox):
        await inbox.accept(within(first, dialogue))
        dialogue.clock.now += timedelta(minutes=10)
        await inbox.accept(first)
        await inbox.drained()

    assert answers(dialogue.slack) == [first.id]
