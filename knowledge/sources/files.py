"""Files: one, a folder tree, or what a pattern names."""

from __future__ import annotations

import glob
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import SourceError
from knowledge.extraction import SUFFIXES, Raw, Unreadable, edition, extract
from knowledge.index.pages import Page
from knowledge.settings import SourceSettings
from knowledge.sources.source import Failed, Found, Item, Reading, made, remembered

logger = logging.getLogger(__name__)


class FilesSource:
    """Documents in the file system, in order of their paths."""

    def __init__(self, settings: SourceSettings) -> None:
        self._settings = settings

    def read(self, reading: Reading) -> Iterator[Item]:
        """Yield every document; a file whose time and size are the same is not opened.

        Raises:
            SourceError: the path does not exist or cannot be listed.
        """
        known = reading.memory.stamps()
        root, paths = self._paths()
        for at, path in enumerate(paths, 1):
            key = path.relative_to(root).as_posix()
            try:
                status = path.stat()
            except OSError as error:
                yield Failed(key=key, url=path.as_uri(), error=reason(error))
                continue
            times = f"{status.st_mtime_ns}:{status.st_ctime_ns}"
            stamp = f"{edition()}:{self._settings.audience}:{times}:{status.st_size}"
            reading.looked_at(at)
            remembered_stamp, content, wrong = known.get(key, ("", "", ""))
            if stamp != remembered_stamp:
                yield self._read(reading, path, key, stamp)
            elif wrong:
                yield Failed(key=key, url=path.as_uri(), error=wrong)
            else:
                yield Found(key=key, hash=content)

    def _read(self, reading: Reading, path: Path, key: str, stamp: str) -> Item:
        most = reading.settings.max_document_bytes
        try:
            if path.stat().st_size > most:
                raise Unreadable(f"It is larger than {most // 1_000_000} MB.")
            extracted = extract(Raw(body=path.read_bytes(), name=path.name))
            if not extracted.words:
                raise Unreadable("It holds no text.")
        except OSError as error:
            return Failed(key=key, url=path.as_uri(), error=reason(error))
        except Unreadable as error:
            known = reading.memory.page(key)
            if known is None or known.document is None:
                bad = Page(key=key, stamp=stamp, error=str(error), checked_at=reading.clock())
                reading.memory.save(bad)
            return Failed(key=key, url=path.as_uri(), error=str(error))
        document = made(extracted, self._settings, key=key, url=path.as_uri())
        page = remembered(document, Page(key=key, stamp=stamp, checked_at=reading.clock()))
        reading.memory.save(page)
        return Found(key=key, hash=page.hash)

    def _paths(self) -> tuple[Path, list[Path]]:
        """Return what keys are relative to, and the files."""
        pattern = self._settings.path
        if not pattern:
            raise SourceError(f'The source {self._settings.name} has no "path".')
        given = Path(pattern)
        if given.is_file():
            return given.parent.absolute(), [given.absolute()]
        if given.is_dir():
            return given.absolute(), list(_tree(given.absolute()))
        if glob.has_magic(pattern):
            root = Path(*_fixed_parts(given)).absolute()
            names = glob.glob(pattern, recursive=True)
            found = sorted(Path(name).absolute() for name in names)
            return root, [path for path in found if path.is_file() and _is_document(path)]
        raise SourceError(f"{given} does not exist.")


def reason(error: OSError) -> str:
    """Return why a file cannot be read, in a sentence."""
    return f"It cannot be read: {error.strerror or error}."


def _tree(root: Path) -> Iterator[Path]:
    """Yield the documents of a folder tree; links that lead out of it are passed over."""
    inside = root.resolve()

    def failed(error: OSError) -> None:
        raise SourceError(f"{error.filename} cannot be listed: {error.strerror}.") from error

    for folder, folders, names in os.walk(root, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not _is_document(path):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                logger.warning("%s leads out of its folder and is not read.", path)
                continue
            yield path


def _is_document(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$"))


def _fixed_parts(pattern: Path) -> Iterator[str]:
    for part in pattern.parts:
        if glob.has_magic(part):
            return
        yield part
