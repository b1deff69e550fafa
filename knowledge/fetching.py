"""The only HTTP client: guarded, polite, bounded.

`Fetcher.ask` makes one request and follows nothing: the crawler decides about every hop.
`Fetcher.fetch` follows redirects, tries again and remembers validators: for feeds and calendars.
"""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from knowledge.errors import SourceError
from knowledge.settings import KnowledgeSettings
from knowledge.web.guarding import Forbidden, Guard, GuardedBackend, default_port
from knowledge.web.politeness import Pace

logger = logging.getLogger(__name__)

#: Seconds for a connection, for each wait for bytes, and for a whole answer.
_CONNECT, _READ, _WHOLE = 10.0, 20.0, 45.0

#: Seconds between two requests to a host; none where the configuration allows a private one.
PAUSE = 0.25

#: Redirects in a row.
MOST_HOPS = 10

#: A server that asks for more seconds than this is asked again in another run.
LONGEST_WAIT = 30.0

#: Waits before the second and third attempt, in seconds.
BACKOFF = (1.0, 3.0)

#: Answers whose validators `fetch` remembers, and the largest body among them.
_REMEMBERED, _REMEMBERED_BYTES = 200, 5_000_000

TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FetchError(SourceError):
    """Nothing came back."""

    def __init__(
        self, message: str | None = None, *, transient: bool = False, slow: bool = False
    ) -> None:
        super().__init__(message)
        #: It may be different in a moment.
        self.transient = transient
        #: It came, but took too long: asking again now would take as long.
        self.slow = slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came back, whatever its status."""

    status: int
    #: What was asked; after redirects where they were followed.
    url: str
    #: Names in lower case.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Whole and unpacked.
    body: bytes = b""
    #: Cookies that it set.
    cookies: Mapping[str, str] = field(default_factory=dict)
    #: When it came, for servers that name an instant and no date of their own.
    received_at: datetime | None = None

    @property
    def target(self) -> str:
        """Return where a redirect leads, absolute; "" if it is none."""
        location = self.headers.get("location", "")
        return urljoin(self.url, location) if self.status in REDIRECTS and location else ""

    @property
    def retry_after(self) -> float | None:
        """Return the seconds the server wants to be left alone; None if it does not say."""
        given = self.headers.get("retry-after", "").strip()
        if given.isdigit():
            return float(given)
        until, now = _instant(given), _instant(self.headers.get("date", "")) or self.received_at
        return max(0.0, (until - now).total_seconds()) if until and now else None


class Fetcher:
    """Asks web servers. Used within `async with`, in one event loop."""

    def __init__(
        self,
        settings: KnowledgeSettings,
        *,
        allow_private_hosts: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self.guard = Guard(allow_private_hosts)
        self.pace = Pace(settings.data_dir / "hosts", clock=clock)
        #: Seconds between requests, by host, where robots.txt asks for more.
        self.pauses: dict[str, float] = {}
        self._known: dict[str, Fetched] = {}
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Open the connections' pool."""
        self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        if self._client:
            await self._client.aclose()
            self._client = None

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Return the answer, a 404 too; a remembered body where the server says 304.

        Raises:
            FetchError, Forbidden: nothing came: refused, timed out, too large.
        """
        known = self._known.get(url) if method == "GET" else None
        asked = {**(headers or {}), **(conditions(known.headers) if known else {})}
        for wait in (*BACKOFF, None):
            try:
                answer = await self._follow(url, method=method, data=data, headers=asked)
            except FetchError as error:
                if not error.transient or wait is None or method != "GET":
                    raise
                await asyncio.sleep(wait)
                continue
            if answer.status not in TRANSIENT or wait is None or method != "GET":
                break
            patience = answer.retry_after
            if patience is not None and patience > LONGEST_WAIT:
                break
            await asyncio.sleep(wait if patience is None else patience)
        if answer.status == 304 and known:
            return replace(known, url=answer.url)
        return self._remember(url, answer) if method == "GET" else answer

    async def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Make one request in its turn and return the answer; redirects are not followed.

        Raises:
            FetchError, Forbidden: nothing came: refused, timed out, too large.
        """
        self.guard.check_url(url)
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or default_port(parts.scheme)
        pause = 0.0 if self.guard.allows_private(host, port) else PAUSE
        pause = max(pause, self.pauses.get(f"{host}:{port}", 0.0))
        async with self.pace.turn(f"{host}:{port}", pause=pause):
            with_agent = {"User-Agent": self._settings.user_agent, **(headers or {})}
            with_agent.setdefault("Accept-Encoding", "gzip, deflate")
            return await self._request(url, method, data, with_agent)

    async def _follow(
        self, url: str, *, method: str, data: bytes | None, headers: Mapping[str, str]
    ) -> Fetched:
        cookies: dict[str, str] = {}
        for _ in range(MOST_HOPS + 1):
            own = {"Cookie": "; ".join(map("=".join, cookies.items()))} if cookies else {}
            answer = await self.ask(url, method=method, data=data, headers={**headers, **own})
            if not answer.target:
                return answer
            if urlsplit(answer.target).netloc == urlsplit(url).netloc:
                cookies.update(answer.cookies)
            else:
                cookies.clear()
                headers = {k: v for k, v in headers.items() if k.lower() != "authorization"}
            if answer.status in {301, 302, 303} and method != "HEAD":
                method, data = "GET", None
            url = answer.target
        raise FetchError(f"It redirects more than {MOST_HOPS} times.")

    async def _request(
        self, url: str, method: str, data: bytes | None, headers: Mapping[str, str]
    ) -> Fetched:
        async with _translated(), asyncio.timeout(_WHOLE):
            request = self._open().build_request(method, url, content=data, headers=headers)
            response = await self._open().send(request, stream=True)
            try:
                body = await self._body(response)
            finally:
                await response.aclose()
        return Fetched(
            status=response.status_code,
            url=url,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
            cookies=dict(httpx.Cookies(response.cookies).items()),
            received_at=datetime.fromtimestamp(self._clock(), UTC),
        )

    async def _body(self, response: httpx.Response) -> bytes:
        """Read a body, never more than is allowed, packed or unpacked."""
        most = self._settings.max_document_bytes
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > most:
            raise FetchError(f"It is larger than {most // 1_000_000} MB.")
        packing = _packing(response.headers.get("content-encoding", ""))
        unpack: zlib._Decompress | None = None
        body = bytearray()
        async for piece in response.aiter_raw():
            if packing and unpack is None:
                unpack = _unpacker(packing, piece)
            body += unpack.decompress(piece, most - len(body) + 1) if unpack else piece
            if len(body) > most:
                raise FetchError(f"It is larger than {most // 1_000_000} MB.")
        if unpack and body and not unpack.eof:
            raise FetchError("The packed answer is cut off.", transient=True)
        return bytes(body)

    def _remember(self, url: str, answer: Fetched) -> Fetched:
        self._known.pop(url, None)
        fits = len(answer.body) <= _REMEMBERED_BYTES
        if answer.status == 200 and fits and conditions(answer.headers):
            self._known[url] = answer
            if len(self._known) > _REMEMBERED:
                self._known.pop(next(iter(self._known)))
        return answer

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = _client(self.guard, self._settings)
        return self._client


