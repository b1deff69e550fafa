"""The port of the web part, and what it answers when the database does not."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import CommandError
from bot.process.serving import bind, build, url_of
from bot.settings import WebSettings


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_the_next_free_port_is_taken_instead_of_the_default(taken: int) -> None:
    with bind(WebSettings(port=taken)) as bound:
        port = bound.getsockname()[1]

        assert taken < port < taken + 50
        assert url_of(bound) == f"http://127.0.0.1:{port}"


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(taken: int) -> None:
    with pytest.raises(CommandError) as raised:
        bind(WebSettings(port=taken, port_given=True))

    assert str(raised.value) == (
        f"Port {taken} on 127.0.0.1 is taken by another program. "
        "Stop that program, or set CSCC_WEB_PORT to another port (0: any free one)."
    )


def test_a_host_that_is_not_ours_is_an_error() -> None:
    with pytest.raises(CommandError) as raised:
        bind(WebSettings(host="192.0.2.1", port=0))

    assert str(raised.value).startswith("The web part cannot listen on 192.0.2.1: ")


def test_a_browser_finds_what_listens_everywhere() -> None:
    with bind(WebSettings(host="0.0.0.0", port=0)) as bound:
        assert url_of(bound) == f"http://127.0.0.1:{bound.getsockname()[1]}"


async def test_what_the_database_does_not_take_may_be_sent_again() -> None:
    async def say(_: Request) -> Response:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    app = build([Route("/say", say, methods=["POST"])], WebSettings())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.post("/say")

    assert (answer.status_code, answer.headers["Retry-After"], answer.text) == (503, "30", "")
