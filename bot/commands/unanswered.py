"""/unanswered and what editors do with questions; the report behind `cscc questions`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.clusters import Cluster, clusters
from bot.commands.ask import word_for_editors
from bot.desk import Call, Command
from bot.editors import in_editors_place
from bot.markup.plaintext import escape
from bot.messages import Button, DeliveryError, Reply, ReplyKind, Undeliverable, UserError
from bot.replying import same_asked
from bot.store import Pin, Question, Store

#: Topics shown at once.
_TOPICS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A topic that was asked about and not answered."""

    topic: str
    count: int
    #: The latest of the questions.
    question: str
    language: str
    ids: tuple[str, ...]
    last_asked: datetime
    ups: int
    downs: int


async def report(store: Store, now: datetime, since: timedelta) -> list[Row]:
    """Return what was asked and not answered, by topic, the most asked first."""
    return [_row(cluster) for cluster in clusters(await store.questions.unanswered(now - since))]


def _row(cluster: Cluster) -> Row:
    latest = cluster.questions[0]
    return Row(
        topic=" ".join(cluster.topic),
        count=cluster.count,
        question=latest.question,
        language=latest.language,
        ids=tuple(question.id for question in cluster.questions),
        last_asked=latest.asked_at,
        ups=sum(question.ups for question in cluster.questions),
        downs=sum(question.downs for question in cluster.questions),
    )


async def unanswered(call: Call) -> Reply:
    """List topics without an answer, each with a button to take it up."""
    if not await in_editors_place(call):
        raise UserError("error.editors_place")
    rows = await report(call.desk.store, call.now, call.desk.settings.keep.questions)
    if not rows:
        return Reply(text=call.say("unanswered.nothing"))
    lines = [f"**{call.say('unanswered.heading')}**", ""]
    for number, row in enumerate(rows[:_TOPICS], start=1):
        asked = escape(" ".join(row.question.split()))
        lines.append(f"{number}. {call.say('unanswered.line', n=row.count, question=asked)}")
    buttons = [
        Button(label=str(number), data=f"qshow:{row.ids[0]}")
        for number, row in enumerate(rows[:_TOPICS], start=1)
    ]
    lines.extend(("", call.say("unanswered.choose")))
    return Reply(text="\n".join(lines), buttons=(tuple(buttons[:4]), tuple(buttons[4:])))


async def show(call: Call, question_id: str) -> Reply:
    """Show one question, to be replied to."""
    call.check_editor()
    question = await _question(call, question_id)
    return await call.ask_editors(word_for_editors(call, question, 1), "question", question.id)


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
    await call.desk.store.editors.pin(pin)
    write_resource(call.desk.settings.data_dir, pin)
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


def write_resource(data_dir: Path, pin: Pin) -> None:
    """Write a pinned answer as a resource; `[[knowledge.sources]]` of the editors read it."""
    folder = data_dir / "answers" / pin.audience
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / f"{pin.id}.md", _resource(pin)
    if path.exists() and path.read_text("utf-8") == text:
        return
    draft = path.with_suffix(".tmp")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def write_resources(data_dir: Path, pins: Sequence[Pin]) -> None:
    """Have just these pinned answers as resources, also those that other machines took in."""
    for pin in pins:
        write_resource(data_dir, pin)
    wanted = {(pin.audience, pin.id) for pin in pins}
    for path in (data_dir / "answers").glob("*/*.md"):
        if (path.parent.name, path.stem) not in wanted:
            path.unlink(missing_ok=True)


def _resource(pin: Pin) -> str:
    question = re.sub(r"\s+", " ", pin.question).strip().replace('"', "'")
    head = [
        "---",
        f'title: "{question}"',
        f"language: {pin.language}",
        f"updated: {pin.at.date().isoformat()}",
        f"audience: {pin.audience}",
        *([f"url: {pin.url}"] if pin.url else []),
        "---",
    ]
    return "\n".join((*head, "", f"# {question}", "", pin.answer.strip(), ""))


def drop_resource(data_dir: Path, id: str) -> None:
    """Remove the resource of a pinned answer."""
    for path in (data_dir / "answers").glob(f"*/{id}.md"):
        path.unlink(missing_ok=True)


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
