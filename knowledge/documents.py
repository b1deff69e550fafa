"""What crosses between the parts of `knowledge`: documents, chunks, passages, answers (leaf)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Audience(StrEnum):
    """Who may be answered from a document."""

    #: Anyone, also in the web chat and in channels with guests.
    PUBLIC = "public"
    #: Members of the cluster only; they may read what is public too.
    MEMBERS = "members"

    def readable(self) -> tuple[Audience, ...]:
        """Return the audiences whose documents somebody of this audience may read."""
        return (Audience.PUBLIC, Audience.MEMBERS) if self is Audience.MEMBERS else (self,)


class Mode(StrEnum):
    """How an answer came about."""

    #: Sentences of the sources, quoted.
    EXTRACTIVE = "extractive"
    #: Written by a chat model and checked against the sources.
    GENERATED = "generated"
    #: From the rows of the scheduler: dates, deadlines, calls.
    EVENTS = "events"
    #: The nearest that was found; it may not answer the question.
    NEAREST = "nearest"
    #: A greeting, thanks or the like; nothing was searched.
    CHATTER = "chatter"
    #: Nothing was found.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a document under one heading, or on one page."""

    #: Headings from the outermost to the innermost; empty before the first heading.
    path: tuple[str, ...] = ()
    #: Markdown without the heading itself.
    text: str
    #: 1-based page, slide or sheet; None where the format has none.
    page: int | None = None
    #: Fragment of the URL that leads here, without "#".
    anchor: str | None = None
    #: ISO 639-1, or None: that of the document.
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One page or file, as a source gave it."""

    #: Name of the source it came from.
    source: str
    #: What is cited.
    url: str
    title: str
    sections: tuple[Section, ...]
    #: ISO 639-1 ("cs", "en", "sk", …), "und" if unknown.
    language: str
    audience: Audience = Audience.PUBLIC
    #: When its content was last changed, as the source says.
    updated_at: date | None = None
    #: Other addresses of the same content.
    aliases: tuple[str, ...] = ()
    #: hreflang pairs: language -> URL.
    alternates: Mapping[str, str] = field(default_factory=dict)
    #: Which document of its source it is: a file's path; "" : its URL. Several documents may be
    #: cited by one URL.
    key: str = ""
    #: Bodies of its JSON-LD scripts that speak of events; not indexed.
    structured: tuple[str, ...] = ()
    #: HTML of the elements that mark up events (microdata, RDFa); not indexed.
    markup: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of a section, as it is indexed."""

    #: Content hash: the same text of the same document gets the same id.
    id: str
    url: str
    title: str
    #: Heading path, "Partners › Academic partners"; empty if none.
    section: str
    #: Markdown; every quote is found in it literally.
    text: str
    language: str
    audience: Audience
    page: int | None = None
    anchor: str | None = None
    updated_at: date | None = None
    #: Position in the document, from 0.
    ordinal: int = 0

    @property
    def link(self) -> str:
        """Return the URL with the fragment that leads to the section, if there is one."""
        return f"{self.url}#{self.anchor}" if self.anchor and "#" not in self.url else self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk found for a question."""

    chunk: Chunk
    #: Comparable within one question only; higher is better.
    score: float
    #: The sentence of the chunk that fits best, literally as in its text.
    sentence: str
    #: What the score was made of, by name, for `--explain`.
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where an answer stands."""

    url: str
    title: str
    section: str
    page: int | None
    #: Found literally in the stored text.
    quote: str
    language: str
    updated_at: date | None
    #: Superseded by a newer document, or about something that is over.
    stale: bool = False
    #: Of a quoted row, the header of its table, "| Measure | Support |"; "" otherwise.
    header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier message of a conversation."""

    #: "user" or "assistant".
    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact:
    """A row of the scheduler, as an answer needs it. `bot/app.py` makes it from `Event`."""

    uid: str
    title: str
    #: "seminar", "conference", "call" or "meeting".
    kind: str
    #: What is asked about: the start, or one deadline of a call; aware.
    at: datetime
    end: datetime | None
    all_day: bool
    #: Label of the deadline; "" for a start.
    label: str
    #: "scheduled", "rescheduled", "moved_online", "postponed" or "cancelled".
    status: str
    #: What `at` was before it moved.
    moved_from: datetime | None
    url: str
    place: str
    language: str
    topics: tuple[str, ...] = ()
    #: When a call opens: an aware instant, or a day; None where it is not known.
    open_from: datetime | date | None = None
    #: The first and the last deadline of a call; aware.
    due: datetime | None = None
    closes: datetime | None = None
    #: What it is meant for; "" for all.
    region: str = ""
    #: Whom a call is for: "municipality", "region", "university", "company", "ngo".
    eligible: tuple[str, ...] = ()
    #: Its title and link in other languages, by language.
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """What a question about dates asks for."""

    #: Inclusive; aware.
    start: datetime
    #: Exclusive; None: open.
    end: datetime | None
    #: Empty: all kinds.
    kinds: tuple[str, ...] = ()
    #: The words by which kinds were named: an event with one in its title is meant, too.
    kind_words: tuple[str, ...] = ()
    #: "start" of events, "deadline" of calls and of registration, "any"; or "registration": until
    #: when one registers, and where that is not known or over, the start.
    aspect: str = "any"
    #: Words that title, topics or place must share; empty: all.
    words: tuple[str, ...] = ()
    #: At most so many; None: all in the range.
    limit: int | None = None
    #: The part of the question that named the range, "v červnu"; "" if none did.
    phrase: str = ""
    #: Whom calls must be for, one of them; empty: all. Rows that do not say are found too.
    eligible: tuple[str, ...] = ()
    #: From how many to how many inhabitants those have who ask.
    inhabitants: tuple[int, int] | None = None
    #: "open" or "planned": calls in this state alone.
    state: str = ""
    #: How it stands is asked: whether it is open, whether it can still be reached.
    asks_state: bool = False
    #: What is over is asked for.
    past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Facts for a reply; `bot` puts them in words."""

    question: str
    #: Of the words around the answer: "cs" or "en".
    language: str
    mode: Mode
    #: Given with confidence.
    answered: bool
    #: 0..1, calibrated: the share of such answers that are right.
    confidence: float
    citations: tuple[Citation, ...] = ()
    #: Mode GENERATED: Markdown with `[n]`, n counting `citations` from 1. Otherwise "".
    written: str = ""
    #: At most two further documents worth reading.
    related: tuple[Citation, ...] = ()
    #: Citations that contradict each other on a date or a sum, newest first.
    conflicts: tuple[Citation, ...] = ()
    #: Mode EVENTS: what was found, and what was asked.
    events: tuple[EventFact, ...] = ()
    event_query: EventQuery | None = None
    #: Mode EVENTS, where nothing fits: what there is instead.
    instead: tuple[EventFact, ...] = ()
    #: Mode CHATTER: "greeting", "thanks", "bye", "praise", "acknowledgement", "identity", "help",
    #: "reminders", "privacy", "tongue", "person", "complaint", "again".
    chatter: str = ""
    #: The question as it was searched for, after the history was taken in.
    searched_for: str = ""
    #: How many documents were searched.
    searched_documents: int = 0
    took_ms: int = 0
    #: A message with several questions: the answer to each. The fields above are then
    #: those of the first.
    parts: tuple[Answer, ...] = ()
