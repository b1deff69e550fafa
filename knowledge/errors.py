"""What can go wrong in `knowledge`; the docstring is the default message.

KnowledgeError
├── ConfigurationError  cscc.toml or the environment says what cannot be
├── SourceError        a source, or one of its documents, cannot be read
├── IndexUnavailable   there is no index to answer from
│   └── ServerUnavailable  a server that holds it does not answer
├── IndexMismatch      the index was made with another model or version
├── IngestLocked       another ingest is running
└── ModelError         the embedding or chat model failed
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """Something went wrong with the knowledge."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class ConfigurationError(KnowledgeError):
    """The configuration cannot be read."""


class SourceError(KnowledgeError):
    """The source cannot be read."""


class IndexUnavailable(KnowledgeError):
    """There is no index yet. Make one with: make ingest"""


class ServerUnavailable(IndexUnavailable):
    """A server that holds the index does not answer."""


class IndexMismatch(KnowledgeError):
    """The index was made with another model or version. Make it anew with: make ingest"""


class IngestLocked(KnowledgeError):
    """Another ingest is running. Wait for it with: cscc ingest --wait"""


class ModelError(KnowledgeError):
    """The model failed."""
