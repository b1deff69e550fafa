"""What a file is, whatever it calls itself."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from knowledge.extraction.extracted import Unreadable

#: Endings of files that are documents; others in a folder are passed over.
SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".odt": "opendocument",
    ".ods": "opendocument",
    ".odp": "opendocument",
    ".rtf": "rtf",
    ".doc": "doc",
    ".ppt": "ppt",
    ".xls": "xls",
    ".csv": "csv",
    ".tsv": "csv",
}

#: Servers name Office of before 2007 for much else: there the bytes and the ending decide alone.
_CONTENT_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "text/markdown": "markdown",
    "text/plain": "text",
}

#: What only its first bytes can make a file.
_BY_BYTES = {"pdf", "docx", "pptx", "xlsx", "opendocument", "rtf", "doc", "ppt", "xls"}

#: What the bytes of an Office file hold -> what it is.
_OFFICE = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}

#: Names of the main part of older Office files -> what they are.
_OLD_PARTS = {"WordDocument": "doc", "PowerPoint Document": "ppt", "Workbook": "xls", "Book": "xls"}

_ARCHIVE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Bytes an Office file may unpack to.
MOST_UNPACKED = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A page or file as it came."""

    body: bytes
    #: Its address or path: the ending is a hint, and links are relative to it.
    name: str
    #: As the server says, "text/html; charset=utf-8"; "" for files.
    content_type: str = ""

    @property
    def ending(self) -> str:
        """Return the ending of its name, ".pdf"."""
        return PurePosixPath(self.name.partition("?")[0]).suffix.lower()

    @property
    def charset(self) -> str:
        """Return the charset that the server names; "" if it names none."""
        _, _, charset = self.content_type.lower().partition("charset=")
        return charset.partition(";")[0].strip(" \"'")


def kind_of(raw: Raw) -> str | None:
    """Return what a file is: its first bytes decide, then the server, then its ending.

    Raises:
        Unreadable: it cannot be what it calls itself.
    """
    head = raw.body[:1024].lstrip()
    if found := _by_bytes(raw, head):
        return found
    ending = SUFFIXES.get(raw.ending)
    declared = _CONTENT_TYPES.get(raw.content_type.partition(";")[0].strip().lower())
    # Servers call anything they do not know text/plain or octet-stream.
    kind = ending if declared in {None, "text"} and ending else declared or ending
    if kind in {"doc", "xls"} and b"<table" in raw.body[:4096].lower():
        return "html"  # what many systems call an export for Excel
    if kind in _BY_BYTES:
        name = raw.ending.lstrip(".").upper() if kind == ending else kind.upper()
        raise Unreadable(f"It calls itself {name} and is something else.")
    if kind == "html" and _is_data(head, raw.body):
        raise Unreadable("It is data, not a page.")
    if b"\0" in raw.body[:4096] and not raw.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("It is not text.")
    return kind


def is_office(body: bytes) -> bool:
    """Tell whether a body is an Office file in an archive, whatever it is called."""
    try:
        return body.startswith(_ARCHIVE) and bool(_archived(body))
    except Unreadable:
        return False


def _by_bytes(raw: Raw, head: bytes) -> str | None:
    if head.startswith(b"%PDF-") or b"%PDF-" in raw.body[:1024]:
        return "pdf"
    if raw.body.startswith(_ARCHIVE):
        return _archived(raw.body)
    if raw.body.startswith(_OLD_OFFICE):
        return _old_office(raw)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    return "html" if head[:200].lower().startswith((b"<!doctype html", b"<html")) else None


def _archived(body: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = set(archive.namelist())
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable("The file is damaged (its archive cannot be opened).") from error
    kind = next((kind for member, kind in _OFFICE.items() if member in names), "")
    if not kind and "mimetype" in names and {"content.xml", "encrypted-package"} & names:
        kind = "opendocument"
    if not kind:
        raise Unreadable("It is an archive, not a document.")
    if size > MOST_UNPACKED:
        raise Unreadable(f"It unpacks to {size // 1_000_000} MB, which is too much.")
    return kind


def _old_office(raw: Raw) -> str:
    if _holds(raw.body, "EncryptedPackage"):
        raise Unreadable("It is encrypted.")
    kinds = [kind for name, kind in _OLD_PARTS.items() if _holds(raw.body, name)]
    if not kinds:
        raise Unreadable("It is damaged, or an old kind of file that is not read.")
    # A text may hold a sheet, and the other way round: then its ending tells.
    ending = SUFFIXES.get(raw.ending, "")
    return ending if ending in kinds else kinds[0]


def _holds(body: bytes, part: str) -> bool:
    """Tell whether an old Office file names a part, as its directory does: ended by a zero."""
    return f"{part}\0".encode("utf-16-le") in body


def _is_data(head: bytes, body: bytes) -> bool:
    """Tell whether what is called a page is JSON."""
    if not head.startswith((b"{", b"[")):
        return False
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
