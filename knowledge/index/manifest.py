"""What a generation is made of, and whether it fits today's settings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from knowledge import chunking, languages
from knowledge.errors import IndexMismatch, IndexUnavailable
from knowledge.settings import KnowledgeSettings

#: Changes whenever the files or tables of a generation do.
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation is made of."""

    id: str
    built_at: datetime
    #: Name of the embedding model.
    embeddings: str
    dimension: int
    documents: int
    chunks: int
    sentences: int
    #: The generation before, for `--rollback`; "" for the first.
    previous: str = ""
    #: Of files, chunks and tokens: an index of another version is made anew.
    version: str = ""

    def written(self) -> str:
        """Return the manifest as JSON."""
        described = {**asdict(self), "built_at": self.built_at.isoformat()}
        return json.dumps(described, indent=1)

    @classmethod
    def read(cls, text: str) -> Manifest:
        """Read what `written` gave.

        Raises:
            IndexUnavailable: this is no manifest.
        """
        try:
            described = json.loads(text)
            described["built_at"] = datetime.fromisoformat(described["built_at"])
            return cls(**described)
        except (ValueError, TypeError, KeyError) as error:
            raise IndexUnavailable(f"The index cannot be read: {error}") from error


def version() -> str:
    """Return the version of everything that a generation depends on."""
    return f"{_FORMAT}.{chunking.VERSION}.{languages.TOKENS_VERSION}"


def matches(manifest: Manifest, embeddings: str) -> bool:
    """Tell whether a generation was made with this model and today's version."""
    return manifest.embeddings == embeddings and manifest.version == version()


def check(manifest: Manifest, settings: KnowledgeSettings) -> None:
    """Refuse a generation that another model or version made.

    Raises:
        IndexMismatch: it is one.
    """
    if manifest.embeddings != settings.embeddings:
        raise IndexMismatch(
            f"The index was made with the embedding model {manifest.embeddings}, and "
            f"{settings.embeddings} is set. Make it anew with: make ingest"
        )
    if manifest.version != version():
        raise IndexMismatch
