"""Where the parts are made and handed to each other; nothing else constructs them.

What takes seconds to import is imported where it is needed, so that a command loads only that.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.bridges.eventfacts import event_facts
from bot.clock import Clock
from bot.errors import CommandError
from bot.platforms import PLATFORMS, Platform
from bot.settings import Settings
from knowledge.documents import Audience, EventFact, EventQuery
from knowledge.errors import SourceError
from scheduler.ports import Fetch

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.bridges.schedule import Schedule
    from bot.inbox import Inbox
    from bot.notifier import Notifier
    from bot.store import Store as BotStore
    from knowledge.service import Knowledge
    from scheduler.service import Job, Scheduler
    from scheduler.store import Store as SchedulerStore
    from scheduler.store.state import SourceState

Events = Callable[[EventQuery, Audience], Awaitable[list[EventFact]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The database, up to date."""

    engine: AsyncEngine
    bot: BotStore
    scheduler: SchedulerStore


def database_url(settings: Settings) -> str:
    """Return where the database is."""
    return settings.database_url or f"sqlite:///{settings.data_dir.absolute() / 'cscc.sqlite'}"


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Open the database, its schema brought up to date; close it at the end."""
    import bot.store  # noqa: PLC0415 -- slow import
    import scheduler.store  # noqa: PLC0415 -- slow import
    from scheduler.database import open_database  # noqa: PLC0415 -- slow import

    with _database_trouble():
        engine = open_database(database_url(settings))
        try:
            rows = scheduler.store.Store(engine)
            await rows.upgrade()
            await bot.store.upgrade(engine)
            yield Stores(engine=engine, bot=bot.store.Store(engine), scheduler=rows)
        finally:
            await engine.dispose()


async def failing_sources(settings: Settings, stores: Stores) -> list[SourceState]:
    """Return how those event sources fare that cannot be read; of one no longer named none asks."""
    named = {one.name for one in settings.scheduler.sources}
    return [one for one in await stores.scheduler.sources() if one.error and one.name in named]


@contextmanager
def _database_trouble() -> Iterator[None]:
    """Say in one sentence what is wrong with the database."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 -- slow import

    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        if "disk is full" in reason:
            raise CommandError(
                "No space is left for the database. Free some and run this again; nothing is lost."
            ) from error
        raise CommandError(
            f"The database cannot be used: {reason}. Is CSCC_DATABASE_URL right, is the server "
            "up, and may this user write there?"
        ) from error


@asynccontextmanager
async def open_knowledge(
    settings: Settings, clock: Clock, events: Events | None = None
) -> AsyncIterator[Knowledge]:
    """Open the knowledge: models in threads, then the index if there is one."""
    knowledge = await asyncio.to_thread(_make_knowledge, settings, clock, events)
    async with knowledge:
        yield knowledge


def _make_knowledge(settings: Settings, clock: Clock, events: Events | None) -> Knowledge:
    from knowledge.embeddings import load_embeddings  # noqa: PLC0415 -- slow import
    from knowledge.service import Knowledge  # noqa: PLC0415 -- slow import

    model = None
    if settings.knowledge.chat_model:
        from knowledge.models import load_model  # noqa: PLC0415 -- slow import

        model = load_model(settings.knowledge)
    return Knowledge(
        settings.knowledge,
        embeddings=load_embeddings(settings.knowledge.embeddings),
        clock=clock,
        model=model,
        events=events,
    )


def events_of(store: SchedulerStore) -> Events:
    """Return what answers questions about dates from the scheduler's rows."""

    async def events(query: EventQuery, audience: Audience) -> list[EventFact]:
        return event_facts(await store.events(), query, audience)

    return events


async def aliases(stores: Stores) -> dict[str, list[str]]:
    """Return the uids under which an event is known besides its own, by that."""
    from scheduler.store.events import aliases  # noqa: PLC0415 -- slow import

    found: dict[str, list[str]] = {}
    async with stores.scheduler.reading() as connection:
        for alias, uid in (await aliases(connection)).items():
            if alias != uid:
                found.setdefault(uid, []).append(alias)
    return found


def make_scheduler(
    settings: Settings,
    stores: Stores,
    platforms: Mapping[str, Platform],
    clock: Clock,
    *,
    fetch: Fetch | None = None,
    jobs: Sequence[Job] = (),
) -> Scheduler:
    """Return the scheduler; without platforms it only plans and tells."""
    from scheduler.service import Scheduler  # noqa: PLC0415 -- slow import

    return Scheduler(
        settings.scheduler,
        store=stores.scheduler,
        clock=clock,
        deliverer=make_notifier(settings, stores, platforms, clock) if platforms else None,
        fetch=fetch,
        jobs=jobs,
        platforms=platforms.keys() if platforms else None,
    )


