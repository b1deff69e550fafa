"""Checks what a chat model wrote against the passages it cites.

A statement stays only if it cites passages that were given to it and they bear it out (`bearing`).
Links that the passages do not hold are removed. An answer that says nothing of what its passages
say is not trusted, however true it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from knowledge import sentences
from knowledge.answers.bearing import bears_out
from knowledge.languages import detect
from knowledge.questions.terms import content_words
from knowledge.search.lexicon import Lexicon
from knowledge.search.matching import cover, text_words

#: "[1]", "[1, 3]".
_MARK = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
#: Marks as models write them, too: "[^1]", "【1†source】", "[passage 2]", "(zdroj 1)".
_ODD_MARK = re.compile(
    r"[\[【(]\s*(?:\^|(?:passages?|pasáž|sources?|zdroj|viz|see|n\s*=)\s*#?)?\s*\[?(\d{1,2})\]?"
    r"\s*(?:†[^\]】]*)?[\]】)]",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\[([^\]\n]*)\]\((?:[^()\s]|\([^()]*\))*\)|<https?://[^>\s]*>|\bhttps?://\S+|\bwww\.\S+"
)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s|\*\*[^*]+\*\*:?\s*$)")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^\s*```.*$", re.MULTILINE)

#: Of a table, which a chat cannot show.
_RULE = re.compile(r"^[ \t]*\|[ \t|:-]+\|[ \t]*$", re.MULTILINE)
_ROW_EDGE = re.compile(r"^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$", re.MULTILINE)
_CELL_EDGE = re.compile(r"(?<=\S)[ \t]*\|[ \t]*(?=\S)")
#: Where an address was that must not be shown, and with what leads up to it.
_HOLE = "\ufffc"
_HOLED = re.compile(
    rf"[\s,;:(–-]*(?:\b(?:viz|see|na adrese|více na|více|na|more at|more|visit|at|on|zde|here)\b)?"
    rf"[\s:]*{_HOLE}\)?",
    re.IGNORECASE,
)
#: After such a word something is missing.
_UNFINISHED = re.compile(
    r"\b(?:je|jsou|is|are|jako|as|najdete|find|adresa|address)\W*$", re.IGNORECASE
)

#: Share of statements that must stand; below, the whole is not trusted.
_STANDING = 0.5

#: Share of an answer's words that its passages must hold, also inflected or translated. Empty
#: phrases ("the page gives details") reach 0.2, questions that passages answer 0.35 and more.
_HELD = 0.3

#: Words in small letters from which on a text shows its language, and that it is a third one.
_SHOWS_LANGUAGE, _SHOWS_ANOTHER = 2, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A passage as the model was given it."""

    text: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is left of a written answer."""

    #: Markdown with `[n]`; "" if it cannot be trusted.
    text: str
    #: What was taken out, for the log and `--explain`.
    removed: tuple[str, ...] = ()
    #: Numbers of the passages that are cited.
    used: tuple[int, ...] = field(default=())


def check(
    written: str, given: Sequence[Given], *, question: str, language: str, lexicon: Lexicon
) -> Checked:
    """Return the statements that the cited passages bear out."""
    checking = _Checking(given, question, language, lexicon)
    for line in _plain(written, given).splitlines():
        checking.read(line)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(checking.lines)).strip()
    used = tuple(dict.fromkeys(checking.used))
    stood = checking.stood
    is_trusted = (
        stood
        and stood >= _STANDING * (stood + len(checking.removed))
        and _is_in(text, language)
        and _is_held(text, [given[mark - 1] for mark in used], lexicon)
    )
    return Checked(text=text if is_trusted else "", removed=tuple(checking.removed), used=used)


class _Checking:
    """Reads a written answer line by line, keeping what stands."""

    def __init__(
        self, given: Sequence[Given], question: str, language: str, lexicon: Lexicon
    ) -> None:
        self.lines: list[str] = []
        self.removed: list[str] = []
        self.used: list[int] = []
        self.stood = 0
        #: "Members are:" waits for the items below it, whose marks it shares.
        self._intro = ""
        self._given = given
        self._question = question
        self._language = language
        self._lexicon = lexicon

    def read(self, line: str) -> None:
        """Take in one line."""
        if _HEADING.match(line):
            return
        bullet = _BULLET.match(line)
        head, body = (line[: bullet.end()], line[bullet.end() :]) if bullet else ("", line)
        if not bullet and body.rstrip().endswith(":") and not _MARK.search(body):
            self._intro = body.strip()
            return
        kept: list[str] = []
        for holed, marks in _statements(body):
            statement = _HOLED.sub("", holed)
            cut = statement != holed and _UNFINISHED.search(statement)
            if not cut and self._stands(statement, marks):
                self._introduce(marks)
                kept.append(f"{statement}{''.join(f' [{mark}]' for mark in marks)}")
                self.used.extend(marks)
                self.stood += 1
            else:
                self.removed.append(statement)
        if kept or not body.strip():
            self.lines.append(head + " ".join(kept))

    def _introduce(self, marks: Sequence[int]) -> None:
        intro, self._intro = self._intro, ""
        if intro and self._stands(intro, marks):
            self.lines.append(intro)

    def _stands(self, statement: str, marks: Sequence[int]) -> bool:
        if not marks or any(not 1 <= mark <= len(self._given) for mark in marks):
            return False
        passages = [self._given[mark - 1] for mark in marks]
        cited = "\n".join(f"{each.title}.\n{each.text}" for each in passages)
        # What is left of links are the addresses of the passages.
        bare = _LINK.sub("", statement)
        return bears_out(bare, cited, self._question, self._language, self._lexicon)


def _plain(written: str, given: Sequence[Given]) -> str:
    """Return what was written with marks of one form, without links, fences and thoughts."""
    said = _FENCE.sub("", _THOUGHT.sub("", written))
    said = _ROW_EDGE.sub("", _RULE.sub("", said))
    said = _CELL_EDGE.sub(": ", said)
    return _without_links(_ODD_MARK.sub(r"[\1]", said), given)


def _statements(body: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each sentence with the marks behind it; unmarked ones share the next ones' marks."""
    pieces = [(match.start(), match.end(), _numbers(match)) for match in _MARK.finditer(body)]
    text = _MARK.sub("", body)
    waiting: list[str] = []
    offset = 0
    ends = []
    for start, end, numbers in pieces:
        ends.append((start - offset, numbers))
        offset += end - start
    for span in sentences.split(text):
        statement = span.of(text).strip()
        # A mark stands before or behind the full stop, up to the next sentence.
        following = text[span.end :]
        gap = len(following) - len(following.lstrip())
        marks = tuple(
            dict.fromkeys(n for at, ns in ends if span.start < at <= span.end + gap for n in ns)
        )
        if not marks:
            waiting.append(statement)
            continue
        yield from ((each, marks) for each in waiting)
        waiting.clear()
        yield statement, marks
    yield from ((each, ()) for each in waiting)


