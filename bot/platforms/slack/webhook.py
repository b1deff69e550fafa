"""Slack over HTTP: only what Slack signed gets through."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.platforms.slack.shapes import sound

logger = logging.getLogger(__name__)

#: Seconds between signing and arriving, both ways, as Slack advises.
AGE = 300
#: Bytes; Slack's own deliveries are far smaller.
MOST = 1_000_000

#: No JSON, or one that is nested so deep that nobody reads it.
_UNREADABLE = (ValueError, RecursionError)

_DROPPED = "A delivery of Slack's is of no sort or shape that is read; it is dropped."

#: Takes a verified request and answers it; None while the assistant is not connected.
Dispatch = Callable[[Request, bytes], Awaitable[Response]]


def genuine(secret: str, headers: Any, body: bytes, now: float) -> bool:
    """Whether Slack signed this body with our secret, not long ago."""
    stamp, signature = (
        headers.get("x-slack-request-timestamp", ""),
        headers.get("x-slack-signature", ""),
    )
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        return False
    if abs(now - int(stamp)) > AGE:
        return False
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    expected = f"v0={digest.hexdigest()}"
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def fingerprint(secret: str) -> str:
    """Tell secrets apart without keeping them."""
    return hashlib.sha256(f"cscc {secret}".encode()).hexdigest()[:16]


class Webhook:
    """POST /slack/events."""

    def __init__(self, secret: str, mark: Path | None, now: Callable[[], float]) -> None:
        """mark: a file that stands while what Slack sends is refused, for `cscc doctor`.
        now: the time by Slack's clock."""
        self._secret = secret
        self._now = now
        self._mark = mark
        #: Set by the platform while it runs.
        self.dispatch: Dispatch | None = None

    @property
    def routes(self) -> list[Route]:
        """What bot/app.py mounts."""
        return [Route("/slack/events", self.receive, methods=["POST"])]

    async def receive(self, request: Request) -> Response:
        """Verify, then hand on. 401 unsigned, 413 too large, 400 unreadable, 503 not yet."""
        body = await _read(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not genuine(self._secret, request.headers, body, self._now()):
            self._refused(request)
            return PlainTextResponse("not signed", 401)
        if self._mark:
            self._mark.unlink(missing_ok=True)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return PlainTextResponse("not UTF-8", 400)
        if request.headers.get("content-type", "").startswith("application/json"):
            return await self._json(request, text, body)
        return await self._form(request, text, body)

    async def _form(self, request: Request, text: str, body: bytes) -> Response:
        """Commands and what was pressed."""
        fields = {name: values[0] for name, values in parse_qs(text).items()}
        told: Any = fields
        if "payload" in fields:
            try:
                told = json.loads(fields["payload"])
            except _UNREADABLE:
                return PlainTextResponse("not JSON", 400)
            if not isinstance(told, dict):
                return PlainTextResponse("not an object", 400)
        return await self._hand_on(request, told, body)

    def _refused(self, request: Request) -> None:
        logger.warning("A request to /slack/events was not signed with our secret, or long ago.")
        if self._mark and request.headers.get("user-agent", "").startswith("Slackbot"):
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._mark.write_text(fingerprint(self._secret), encoding="utf-8")

    async def _json(self, request: Request, text: str, body: bytes) -> Response:
        try:
            told = json.loads(text)
        except _UNREADABLE:
            return PlainTextResponse("not JSON", 400)
        if not isinstance(told, dict):
            return PlainTextResponse("not an object", 400)
        if told.get("type") == "url_verification":
            return JSONResponse({"challenge": str(told.get("challenge", ""))})
        return await self._hand_on(request, told, body)

    async def _hand_on(self, request: Request, told: Any, body: bytes) -> Response:
        if self.dispatch is None:
            return PlainTextResponse("starting", 503)
        if not sound(told):
            logger.warning(_DROPPED)
            return Response(status_code=200)
        return await self.dispatch(request, body)


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            return None
    return bytes(body)
