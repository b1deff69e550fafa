""" "Co jsem zmeškal?" is answered from what was posted in the chat meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messages import Reply
from bot.store import Post
from tests.bot.conftest import GROUP, Dialogue
from tests.bot.test_wording_notices import CALL, SEMINAR

WHAT = "Co jsem zmeškal?"


def text(reply: Reply | None) -> str:
    assert reply is not None
    return reply.text


async def posted(dialogue: Dialogue, id: str, **fields: Any) -> None:
    values: dict[str, Any] = {"address": "slack:C1", "text": f"📣 {id}\n…", "ref": id}
    await dialogue.store.posts.keep(Post(id=id, at=dialogue.clock(), **{**values, **fields}))


@pytest.fixture(autouse=True)
async def _lived(dialogue: Dialogue) -> None:
    """Jana asks something; a day later this and that is posted; after two days she is back."""
    dialogue.agenda.known = [SEMINAR, CALL]
    await posted(dialogue, "before")
    dialogue.clock.forward(minutes=1)
    await dialogue.say("Kdo vyhrál volby?", **GROUP)
    dialogue.clock.forward(days=1)
    await posted(dialogue, "n1", text="📅", uids=(SEMINAR.uid,))
    await posted(dialogue, "n2", text="✏️", uids=(SEMINAR.uid,))
    await posted(dialogue, "a1", kind="announcement")
    await posted(dialogue, "a2", kind="announcement", withdrawn=True)
    await posted(dialogue, "r1", kind="reply")
    await posted(dialogue, "there", address="slack:C2")
    dialogue.clock.forward(days=1)


async def test_it_is_what_was_posted_here_since_the_person_was_here(dialogue: Dialogue) -> None:
    await dialogue.say("Kdo vyhrál volby?", **GROUP)
    dialogue.clock.forward(minutes=5)

    said = text(await dialogue.say(WHAT, **GROUP))
    english = text(await dialogue.say("What did I miss?", **GROUP))

    heading, blank, seminar, announced = said.splitlines()
    assert (heading, blank) == ("**Od pondělí 7. 6. 2027 v 9:01 jsem sem poslal:**", "")
    assert seminar.startswith(f"- **{SEMINAR.title}** – ")
    assert announced == "- 📣 a1"
    assert english.startswith("**Posted here since Mon 7 Jun 2027 at 9:01:**")
    assert [asked[0] for asked in dialogue.knowledge.asked] == ["Kdo vyhrál volby?"] * 2


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("Jaké výzvy jsem zmeškal?", {}),
        ("Co jsem zmeškal na konferenci o vodě?", {}),
        ("Co jsem zmeškal v květnu?", {}),
        (WHAT, {"chat": "slack:C3", "address": "slack:C3"}),
        (WHAT, {"addressed": False}),
    ],
)
async def test_where_nothing_was_posted_or_more_is_asked_the_calendar_tells(
    dialogue: Dialogue, said: str, fields: dict[str, Any]
) -> None:
    await dialogue.say(said, **{**GROUP, **fields})

    assert dialogue.knowledge.asked[-1][0] == said


async def test_who_was_never_here_is_told_of_a_week(dialogue: Dialogue) -> None:
    dialogue.clock.forward(days=8)
    await posted(dialogue, "new")

    said = text(await dialogue.say(WHAT, author="slack:U9", **GROUP))
    of_week = text(await dialogue.say("Co jsem zmeškal dnes?", author="slack:U9", **GROUP))

    assert said.splitlines()[2:] == ["- 📣 new"]
    assert of_week.splitlines()[2:] == ["- 📣 new"]
