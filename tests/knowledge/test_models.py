"""The chat model by its setting, and a real client against a local server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from knowledge.errors import ModelError
from knowledge.models import load_model, try_model
from knowledge.settings import KnowledgeSettings


@contextmanager
def serving(words: list[str], status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve OpenAI's chat completions, streamed or not, on loopback."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(body)
            kind = "text/event-stream" if body.get("stream") else "application/json"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            if status != 200:
                self.wfile.write(b'{"error": {"message": "overloaded"}}')
            elif body.get("stream"):
                for word in words:
                    self.wfile.write(f"data: {json.dumps(chunk({'content': word}))}\n\n".encode())
                self.wfile.write(b"data: [DONE]\n\n")
            else:
                message = {"role": "assistant", "content": "".join(words)}
                self.wfile.write(json.dumps(chunk(message, "message")).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def chunk(content: dict[str, str], key: str = "delta") -> dict[str, Any]:
    """Return one answer of the API."""
    choice = {"index": 0, key: content, "finish_reason": None}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


def settings(url: str = "http://127.0.0.1:9/v1", **more: Any) -> KnowledgeSettings:
    options = {"base_url": url, "api_key": "none", "max_retries": 0}
    return KnowledgeSettings(chat_model="openai:small", chat_model_options=options, **more)


def test_no_model_is_loaded_unless_one_is_set() -> None:
    assert load_model(KnowledgeSettings()) is None


async def test_model_behind_an_openai_compatible_server_streams() -> None:
    with serving(["Ahoj", " světe"]) as (url, asked):
        model = load_model(settings(url))
        assert model is not None
        pieces = [str(piece.text) async for piece in model.astream("Řekni ahoj")]

    assert "".join(pieces) == "Ahoj světe"
    assert (asked[0]["model"], asked[0]["temperature"], asked[0]["stream"]) == ("small", 0.0, True)


async def test_trying_a_model_that_answers_is_silent() -> None:
    with serving(["ready"]) as (url, asked):
        await try_model(settings(url))

    assert len(asked) == 1


async def test_trying_a_model_that_fails_names_the_setting() -> None:
    with serving([], status=503) as (url, _), pytest.raises(ModelError, match="CSCC_CHAT_MODEL"):
        await try_model(settings(url))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gpt-something", "lacks its provider"),
        ("nowhere:model", "cannot be used"),
        ("anthropic:claude", "make with-anthropic"),
    ],
)
def test_model_that_cannot_be_loaded_says_what_to_do(name: str, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        load_model(KnowledgeSettings(chat_model=name))
