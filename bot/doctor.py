"""Looks for what keeps the assistant from working, and says what to do about it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from glob import iglob

from bot import app
from bot.clock import Clock
from bot.errors import CommandError
from bot.i18n import Phrases
from bot.moving import followed, named
from bot.platforms import Finding, Platform
from bot.settings import Settings
from knowledge.errors import IndexMismatch, IndexUnavailable, KnowledgeError, ServerUnavailable
from scheduler.errors import SchedulerError

#: Bytes on the disk below which an ingest may fail.
LEAST_SPACE = 1_000_000_000
#: Seconds a service may take to answer.
PATIENCE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What was found about one part."""

    #: "configuration", "database", "index", "slack" …
    part: str
    ok: bool
    #: Phrase key, with its values.
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, phrases: Phrases) -> str:
        """Return it in words; a value that is a phrase key itself is said, too."""
        values = {name: _said(value, phrases) for name, value in self.values.items()}
        return phrases.say(self.key, **values)


def _said(value: object, phrases: Phrases) -> object:
    if isinstance(value, float):
        return phrases.decimal(value)
    return phrases.say(value) if isinstance(value, str) and phrases.knows(value) else value


def _bare(error: Exception) -> str:
    """Return what went wrong without its full stop, to stand inside a sentence."""
    return str(error).strip().rstrip(".")


async def examine(settings: Settings, clock: Clock) -> AsyncIterator[Sign]:
    """Yield what is found, part by part."""
    for sign in _configuration(settings):
        yield sign
    async for sign in _database(settings, clock):
        yield sign
    embeddings = await asyncio.to_thread(_embeddings, settings)
    yield embeddings
    if embeddings.ok:  # without them the index is not to blame
        async for sign in _index(settings, clock):
            yield sign
    if settings.knowledge.chat_model:
        yield await _chat_model(settings)
    async for sign in _platforms(settings, clock):
        yield sign


def _configuration(settings: Settings) -> Iterator[Sign]:
    part = "configuration"
    if settings.config:
        yield Sign(part=part, ok=True, key="doctor.config", values={"path": settings.config})
    else:
        yield Sign(part=part, ok=True, key="doctor.config.starter")
    if settings.now:
        yield Sign(part=part, ok=False, key="doctor.now", values={"at": settings.now.isoformat()})
    yield from _paths(settings)
    yield _space(settings)
    yield from _place(settings)
    webhook = settings.slack.signing_secret and not settings.slack.app_token
    if (webhook or settings.telegram.webhook_url) and not settings.web.public_url:
        yield Sign(part="web", ok=False, key="doctor.public_url")
    if settings.web.public_url and settings.web.host == "127.0.0.1":
        yield Sign(part="web", ok=True, key="doctor.web_host")


def _paths(settings: Settings) -> Iterator[Sign]:
    """Look whether there is anything where sources of files point."""
    named: list[tuple[str, str, str]] = [
        (one.kind, one.name, one.path) for one in settings.knowledge.sources
    ]
    named += [(one.kind, one.name, one.path) for one in settings.scheduler.sources]
    for name, path in ((name, path) for kind, name, path in named if kind == "files"):
        if path and not next(iglob(path, recursive=True), None):
            values = {"name": name, "path": path}
            yield Sign(part="configuration", ok=False, key="doctor.path", values=values)


def _space(settings: Settings) -> Sign:
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    values = {"path": settings.data_dir, "gigabytes": round(free / 1e9, 1)}
    if not os.access(folder, os.W_OK):
        return Sign(part="data", ok=False, key="doctor.not_writable", values=values)
    key = "doctor.space" if free >= LEAST_SPACE else "doctor.no_space"
    return Sign(part="data", ok=free >= LEAST_SPACE, key=key, values=values)


def _place(settings: Settings) -> Iterator[Sign]:
    """Say where the index stands, if not all of it is in the data folder."""
    knowledge = settings.knowledge
    values = {"path": settings.data_dir}
    if knowledge.on_servers:
        yield Sign(part="index", ok=True, key="doctor.place.servers")
    elif knowledge.chroma_url:
        yield Sign(part="index", ok=True, key="doctor.place.chroma", values=values)
    elif knowledge.on_postgresql:
        yield Sign(part="index", ok=True, key="doctor.place.postgresql", values=values)


async def _database(settings: Settings, clock: Clock) -> AsyncIterator[Sign]:
    try:
        async with app.open_stores(settings) as stores:
            paused = await app.make_scheduler(settings, stores, {}, clock).paused()
            failing = await app.failing_sources(settings, stores)
            moves = await stores.bot.moves.all()
    except (CommandError, SchedulerError, OSError) as error:
        values: dict[str, object] = {"error": str(error).splitlines()[0]}
        yield Sign(part="database", ok=False, key="doctor.database.broken", values=values)
        return
    yield Sign(part="database", ok=True, key="doctor.database")
    for old in dict.fromkeys(named(settings)):
        if old in moves:
            values = {"old": old, "new": moves[old]}
            yield Sign(part="configuration", ok=True, key="doctor.moved", values=values)
    if paused:
        yield Sign(part="posting", ok=False, key="doctor.paused")
    for source in failing:
        values = {"name": source.name, "error": source.error}
        yield Sign(part="events", ok=False, key="doctor.event_source", values=values)


