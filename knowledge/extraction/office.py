"""What Word and PowerPoint files have in common: how they break, and when they were changed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from docx.opc.exceptions import OpcError
from lxml import etree
from pptx.exc import PythonPptxError

from knowledge.extraction.extracted import Unreadable

#: What the libraries raise at files that are not what they seem.
_BROKEN = (
    OpcError, PythonPptxError, zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError,
    AttributeError, TypeError, IndexError, OSError, NotImplementedError, EOFError,
)  # fmt: skip


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """Say of a file of this kind that it is damaged, whatever that does to the library."""
    try:
        yield
    except _BROKEN as error:
        raise Unreadable(f"The {name} is damaged: {error or type(error).__name__}") from error


def changed(properties: Any) -> date | None:
    """Return when a file was last changed, as it says."""
    at = properties.modified or properties.created
    # python-docx's and python-pptx's templates are of 2013.
    return at.date() if at and at.year > 2013 else None