def _numbers(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(each) for each in match[1].split(","))


def _is_held(text: str, cited: Sequence[Given], lexicon: Lexicon) -> bool:
    """Tell whether an answer speaks of what the cited passages speak of."""
    wanted = lexicon.known_wanted(content_words(_MARK.sub("", text)))
    said = " ".join(f"{each.title} {each.text}" for each in cited)
    share = cover(lexicon, wanted, [lexicon.ids(text_words(said))]).share
    return bool(share.max(initial=0.0) >= _HELD)


def _without_links(written: str, given: Sequence[Given]) -> str:
    """Take links out, leaving their labels. An address may stay as text if a passage holds it and
    it is of the site of one: what a page links to elsewhere nobody has looked at."""
    held = " ".join(f"{each.url} {each.text}" for each in given)
    hosts = {urlsplit(each.url).hostname for each in given}

    def replaced(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1] if not match[1].isdigit() else f"[{match[1]}]"
        address = match.group().strip("<>").rstrip(".,;:!?)")
        rest = match.group()[len(address) :] if not match.group().startswith("<") else ""
        host = urlsplit(address if "//" in address else f"//{address}").hostname
        return match.group() if address in held and host in hosts else f"{_HOLE}{rest}"

    return _LINK.sub(replaced, written)


def _is_in(text: str, language: str) -> bool:
    """Tell whether a text is in this language; names and numbers alone are in any."""
    every = re.findall(r"[^\W\d_]+", _MARK.sub("", text))
    words = [word for word in every if word.islower()]
    if len(words) < _SHOWS_LANGUAGE:
        return True
    spoken = detect(" ".join(words), language)
    if spoken not in ("cs", "sk", "en"):
        return len(words) < _SHOWS_ANOTHER
    return spoken == language or (language == "cs" and spoken == "sk")
