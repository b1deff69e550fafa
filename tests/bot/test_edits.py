"""Messages that their authors change: what is new is answered in place, what is not is not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.inbox import Inbox
from bot.messages import Message, MessageKind, ReplyKind
from tests.bot.conftest import GROUP, Dialogue
from tests.bot.test_assistant import QUESTION, SURE
from tests.bot.test_inbox import accept

POST, EDIT = ReplyKind.POST, ReplyKind.EDIT


@pytest.fixture(autouse=True)
def _knows(dialogue: Dialogue) -> None:
    dialogue.knowledge.answers[QUESTION] = SURE


def said(dialogue: Dialogue, line: str, **fields: Any) -> Message:
    """Return a message of one place, a command where it begins with a slash."""
    asked = dialogue.message(ref="7", text=line, **fields)
    if not line.startswith("/"):
        return asked
    name, _, arguments = line[1:].partition(" ")
    return replace(asked, kind=MessageKind.COMMAND, command=name, arguments=arguments)


def replies(dialogue: Dialogue) -> list[tuple[ReplyKind, str]]:
    return [(reply.kind, reply.target) for _, reply in dialogue.slack.answered]


@pytest.mark.parametrize("line", ["/help", "ahoj", QUESTION, "děkuji"])
async def test_reaction_under_a_message_is_no_change(
    dialogue: Dialogue, inbox: Inbox, line: str
) -> None:
    await accept(inbox, said(dialogue, line), said(dialogue, line, edited=True))

    assert replies(dialogue) == [(POST, "")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("/help", "/settings"), [(POST, ""), (EDIT, "slack-1")]),
        (("/help", "/settings", "/help"), [(POST, ""), (EDIT, "slack-1"), (EDIT, "slack-1")]),
        (("/help", QUESTION), [(POST, ""), (EDIT, "slack-1")]),
        ((QUESTION, "/help"), [(POST, ""), (EDIT, "slack-1")]),
        (("ahoj", QUESTION), [(POST, ""), (EDIT, "slack-1")]),
        (("/hepl", "/help"), [(POST, ""), (EDIT, "slack-1")]),
    ],
)
async def test_reply_to_a_change_stands_where_the_first_one_stood(
    dialogue: Dialogue, inbox: Inbox, lines: tuple[str, ...], expected: list[tuple[ReplyKind, str]]
) -> None:
    first, *changes = lines
    await accept(inbox, said(dialogue, first))
    for line in changes:
        dialogue.clock.now += timedelta(seconds=1)
        # Each by a process of its own, and twice: once for a reaction.
        fresh = Inbox(
            store=dialogue.store,
            assistant=dialogue.assistant,
            platforms=dialogue.platforms,
            clock=dialogue.clock,
        )
        edited = said(dialogue, line, edited=True)
        await accept(fresh, edited, replace(edited, id=f"{edited.id}-reaction"))

    assert replies(dialogue) == expected


async def test_command_that_was_not_heard_before_its_change_is_answered(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    other = replace(said(dialogue, "/help", **GROUP), ref="6")
    await accept(inbox, other, said(dialogue, "/help", edited=True, **GROUP))

    assert replies(dialogue) == [(POST, ""), (POST, "")]


async def test_reaction_while_the_answer_is_sought_does_not_stop_it(
    dialogue: Dialogue, inbox: Inbox
) -> None:
    asked = said(dialogue, QUESTION)
    other = Inbox(
        store=dialogue.store,
        assistant=dialogue.assistant,
        platforms=dialogue.platforms,
        clock=dialogue.clock,
    )
    told = asyncio.Event()

    async def react() -> None:
        dialogue.knowledge.before = None
        await other.accept(replace(asked, id=f"{asked.id}-reaction", edited=True))
        told.set()

    dialogue.knowledge.before = react
    await accept(inbox, asked)

    assert told.is_set()
    assert replies(dialogue) == [(POST, "")]