def conditions(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that make a request for the same conditional."""
    pairs = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
    return {name: headers[given] for given, name in pairs if headers.get(given)}


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over a pool that connects where the guard allows."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(trust_env=False)
        # httpx has no door for a network backend: its pool is exchanged for one that has it.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=20,
            max_keepalive_connections=10,
            keepalive_expiry=15.0,
            network_backend=GuardedBackend(guard),
        )


def _client(guard: Guard, settings: KnowledgeSettings) -> httpx.AsyncClient:
    direct = _GuardedTransport(guard)
    proxy = settings.proxy.get_secret_value() if settings.proxy else ""
    outer = httpx.AsyncHTTPTransport(proxy=proxy) if proxy else direct
    inside = {f"all://{host}": direct for host in guard.allowed} if proxy else {}
    return httpx.AsyncClient(
        transport=outer,
        mounts=inside,
        timeout=httpx.Timeout(_READ, connect=_CONNECT),
        follow_redirects=False,
        trust_env=False,
    )


def _packing(encoding: str) -> str:
    """Return how a body is packed: "gzip", "deflate" or ""."""
    encoding = encoding.strip().lower().removeprefix("x-")
    if encoding in {"gzip", "deflate"}:
        return encoding
    if encoding in {"", "identity"}:
        return ""
    raise FetchError(f"It is packed in a way that was not asked for ({encoding}).")


def _unpacker(packing: str, first: bytes) -> zlib._Decompress:
    """Return what unpacks a body that begins so."""
    if packing == "deflate" and not first.startswith((b"\x78", b"\x1f\x8b")):
        # Some servers leave out the header that "deflate" should have.
        return zlib.decompressobj(-zlib.MAX_WBITS)
    return zlib.decompressobj(zlib.MAX_WBITS | 32)


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Say in a sentence for editors what went wrong, and whether it may pass."""
    try:
        yield
    except TimeoutError as error:
        raise FetchError(
            f"It took more than {_WHOLE:.0f} seconds.", transient=True, slow=True
        ) from error
    except httpx.TimeoutException as error:
        raise FetchError("It did not answer in time.", transient=True) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as error:
        raise Forbidden(f"This is not an address that can be asked: {error}") from error
    except zlib.error as error:
        raise FetchError("The packed answer is damaged.", transient=True) from error
    except httpx.HTTPError as error:
        raise FetchError(f"It cannot be reached: {_reason(error)}.", transient=True) from error


def _reason(error: Exception) -> str:
    text = str(error).rstrip(".") or type(error).__name__
    return text[:1].lower() + text[1:200]