async def _index(settings: Settings, clock: Clock) -> AsyncIterator[Sign]:
    """Open the index and search it once; then say which sources did not come into it."""
    from knowledge.overview import sources_status  # noqa: PLC0415 -- slow import

    opened = await _opened(settings, clock)
    yield opened
    if opened.key == "doctor.index.away":
        return
    try:
        sources = await asyncio.to_thread(sources_status, settings.knowledge, clock())
    except (KnowledgeError, OSError) as error:
        yield Sign(part="sources", ok=False, key="doctor.memory", values={"error": _bare(error)})
        return
    for source in sources:
        if source.error:
            values = {"name": source.name, "error": source.error.rstrip(".")}
            yield Sign(part="sources", ok=False, key="doctor.source", values=values)


async def _opened(settings: Settings, clock: Clock) -> Sign:
    """Open the index as the assistant does, and search it once; the chat model is apart."""
    from knowledge.documents import Audience  # noqa: PLC0415 -- slow import

    alone = settings.knowledge.model_copy(update={"chat_model": ""})
    bare = settings.model_copy(update={"knowledge": alone})
    try:
        async with app.open_knowledge(bare, clock) as knowledge:
            await knowledge.search("zkouška", audience=Audience.MEMBERS)
            status = knowledge.status()
    except IndexMismatch as error:
        return Sign(part="index", ok=False, key="doctor.index.mismatch", values={"error": error})
    except ServerUnavailable as error:
        return Sign(part="index", ok=False, key="doctor.index.away", values={"error": error})
    except (KnowledgeError, OSError) as error:
        if str(error) == IndexUnavailable.__doc__:
            return Sign(part="index", ok=False, key="doctor.index.none")
        values: dict[str, object] = {"error": _bare(error)}
        return Sign(part="index", ok=False, key="doctor.index.broken", values=values)
    if not status.documents:
        return Sign(part="index", ok=False, key="doctor.index.empty")
    values = {"n": status.documents, "built_at": f"{status.built_at:%Y-%m-%d %H:%M}"}
    return Sign(part="index", ok=True, key="doctor.index", values=values)


def _embeddings(settings: Settings) -> Sign:
    from knowledge.embeddings import load_embeddings  # noqa: PLC0415 -- slow import

    name = settings.knowledge.embeddings
    try:
        load_embeddings(name).embed_query("zkouška")
    except KnowledgeError as error:
        values = {"name": name, "error": _bare(error)}
        return Sign(part="embeddings", ok=False, key="doctor.embeddings.broken", values=values)
    return Sign(part="embeddings", ok=True, key="doctor.model", values={"name": name})


async def _chat_model(settings: Settings) -> Sign:
    from knowledge.models import load_model, try_model  # noqa: PLC0415 -- slow import

    name = settings.knowledge.chat_model
    try:
        await asyncio.to_thread(load_model, settings.knowledge)
    except KnowledgeError as error:
        values = {"error": _bare(error)}
        return Sign(part="chat model", ok=False, key="doctor.chat_model.unusable", values=values)
    try:
        async with asyncio.timeout(PATIENCE):
            await try_model(settings.knowledge)
    except (KnowledgeError, TimeoutError) as error:
        reason = _bare(error) or f"no answer within {PATIENCE:.0f} s"
        values = {"name": name, "error": reason}
        return Sign(part="chat model", ok=False, key="doctor.chat_model.broken", values=values)
    return Sign(part="chat model", ok=True, key="doctor.model", values={"name": name})


async def _addresses(settings: Settings) -> tuple[Settings, list[str]]:
    """Return the settings with the addresses that chats have now, and where is to be posted: as
    configured, and as people subscribed in their chats.
    """
    from scheduler.store import subscriptions  # noqa: PLC0415 -- slow import

    chosen = list[str]()
    with suppress(CommandError, SchedulerError, OSError):  # said of the database already
        async with app.open_stores(settings) as stores, stores.scheduler.reading() as connection:
            chosen += [one.address for one in await subscriptions.active(connection)]
            settings = followed(settings, await stores.bot.moves.all())
    found = [one.address for one in settings.scheduler.subscriptions]
    found += [settings.editors.chat] if settings.editors.chat else []
    return settings, list(dict.fromkeys([*found, *chosen]))


async def _platforms(settings: Settings, clock: Clock) -> AsyncIterator[Sign]:
    settings, addresses = await _addresses(settings)
    platforms = app.make_platforms(settings, clock)
    for missing in sorted(
        {one.partition(":")[0] for one in addresses} - {*platforms, "console", "web"}
    ):
        chats = ", ".join(one for one in addresses if one.partition(":")[0] == missing)
        values = {"chat": chats, "variable": f"{missing.upper()}_BOT_TOKEN"}
        yield Sign(part=missing, ok=False, key="doctor.no_token", values=values)
    for name, platform in platforms.items():
        try:
            async with asyncio.timeout(PATIENCE):
                findings = [*await platform.check(addresses), *await _hearing(platform, settings)]
        except TimeoutError:
            yield Sign(part=name, ok=False, key="doctor.no_answer", values={"name": name})
            continue
        finally:
            await platform.close()
        for finding in findings:
            yield Sign(part=name, ok=finding.ok, key=finding.key, values=finding.values)


async def _hearing(platform: Platform, settings: Settings) -> list[Finding]:
    """Look whether the platform hears all that is said where the chat wants it to."""
    check = getattr(platform, "check_chat", None)
    if check is None:
        return []
    chats = []
    with suppress(CommandError, SchedulerError, OSError):  # said of the database already
        async with app.open_stores(settings) as stores:
            chats = await stores.bot.chats.wide(f"{platform.name}:")
    return [finding for chat in chats for finding in await check(chat, hears_all=True)]
