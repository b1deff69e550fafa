"""/announce: a one-off word of the editors to all who subscribed, each chat once."""

from __future__ import annotations

import logging
from collections.abc import Set
from dataclasses import replace

from bot.commands.posting import post_buttons
from bot.correcting import announced
from bot.desk import Call, Command
from bot.messages import Button, CannotLook, DeliveryError, Reply, Undeliverable, UserError
from bot.platforms import Platform
from bot.store import Post
from bot.wording.tongues import in_language, tongues

logger = logging.getLogger(__name__)


async def announce(call: Call) -> Reply:
    """Draft a one-off announcement, perhaps in both languages; "ADDRESS text" is for one place."""
    text = call.message.arguments.strip()
    first, *rest = text.split(maxsplit=1) or [""]
    address = first if call.desk.platform_of(first) and ":" in first else ""
    text = "".join(rest) if address else text
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
    recipients = await _recipients(call, draft)
    if not recipients:
        raise UserError("error.no_subscribers")
    await call.desk.store.posts.keep(draft)
    label = call.say("button.send_to", n=len(recipients))
    row = (
        Button(label=label, data=f"ann:{draft.id}", style="primary"),
        Button(label=call.say("button.cancel"), data=f"annx:{draft.id}"),
    )
    return Reply(text=_shown(call, draft, {language for _, language in recipients}), buttons=(row,))


def _shown(call: Call, draft: Post, spoken: Set[str]) -> str:
    """Return the draft as it will be read, and how to add the languages that it lacks."""
    parts = tongues(draft.text, draft.language)
    blocks = [call.say("announce.draft"), "---", *map(announced, parts.values())]
    if spoken - parts.keys():
        blocks += ["---", call.say("announce.one_language")]
    return "\n\n".join(blocks)


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
        text = announced(in_language(draft.text, language, draft.language))
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
    return Reply(text=" ".join(said), buttons=(post_buttons(call, draft.id),))


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
    if draft is None or draft.kind != "draft" or draft.withdrawn:
        raise UserError("error.old_button")
    await call.desk.store.posts.keep(replace(draft, withdrawn=True))
    return call.toast("announce.dropped")


COMMANDS = (Command(name="announce", run=announce, aliases=("oznamit", "oznámit"), editors=True),)
BUTTONS = {"ann": send_announcement, "annx": drop_announcement}
