"""/unanswered and what editors do with questions."""

from __future__ import annotations

from bot.clusters import clusters
from bot.commands.ask import times_asked, word_for_editors
from bot.desk import Call, Command
from bot.editors import in_editors_place
from bot.markup.plaintext import escape
from bot.messages import Button, DeliveryError, Reply, ReplyKind, Undeliverable, UserError
from bot.pinned import keep_pin
from bot.replying import same_asked
from bot.store import Pin, Question

#: Topics shown at once.
_TOPICS = 8


async def unanswered(call: Call) -> Reply:
    """List topics without an answer, each with a button to take it up."""
    if not await in_editors_place(call):
        raise UserError("error.editors_place")
    since = call.now - call.desk.settings.keep.questions
    topics = clusters(await call.desk.store.questions.unanswered(since))[:_TOPICS]
    if not topics:
        return Reply(text=call.say("unanswered.nothing"))
    lines = [f"**{call.say('unanswered.heading')}**", ""]
    buttons = []
    for number, topic in enumerate(topics, start=1):
        latest = topic.questions[0]
        asked = escape(" ".join(latest.question.split()))
        lines.append(f"{number}. {call.say('unanswered.line', n=topic.count, question=asked)}")
        buttons.append(Button(label=str(number), data=f"qshow:{latest.id}"))
    lines.extend(("", call.say("unanswered.choose")))
    return Reply(text="\n".join(lines), buttons=(tuple(buttons[:4]), tuple(buttons[4:])))


async def show(call: Call, question_id: str) -> Reply:
    """Show one question, to be replied to."""
    call.check_editor()
    question = await _question(call, question_id)
    shown = word_for_editors(call, question, await times_asked(call, question))
    return await call.ask_editors(shown, "question", question.id)


async def drop(call: Call, question_id: str) -> Reply:
    """Let a question be, whoever asked it."""
    call.check_editor()
    question = await _question(call, question_id)
    for each in (question, *await same_asked(call, question)):
        await call.desk.store.questions.change(each.id, state="dismissed")
    await call.note("question.dismiss", question.id)
    return call.toast("unanswered.dropped")


async def save(call: Call, question_id: str) -> Reply:
    """Ask whoever asked whether question and reply may become a resource."""
    call.check_editor()
    question = await _question(call, question_id)
    if question.consent:
        return call.toast(f"consent.already.{question.consent}")
    reader = call.reader_in(question.language)
    row = (
        Button(label=reader.say("button.agree"), data=f"cyes:{question.id}"),
        Button(label=reader.say("button.no"), data=f"cno:{question.id}"),
    )
    platform = call.desk.platform_of(question.address)
    if platform is None:
        raise UserError("error.not_delivered")
    try:
        await platform.slot(question.address, urgent=True)
        text = reader.say("consent.ask", question=escape(" ".join(question.question.split())))
        key = f"consent-{question.id}"
        await platform.send(
            question.address, Reply(text=text, buttons=(row,)), key=key, reply_to=question.ref
        )
    except (DeliveryError, Undeliverable) as error:
        raise UserError("error.not_delivered") from error
    await call.desk.store.questions.change(question.id, consent="asked")
    return call.toast("consent.asked")


async def keep(call: Call, _question_id: str) -> Reply:
    """Leave the reply to the one who asked."""
    return call.toast("hand_on.no")


async def agree(call: Call, question_id: str) -> Reply:
    """Make question and reply a resource, without who asked, for the same audience."""
    question = await _asked(call, question_id)
    await call.desk.store.questions.change(question.id, consent="yes")
    pin = Pin(
        id=question.id,
        question=question.question,
        answer=question.reply,
        language=question.language,
        audience=question.audience,
        by=question.replied_by,
        at=call.now,
    )
    await keep_pin(call, pin)
    await call.desk.agenda.note(question.replied_by, "question.resource", question.id)
    return _thanks(call, question, "consent.yes")


async def refuse(call: Call, question_id: str) -> Reply:
    """Leave question and reply between those two."""
    question = await _asked(call, question_id)
    await call.desk.store.questions.change(question.id, consent="no")
    return _thanks(call, question, "consent.no")


def _thanks(call: Call, question: Question, key: str) -> Reply:
    """Note the consent in the language in which it was asked for."""
    return Reply(text=call.reader_in(question.language).say(key), kind=ReplyKind.TOAST)


async def _question(call: Call, question_id: str) -> Question:
    question = await call.desk.store.questions.get(question_id)
    if question is None:
        raise UserError("error.question_gone")
    return question


async def _asked(call: Call, question_id: str) -> Question:
    question = await _question(call, question_id)
    if not await call.speaks_for(question.author):
        raise UserError("error.not_yours")
    if question.consent != "asked":
        raise UserError("error.old_button")
    return question


COMMANDS = (
    Command(
        name="unanswered",
        run=unanswered,
        aliases=("nezodpovezene", "nezodpovězené"),
        editors=True,
    ),
)
BUTTONS = {
    "qshow": show,
    "qdrop": drop,
    "qsave": save,
    "qkeep": keep,
    "cyes": agree,
    "cno": refuse,
}
