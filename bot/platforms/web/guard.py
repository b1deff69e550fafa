"""What every request passes: Host, Origin, a limit per address, and headers on what goes back.

The checks keep foreign pages from using a visitor's browser against us: a page under another
name that leads here (DNS rebinding) is refused by its Host, a form of another site by its Origin.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Called by machines that prove themselves otherwise, or that only look; under any Host.
MACHINES = ("/slack/", "/telegram/", "/healthz", "/readyz", "/metrics")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it a browser gives our own forms the origin "null".
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

#: (requests at once, requests a minute) of one address.
POSTS, OTHERS = (20, 30.0), (200, 600.0)
#: Addresses that are remembered.
ADDRESSES = 10_000


@dataclass(slots=True)
class Bucket:
    """A limit per address: so many at once, refilled by the minute."""

    size: int
    per_minute: float
    now: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str) -> float:
        """Take one and return 0, or return the seconds until there is one."""
        now = self.now()
        left, since = self._left.get(address, (float(self.size), now))
        left = min(self.size, left + (now - since) * self.per_minute / 60)
        taken = 1 if left >= 1 else 0
        self._left[address] = (left - taken, now)
        self._left.move_to_end(address)
        if len(self._left) > ADDRESSES:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) * 60 / self.per_minute


class Guard:
    """Wraps the web part."""

    def __init__(self, app: ASGIApp, *, names: Sequence[str] = ()) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in (*names, "localhost") if name)
        self._posts = Bucket(*POSTS)
        self._others = Bucket(*OTHERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a refusal, or let the request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = None if scope["path"].startswith(MACHINES) else self._refusal(scope)
        await (refusal or self._app)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if not self._is_ours(host_of(headers.get("host", ""))):
            return PlainTextResponse("This name is not mine. Set CSCC_PUBLIC_URL.\n", 421)
        changing = scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if changing and not _same_origin(headers):
            return PlainTextResponse("This comes from another site.\n", 403)
        bucket = self._posts if changing else self._others
        client = scope.get("client")
        if wait := bucket.take(client[0] if client else ""):
            return PlainTextResponse(
                "Too many requests.\n", 429, headers={"Retry-After": str(int(wait) + 1)}
            )
        return None

    def _is_ours(self, host: str) -> bool:
        """Tell whether a Host is one of our names or a bare number, which nobody can rebind."""
        if host in self._names:
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True


def host_of(netloc: str) -> str:
    """Return the host of "host:port", "[::1]:80" or "host", in lower case; "" if it is none."""
    try:
        return (urlsplit(f"//{netloc}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _same_origin(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
