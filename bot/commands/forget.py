"""/forget: removes what is kept of a person."""

from __future__ import annotations

from bot.desk import Call, Command
from bot.messages import ChatKind, Reply


async def forget(call: Call) -> Reply:
    """Remove the author's conversations, questions, votes, interests, choices and reminders."""
    author = call.message.author
    platform = call.desk.platforms[call.message.platform]
    address = platform.direct(author)
    is_direct = call.message.chat_kind is ChatKind.DIRECT
    direct = [address, *([call.message.chat] if is_direct else [])]
    reminders = await call.desk.agenda.forget(author, address)
    questions = await call.desk.store.forget(author, direct)
    counts = call.phrases.list_of(
        [call.say("count.questions", n=questions), call.say("count.reminders", n=reminders)]
    )
    return Reply(text=call.say("forget.done", counts=counts))


COMMANDS = (Command(name="forget", run=forget, aliases=("zapomen", "zapomeň")),)
