"""Bytes of a page or file -> what it says, whatever it calls itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from knowledge.documents import Section
from knowledge.extraction import catdoc, ocr
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.html import page
from knowledge.extraction.kinds import Raw, kind_of
from knowledge.extraction.opendocument import opendocument
from knowledge.extraction.pdf import pdf
from knowledge.extraction.rtf import rtf
from knowledge.extraction.sheets import old_workbook, separated, workbook
from knowledge.extraction.slides import slides
from knowledge.extraction.text import markdown, plain
from knowledge.extraction.word import word
from knowledge.languages import detect, detect_within

#: Changes whenever other text comes out of the same bytes: everything is read again then.
VERSION = 3


def edition() -> str:
    """Return what a document was read with: by another edition it is read again."""
    programs = {"ocr": ocr.available(), "catdoc": catdoc.available()}
    return "+".join([str(VERSION), *(name for name, there in programs.items() if there)])


#: Bytes of a page: more is data, not text, and takes minutes.
_MOST_HTML = 8_000_000

#: Sections shorter than this (in words) have the language of their document.
_WORDS_FOR_LANGUAGE = 8


def extract(raw: Raw) -> Extracted:
    """Return what a page or file says.

    Raises:
        Unreadable: with the reason, in a sentence for an editor.
    """
    if not raw.body.strip():
        raise Unreadable("The file is empty.")
    kind = kind_of(raw)
    if kind is None:
        raise Unreadable(f"This kind of file is not read ({raw.ending or 'no ending'}).")
    try:
        return with_languages(_READERS[kind](raw))
    except (MemoryError, RecursionError) as error:
        raise Unreadable("It is too large or too deeply nested to be read.") from error


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


def _markdown(raw: Raw) -> Extracted:
    return markdown(raw.body, declared=raw.charset)


def _html(raw: Raw) -> Extracted:
    if len(raw.body) > _MOST_HTML:
        raise Unreadable(f"The page is larger than {_MOST_HTML // 1_000_000} MB.")
    if raw.name.startswith(("http://", "https://")):
        return page(raw.body, url=raw.name, declared=raw.charset)
    # A saved page is cited by the address it names as its own.
    found = page(raw.body, declared=raw.charset)
    return replace(found, url=found.canonical)


def _plain(raw: Raw) -> Extracted:
    return plain(raw.body, declared=raw.charset)


_READERS: dict[str, Callable[[Raw], Extracted]] = {
    "markdown": _markdown,
    "text": _plain,
    "html": _html,
    "pdf": lambda raw: pdf(raw.body),
    "docx": lambda raw: word(raw.body),
    "pptx": lambda raw: slides(raw.body),
    "xlsx": lambda raw: workbook(raw.body),
    "opendocument": lambda raw: opendocument(raw.body),
    "rtf": lambda raw: rtf(raw.body),
    "doc": lambda raw: catdoc.word(raw.body),
    "ppt": lambda raw: catdoc.slides(raw.body),
    "xls": lambda raw: old_workbook(raw.body),
    "csv": lambda raw: separated(raw.body, declared=raw.charset),
}
