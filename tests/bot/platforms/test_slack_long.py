"""A reply of several messages that was cut off between two of them is completed, none twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.messages import DeliveryError, File, Reply
from bot.platforms.slack import SlackPlatform
from tests.bot.platforms.slack_server import Fault, SlackServer
from tests.bot.platforms.slack_world import made, question

PARTS = 3
LONG = Reply(
    text="\n\n".join(f"Odstavec {n}. " + "slovo " * 1500 for n in range(PARTS)), feedback="7"
)
ID = question().id
KEYS = [ID, *(f"{ID}#{n}" for n in range(2, PARTS + 1))]
HELD = Fault(status=429, error="ratelimited", retry_after=600)


def keys(slack: SlackServer) -> list[str]:
    return [m["metadata"]["event_payload"]["key"] for m in slack.messages]


def shown(slack: SlackServer) -> str:
    return "".join(str(block.get("text")) for m in slack.messages for block in m["blocks"])


@pytest.mark.parametrize("died", [1, 2])
async def test_the_next_try_adds_what_is_missing(
    slack: SlackServer, platform: SlackPlatform, died: int
) -> None:
    noted: list[str] = []

    async def note(begun: str) -> None:
        noted.append(begun)

    slack.faults["chat.postMessage"] = [*[Fault(skip=True)] * died, HELD]
    finishing = asyncio.create_task(platform.responder(question(), note).finish(LONG))
    await slack.until(lambda: not slack.faults["chat.postMessage"], 20)
    finishing.cancel()
    await asyncio.gather(finishing, return_exceptions=True)

    next_one = made(slack)
    for _ in range(2):
        responder = next_one.responder(question(begun=noted[-1]))
        await responder.withdraw(keep=slack.messages[0]["ts"])
    await next_one.close()

    assert (len(noted), keys(slack)) == (1, KEYS)
    assert [shown(slack).count(f"Odstavec {n}.") for n in range(PARTS)] == [1] * PARTS
    assert [b["type"] for b in slack.messages[-1]["blocks"]] == ["markdown", "context_actions"]


async def test_what_died_before_its_first_message_is_posted_anew(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    begun = '{"ref": "", "rest": [{"text": "stará", "blocks": []}]}'

    await platform.responder(question(begun=begun)).finish(Reply(text="Nová odpověď."))

    assert (keys(slack), slack.messages[0]["text"]) == ([ID], "Nová odpověď.")


async def test_what_was_streamed_before_is_completed_too(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    noted: list[str] = []

    async def note(begun: str) -> None:
        noted.append(begun)

    responder = platform.responder(question(), note)
    await responder.append("První věta je dlouhá. " * 20)
    slack.faults["chat.postMessage"] = [HELD]
    finishing = asyncio.create_task(responder.finish(LONG))
    await slack.until(lambda: not slack.faults["chat.postMessage"], 20)
    finishing.cancel()
    await asyncio.gather(finishing, return_exceptions=True)

    next_one = made(slack)
    ref = slack.messages[0]["ts"]
    await next_one.responder(question(begun=noted[-1])).withdraw(keep=ref)
    await next_one.close()

    assert (noted[0], keys(slack)) == ("?", KEYS)


async def test_where_the_first_answer_was_lost_the_rest_and_the_file_follow(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    file = File(name="akce.ics", content=b"BEGIN:VCALENDAR", media_type="text/calendar")
    slack.faults["chat.postMessage"] = [Fault(status=502, after=True)]
    responder = platform.responder(question())
    with pytest.raises(DeliveryError):
        await responder.finish(Reply(text=LONG.text, files=(file,)))

    await responder.withdraw(keep=slack.messages[0]["ts"])

    assert keys(slack) == KEYS
    assert len(slack.made("files.completeUploadExternal")) == 1


async def test_where_slack_does_not_say_what_stands_nothing_comes_twice(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.unknown = {"conversations.replies"}
    begun = '{"ref": "1.1", "rest": [{"text": "druhá", "blocks": []}]}'

    await platform.responder(question(begun=begun)).withdraw(keep="1.1")

    assert slack.made("chat.postMessage") == []
