"""A process that died while it answered: the next one neither doubles nor loses the answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot.messages import CannotLook, ChatKind, File, Message, Reply, ReplyKind
from tests.bot.platforms.telegram_server import TelegramServer
from tests.bot.platforms.telegram_world import NOW, platform

QUESTION = Message(
    id="telegram:9",
    platform="telegram",
    address="telegram:7",
    chat="telegram:7",
    author="telegram:7",
    text="Kdy?",
    ref="500",
)
LONG = "\n\n".join("slovo " * 150 for _ in range(8))


@dataclass
class Life:
    """One process that answers a message, and what it leaves behind."""

    server: TelegramServer
    message: Message = QUESTION
    notes: list[str] = field(default_factory=lambda: [""])

    async def answer(self, reply: Reply, *, look: bool = True, show: str = "") -> str:
        """Answer as the inbox does; return the ids of what stands then."""

        async def note(trace: str) -> None:
            self.notes.append(trace)

        made = platform(self.server)
        message = replace(self.message, begun=self.notes[-1])
        responder = made.responder(message, note)
        try:
            if show:
                await responder.append(show)
            found = await made.find(message.address, message.id, NOW) if look else None
            if found is None:
                return await responder.finish(reply)
            await responder.withdraw(keep=found)
            return found
        finally:
            await made.close()


async def test_what_was_posted_whole_is_not_posted_again(server: TelegramServer) -> None:
    life = Life(server)
    first = await life.answer(Reply(text=LONG), look=False)

    assert await life.answer(Reply(text=LONG)) == first
    assert len(server.chats[7]) == 2


async def test_what_was_posted_in_part_is_finished(server: TelegramServer) -> None:
    life = Life(server)
    server.fail("sendMessage", 403, "Forbidden", when=lambda _: len(server.chats.get(7, {})) == 1)
    with pytest.raises(Exception, match="Forbidden"):
        await life.answer(Reply(text=LONG), look=False)

    await life.answer(Reply(text=LONG))

    assert " ".join(server.texts(7)).split() == LONG.split()


async def test_what_was_not_posted_is_posted(server: TelegramServer) -> None:
    life = Life(server)
    server.fail("sendMessage", 403, "Forbidden")
    with pytest.raises(Exception, match="Forbidden"):
        await life.answer(Reply(text="Ve středu."), look=False)

    await life.answer(Reply(text="Ve středu."))

    assert server.texts(7) == ["Ve středu."]


async def test_another_answer_stands_in_place_of_the_first(server: TelegramServer) -> None:
    life = Life(server)
    server.fail("sendMessage", 403, "Forbidden", when=lambda _: len(server.chats.get(7, {})) == 1)
    with pytest.raises(Exception, match="Forbidden"):
        await life.answer(Reply(text=LONG), look=False)

    await life.answer(Reply(text="Ve středu."))

    assert server.texts(7) == ["Ve středu."]


async def test_a_preview_becomes_the_answer(server: TelegramServer) -> None:
    group = replace(
        QUESTION, chat="telegram:-1007", address="telegram:-1007", chat_kind=ChatKind.GROUP
    )
    life = Life(server, group)
    server.fail("editMessageText", 403, "Forbidden")
    with pytest.raises(Exception, match="Forbidden"):
        await life.answer(Reply(text="Ve středu."), look=False, show="Ve")

    await life.answer(Reply(text="Ve středu."))

    assert server.texts(-1007) == ["Ve středu."]


async def test_a_preview_goes_where_there_is_no_answer(server: TelegramServer) -> None:
    group = replace(
        QUESTION, chat="telegram:-1007", address="telegram:-1007", chat_kind=ChatKind.GROUP
    )
    life = Life(server, group)
    server.fail("editMessageText", 403, "Forbidden")
    with pytest.raises(Exception, match="Forbidden"):
        await life.answer(Reply(text="Ve středu."), look=False, show="Ve")

    made = platform(server)
    await made.responder(replace(group, begun=life.notes[-1])).withdraw()
    await made.close()

    assert server.texts(-1007) == []


async def test_the_answer_to_a_group_that_went_to_the_person_alone(server: TelegramServer) -> None:
    group = replace(
        QUESTION, chat="telegram:-1007", address="telegram:-1007", chat_kind=ChatKind.GROUP
    )
    life, reply = Life(server, group), Reply(text="Jen vám.", kind=ReplyKind.PRIVATE)
    server.says("Dobrý den")  # their direct chat is known by its numbers
    first = await life.answer(reply, look=False)

    again = await life.answer(reply)

    assert (server.texts(7), server.texts(-1007)) == (["Jen vám."], [])
    assert first == again


async def test_files_leave_no_trace(server: TelegramServer) -> None:
    file = File(name="a.ics", content=b"BEGIN:VCALENDAR", media_type="text/calendar")
    life = Life(server)

    await life.answer(Reply(text="Tady", files=(file,)), look=False)

    assert life.notes == [""]


@pytest.mark.parametrize("left", ["", "501", "C1/12.3"])
async def test_what_another_version_kept_is_no_trace(server: TelegramServer, left: str) -> None:
    life = Life(server, notes=[left])

    with pytest.raises(CannotLook):
        await life.answer(Reply(text="Ano"))
