"""Bytes of a page or file -> what it says, whatever it calls itself."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePosixPath

from knowledge.documents import Section
from knowledge.extraction import ocr
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.html import page
from knowledge.extraction.office import slides, word
from knowledge.extraction.pdf import pdf
from knowledge.extraction.sheets import separated, workbook
from knowledge.extraction.text import markdown, plain
from knowledge.languages import detect, detect_within

#: Changes whenever other text comes out of the same bytes: everything is read again then.
VERSION = 2


def edition() -> str:
    """Return what a document was read with: by another edition it is read again."""
    return f"{VERSION}+ocr" if ocr.available() else str(VERSION)


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
    ".csv": "csv",
    ".tsv": "csv",
}

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

#: What the bytes of an Office file hold -> what it is.
_OFFICE = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}

_ARCHIVE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Bytes of a page: more is data, not text, and takes minutes.
_MOST_HTML = 8_000_000

#: Sections shorter than this (in words) have the language of their document.
_WORDS_FOR_LANGUAGE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A page or file as it came."""

    body: bytes
    #: Its address or path: the ending is a hint, and links are relative to it.
    name: str
    #: As the server says, "text/html; charset=utf-8"; "" for files.
    content_type: str = ""


def extract(raw: Raw) -> Extracted:
    """Return what a page or file says.

    Raises:
        Unreadable: with the reason, in a sentence for an editor.
    """
    if not raw.body.strip():
        raise Unreadable("The file is empty.")
    kind = kind_of(raw)
    if kind is None:
        raise Unreadable(f"This kind of file is not read ({_ending(raw.name) or 'no ending'}).")
    try:
        return with_languages(_READERS[kind](raw))
    except (MemoryError, RecursionError) as error:
        raise Unreadable("It is too large or too deeply nested to be read.") from error


def kind_of(raw: Raw) -> str | None:
    """Return what a file is: its first bytes decide, then the server, then its ending."""
    head = raw.body[:1024].lstrip()
    if head.startswith(b"%PDF-") or b"%PDF-" in raw.body[:1024]:
        return "pdf"
    if raw.body.startswith(_ARCHIVE):
        return _office_kind(raw.body)
    if raw.body.startswith(_OLD_OFFICE):
        raise Unreadable("It is encrypted, or in the format of Office before 2007.")
    if head[:200].lower().startswith((b"<!doctype html", b"<html")):
        return "html"
    ending = SUFFIXES.get(_ending(raw.name))
    declared = _CONTENT_TYPES.get(raw.content_type.partition(";")[0].strip().lower())
    # Servers call anything they do not know text/plain or octet-stream.
    kind = ending if declared in {None, "text"} and ending else declared or ending
    if kind in {"pdf", "docx", "pptx", "xlsx"}:
        raise Unreadable(f"It calls itself {kind.upper()} and is something else.")
    if kind == "html" and _is_data(head, raw.body):
        raise Unreadable("It is data, not a page.")
    if b"\0" in raw.body[:4096] and not raw.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("It is not text.")
    return kind


def is_office(body: bytes) -> bool:
    """Tell whether a body is a Word, PowerPoint or Excel file, whatever it is called."""
    try:
        return body.startswith(_ARCHIVE) and bool(_office_kind(body))
    except Unreadable:
        return False


def with_languages(extracted: Extracted) -> Extracted:
    """Return it with the language of the whole and of the sections that differ from it."""
    whole = " ".join(section.text for section in extracted.sections)
    found = detect(whole, extracted.language or "und")
    # A declaration is often that of the template; the text decides unless it is too short.
    language = found if len(whole.split()) >= _WORDS_FOR_LANGUAGE else extracted.language or found
    sections = tuple(_with_language(section, language) for section in extracted.sections)
    return replace(extracted, language=language, sections=sections)


def _with_language(section: Section, language: str) -> Section:
    if section.language or len(section.text.split()) < _WORDS_FOR_LANGUAGE:
        return section
    found = detect_within(section.text, language)
    return replace(section, language=found) if found not in {language, "und"} else section


def _office_kind(body: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = set(archive.namelist())
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable("The file is damaged (its archive cannot be opened).") from error
    for member, kind in _OFFICE.items():
        if member in names:
            if size > MOST_UNPACKED:
                raise Unreadable(f"It unpacks to {size // 1_000_000} MB, which is too much.")
            return kind
    raise Unreadable("It is an archive, not a document.")


#: Bytes an Office file may unpack to.
MOST_UNPACKED = 200_000_000


def _is_data(head: bytes, body: bytes) -> bool:
    """Tell whether what is called a page is JSON."""
    if not head.startswith((b"{", b"[")):
        return False
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _ending(name: str) -> str:
    return PurePosixPath(name.partition("?")[0]).suffix.lower()


def _charset(raw: Raw) -> str:
    _, _, charset = raw.content_type.lower().partition("charset=")
    return charset.partition(";")[0].strip(" \"'")


def _markdown(raw: Raw) -> Extracted:
    return markdown(raw.body, declared=_charset(raw))


def _html(raw: Raw) -> Extracted:
    if len(raw.body) > _MOST_HTML:
        raise Unreadable(f"The page is larger than {_MOST_HTML // 1_000_000} MB.")
    if raw.name.startswith(("http://", "https://")):
        return page(raw.body, url=raw.name, declared=_charset(raw))
    # A saved page is cited by the address it names as its own.
    found = page(raw.body, declared=_charset(raw))
    return replace(found, url=found.canonical)


def _plain(raw: Raw) -> Extracted:
    return plain(raw.body, declared=_charset(raw))


_READERS: dict[str, Callable[[Raw], Extracted]] = {
    "markdown": _markdown,
    "text": _plain,
    "html": _html,
    "pdf": lambda raw: pdf(raw.body),
    "docx": lambda raw: word(raw.body),
    "pptx": lambda raw: slides(raw.body),
    "xlsx": lambda raw: workbook(raw.body),
    "csv": lambda raw: separated(raw.body, declared=_charset(raw)),
}
