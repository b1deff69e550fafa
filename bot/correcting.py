"""Corrects and withdraws what was posted: the post is changed; where that cannot be, answered."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.desk import Call
from bot.markup.plaintext import escape
from bot.messages import DeliveryError, Reply, Undeliverable, UserError
from bot.store import Post
from bot.wording.tongues import in_language

logger = logging.getLogger(__name__)


async def correct(call: Call, post_id: str, text: str) -> Reply:
    """Put another text in place of a post, in every chat where it stands, in its language."""
    if not text.strip():
        raise UserError("error.no_text")
    done = 0
    for post in await _of(call, post_id):
        reader = call.reader_in(post.language)
        day = reader.phrases.moment(reader.local(call.now), "short")
        said = in_language(text, post.language, call.language)
        said = announced(said) if post.kind == "announcement" else escape(said)
        told = f"{said}\n\n{reader.say('post.corrected', when=day)}"
        done += await change_post(call, replace(post, text=told))
    await call.note("post.correct", post_id)
    return Reply(text=call.say("post.correct_done", n=done))


def announced(text: str) -> str:
    """Return an announcement as it is posted."""
    return f"📣 {escape(text)}"


async def withdraw(call: Call, post_id: str) -> Reply:
    """Say in place of a post that it no longer holds, in every chat where it stands."""
    done = 0
    for post in await _of(call, post_id):
        text = call.reader_in(post.language).say("post.withdrawn")
        done += await change_post(call, replace(post, text=text, buttons=(), withdrawn=True))
    await call.note("post.withdraw", post_id)
    return Reply(text=call.say("post.withdraw_done", n=done))


async def _of(call: Call, post_id: str) -> list[Post]:
    """Return the post, or all of one announcement."""
    posts = await call.desk.store.posts.batch(post_id)
    if not posts:
        raise UserError("error.no_post")
    standing = [post for post in posts if not post.withdrawn]
    if not standing:
        raise UserError("error.post_withdrawn")
    return standing


async def change_post(call: Call, post: Post) -> int:
    """Change a post where it stands, answer it where it cannot be changed; 1 if that was done."""
    platform = call.desk.platform_of(post.address)
    if platform is None:
        return 0
    ref = post.ref
    try:
        await platform.slot(post.address, urgent=False)
        try:
            await platform.edit(post.address, post.ref, post.reply())
        except Undeliverable:
            ref = await platform.send(post.address, post.reply(), reply_to=post.ref)
    except (DeliveryError, Undeliverable) as error:
        logger.warning("Post %s could not be changed: %s", post.id, error)
        return 0
    await call.desk.store.posts.keep(replace(post, ref=ref))
    return 1
