"""The chat model that writes answers, by LangChain: any provider, chosen by a setting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from langchain_core.language_models import BaseChatModel

from knowledge.errors import ModelError
from knowledge.settings import KnowledgeSettings

#: Which of our extras holds the package of a provider.
_EXTRAS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "mistralai": "mistral",
    "ollama": "ollama",
}

#: Tokens of an answer; five sentences need a quarter of it.
_MOST_TOKENS = 700


def load_model(settings: KnowledgeSettings) -> BaseChatModel | None:
    """Return the configured chat model, None if none is configured.

    Raises:
        ModelError: the setting or the installation does not fit; says what to do.
    """
    name = settings.chat_model
    if not name:
        return None
    if ":" not in name:
        raise ModelError(f"The chat model {name!r} lacks its provider: write openai:{name}, …")
    # Importing it costs a second, which only those pay who use a chat model.
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 -- slow import

    provider = name.partition(":")[0]
    options = {
        "temperature": 0.0,
        "max_retries": 2,
        "timeout": settings.chat_timeout,
        "max_tokens": _MOST_TOKENS,
        **settings.chat_model_options,
    }
    with translated(name, "cannot be set up"):
        try:
            return cast(BaseChatModel, init_chat_model(name, **options))  # type: ignore[call-overload]
        except ImportError as error:
            remedy = f"make with-{_EXTRAS[provider]}" if provider in _EXTRAS else str(error)
            raise ModelError(f"The chat model {name} needs a package: {remedy}") from error
        except (ValueError, TypeError) as error:
            raise ModelError(f"The chat model {name} cannot be used: {error}") from error


async def try_model(settings: KnowledgeSettings) -> None:
    """Ask the configured chat model for one word.

    Raises:
        ModelError: it does not answer; says what and which setting to look at.
    """
    model = load_model(settings)
    if model is None:
        return
    with translated(settings.chat_model):
        async with asyncio.timeout(settings.chat_timeout):
            await model.ainvoke("Answer with the single word: ready")


@contextmanager
def translated(name: str, failed: str = "did not answer (CSCC_CHAT_MODEL)") -> Iterator[None]:
    """Turn whatever a provider raises into ModelError.

    Each provider has errors of its own, without a common base: this is their one seam.
    """
    try:
        yield
    except TimeoutError as error:
        raise ModelError(
            f"The chat model {name} did not answer in time (knowledge.chat_timeout)."
        ) from error
    except ModelError:
        raise
    except Exception as error:
        what = " ".join(str(error).split())[:300] or type(error).__name__
        raise ModelError(f"The chat model {name} {failed}: {what}") from error
