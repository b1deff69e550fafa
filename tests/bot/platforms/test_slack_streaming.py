"""An answer that is shown while it is written: no half of one is left behind, and none doubled."""

from __future__ import annotations

import pytest

from bot.messages import DeliveryError, Reply, ReplyKind
from bot.platforms.slack import SlackPlatform
from tests.bot.platforms.slack_server import Fault, SlackServer
from tests.bot.platforms.slack_world import question

TEXT = "První věta je dlouhá. " * 20
ID = question().id


def standing(slack: SlackServer) -> list[tuple[object, object]]:
    """Return text and key of each message that stands."""
    return [
        (m.get("text"), m["metadata"].get("event_payload", {}).get("key")) for m in slack.messages
    ]


async def test_where_it_stands_is_noted_before_and_after_it_begins(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    noted: list[tuple[str, int]] = []

    async def note(ref: str) -> None:
        noted.append((ref, len(slack.messages)))

    await platform.responder(question(), note).append(TEXT)

    assert noted == [("?", 0), (slack.messages[0]["ts"], 1)]


async def test_what_a_try_that_died_had_begun_becomes_the_reply(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    await platform.responder(question()).append(TEXT)
    begun = slack.messages[0]["ts"]

    responder = platform.responder(question(begun=begun))
    await responder.append(TEXT)
    ref = await responder.finish(Reply(text="Celá odpověď."))

    assert ref == begun
    assert standing(slack) == [("Celá odpověď.", ID)]
    assert len(slack.made("chat.startStream")) == 1


async def test_what_may_have_been_begun_is_looked_for(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    await platform.responder(question(ref="1")).finish(Reply(text="Jiná odpověď."))
    await platform.responder(question()).append(TEXT)

    await platform.responder(question(begun="?")).finish(Reply(text="Celá odpověď."))

    assert standing(slack) == [("Jiná odpověď.", ID), ("Celá odpověď.", ID)]


async def test_where_nothing_had_begun_the_reply_is_posted(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    await platform.responder(question(begun="?")).finish(Reply(text="Celá odpověď."))

    assert standing(slack) == [("Celá odpověď.", ID)]


async def test_where_nobody_can_look_the_reply_is_posted_all_the_same(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.unknown = {"conversations.replies"}

    await platform.responder(question(begun="?")).finish(Reply(text="Celá odpověď."))

    assert standing(slack) == [("Celá odpověď.", ID)]


async def test_stream_whose_begin_was_lost_is_found(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.faults["chat.startStream"] = [Fault(status=502, after=True)]
    responder = platform.responder(question())

    await responder.append(TEXT)
    await responder.finish(Reply(text="Celá odpověď."))

    assert standing(slack) == [("Celá odpověď.", ID)]


async def test_stream_that_slack_refuses_is_not_looked_for(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.unknown = {"chat.startStream"}
    noted: list[str] = []

    async def note(ref: str) -> None:
        noted.append(ref)

    responder = platform.responder(question(), note)
    await responder.append(TEXT)
    await responder.finish(Reply(text="Celá odpověď."))

    assert noted == ["?", ""]
    assert slack.made("conversations.replies") == []
    assert standing(slack) == [("Celá odpověď.", ID)]


async def test_reply_that_fails_to_replace_the_stream_is_tried_there_again(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.faults["chat.update"] = [Fault(status=503)]
    responder = platform.responder(question())
    await responder.append(TEXT)

    with pytest.raises(DeliveryError):
        await responder.finish(Reply(text="Něco jiného."))
    await responder.finish(Reply(text="Něco jiného."))

    assert standing(slack) == [("Něco jiného.", ID)]


async def test_stream_that_somebody_deleted_is_answered_anew(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    responder = platform.responder(question())
    await responder.append(TEXT)
    slack.messages, slack.strict = [], True

    await responder.finish(Reply(text="Něco jiného."))

    assert standing(slack) == [("Něco jiného.", ID)]


@pytest.mark.parametrize("kind", [ReplyKind.PRIVATE, ReplyKind.TOAST])
async def test_what_becomes_private_is_taken_out_of_the_open(
    slack: SlackServer, platform: SlackPlatform, kind: ReplyKind
) -> None:
    responder = platform.responder(question())
    await responder.begin()
    await responder.append(TEXT)

    await responder.finish(Reply(text="Jen vám.", kind=kind))

    assert standing(slack) == []
    assert [c["text"] for c in slack.made("chat.postEphemeral")] == ["Jen vám."]
    assert slack.made("assistant.threads.setStatus")[-1]["status"] == ""


async def test_what_is_not_answered_leaves_nothing(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    responder = platform.responder(question())
    await responder.begin()
    await responder.append(TEXT)

    await responder.withdraw()

    assert standing(slack) == []
    assert slack.made("assistant.threads.setStatus")[-1]["status"] == ""


async def test_what_stands_is_kept(slack: SlackServer, platform: SlackPlatform) -> None:
    await platform.responder(question()).append(TEXT)
    begun = slack.messages[0]["ts"]

    await platform.responder(question(begun=begun)).withdraw(keep=begun)

    assert [m["ts"] for m in slack.messages] == [begun]


async def test_stream_that_does_not_end_at_once_is_ended_before_it_is_replaced(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.faults["chat.stopStream"] = [Fault(status=503)]
    responder = platform.responder(question())
    await responder.append(TEXT)
    begun = slack.messages[0]["ts"]

    ref = await responder.finish(Reply(text="Něco jiného."))

    assert ref == begun
    order = [call.method for call in slack.calls if call.method.startswith("chat.")]
    assert order == ["chat.startStream", "chat.stopStream", "chat.update"]


async def test_stream_that_has_ended_is_not_ended_again_and_again(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.faults["chat.stopStream"] = [Fault(error="message_not_in_streaming_state")] * 3
    responder = platform.responder(question())
    await responder.append(TEXT)

    await responder.finish(Reply(text="Něco jiného."))

    assert len(slack.faults["chat.stopStream"]) == 2


async def test_changed_question_is_answered_in_the_place_of_its_answer_alone(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    first = await platform.responder(question()).finish(Reply(text="Odpověď."))
    responder = platform.responder(question(id=f"{ID}/edit/1", edited=True))
    await responder.append(TEXT)
    await responder.finish(Reply(text="Jinak.", kind=ReplyKind.EDIT, target=first))

    assert standing(slack) == [("Jinak.", f"{ID}/edit/1")]
    assert slack.made("chat.startStream") == []