def make_notifier(
    settings: Settings, stores: Stores, platforms: Mapping[str, Platform], clock: Clock
) -> Notifier:
    """Return what puts notices in words and posts them."""
    from bot.notifier import Notifier  # noqa: PLC0415 -- slow import

    return Notifier(platforms, store=stores.bot, clock=clock, dry_run=settings.scheduler.dry_run)


def make_schedule(
    settings: Settings, stores: Stores, clock: Clock, scheduler: Scheduler | None = None
) -> Schedule:
    """Return the scheduler as commands need it."""
    from bot.bridges.schedule import Schedule  # noqa: PLC0415 -- slow import

    return Schedule(
        scheduler=scheduler or make_scheduler(settings, stores, {}, clock),
        store=stores.scheduler,
        clock=clock,
        timezone=settings.timezone,
    )


def make_inbox(
    settings: Settings,
    stores: Stores,
    platforms: Mapping[str, Platform],
    clock: Clock,
    *,
    knowledge: Knowledge,
    scheduler: Scheduler,
) -> Inbox:
    """Return what takes messages in and has the assistant answer them."""
    from bot.assistant import Assistant  # noqa: PLC0415 -- slow import
    from bot.desk import Desk  # noqa: PLC0415 -- slow import
    from bot.inbox import Inbox  # noqa: PLC0415 -- slow import

    desk = Desk(
        settings=settings,
        store=stores.bot,
        knowledge=knowledge,
        agenda=make_schedule(settings, stores, clock, scheduler),
        platforms=platforms,
        clock=clock,
    )
    return Inbox(store=stores.bot, assistant=Assistant(desk), platforms=platforms, clock=clock)


@asynccontextmanager
async def open_fetch(settings: Settings) -> AsyncIterator[Fetch]:
    """Return what the event sources read the web with: the knowledge's guarded fetcher."""
    from knowledge.fetching import Fetcher  # noqa: PLC0415 -- slow import
    from scheduler.fetching import fetch_by  # noqa: PLC0415 -- slow import

    private = [host for one in settings.scheduler.sources for host in one.allow_private_hosts]
    async with Fetcher(settings.knowledge, allow_private_hosts=private) as fetcher:
        yield fetch_by(fetcher.fetch, SourceError)


def make_platforms(
    settings: Settings, clock: Clock, *, own: Sequence[str] = ()
) -> dict[str, Platform]:
    """Return the platforms that are configured, and those of our `own` that are wanted.

    An SDK is imported only where its token is.
    """
    names = list(own)
    names += ["slack"] if settings.slack.bot_token else []
    names += ["telegram"] if settings.telegram.bot_token else []
    return {name: make_platform(name, settings, clock) for name in names}


def make_platform(name: str, settings: Settings, clock: Clock) -> Platform:
    """Return one platform; its connections open at the first use."""
    module, kind = PLATFORMS[name].split(":")
    platform: Any = getattr(import_module(module), kind)
    made: Platform
    match name:
        case "console":
            folder = settings.data_dir / "files"
            made = platform(clock=clock, folder=folder, language=settings.language)
        case "web":
            made = platform(
                clock=clock,
                language=settings.language,
                begun=settings.now,
                folder=settings.data_dir,
            )
        case "slack":
            made = platform(settings.slack, clock=clock, data_dir=settings.data_dir)
        case _:
            from bot.commands import menu  # noqa: PLC0415 -- slow import

            made = platform(settings.telegram, clock=clock, menu=menu)
    return made


@asynccontextmanager
async def open_platform(settings: Settings, clock: Clock, address: str) -> AsyncIterator[Platform]:
    """Open the platform of an address for one post.

    Raises:
        CommandError: it is not configured, or only a running assistant can show something there.
    """
    name = address.partition(":")[0]
    if name not in PLATFORMS or name == "web":
        raise CommandError(
            f'"{address}" cannot be posted to from here; name a chat like "slack:C024BE91L".'
        )
    given = {"slack": settings.slack.bot_token, "telegram": settings.telegram.bot_token}
    if name in given and given[name] is None:
        raise CommandError(f"Set {name.upper()}_BOT_TOKEN to post to {address}.")
    platform = make_platform(name, settings, clock)
    try:
        yield platform
    finally:
        await platform.close()
