"""What extraction finds in a page or file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from knowledge.documents import Audience, Section
from knowledge.errors import SourceError


class Unreadable(SourceError):
    """The document cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A document without its source. Its text is Markdown in blocks; inline it is plain."""

    title: str = ""
    sections: tuple[Section, ...] = ()
    #: ISO 639-1 as declared; "" if it is not.
    language: str = ""
    updated_at: date | None = None
    #: What it asks to be cited by; "" : where it was found.
    url: str = ""
    #: As front matter says; None if it does not.
    audience: Audience | None = None
    #: hreflang pairs: language -> URL.
    alternates: Mapping[str, str] = field(default_factory=dict)
    #: Addresses it leads to, absolute.
    links: tuple[str, ...] = ()
    #: The address it calls its own; "" if it names none.
    canonical: str = ""
    #: Bodies of its JSON-LD scripts that speak of events.
    structured: tuple[str, ...] = ()
    #: HTML of its elements that mark up events (microdata, RDFa).
    markup: tuple[str, ...] = ()
    #: It asks not to be indexed.
    noindex: bool = False
    #: It says little more than where other pages of its site are.
    is_list: bool = False
    #: Where it sends its reader at once (meta refresh); "" if nowhere.
    refresh: str = ""

    @property
    def words(self) -> int:
        """Return the number of words of its text."""
        return sum(len(section.text.split()) for section in self.sections)

    @property
    def letters(self) -> int:
        """Return the number of letters and digits of its text."""
        return sum(letter.isalnum() for section in self.sections for letter in section.text)
