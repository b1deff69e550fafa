"""The stand-in website that lies beside the repository, and a plain way to read it."""

from __future__ import annotations

import asyncio
import http.client
import importlib.util
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from scheduler.errors import EventSourceError
from scheduler.ports import Fetched

SERVER = Path(__file__).parents[3] / "shared" / "site" / "serve.py"


def load() -> ModuleType:
    """Import the server; it is no part of the repository."""
    name = "stand_in_site"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, SERVER)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


class Website:
    """A running site and its control interface."""

    def __init__(self, now: str) -> None:
        self.server = load()
        self.now = now
        self.state, self._listeners = self.server.start(now=now)

    @property
    def base(self) -> str:
        return str(self.state.base)

    def close(self) -> None:
        for listener in self._listeners:
            listener.shutdown()
            listener.server_close()

    def control(self, what: str, **data: Any) -> None:
        request = urllib.request.Request(
            f"{self.base}/_control/{what}", data=json.dumps(data).encode(), method="POST"
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200

    def expected(self) -> list[dict[str, Any]]:
        return list(self.server.expected_events(self.state)["events"])


async def fetch(
    url: str,
    *,
    method: str = "GET",
    data: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """Read the web without any of the product's care."""
    return await asyncio.to_thread(_fetch, url, method, data, dict(headers or {}))


def _fetch(url: str, method: str, data: bytes | None, headers: dict[str, str]) -> Fetched:
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        try:
            answer = urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            names = {name.lower(): value for name, value in answer.headers.items()}
            return Fetched(status=answer.status, url=answer.url, headers=names, body=answer.read())
    except (OSError, http.client.HTTPException) as error:
        raise EventSourceError(f"{url}: {error}") from error
