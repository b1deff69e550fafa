"""A small Slack for tests: Web API, Socket Mode and response_urls, after docs.slack.dev.

It records what the assistant called, answers as Slack does, and fails on demand. What others do
in Slack is sent by `event`, `command`, `interaction`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

BOT, TEAM = "U0CSCC", "T0HOME"
SCOPES = (
    "app_mentions:read,chat:write,im:history,im:read,im:write,users:read,channels:read,"
    "groups:read,channels:history,groups:history,commands,files:write,assistant:write"
)

Params = dict[str, Any]


@dataclass
class Call:
    """One call of the Web API (or of a response_url, method "response_url")."""

    method: str
    params: Params


@dataclass
class Fault:
    """How the next call of a method fails."""

    status: int = 200
    error: str = ""
    retry_after: int = 0
    #: The work is done and only its answer is lost.
    after: bool = False
    #: It does not fail: the one after it is to.
    skip: bool = False
    #: Cut the connection.
    reset: bool = False


@dataclass
class SlackServer:
    """One workspace with one app."""

    calls: list[Call] = field(default_factory=list)
    messages: list[Params] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    users: dict[str, Params] = field(default_factory=dict)
    channels: dict[str, Params] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    scopes: str = SCOPES
    #: Methods that this workspace does not have.
    unknown: set[str] = field(default_factory=set)
    #: What is changed must stand.
    strict: bool = False
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    #: Times a socket was opened.
    opened: int = 0
    acknowledged: dict[str, Any] = field(default_factory=dict)
    url: str = ""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._changed = asyncio.Condition()
        self._tickets: set[str] = set()
        for name in ("U0ANNA", "U0BOB"):
            self.user(name)
        self.channel("C0ROOM", members=["U0ANNA", "U0BOB", BOT])

    def user(self, user: str, **told: Any) -> None:
        """Add or change a person."""
        profile = {"display_name": user[2:].title()}
        self.users[user] = {"id": user, "team_id": TEAM, "profile": profile, **told}

    def channel(self, channel: str, *, members: list[str], **told: Any) -> None:
        """Add or change a channel."""
        self.channels[channel] = {"id": channel, "is_member": BOT in members, **told}
        self.members[channel] = members

    # Sent to the assistant

    async def event(self, event: Params, **around: Any) -> Any:
        """Deliver an event by Socket Mode; return the acknowledgement."""
        body = {"type": "event_callback", "team_id": TEAM, "event": event, **around}
        return await self.envelope("events_api", body)

    async def says(self, channel: str, text: str, *, user: str = "U0ANNA", **more: Any) -> str:
        """A person writes; return the message's ts."""
        ts = more.pop("ts", f"17000000{next(self._numbers):02}.000100")
        kind = {"D": "im", "G": "group"}.get(channel[0], "channel")
        event = {"type": "message", "channel": channel, "channel_type": kind, "user": user}
        await self.event({**event, "text": text, "ts": ts, "event_ts": ts, **more})
        return str(ts)

    async def envelope(self, kind: str, payload: Params, wait: float = 3) -> Any:
        """Send one envelope and wait for its acknowledgement; None if there was none."""
        number = f"envelope-{next(self._numbers)}"
        envelope = {"type": kind, "envelope_id": number, "payload": payload}
        await self.sockets[-1].send_str(json.dumps(envelope))
        with contextlib.suppress(TimeoutError):
            await self.until(lambda: number in self.acknowledged, wait)
        return self.acknowledged.get(number)

    async def until(self, condition: Callable[[], object], wait: float = 3) -> None:
        """Wait until something holds."""
        async with self._changed, asyncio.timeout(wait):
            while not condition():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.02)

    def made(self, *methods: str) -> list[Params]:
        """Return the parameters of the calls of these methods."""
        return [call.params for call in self.calls if call.method in methods]

    # Served to the assistant

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await _params(request)
        fault = self._fault(method)
        if fault and not fault.after:
            return _failure(request, fault)
        self.calls.append(Call(method, params))
        answer = self._answer(method, params)
        await self._wake()
        if fault:
            return _failure(request, fault)
        return web.json_response(answer, headers={"X-OAuth-Scopes": self.scopes})

    def _fault(self, method: str) -> Fault | None:
        waiting = self.faults.get(method)
        fault = waiting.pop(0) if waiting else None
        return None if fault and fault.skip else fault

    def _answer(self, method: str, params: Params) -> Params:
        if method in self.unknown:
            return {"ok": False, "error": "unknown_method"}
        handler = getattr(self, f"_{method.replace('.', '_')}", None)
        answer: Params = handler(params) if handler else {}
        return {"ok": "error" not in answer, **answer}

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _auth_test(self, _: Params) -> Params:
        return {"team_id": TEAM, "team": "Home", "user_id": BOT, "bot_id": "B0CSCC"}

    def _apps_connections_open(self, _: Params) -> Params:
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"url": f"{self.url.replace('http', 'ws', 1)}/socket?ticket={ticket}"}

    def _users_info(self, params: Params) -> Params:
        found = self.users.get(params["user"])
        return {"user": found} if found else {"error": "user_not_found"}

    def _users_list(self, _: Params) -> Params:
        return {"members": list(self.users.values())}

    def _conversations_info(self, params: Params) -> Params:
        found = self.channels.get(params["channel"])
        return {"channel": found} if found else {"error": "channel_not_found"}

    def _conversations_members(self, params: Params) -> Params:
        return {"members": self.members[params["channel"]]}

    def _conversations_open(self, params: Params) -> Params:
        return {"channel": {"id": f"D0{str(params['users'])[2:]}"}}

    def _keep(self, params: Params) -> Params:
        ts = f"18000000{next(self._numbers):02}.000200"
        metadata = params.get("metadata") or {}
        self.messages.append({**params, "ts": ts, "bot_id": "B0CSCC", "metadata": metadata})
        return {"ts": ts, "channel": params["channel"]}

    def _chat_postMessage(self, params: Params) -> Params:
        if params["channel"].startswith("C") and params["channel"] not in self.channels:
            return {"error": "channel_not_found"}
        return self._keep(params)

    def _chat_startStream(self, params: Params) -> Params:
        return self._keep(params)

    def _chat_update(self, params: Params) -> Params:
        found = [m for m in self.messages if m["ts"] == params["ts"]]
        for message in found:
            message.update(metadata=params.get("metadata") or {}, text=params.get("text"))
        return {"ts": params["ts"]} if found or not self.strict else {"error": "message_not_found"}

    _chat_stopStream = _chat_update

    def _chat_delete(self, params: Params) -> Params:
        self.messages = [m for m in self.messages if m["ts"] != params["ts"]]
        return {"ts": params["ts"]}

    def _chat_postEphemeral(self, params: Params) -> Params:
        if params["user"] not in self.members.get(params["channel"], [params["user"]]):
            return {"error": "user_not_in_channel"}
        return {"message_ts": "1900000000.000100"}

    def _files_getUploadURLExternal(self, _: Params) -> Params:
        return {"upload_url": f"{self.url}/upload", "file_id": "F1"}

    def _files_completeUploadExternal(self, _: Params) -> Params:
        return {"files": [{"id": "F1", "permalink": "https://home.slack.com/files/F1"}]}

    async def _upload(self, request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="OK")

    def _found(self, params: Params) -> Params:
        found = [m for m in self.messages if m["channel"] == params["channel"]]
        return {"messages": list(reversed(found)), "response_metadata": {"next_cursor": ""}}

    def _conversations_history(self, params: Params) -> Params:
        return self._found(params)

    def _conversations_replies(self, params: Params) -> Params:
        roots = [m for m in self.messages if m["ts"] == params["ts"]]
        inside = [m for m in self.messages if m.get("thread_ts") == params["ts"]]
        return {"messages": [*roots, *inside]} if roots or inside else {"error": "thread_not_found"}

    async def _response_url(self, request: web.Request) -> web.Response:
        fault = self._fault("response_url")
        if fault:
            return web.Response(status=fault.status)
        self.calls.append(Call("response_url", await request.json()))
        await self._wake()
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query["ticket"]
        if ticket not in self._tickets or self._fault("socket"):
            return web.Response(status=408)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        self.opened += 1
        await socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        await self._wake()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                told = json.loads(message.data)
                self.acknowledged[told["envelope_id"]] = told
                await self._wake()
        self.sockets.remove(socket)
        return socket

    def application(self) -> web.Application:
        """Return what serves it."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload", self._upload)
        app.router.add_post("/respond", self._response_url)
        app.router.add_get("/socket", self._socket)
        return app


async def _params(request: web.Request) -> Params:
    if request.content_type == "application/json":
        told = await request.json()
        return {key: value for key, value in told.items() if value is not None}
    params: Params = {**request.query, **await request.post()}
    for key in ("blocks", "metadata", "view", "unfurls", "source", "chunks"):
        if isinstance(params.get(key), str):
            params[key] = json.loads(params[key])
    return params


def _failure(request: web.Request, fault: Fault) -> web.Response:
    if fault.reset and request.transport is not None:
        request.transport.abort()
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
    if fault.error:
        told = {"ok": False, "error": fault.error}
        return web.json_response(told, status=fault.status, headers=headers)
    return web.Response(status=fault.status, text="upstream", headers=headers)


@contextlib.asynccontextmanager
async def slack_server() -> AsyncIterator[SlackServer]:
    """Serve on a free port of this machine."""
    server = SlackServer()
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        for socket in list(server.sockets):
            await socket.close()
        await runner.cleanup()
