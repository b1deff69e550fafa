"""Starts `cscc` as a process of its own, in a folder of its own, as an operator does."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

#: Seconds that a start with an index may take on a busy machine.
PATIENCE = 90.0

RESOURCES = {
    "clenstvi.md": (
        "cs",
        "Členství ve spolku Modrá řeka",
        "Roční příspěvek za členství ve spolku Modrá řeka je 450 korun. Přihlášku podepisuje "
        "předsedkyně spolku.",
    ),
    "knihovna.md": (
        "cs",
        "Knihovna na kolech",
        "Knihovna na kolech zastavuje v Horní Lhotě každou středu u hasičské zbrojnice.",
    ),
    "lamps.md": (
        "en",
        "Lamps of the old bridge",
        "The lamps of the old bridge are lit by a timer at sunset and use 18 watts each.",
    ),
}


@dataclass
class Home:
    """A folder with resources and a configuration, where the assistant is started."""

    folder: Path

    def __post_init__(self) -> None:
        pages = self.folder / "resources"
        pages.mkdir(parents=True, exist_ok=True)
        for name, (language, title, text) in RESOURCES.items():
            head = f"url: https://modra.example/{name}\ntitle: {title}\nlanguage: {language}"
            page = f"---\n{head}\n---\n\n# {title}\n\n{text}\n"
            (pages / name).write_text(page, encoding="utf-8")
        self.configure()

    def configure(self, more: str = "") -> None:
        """Write cscc.toml: the resources, and what else is given."""
        text = '[[knowledge.sources]]\nname = "pages"\nkind = "files"\npath = "resources/"\n'
        (self.folder / "cscc.toml").write_text(text + more, encoding="utf-8")

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """Return an environment without anything of ours but what is given."""
        foreign = ("CSCC_", "SLACK_", "TELEGRAM_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **more}

    async def cscc(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        """Run a command to its end; return exit code, stdout and stderr."""
        process = await self._start(arguments, more)
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    async def launch(self, *arguments: str, **more: str) -> Running:
        """Start `cscc run` without waiting for it."""
        return Running(await self._start(("run", *arguments), {"CSCC_WEB_PORT": "0", **more}))

    @asynccontextmanager
    async def running(self, *arguments: str, **more: str) -> AsyncIterator[Running]:
        """Run `cscc run` until the block ends, then stop it as a supervisor does."""
        made = await self.launch(*arguments, **more)
        try:
            await made.up()
            yield made
        finally:
            await made.stop()

    async def _start(
        self, arguments: tuple[str, ...], more: Mapping[str, str]
    ) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env=self.environment(more),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


class Running:
    """A running assistant."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.url = ""
        self.said: list[str] = []
        self.logged: list[str] = []
        self._readers = [
            asyncio.create_task(self._read(process.stdout, self.said)),
            asyncio.create_task(self._read(process.stderr, self.logged)),
        ]

    async def _read(self, stream: asyncio.StreamReader | None, lines: list[str]) -> None:
        assert stream is not None
        async for line in stream:
            lines.append(line.decode().rstrip())

    async def up(self) -> None:
        """Wait until it is ready and says where its pages are."""
        until = time.monotonic() + PATIENCE
        async with httpx.AsyncClient() as client:
            while time.monotonic() < until:
                assert self.process.returncode is None, self.logged
                words = [word for line in self.said for word in line.split()]
                urls = [word.rstrip("/") for word in words if word.startswith("http://")]
                if urls and await self._is_ready(client, urls[0]):
                    self.url = urls[0]
                    return
                await asyncio.sleep(0.1)
        raise AssertionError(f"not ready: {self.said} {self.logged}")

    async def _is_ready(self, client: httpx.AsyncClient, url: str) -> bool:
        try:
            return (await client.get(f"{url}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    async def stop(self) -> int:
        """Stop it and return its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self._end()

    async def kill(self) -> None:
        """Kill it: it has no time to put anything in order."""
        self.process.kill()
        await self._end()

    async def _end(self) -> int:
        async with asyncio.timeout(30):
            code = await self.process.wait()
            await asyncio.gather(*self._readers)
        return code
