"""Posting in the editors' hands: pause, preview, correct, withdraw, and the audit."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.agenda import Deed
from bot.commands.finding import event_named
from bot.correcting import withdraw
from bot.desk import Call, Command
from bot.editors import in_editors_place
from bot.markup.plaintext import escape
from bot.messages import Button, DeliveryError, Reply, Undeliverable, UserError
from bot.store import Post
from bot.wording.notices import word_notice
from bot.wording.reader import handle
from knowledge.languages import fold

logger = logging.getLogger(__name__)

#: Posts listed at once, and how many are looked at: an announcement went to many chats.
_LISTED, _LOOKED_AT = 6, 200

_ON = ("on", "zapnout", "resume", "start", "pokracovat")
_OFF = ("off", "vypnout", "pause", "stop", "pozastavit")


async def posting(call: Call) -> Reply:
    """Pause and resume all posting; without a word say how it stands."""
    word, author = fold(call.message.arguments.strip()), call.message.author
    if word in _OFF:
        await call.desk.agenda.pause_posting(author)
    elif word in _ON:
        await call.desk.agenda.resume_posting(author)
    paused = await call.desk.agenda.paused()
    return Reply(text=call.say("posting.paused" if paused else "posting.running"))


async def preview(call: Call) -> Reply:
    """Show how an event would be reminded of, with a button to have it sent as a trial."""
    event = await event_named(call, call.message.arguments.strip())
    notices = await call.desk.agenda.preview(event.uid, call.message.address, call.language)
    if not notices:
        return Reply(text=call.say("preview.nothing"))
    await call.desk.store.posts.remember([event.uid])
    shown = [word_notice(notice, notice.due_at).text for notice in notices[:4]]
    button = Button(label=call.say("button.try"), data=f"try:{handle(event.uid)}")
    text = "\n\n---\n\n".join([call.say("preview.heading"), *shown])
    return Reply(text=text, buttons=((button,),))


async def try_it(call: Call, name: str) -> Reply:
    """Send the next notice of an event to the editor alone."""
    call.check_editor()
    uid = await call.desk.store.posts.uid(name)
    event = await event_named(call, uid or "")
    platform = call.desk.platforms[call.message.platform]
    address = platform.direct(call.message.author)
    notices = await call.desk.agenda.preview(event.uid, address, call.language)
    if not notices:
        return call.toast("preview.nothing")
    reply = word_notice(notices[0], notices[0].due_at)
    try:
        await platform.slot(address, urgent=True)
        await platform.send(
            address, replace(reply, text=f"{call.say('preview.trial')}\n\n{reply.text}")
        )
    except (DeliveryError, Undeliverable) as error:
        raise UserError("error.not_delivered") from error
    return call.toast("preview.sent")


def post_buttons(call: Call, post_id: str, number: str = "") -> tuple[Button, ...]:
    """Return "Correct" and "Withdraw" of a post, or of all posts of an announcement."""
    return (
        Button(label=number + call.say("button.correct"), data=f"fix:{post_id}"),
        Button(label=number + call.say("button.withdraw"), data=f"pull:{post_id}", style="danger"),
    )


async def posts(call: Call) -> Reply:
    """List what was posted last, to be corrected or withdrawn; an announcement is one."""
    if not await in_editors_place(call):
        raise UserError("error.editors_place")
    latest: dict[str, list[Post]] = {}
    for post in await call.desk.store.posts.latest(_LOOKED_AT):
        id = post.id.partition(":")[0] if post.kind == "announcement" else post.id
        latest.setdefault(id, []).append(post)
    if not latest:
        return Reply(text=call.say("posts.nothing"))
    lines, rows = [f"**{call.say('posts.heading')}**", ""], []
    for number, (id, together) in enumerate(list(latest.items())[:_LISTED], start=1):
        lines.append(f"{number}. {_listed(call, together)}")
        rows.append(post_buttons(call, id, f"{number}. "))
    return Reply(text="\n".join(lines), buttons=tuple(rows))


def _listed(call: Call, together: Sequence[Post]) -> str:
    """Return when, where and how a post begins."""
    post = together[0]
    when = call.phrases.moment(call.reader.local(post.at), "short")
    where = f"`{post.address}`"
    if len(together) > 1:
        where = call.say("posts.chats", n=len(together))
    return f"{when} · {where} · {post.text.partition(chr(10))[0]}"


async def fix(call: Call, post_id: str) -> Reply:
    """Ask for the new text of a post; a reply to this message is it."""
    call.check_editor()
    return await call.ask_editors(Reply(text=call.say("post.correct_how")), "correct", post_id)


async def pull(call: Call, post_id: str) -> Reply:
    """Withdraw a post."""
    call.check_editor()
    return await withdraw(call, post_id)


async def audit(call: Call) -> Reply:
    """List what editors did last."""
    if not await in_editors_place(call):
        raise UserError("error.editors_place")
    deeds = await call.desk.agenda.log(20)
    if not deeds:
        return Reply(text=call.say("audit.nothing"))
    lines = [f"**{call.say('audit.heading')}**", ""]
    for deed in deeds:
        when = call.phrases.moment(call.reader.local(deed.at), "short")
        lines.append(f"- {when} · {escape(deed.by)} · {await _deed(call, deed)}".rstrip())
    return Reply(text="\n".join(lines))


async def _deed(call: Call, deed: Deed) -> str:
    """Return what was done, with the event's title where it was to one."""
    key = f"audit.{deed.action}"
    what = call.say(key) if call.phrases.knows(key) else escape(deed.action)
    event = await call.desk.agenda.event(deed.subject) if deed.subject else None
    if event is not None:
        return f"{what}: {escape(event.title)} ({escape(deed.subject)})"
    return f"{what} {escape(deed.subject)}"


COMMANDS = (
    Command(name="posting", run=posting, aliases=("vysilani", "vysílání"), editors=True),
    Command(name="preview", run=preview, aliases=("nahled", "náhled"), editors=True),
    Command(name="posts", run=posts, aliases=("prispevky", "příspěvky"), editors=True),
    Command(name="audit", run=audit, aliases=("zaznam", "záznam"), editors=True),
)
BUTTONS = {
    "try": try_it,
    "fix": fix,
    "pull": pull,
}
