"""Which addresses may be asked at all: public web servers, and nothing else.

A name is resolved once, every address it has is checked, and the connection goes to exactly the
address that was checked: a name that changes its mind in between (DNS rebinding) gains nothing.
Behind a proxy the proxy resolves names, so only addresses written as such can be checked.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore

from knowledge.errors import SourceError

#: Below the ports that anybody may open, only those of the web.
_WEB_PORTS = {80, 443}
_FIRST_FREE_PORT = 1024

_MOST_LETTERS = 2000

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(SourceError):
    """The address may not be asked."""


class Guard:
    """Decides whether a URL may be asked, and which addresses a name may lead to."""

    def __init__(self, allow_private_hosts: Iterable[str] = ()) -> None:
        #: As the configuration names them, "127.0.0.1:8000".
        self.allowed = {entry.lower() for entry in allow_private_hosts}

    def allows_private(self, host: str, port: int) -> bool:
        """Tell whether the configuration names this host, alone or with its port."""
        host = host.lower()
        return bool({host, f"{host}:{port}", f"[{host}]:{port}"} & self.allowed)

    def check_url(self, url: str) -> None:
        """Check what can be told without DNS. Raises Forbidden."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or default_port(parts.scheme)
        except ValueError as error:
            raise Forbidden(f"This is not an address: {url[:200]}") from error
        if len(url) > _MOST_LETTERS:
            raise Forbidden(f"The address is too long ({len(url)} letters).")
        if parts.scheme not in {"http", "https"} or not host:
            raise Forbidden(f"Only http and https are read: {url[:200]}")
        if parts.username or parts.password:
            raise Forbidden("The address carries a name or password.")
        if self.allows_private(host, port):
            return
        if port not in _WEB_PORTS and port < _FIRST_FREE_PORT:
            raise Forbidden(f"Port {port} is not one of the web.")
        if literal := _literal(host):
            _check(literal, host)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name, all checked. Raises Forbidden; OSError: unknown name."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self.allows_private(host, port):
            for address in addresses:
                _check(ipaddress.ip_address(address.partition("%")[0]), host)
        return addresses


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the address that the guard has checked."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the name's addresses that answers."""
        try:
            addresses = await asyncio.wait_for(self._guard.addresses(host, port), timeout)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise httpcore.ConnectError(f"The name {host} is not known.") from error
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


def default_port(scheme: str) -> int:
    """Return the port of a scheme."""
    return 443 if scheme == "https" else 80


def _literal(host: str) -> IPAddress | None:
    """Return the address a host is written as: also "0x7f.1" and "2130706433"."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _check(address: IPAddress, host: str) -> None:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if not address.is_global or not inner.is_global or address.is_multicast:
        raise Forbidden(
            f"{host} leads to {address}, which is not a public address. If that is meant, name it "
            "in allow_private_hosts."
        )
