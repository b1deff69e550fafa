"""The port of the web part."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bot.errors import CommandError
from bot.process.serving import bind, url_of
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
