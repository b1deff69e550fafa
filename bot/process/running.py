"""`cscc run`: starts the parts in order, keeps them going, and ends them in order."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute

from bot import app, datafolder
from bot.bridges import calendars
from bot.bridges.backstage import Backstage
from bot.clock import Clock, clock_from
from bot.errors import CommandError
from bot.i18n import Phrases
from bot.messages import UserError
from bot.moving import followed
from bot.platforms import Platform
from bot.platforms.web.editors import Editors
from bot.platforms.web.feeds import Wanted, feed_routes
from bot.platforms.web.health import Health, health_routes
from bot.process import serving
from bot.process.health import look
from bot.process.refreshing import Refreshing
from bot.process.upkeep import upkeep
from bot.settings import Role, Settings

if TYPE_CHECKING:
    from bot.inbox import Inbox
    from knowledge.service import Knowledge
    from scheduler.service import Scheduler

logger = logging.getLogger(__name__)

#: Seconds that each stage of stopping may take.
PATIENCE = 12.0
#: Seconds between two looks whether the servers of the index are back.
WAIT = 1.0
#: Exit codes of an ingest after which there may be an index, or one later.
GOES_ON = (0, 1, 3)


@dataclass(slots=True)
class Process:
    """A running assistant."""

    settings: Settings
    role: Role
    #: A person sits at the terminal.
    terminal: bool
    #: Says something to whoever started it.
    say: Callable[[str], None]
    clock: Clock = field(init=False)
    refreshing: Refreshing = field(init=False)
    platforms: dict[str, Platform] = field(default_factory=dict)
    knowledge: Knowledge | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    #: Tasks by the stage of stopping they end in, first to last.
    _stages: tuple[list[asyncio.Task[Any]], ...] = field(default_factory=lambda: ([], [], []))

    def __post_init__(self) -> None:
        self.clock = clock_from(self.settings.now)
        self.refreshing = Refreshing(self.settings.knowledge, config=self.settings.config)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT.

        Raises:
            CommandError: a part cannot go on; in a group with what else went wrong.
        """
        self._hear_signals()
        async with AsyncExitStack() as stack:
            bound = stack.enter_context(serving.bind(self.settings.web))
            self._greet(bound)
            stack.enter_context(datafolder.shared(self.settings.data_dir))
            stores = await stack.enter_async_context(app.open_stores(self.settings))
            self.settings = followed(self.settings, await stores.bot.moves.all())
            self.platforms.update(await asyncio.to_thread(self._make_platforms))
            for platform in self.platforms.values():
                stack.push_async_callback(platform.close)
            async with asyncio.TaskGroup() as group:
                await self._start(group, stack, stores, bound)
                await self._stopping.wait()
                await self._stop()

    def stop(self) -> None:
        """Have `run` end in order."""
        self._stopping.set()

    async def _start(
        self,
        group: asyncio.TaskGroup,
        stack: AsyncExitStack,
        stores: app.Stores,
        bound: socket.socket,
    ) -> None:
        """Serve pages and post reminders at once; then open what answers, which takes longer."""
        parts, platforms, pages = self._stages
        scheduler = app.make_scheduler(
            self.settings,
            stores,
            self.platforms,
            self.clock,
            fetch=await stack.enter_async_context(app.open_fetch(self.settings)),
            jobs=upkeep(self.settings, stores, self.clock, self.refreshing),
        )
        web = serving.build(self._routes(stores, scheduler), self.settings.web)
        pages.append(group.create_task(serving.serve(web, bound)))
        if self.role is not Role.BOT:
            parts.append(group.create_task(scheduler.run()))
        if self.role is Role.SCHEDULER:
            return
        knowledge = await stack.enter_async_context(
            app.open_knowledge(self.settings, self.clock, app.events_of(stores.scheduler))
        )
        self.knowledge = knowledge
        inbox = app.make_inbox(
            self.settings,
            stores,
            self.platforms,
            self.clock,
            knowledge=knowledge,
            scheduler=scheduler,
        )
        parts.append(group.create_task(inbox.run()))
        if not knowledge.ready:
            parts.append(group.create_task(self._read_first()))
        for platform in self.platforms.values():
            platforms.append(group.create_task(self._hear(platform, inbox)))
        logger.info("The assistant is up.", extra={"action": "started", "role": self.role.value})

    async def _hear(self, platform: Platform, inbox: Inbox) -> None:
        """Run a platform; where it cannot go on, say so in the configured language."""
        try:
            await platform.run(inbox.accept)
        except UserError as error:
            said = Phrases(self.settings.language).say(error.key, **error.values)
            raise CommandError(said) from error

    async def _stop(self) -> None:
        """End the stages one after the other: first who works, then who hears, then the pages."""
        logger.info("The assistant stops.", extra={"action": "stopping"})
        for stage in self._stages:
            for task in stage:
                task.cancel()
            if stage:
                await asyncio.wait(stage, timeout=PATIENCE)

    def _routes(self, stores: app.Stores, scheduler: Scheduler) -> list[BaseRoute]:
        async def looked() -> Health:
            return await look(
                self.settings,
                stores,
                self.platforms,
                index=self.knowledge.status() if self.knowledge else None,
                is_answering=self.role is not Role.SCHEDULER,
            )

        def calendar(wanted: Wanted) -> Awaitable[bytes | None]:
            return calendars.calendar(stores.scheduler, wanted, self.clock())

        own = [getattr(platform, "routes", ()) for platform in self.platforms.values()]
        routes = [
            *health_routes(looked),
            *feed_routes(calendar),
            *(route for routes in own for route in routes),
        ]
        if token := self.settings.web.admin_token:
            work = Backstage(
                settings=self.settings,
                bot=stores.bot,
                rows=stores.scheduler,
                scheduler=scheduler,
                clock=self.clock,
            )
            routes += Editors(token, work, self.settings.language).routes()
        return routes

    async def _reached(self) -> bool:
        """Wait for the servers that hold the index; tell whether there is one to answer from."""
        assert self.knowledge is not None
        if not self.knowledge.status().reachable:
            self.say(f"{self.knowledge.status().problem} It is waited for.")
        while not self.knowledge.status().reachable:  # noqa: ASYNC110 -- knowledge looks by itself
            await asyncio.sleep(WAIT)
        return self.knowledge.ready

    async def _read_first(self) -> None:
        """Make the index; until then questions are told that there is none yet."""
        if await self._reached():
            return
        problem = self.knowledge.status().problem if self.knowledge else ""
        reason = "for the first time" if "no index" in problem else "anew"
        self.say(f"The sources are read {reason}; answers come in about a minute.")
        code = await self.refreshing.read()
        if code not in GOES_ON:
            raise CommandError(
                f"The sources could not be read (exit code {code}; the reason stands above). "
                "Mend that and start again; what was read is kept."
            )
        self.say("The sources are read.")

    def _make_platforms(self) -> dict[str, Platform]:
        # Pages and terminal belong to the process that answers on them.
        own = [] if self.role is Role.SCHEDULER else ["web"]
        own += ["console"] if self.terminal else []
        return app.make_platforms(self.settings, self.clock, own=own)

    def _greet(self, bound: socket.socket) -> None:
        url, wanted = serving.url_of(bound), self.settings.web.port
        port = bound.getsockname()[1]
        taken = f" (port {wanted} is taken)" if wanted and port != wanted else ""
        self.say(f"Web chat: {url}/{taken}")
        if self.settings.now:
            self.say(f"The clock begins at {self.settings.now.isoformat()} (CSCC_NOW).")
        if self.settings.scheduler.dry_run:
            self.say("Dry run: reminders are planned and written down, not posted.")
        if self.settings.knowledge.proxy:
            logger.warning(
                "Behind a proxy it cannot be checked which addresses the names of web sources "
                "lead to: the proxy must keep private networks out of reach."
            )

    def _hear_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
