"""Slack as a platform of the assistant."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.routing import Route

from bot.errors import CommandError
from bot.i18n import Phrases
from bot.messages import (
    Accept,
    DeliveryError,
    Message,
    MessageKind,
    Note,
    Reply,
    Responder,
    Undeliverable,
    unnoted,
)
from bot.platforms import Finding
from bot.platforms.slack import incoming, pressing
from bot.platforms.slack.api import REFUSED, Api
from bot.platforms.slack.checking import MARK, findings
from bot.platforms.slack.clicks import Clicks
from bot.platforms.slack.home import HomeResponder, UnfurlResponder
from bot.platforms.slack.listening import Payload, Socket, bolt_app, over_http
from bot.platforms.slack.people import STRANGER, People
from bot.platforms.slack.places import Place, place_of, read_ticket
from bot.platforms.slack.posting import Poster, limiter
from bot.platforms.slack.responder import SlackResponder
from bot.platforms.slack.streaming import Extras
from bot.platforms.slack.viewing import Views
from bot.platforms.slack.webhook import Webhook
from bot.settings import SlackSettings

logger = logging.getLogger(__name__)

#: Seconds between tries to reach Slack at the start: the first, and the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0


class SlackPlatform:
    """One workspace, by one app that its administrator made from our manifest."""

    name = "slack"

    def __init__(
        self,
        settings: SlackSettings,
        *,
        clock: Callable[[], datetime],  # noqa: ARG002 -- Slack's own times count here
        data_dir: Path | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Connect nowhere yet; `data_dir` keeps a mark for `cscc doctor`.

        now: the time by Slack's clock, to which signatures and message ids belong; `clock` may
        have been set ahead for a trial.
        """
        if settings.bot_token is None:
            raise CommandError("Slack needs SLACK_BOT_TOKEN (it begins with xoxb-).")
        self._settings = settings
        self._data_dir = data_dir
        self._api = Api(settings.bot_token.get_secret_value(), settings.api_url)
        self._poster = Poster(self._api, limiter(), now)
        self._extras = Extras(self._api)
        self._people = People(self._api)
        self._views = Views(self._api)
        self._clicks = Clicks()
        self._accept: Accept | None = None
        self._socket: Socket | None = None
        self._webhook: Webhook | None = None
        self._turns: dict[str, _Turn] = {}
        if settings.app_token is None and settings.signing_secret is not None:
            self._webhook = Webhook(
                settings.signing_secret.get_secret_value(),
                data_dir / MARK if data_dir else None,
                now,
            )

    @property
    def routes(self) -> list[Route]:
        """POST /slack/events, in HTTP mode."""
        return self._webhook.routes if self._webhook else []

    @property
    def connected(self) -> bool:
        """Whether messages can come in now."""
        if self._webhook:
            return self._webhook.dispatch is not None
        return self._socket is not None and self._socket.connected

    async def run(self, accept: Accept) -> None:
        """Connect, then hand each message to `accept`, until cancelled.

        Raises:
            CommandError: Slack refuses a token, or there is no way in.
        """
        self._accept = accept
        app_token = self._settings.app_token
        if app_token is None and self._webhook is None:
            raise CommandError(
                "Slack needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."
            )
        await self._arrive()
        app = bolt_app(self._api, self)
        if self._webhook:
            self._webhook.dispatch = over_http(app)
            try:
                await asyncio.Event().wait()
            finally:
                self._webhook.dispatch = None
        elif app_token is not None:
            self._socket = Socket(app, self._api, app_token.get_secret_value())
            await self._socket.run()

    async def _arrive(self) -> None:
        """Learn who we are; wait for Slack as long as it takes."""
        pause = _FIRST_PAUSE
        while True:
            try:
                us = await self._api.identity(fresh=True)
                if self._settings.app_token is not None:
                    await self._api.try_socket(self._settings.app_token.get_secret_value())
            except DeliveryError as error:
                if str(error) in REFUSED:
                    raise CommandError(_refusal(error)) from error
                logger.warning("Slack is not reached (%s); trying again.", error)
            except Undeliverable as error:
                raise CommandError(_refusal(error)) from error
            else:
                logger.info("Connected to Slack workspace %s.", us.team_id)
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    # What comes in

    async def hear_event(self, body: Payload) -> None:
        """Hand on an event of the Events API."""
        event = body.get("event")
        if not isinstance(event, dict):
            return
        shared = bool(body.get("is_ext_shared_channel"))
        self._views.note_of(body)
        match event.get("type"):
            case "app_mention" | "message":
                us = await self._api.identity()
                await self._take(incoming.from_event(event, us), shared=shared)
            case "app_home_opened":
                await self._home_opened(event)
            case "assistant_thread_started":  # of apps older than the agent's view
                thread = event.get("assistant_thread") or {}
                where = {name: thread.get(name) for name in ("channel_id", "thread_ts")}
                if all(where.values()):
                    await self._suggest(str(thread.get("user_id")), **where)
            case "agent_session_stopped" if event.get("channel"):
                await self._take(incoming.from_stop(event))
                await self._extras.attempt(
                    "agents.sessions.setStatus",
                    channel_id=event["channel"],
                    thread_ts=event.get("thread_ts"),
                    status="active",
                )
            case "link_shared":
                for link in event.get("links") or ():
                    message = incoming.from_link(event, str(link.get("url") or ""))
                    await self._take(message, shared=True)
            case "member_joined_channel" | "channel_left" | "group_left":
                us = await self._api.identity()
                self._people.forget(str(event.get("channel")))
                await self._take(incoming.from_membership(event, us))
                if event["type"] == "member_joined_channel" and event.get("user") != us.user_id:
                    await self._joined(event)
            case "channel_shared" | "channel_unshared":
                self._people.forget(str(event.get("channel")))
                if event["type"] == "channel_shared":
                    await self._take(incoming.from_opening(event))
            case "channel_id_changed":
                await self._take(incoming.from_new_id(event))
            case "app_uninstalled" | "tokens_revoked":
                logger.error("Slack says: %s. The assistant is deaf and mute.", event["type"])

    async def _joined(self, event: Payload) -> None:
        """Heed a guest, or somebody from elsewhere, who came into a channel."""
        person = await self._people.person(str(event.get("user")))
        is_known = person is not STRANGER
        if is_known and not (person.full_member or person.program):
            await self._take(incoming.from_opening(event))

    async def _home_opened(self, event: Payload) -> None:
        if not event.get("user"):
            return
        if event.get("tab") == "home":
            await self._take(incoming.from_home(event))
        elif event.get("tab") == "messages" and event.get("channel"):
            await self._suggest(str(event["user"]), channel_id=event["channel"])

    async def _suggest(self, user: str, **where: Any) -> None:
        """Offer questions in the person's language."""
        person = await self._people.person(user)
        phrases = Phrases(person.language or "cs")
        questions = [phrases.say(f"slack.prompt.{n}") for n in range(1, 5)]
        prompts = [{"title": question, "message": question} for question in questions]
        await self._extras.attempt(
            "assistant.threads.setSuggestedPrompts", **where, prompts=prompts
        )

    async def hear_command(self, body: Payload) -> None:
        """Hand on a slash command."""
        await self._take(pressing.from_command(body))

    async def hear_shortcut(self, body: Payload) -> None:
        """Hand on "Ask about this"."""
        await self._take(pressing.from_shortcut(body))

    async def hear_action(self, body: Payload) -> None:
        """Hand on a pressed button; after one on App Home, show it anew."""
        user = str((body.get("user") or {}).get("id") or "")
        home = (body.get("container") or {}).get("type") == "view"
        channel = await self._direct_channel(user) if home and user else ""
        message = pressing.from_action(body, channel)
        action: Payload = next(iter(body.get("actions") or ()), {})
        if message is not None and self._clicks.is_second(message, action.get("action_ts")):
            return
        await self._take(message)
        if home and message is not None:
            event = {"user": user, "channel": channel, "event_ts": message.id}
            await self._take(incoming.from_home(event))

    async def _direct_channel(self, user: str) -> str:
        """Return the direct chat with a person; where Slack opens none, their id stands for it."""
        try:
            return (await self._poster.resolve(Place(user))).channel
        except Undeliverable as error:
            logger.info("No direct chat with %s: %s.", user, error)
            return user

    async def _take(self, message: Message | None, *, shared: bool = False) -> None:
        """Add who may read what, and hand on, in the order of arrival within a chat."""
        if message is None or self._accept is None:
            return
        async with self._turn(message.chat):
            user = message.author.removeprefix("slack:")
            channel = place_of(message.address).channel
            direct = channel.startswith(("D", "U", "W"))
            person, audience = STRANGER, "public"
            if user:
                # Of a shared channel the answer is known, and a message not yet sent has none. A
                # command may be given in the direct chat of two others.
                theirs = direct and message.private and message.command != "home"
                place = channel if theirs or not (direct or shared) else ""
                person, audience = await self._people.look(user, place)
            if person.program:
                return  # two that answer each other would never end
            beside = direct and message.kind is MessageKind.TEXT and not message.reply_to
            quoted = await self._views.quoted(user) if beside else ""
            await self._accept(
                replace(
                    message,
                    quoted=message.quoted or quoted,
                    audience="public" if shared else audience,
                    author_name=person.name,
                    language_hint=person.language,
                )
            )

    @asynccontextmanager
    async def _turn(self, chat: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(chat, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(chat, None)

    # What goes out

    def responder(self, message: Message, note: Note = unnoted) -> Responder:
        """Return where the answer to this message is shown."""
        told = read_ticket(message.ticket)
        if message.command == "home" and told.get("home"):  # opened, not typed after /cscc
            return HomeResponder(message, self._api)
        if told.get("link"):
            return UnfurlResponder(message, self._api)
        return SlackResponder(message, self._poster, self._extras, note)

    async def slot(self, address: str, *, urgent: bool) -> None:
        """Wait until Slack's limits allow one more message there."""
        await self._poster.slot(place_of(address).channel, urgent=urgent)

    async def send(self, address: str, reply: Reply, *, key: str = "", reply_to: str = "") -> str:
        """Post once. An answer to a post goes into its thread and is shown in the channel too."""
        place = await self._poster.resolve(place_of(address))
        if not reply_to or place.thread:
            return await self._poster.post(place, reply, key=key)
        if not await self._poster.lookup.is_there(place.channel, reply_to):
            return await self._poster.post(place, reply, key=key)
        thread = Place(place.channel, reply_to)
        return await self._poster.post(thread, reply, key=key, broadcast=True)

    async def edit(self, address: str, ref: str, reply: Reply) -> None:
        """Change what was posted."""
        await self._poster.edit(place_of(address), ref, reply)

    async def find(self, address: str, key: str, since: datetime) -> str | None:
        """Return the id of the message posted with this key, None if there is none.

        Raises:
            CannotLook: scope or membership is missing. DeliveryError: not now, but later.
        """
        return await self._poster.find(place_of(address), key, since)

    def direct(self, author: str) -> str:
        """Return the address of the direct chat with a person."""
        return author

    def deep_link(self, payload: str) -> str:  # noqa: ARG002 -- Slack has no such links
        """Return ""."""
        return ""

    async def hindrance(self, address: str) -> str:
        """Return the key of the phrase that says why nothing can be posted there, "" if it can."""
        channel = place_of(address).channel
        return "" if channel.startswith(("U", "W")) else await self._people.hindrance(channel)

    async def is_admin(self, author: str, chat: str) -> bool:
        """Whether this person may change the chat's settings."""
        channel, user = place_of(chat).channel, author.removeprefix("slack:")
        if channel.startswith(("D", "U", "W")):
            return channel == user or channel.startswith("D")
        return await self._people.is_admin(user, channel)

    async def check(self, addresses: Sequence[str] = ()) -> list[Finding]:
        """Look for what keeps Slack from working; addresses: where we are to post."""
        channels = [place_of(a).channel for a in addresses if a.startswith("slack:")]
        return await findings(self._settings, self._api, self._people, channels, self._data_dir)

    async def close(self) -> None:
        """Let go of connections."""
        await self._api.close()


class _Turn:
    """Keeps the order of arrival in one chat."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


def _refusal(error: Exception) -> str:
    return (
        f"Slack refuses the token ({error}). Set SLACK_BOT_TOKEN (xoxb-…) and SLACK_APP_TOKEN "
        "(xapp-…) to those of the installed app, or install it again (docs/slack.md)."
    )
