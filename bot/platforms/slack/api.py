"""Slack's Web API: the clients, who we are there, and its errors in our words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import DeliveryError, Undeliverable

#: Of the SDK: its debug lines hold messages and must not be written.
sdk_logger = logging.getLogger("slack_sdk")
sdk_logger.setLevel(logging.WARNING)

#: Of Bolt: it warns of the environment, which is not its to read here.
bolt_logger = logging.getLogger("slack_sdk.bolt")
bolt_logger.setLevel(logging.ERROR)

#: Seconds for one call; shorter than the lease that the outbox holds while it sends.
TIMEOUT = 15

#: The token or the app is not (or no longer) accepted: an operator must act, then all is well.
REFUSED = frozenset(
    {
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
        *("no_permission", "not_allowed_token_type", "missing_scope", "org_login_required"),
        *("ekm_access_denied", "team_access_not_granted", "access_denied", "invalid_app_token"),
    }
)
#: Slack says it failed inside; the message may stand there nevertheless.
UNCERTAIN = frozenset(["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
#: Slack cannot be asked about this place.
BLIND = frozenset(
    {
        *("missing_scope", "not_in_channel", "channel_not_found", "no_permission"),
        *("access_denied", "method_not_supported_for_channel_type", "unknown_method"),
        *("not_allowed_token_type", "thread_not_found", "is_archived"),
        "team_access_not_granted",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the token is: the assistant's own ids, and its workspace."""

    team_id: str
    user_id: str
    bot_id: str
    team: str = ""
    #: What the token may do, from the header of the answer.
    scopes: frozenset[str] = frozenset()


class Api:
    """The clients of one token; they share a session, which is made when first needed."""

    def __init__(self, token: str, url: str) -> None:
        self._token = token
        self._url = url if url.endswith("/") else f"{url}/"
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}
        self._identity: Identity | None = None

    @property
    def token(self) -> str:
        """The token of the assistant's user in Slack."""
        return self._token

    @property
    def sending(self) -> AsyncWebClient:
        """For what must not happen twice: it never tries again by itself."""
        return self._client("sending")

    @property
    def reading(self) -> AsyncWebClient:
        """For what may be repeated: rides out limits and failures."""
        return self._client("reading")

    @property
    def tokenless(self) -> AsyncWebClient:
        """For Bolt, which puts the token in for each request."""
        return AsyncWebClient(base_url=self._url, session=self.sending.session, logger=sdk_logger)

    @property
    def is_near(self) -> bool:
        """Whether Slack's API is reached without the proxy that the SDK takes from HTTPS_PROXY."""
        host = urlsplit(self._url).hostname or ""
        return host in ("localhost", "127.0.0.1", "::1") or bool(proxy_bypass(host))

    async def try_socket(self, app_token: str) -> None:
        """See whether Slack takes the app token. Raises DeliveryError, Undeliverable."""
        with delivering():
            await self.sending.apps_connections_open(app_token=app_token)

    def _client(self, kind: str) -> AsyncWebClient:
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT)
            self._session = aiohttp.ClientSession(timeout=timeout)
            self._clients = {
                name: AsyncWebClient(
                    self._token, self._url, session=self._session, logger=sdk_logger
                )
                for name in ("sending", "reading")
            }
            for client in self._clients.values():
                client.proxy = None if self.is_near else client.proxy
            self._clients["sending"].retry_handlers = []
            self._clients["reading"].retry_handlers = [
                AsyncConnectionErrorRetryHandler(max_retry_count=2),
                AsyncServerErrorRetryHandler(max_retry_count=2),
                AsyncRateLimitErrorRetryHandler(max_retry_count=3),
            ]
        return self._clients[kind]

    async def identity(self, *, fresh: bool = False) -> Identity:
        """Return who we are; `fresh`: ask once, now. Raises DeliveryError."""
        if self._identity is None or fresh:
            with delivering():
                answer = await (self.sending if fresh else self.reading).auth_test()
            self._identity = Identity(
                team_id=str(answer["team_id"]),
                user_id=str(answer["user_id"]),
                bot_id=str(answer.get("bot_id") or ""),
                team=str(answer.get("team") or ""),
                scopes=_scopes(answer.headers),
            )
        return self._identity

    async def respond(self, url: str, body: dict[str, object]) -> None:
        """Answer by a response_url. Raises DeliveryError, Undeliverable (used up, too old)."""
        proxy = self.sending.proxy  # makes the session
        assert self._session is not None
        with delivering():
            async with self._session.post(url, json=body, proxy=proxy) as answer:
                if answer.status == 429:
                    raise DeliveryError("ratelimited", retry_after=_after(answer.headers))
                if answer.status >= 500:
                    raise DeliveryError(f"response_url: {answer.status}", certain=False)
                if answer.status >= 400:
                    raise Undeliverable(f"response_url: {answer.status}")

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


def _scopes(headers: object) -> frozenset[str]:
    found = headers.get("X-OAuth-Scopes", "") if hasattr(headers, "get") else ""
    return frozenset(scope.strip() for scope in str(found).split(",") if scope.strip())


def _after(headers: object) -> float:
    found = headers.get("Retry-After") if hasattr(headers, "get") else None
    try:
        return max(1.0, float(str(found)))
    except ValueError:
        return 1.0


def error_of(error: SlackApiError) -> str:
    """Return Slack's code of an error, "" where the answer could not be read."""
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code) if code else ""


@contextmanager
def delivering() -> Iterator[None]:
    """Translate what the SDK raises into DeliveryError and Undeliverable."""
    try:
        yield
    except SlackApiError as error:
        raise _translated(error) from error
    except (
        aiohttp.InvalidURL,
        aiohttp.NonHttpUrlClientError,
    ) as error:  # nothing can ever be reached there
        raise Undeliverable("no address to answer at") from error
    except aiohttp.ClientConnectorError as error:
        raise DeliveryError("Slack cannot be reached", retry_after=5) from error
    except (TimeoutError, aiohttp.ClientError, SlackClientError, ValueError) as error:
        reason = f"Slack's answer was lost: {type(error).__name__}"
        raise DeliveryError(reason, certain=False) from error


def _translated(error: SlackApiError) -> DeliveryError | Undeliverable:
    code = error_of(error)
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", 0)
    if status == 429 or code in ("ratelimited", "rate_limited", "message_limit_exceeded"):
        return DeliveryError("ratelimited", retry_after=_after(error.response.headers))
    if not code or code in UNCERTAIN:
        return DeliveryError(code or f"unreadable answer ({status})", certain=False)
    if code in REFUSED:
        return DeliveryError(code, retry_after=60)
    return Undeliverable(code)
