"""The index that answers: where it is kept, which it is, and opening it."""

from __future__ import annotations

from contextlib import closing

from knowledge.index.folders import FolderHome
from knowledge.index.generation import Generation
from knowledge.index.home import Home
from knowledge.index.manifest import Manifest
from knowledge.settings import KnowledgeSettings

__all__ = ["Generation", "Manifest", "current_id", "home", "open_current", "rollback"]


def home(settings: KnowledgeSettings) -> Home:
    """Return where the index is kept: in the data folder, or on servers for many machines."""
    if not settings.on_servers:
        return FolderHome(settings)
    from knowledge.server.home import ServerHome  # noqa: PLC0415 -- slow import

    return ServerHome(settings)


def current_id(settings: KnowledgeSettings) -> str | None:
    """Return the id of the generation that answers, None if there is none."""
    with closing(home(settings)) as place:
        return place.current_id()


def open_current(settings: KnowledgeSettings) -> Generation:
    """Open the generation that answers.

    Raises:
        IndexUnavailable: there is none, or it cannot be read.
        IndexMismatch: it was made with another embedding model or version.
    """
    with closing(home(settings)) as place:
        return place.open_current()


def rollback(settings: KnowledgeSettings) -> Manifest:
    """Go back to the generation before; the one that answered can be returned to likewise.

    Raises:
        IndexUnavailable: there is no other generation.
    """
    with closing(home(settings)) as place:
        return place.rollback()
