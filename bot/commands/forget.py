"""/forget: removes what is kept of a person."""

from __future__ import annotations

from bot.desk import Call, Command
from bot.messages import Reply


async def forget(call: Call) -> Reply:
    """Remove the author's conversations, questions, votes, interests, choices and reminders."""
    author = call.message.author
    platform = call.desk.platforms[call.message.platform]
    reminders = await call.desk.agenda.forget(author, platform.direct(author))
    questions = await call.desk.store.forget(author)
    counts = call.phrases.list_of(
        [call.say("count.questions", n=questions), call.say("count.reminders", n=reminders)]
    )
    return Reply(text=call.say("forget.done", counts=counts))


COMMANDS = (Command(name="forget", run=forget, aliases=("zapomen", "zapomeň")),)
