"""Hears Slack through Bolt: by Socket Mode or over HTTP, whatever comes is handed on as messages.

A delivery is acknowledged when it is stored, so that Slack repeats what was lost.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import (
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from starlette.requests import Request
from starlette.responses import Response

from bot.platforms.slack.api import Api, bolt_logger, sdk_logger
from bot.platforms.slack.manifest import SHORTCUT
from bot.platforms.slack.shapes import sound
from bot.platforms.slack.webhook import Dispatch

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a socket may be silent, in seconds."""

    #: Between pings; four unanswered ones mean a dead socket.
    ping: float = 5.0
    #: Between looks at it.
    look: float = 0.25
    #: Then it is given a new address.
    address: float = 8.0
    #: Then it is replaced.
    client: float = 45.0
    #: The longest wait between tries to connect again; the first follows at once.
    pause: float = 8.0


Payload = Mapping[str, Any]
Hear = Callable[[Payload], Awaitable[None]]


class Ears(Protocol):
    """What listens: one method for each sort of delivery."""

    async def hear_event(self, body: Payload) -> None:
        """An event of the Events API."""

    async def hear_command(self, body: Payload) -> None:
        """A slash command."""

    async def hear_action(self, body: Payload) -> None:
        """A pressed button."""

    async def hear_shortcut(self, body: Payload) -> None:
        """A message shortcut."""


def bolt_app(api: Api, ears: Ears) -> AsyncApp:
    """Return Bolt's app; requests over HTTP are verified before they come here."""

    async def authorize() -> AuthorizeResult:
        us = await api.identity()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=us.team_id,
            bot_token=api.token,
            bot_user_id=us.user_id,
            bot_id=us.bot_id,
        )

    app = AsyncApp(
        client=api.tokenless,
        authorize=authorize,
        logger=bolt_logger,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    _listen(app, ears)
    return app


def _listen(app: AsyncApp, ears: Ears) -> None:
    everything = re.compile(".*", re.DOTALL)

    async def event(body: dict[str, Any]) -> None:
        await ears.hear_event(body)

    async def command(body: dict[str, Any], ack: Any) -> None:
        await ears.hear_command(body)
        await ack()

    async def action(body: dict[str, Any], ack: Any) -> None:
        await ears.hear_action(body)
        await ack()

    async def shortcut(body: dict[str, Any], ack: Any) -> None:
        await ears.hear_shortcut(body)
        await ack()

    async def nothing(ack: Any) -> None:
        await ack()

    app.event(everything)(event)
    app.command(everything)(command)
    app.action(everything)(action)
    app.shortcut(SHORTCUT)(shortcut)
    app.shortcut(everything)(nothing)


def over_http(app: AsyncApp) -> Dispatch:
    """Return what answers a verified request."""

    async def dispatch(request: Request, body: bytes) -> Response:
        answer = await app.async_dispatch(to_async_bolt_request(request, body))
        if answer.status == 404:  # nothing of ours: not an error to Slack, which would repeat it
            return Response(status_code=200)
        return to_starlette_response(answer)

    return dispatch


class _Handler(AsyncSocketModeHandler):
    async def handle(self, client: Any, req: SocketModeRequest) -> None:
        """Hand on what is read here; acknowledge the rest, which would only come again."""
        if sound(req.payload):
            await super().handle(client, req)
            return
        logger.warning("A delivery of Slack's is of no sort or shape that is read; it is dropped.")
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


async def _heed(told: WSMessage) -> None:
    """Say what an operator must do where Slack takes the way in away."""
    data = told.data if told.type is WSMsgType.TEXT else ""
    if '"disconnect"' in data[:30] and '"link_disabled"' in data:
        logger.error(
            "Slack has switched Socket Mode off for this app (link_disabled). Switch it on at "
            "https://api.slack.com/apps, Settings › Socket Mode, or use HTTP (docs/slack.md)."
        )


class Socket:
    """One connection of Socket Mode that is always made anew."""

    def __init__(
        self, app: AsyncApp, api: Api, token: str, patience: Patience | None = None
    ) -> None:
        self._patience = patience or Patience()
        self._app = app
        self._api = api
        self._token = token
        self._handler: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._pause = self._waited = 0.0

    @property
    def connected(self) -> bool:
        """Whether deliveries can come in now."""
        client = self._handler.client if self._handler else None
        session = getattr(client, "current_session", None)
        stale = getattr(client, "stale", False)
        return session is not None and not session.closed and not stale

    async def run(self) -> None:
        """Stay connected until cancelled.

        The SDK's client reconnects by itself, but to an address that may have been used up, and
        it has been seen deaf: so one that stays silent is given a new address, then replaced.
        """
        while True:
            handler = _Handler(
                self._app,
                self._token,
                logger=sdk_logger,
                web_client=self._api.reading,
                ping_interval=self._patience.ping,
            )
            handler.client.on_message_listeners.append(_heed)
            if self._api.is_near:
                handler.client.proxy = None
            self._handler = handler
            self._connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
            try:
                await self._watch(handler.client)
                logger.warning("Slack's socket stayed silent; making a new one.")
            finally:
                self._connecting.cancel()
                await asyncio.gather(self._connecting, return_exceptions=True)
                await handler.close_async()  # type: ignore[no-untyped-call]

    async def _watch(self, client: SocketModeClient) -> None:
        """Return when the socket has been silent for too long."""
        silent = asked = self._pause = self._waited = 0.0
        while silent < self._patience.client:
            await asyncio.sleep(self._patience.look)
            if await client.is_connected():
                silent = asked = self._pause = self._waited = 0.0
                continue
            self._rejoin(client)
            silent += self._patience.look
            self._waited += self._patience.look
            if silent - asked >= self._patience.address:
                asked = silent
                client.wss_uri = None

    def _rejoin(self, client: SocketModeClient) -> None:
        """Connect again at once; the client itself looks at a cut socket only at its next ping.

        Where that fails, each further try waits longer: Slack counts them.
        """
        session, connecting = client.current_session, self._connecting
        if connecting is None or not connecting.done():
            return
        failed = not connecting.cancelled() and connecting.exception() is not None
        if not failed and (session is None or not session.closed):
            return
        if self._waited < self._pause:
            return
        if failed:
            logger.info("Slack's socket is not back yet: %s.", connecting.exception())
        self._pause = min(2 * self._pause or self._patience.look, self._patience.pause)
        self._waited = 0.0
        self._connecting = asyncio.create_task(client.connect_to_new_endpoint())
