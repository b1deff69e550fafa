"""Posting in the editors' hands: pause, preview, announce, correct, withdraw, and the audit."""

from __future__ import annotations

import logging
from collections.abc import Set
from dataclasses import replace

from bot.commands.finding import event_named
from bot.correcting import withdraw
from bot.desk import Call, Command
from bot.editors import in_editors_place
from bot.markup.plaintext import escape
from bot.messages import Button, CannotLook, DeliveryError, Reply, Undeliverable, UserError
from bot.platforms import Platform
from bot.store import Post
from bot.wording.notices import word_notice
from bot.wording.reader import handle
from bot.wording.tongues import in_language, tongues
from knowledge.languages import fold

logger = logging.getLogger(__name__)

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


async def announce(call: Call) -> Reply:
    """Draft a one-off announcement, perhaps in both languages; "ADDRESS text" is for one place."""
    text = call.message.arguments.strip()
    first, _, rest = text.partition(" ")
    address = first if call.desk.platform_of(first) and ":" in first else ""
    text = rest.strip() if address else text
    if not text:
        raise UserError("error.no_text")
    draft = Post(
        id=f"a-{call.desk.new_id()}",
        address=address,
        ref="",
        text=text,
        kind="draft",
        language=call.language,
        at=call.now,
    )
    await call.desk.store.posts.keep(draft)
    recipients = await _recipients(call, draft)
    label = call.say("button.send_to", n=len(recipients))
    row = (
        Button(label=label, data=f"ann:{draft.id}", style="primary"),
        Button(label=call.say("button.cancel"), data=f"annx:{draft.id}"),
    )
    return Reply(text=_shown(call, draft, {language for _, language in recipients}), buttons=(row,))


def _shown(call: Call, draft: Post, spoken: Set[str]) -> str:
    """Return the draft as it will be read, and how to add the languages that it lacks."""
    parts = tongues(draft.text, draft.language)
    blocks = [call.say("announce.draft"), "---", *map(_worded, parts.values())]
    if spoken - parts.keys():
        blocks += ["---", call.say("announce.one_language")]
    return "\n\n".join(blocks)


def _worded(text: str) -> str:
    return f"📣 {escape(text)}"


async def _recipients(call: Call, draft: Post) -> list[tuple[str, str]]:
    """Return (address, language) of each chat that is to have it, each once."""
    if draft.address:
        return [(draft.address, draft.language)]
    languages: dict[str, str] = {}
    for address, language in await call.desk.agenda.addresses():
        languages.setdefault(address, language)
    return list(languages.items())


async def send_announcement(call: Call, draft_id: str) -> Reply:
    """Post a drafted announcement, once; what a try that died did not reach, the next one does."""
    call.check_editor()
    posts = call.desk.store.posts
    draft = await posts.get(draft_id)
    if draft is None or draft.kind != "draft" or draft.withdrawn:
        raise UserError("error.old_button")
    if await call.desk.agenda.paused():
        raise UserError("error.posting_paused")
    sent, recipients = 0, await _recipients(call, draft)
    for address, language in recipients:
        text = _worded(in_language(draft.text, language, draft.language))
        post = replace(
            draft,
            id=f"{draft.id}:{address}",
            address=address,
            text=text,
            language=language,
            kind="announcement",
        )
        sent += await _post(call, post)
    await call.note("announce", draft.id)
    said = [call.say("announce.sent", n=sent)]
    if sent < len(recipients):
        said.append(call.say("announce.missed", n=len(recipients) - sent))
    else:
        await posts.keep(replace(draft, withdrawn=True))
    return Reply(text=" ".join(said), buttons=(_post_buttons(call, draft.id),))


async def _post(call: Call, post: Post) -> int:
    """Post it once, noted before and after; return 1 where it stands."""
    platform, posts = call.desk.platform_of(post.address), call.desk.store.posts
    if platform is None:
        return 0
    known = await posts.get(post.id)
    if known is not None and known.ref:
        return 1
    await posts.keep(post)
    try:
        ref = await _find(platform, post) if known is not None else None
        if ref is None:
            await platform.slot(post.address, urgent=False)
            ref = await platform.send(post.address, post.reply(), key=post.id)
    except (DeliveryError, Undeliverable) as error:
        logger.warning("Announcement %s was not delivered: %s", post.id, error)
        return 0
    await posts.keep(replace(post, ref=ref, at=call.desk.clock()))
    return 1


async def _find(platform: Platform, post: Post) -> str | None:
    """Return the id of what a try that died may have posted; None where nobody can tell."""
    try:
        return await platform.find(post.address, post.id, post.at)
    except CannotLook:
        return None


async def drop_announcement(call: Call, draft_id: str) -> Reply:
    """Drop a draft."""
    call.check_editor()
    draft = await call.desk.store.posts.get(draft_id)
    if draft is not None and draft.kind == "draft":
        await call.desk.store.posts.keep(replace(draft, withdrawn=True))
    return call.toast("announce.dropped")


def _post_buttons(call: Call, post_id: str, number: str = "") -> tuple[Button, ...]:
    return (
        Button(label=number + call.say("button.correct"), data=f"fix:{post_id}"),
        Button(label=number + call.say("button.withdraw"), data=f"pull:{post_id}", style="danger"),
    )


async def posts(call: Call) -> Reply:
    """List what was posted last, to be corrected or withdrawn."""
    if not in_editors_place(call):
        raise UserError("error.editors_place")
    latest = await call.desk.store.posts.latest(6)
    if not latest:
        return Reply(text=call.say("posts.nothing"))
    lines, rows = [f"**{call.say('posts.heading')}**", ""], []
    for number, post in enumerate(latest, start=1):
        when = call.phrases.moment(call.reader.local(post.at), "short")
        first = post.text.splitlines()[0] if post.text else ""
        lines.append(f"{number}. {when} · `{post.address}` · {first}")
        rows.append(_post_buttons(call, post.id, f"{number}. "))
    return Reply(text="\n".join(lines), buttons=tuple(rows))


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
    if not in_editors_place(call):
        raise UserError("error.editors_place")
    deeds = await call.desk.agenda.log(20)
    if not deeds:
        return Reply(text=call.say("audit.nothing"))
    lines = [f"**{call.say('audit.heading')}**", ""]
    for deed in deeds:
        when = call.phrases.moment(call.reader.local(deed.at), "short")
        lines.append(
            f"- {when} · {escape(deed.by)} · {deed.action} {escape(deed.subject)}".rstrip()
        )
    return Reply(text="\n".join(lines))


COMMANDS = (
    Command(name="posting", run=posting, aliases=("vysilani", "vysílání"), editors=True),
    Command(name="preview", run=preview, aliases=("nahled", "náhled"), editors=True),
    Command(name="announce", run=announce, aliases=("oznamit", "oznámit"), editors=True),
    Command(name="posts", run=posts, aliases=("prispevky", "příspěvky"), editors=True),
    Command(name="audit", run=audit, aliases=("zaznam", "záznam"), editors=True),
)
BUTTONS = {
    "try": try_it,
    "ann": send_announcement,
    "annx": drop_announcement,
    "fix": fix,
    "pull": pull,
}
