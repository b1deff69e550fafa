"""The web part's port and server."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from bot.errors import CommandError
from bot.platforms.web.chat import missing
from bot.platforms.web.guard import Guard, host_of
from bot.settings import WebSettings

logger = logging.getLogger(__name__)

#: How many ports after the default one are tried.
TRIES = 50
#: Seconds that open requests get at the end.
GRACE = 3
#: Seconds after which whoever could not be served may ask again.
RETRY_AFTER = 30


def bind(settings: WebSettings) -> socket.socket:
    """Return a socket at the configured port, or near the default one if that is taken.

    Raises:
        CommandError: the port was asked for and is taken, or the host is not ours.
    """
    tries = 1 if settings.port_given or settings.port == 0 else TRIES
    for port in range(settings.port, settings.port + tries):
        try:
            return _bind(settings.host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise _cannot_bind(settings, port, error) from error
    last = f"–{settings.port + tries - 1}" if tries > 1 else ""
    raise CommandError(
        f"Port {settings.port}{last} on {settings.host} is taken by another program. "
        "Stop that program, or set CSCC_WEB_PORT to another port (0: any free one)."
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


def _cannot_bind(settings: WebSettings, port: int, error: OSError) -> CommandError:
    if error.errno in (errno.EACCES, errno.EPERM):
        return CommandError(
            f"Port {port} may not be used by this user. Set CSCC_WEB_PORT to one above 1023."
        )
    return CommandError(
        f"The web part cannot listen on {settings.host}: {error.strerror or error}. "
        "Set CSCC_WEB_HOST to an address of this machine (0.0.0.0: all)."
    )


def url_of(bound: socket.socket) -> str:
    """Return where a browser on this machine finds it."""
    host, port = bound.getsockname()[:2]
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 -- compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def build(routes: Sequence[BaseRoute], settings: WebSettings) -> Starlette:
    """Return the web application."""
    names = (settings.host, host_of(settings.public_url.partition("://")[2]))
    return Starlette(
        routes=list(routes),
        middleware=[Middleware(Guard, names=names)],
        exception_handlers={404: missing, SQLAlchemyError: _away},
    )


async def _away(request: Request, error: Exception) -> Response:
    """Answer where the database does not: it may be back, or have space again, when asked anew."""
    logger.warning("%s could not be served, the database failed: %s", request.url.path, error)
    return PlainTextResponse(status_code=503, headers={"Retry-After": str(RETRY_AFTER)})


async def serve(app: Starlette, bound: socket.socket) -> None:
    """Serve until cancelled; open requests get a moment to end."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    """Leaves the signals to app.py."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
