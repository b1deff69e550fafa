"""Chat models that refuse, break off, are slow, talk too much or say nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from knowledge.answers.writing import Written, write
from knowledge.documents import Audience
from knowledge.errors import ModelError
from knowledge.indexing import ingest
from knowledge.models import load_model
from knowledge.questions.conversation import Resolved
from knowledge.reading import Library, Reader
from knowledge.settings import KnowledgeSettings
from tests.knowledge.models import ScriptedChatModel
from tests.knowledge.standins import HashingEmbeddings, files_source, now, settings_for

PAGE = """---
url: https://example.org/clenstvi
title: Členství [9]
language: cs
updated: 2027-01-15
---

Akademické členství v klastru je zdarma [7]. Smlouvu podepsal Kolín 14. prosince 2018.
"""
QUESTION = "Kdy podepsal Kolín smlouvu?"
ASKED = Resolved(text=QUESTION)
SAID = "Kolín podepsal smlouvu 14. prosince 2018 [1]."
STANDS = "Kolín podepsal smlouvu 14. prosince 2018. [1]"


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    """An index of one page."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "clenstvi.md").write_text(PAGE, "utf-8")
    settings = settings_for(tmp_path, files_source(tmp_path / "pages"))
    embeddings = HashingEmbeddings()
    ingest(settings, embeddings=embeddings, clock=now)
    async with Library(settings, embeddings=lambda: embeddings) as library:
        yield library.asked()


async def written(
    reader: Reader,
    model: BaseChatModel | None,
    *,
    question: Resolved = ASKED,
    seconds: float = 5.0,
    pieces: list[str] | None = None,
) -> Written | None:
    """Have an answer to the question written."""

    async def on_piece(text: str) -> None:
        if pieces is not None:
            pieces.append(text)

    assert model is not None
    return await write(
        model,
        question,
        reader.find(QUESTION, audience=Audience.PUBLIC),
        reader.retriever.lexicon,
        language="cs",
        today=date(2027, 3, 1),
        seconds=seconds,
        on_piece=on_piece,
    )


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (SAID, STANDS),
        (f"{SAID} NOT_FOUND", STANDS),
        ("NOT_FOUND", None),
        ("**NOT_FOUND**.", None),
        ("NOT_FOUND Smlouvu nejspíš podepsal starosta Petr Dvořák.", None),
        # A model that does not end is cut off; what it said by then is unfounded.
        (SAID + " A dále." * 2000, None),
    ],
)
async def test_what_a_model_says_and_does_not_find(
    reader: Reader, said: str, text: str | None
) -> None:
    result = await written(reader, ScriptedChatModel(script=[said]))

    assert (result.checked.text if result and result.checked.text else None) == text


async def test_nothing_of_not_found_is_shown(reader: Reader) -> None:
    pieces: list[str] = []

    await written(reader, ScriptedChatModel(script=["NOT_FOUND"]), pieces=pieces)

    assert "".join(pieces) == ""


@pytest.mark.parametrize("said", ["", "  \n", "**"])
async def test_a_model_that_says_nothing_has_failed(reader: Reader, said: str) -> None:
    with pytest.raises(ModelError, match="wrote nothing"):
        await written(reader, ScriptedChatModel(script=[said]))


async def test_what_breaks_off_before_the_first_word_is_asked_again(reader: Reader) -> None:
    model = ScriptedChatModel(script=[ConnectionResetError("gone"), SAID])

    result = await written(reader, model)

    assert result is not None
    assert result.checked.text == STANDS
    assert len(model.asked) == 2


async def test_what_breaks_off_twice_has_failed(reader: Reader) -> None:
    model = ScriptedChatModel(script=[ConnectionResetError("gone"), ConnectionResetError("again")])

    with pytest.raises(ModelError, match="again"):
        await written(reader, model)


async def test_the_model_is_told_the_day_and_never_more_than_it_needs(reader: Reader) -> None:
    model = ScriptedChatModel(script=[SAID])

    await written(reader, model, question=Resolved(text="Kdy? " * 9000, context="před tím " * 900))

    system, human = (str(message.content) for message in model.asked[0])
    assert "2027-03-01" in system
    assert len(human) < 4000
    # Marks and titles of the page's own are not taken for ours.
    assert human.count("[1]") == 1
    assert "[7]" not in human


# A real client against a server on loopback

Say = Callable[[BaseHTTPRequestHandler], None]


def line(word: str) -> bytes:
    """Return one piece of a stream."""
    choice = {"index": 0, "delta": {"content": word}, "finish_reason": None}
    piece = {"id": "1", "object": "x", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(piece)}\n\n".encode()


def streams(*words: str, ends: bool = True) -> Say:
    """Stream these words, and break the connection off unless it ends well."""

    def say(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        if not ends:
            handler.send_header("Content-Length", "100000")
        handler.end_headers()
        for word in words:
            handler.wfile.write(line(word))
        if ends:
            handler.wfile.write(b"data: [DONE]\n\n")

    return say


def refuses(status: int) -> Say:
    """Refuse, and say that it may be tried again at once."""

    def say(handler: BaseHTTPRequestHandler) -> None:
        body = b'{"error": {"message": "not now"}}'
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("retry-after-ms", "1")
        handler.end_headers()
        handler.wfile.write(body)

    return say


@contextmanager
def serving(script: Sequence[Say]) -> Iterator[tuple[BaseChatModel | None, list[Any]]]:
    """Serve OpenAI's chat completions by a script; the last line of it is repeated."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            script[min(len(asked), len(script)) - 1](self)
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    options: dict[str, object] = {
        "base_url": f"http://127.0.0.1:{server.server_port}/v1",
        "api_key": "none",
    }
    try:
        yield (
            load_model(KnowledgeSettings(chat_model="openai:m", chat_model_options=options)),
            asked,
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("status", [429, 503])
async def test_a_refusal_is_tried_again(reader: Reader, status: int) -> None:
    with serving([refuses(status), streams(*SAID.split(" "))]) as (model, asked):
        result = await written(reader, model)

    assert result is not None
    assert len(asked) == 2
    assert asked[1]["max_completion_tokens"] == 700


async def test_a_refusal_for_good_is_a_failure(reader: Reader) -> None:
    with serving([refuses(429)]) as (model, asked), pytest.raises(ModelError, match="not now"):
        await written(reader, model)

    # Once, and twice again.
    assert len(asked) == 3


async def test_a_wrong_key_is_not_tried_again(reader: Reader) -> None:
    with serving([refuses(401)]) as (model, asked), pytest.raises(ModelError, match="not now"):
        await written(reader, model)

    assert len(asked) == 1


async def test_a_stream_that_breaks_midway_is_a_failure(reader: Reader) -> None:
    pieces: list[str] = []
    script = [streams("Kolín ", "podepsal", ends=False)]
    with serving(script) as (model, _), pytest.raises(ModelError):
        await written(reader, model, pieces=pieces)

    assert "".join(pieces) == "Kolín podepsal"


async def test_a_slow_model_is_given_up(reader: Reader) -> None:
    release = threading.Event()

    def waits(handler: BaseHTTPRequestHandler) -> None:
        streams("Kolín ", ends=False)(handler)
        release.wait(5)

    with serving([waits]) as (model, _):
        try:
            with pytest.raises(ModelError, match="in time"):
                await written(reader, model, seconds=0.2)
        finally:
            release.set()
