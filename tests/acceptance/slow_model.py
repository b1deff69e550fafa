"""A chat model behind an OpenAI-compatible address that writes slowly what the passages say."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

_CHUNK = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "slow"}
#: A passage as it is given: its number and title, then its text.
_PASSAGE = re.compile(r"<passage-\w+ n=(\d+)>\n\[\d+\][^\n]*\n(.*?)\n</passage-", re.DOTALL)


@dataclass
class SlowModel:
    """Copies the sentences of the passages, word by word."""

    url: str = ""
    #: Seconds between two words.
    pace: float = 0.01
    #: Set: it goes on to the end. Cleared: it stops after `until` words and waits.
    going: asyncio.Event = field(default_factory=asyncio.Event)
    until: int = 60
    asked: int = 0

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /v1/chat/completions."""
        self.asked += 1
        told = await request.json()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number, word in enumerate(_words(str(told["messages"][-1]["content"]))):
            if number >= self.until:
                await self.going.wait()
            await response.write(_event({"role": "assistant", "content": f"{word} "}))
            await asyncio.sleep(self.pace)
        await response.write(_event({}, finish_reason="stop") + b"data: [DONE]\n\n")
        return response

    def environment(self) -> dict[str, str]:
        """Return what has the assistant use it."""
        return {
            "CSCC_CHAT_MODEL": "openai:slow",
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": f"{self.url}/v1",
        }


def _words(asked: str) -> list[str]:
    return " ".join(
        f"{sentence.strip()[:-1]} [{number}]."
        for number, text in _PASSAGE.findall(asked)
        for sentence in re.findall(r"[^.!?\n]+[.!?]", text)
    ).split()


def _event(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return f"data: {json.dumps({**_CHUNK, 'choices': [choice]})}\n\n".encode()


@asynccontextmanager
async def slow_model() -> AsyncIterator[SlowModel]:
    """Serve it on a free port."""
    made = SlowModel()
    made.going.set()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", made.complete)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}"
    try:
        yield made
    finally:
        made.going.set()
        await runner.cleanup()
