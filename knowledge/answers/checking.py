"""Checks what a chat model wrote against the passages it cites.

A statement stays only if it cites passages that were given to it, and if its numbers, dates and
names are found in them (or in the question). Links that the passages do not hold are removed.
An answer that says nothing of what its passages say is not trusted, however true it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge import sentences
from knowledge.languages import detect, fold
from knowledge.questions.terms import content_words, keys
from knowledge.questions.timewords import MONTHS
from knowledge.search.lexicon import Lexicon
from knowledge.search.matching import cover, text_words

#: "[1]", "[1, 3]".
_MARK = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
_LINK = re.compile(
    r"\[([^\]\n]*)\]\((?:[^()\s]|\([^()]*\))*\)|<https?://[^>\s]*>|\bhttps?://\S+|\bwww\.\S+"
)
_NUMBER = re.compile(r"\d+(?:[ \u00a0.,]\d{3})*(?:[.,]\d+)?")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-ZÁČĎÉĚÍĽŇÓŘŠŤÚŮÝŽ][\w-]{2,}")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")

#: How alike a name must be to a word of the passage: inflected, or in the other language.
_ALIKE = 0.55

#: Share of statements that must stand; below, the whole is not trusted.
_STANDING = 0.5

#: Share of an answer's words that its passages must hold, also inflected or translated. Empty
#: phrases ("the page gives details") reach 0.2, questions that passages answer 0.35 and more.
_HELD = 0.3


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
    plain = _without_links(written, given)
    kept_lines: list[str] = []
    removed: list[str] = []
    used: list[int] = []
    stood = 0
    for line in plain.splitlines():
        bullet = _BULLET.match(line)
        head, body = (line[: bullet.end()], line[bullet.end() :]) if bullet else ("", line)
        kept: list[str] = []
        for statement, marks in _statements(body):
            if _stands(statement, marks, given, question, lexicon):
                kept.append(f"{statement}{''.join(f' [{mark}]' for mark in marks)}")
                used.extend(marks)
                stood += 1
            else:
                removed.append(statement)
        if kept or not body.strip():
            kept_lines.append(head + " ".join(kept))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept_lines)).strip()
    is_trusted = (
        stood
        and stood >= _STANDING * (stood + len(removed))
        and _is_in(text, language)
        and _is_held(text, [given[mark - 1] for mark in dict.fromkeys(used)], lexicon)
    )
    return Checked(
        text=text if is_trusted else "",
        removed=tuple(removed),
        used=tuple(dict.fromkeys(used)),
    )


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


def _stands(
    statement: str,
    marks: Sequence[int],
    given: Sequence[Given],
    question: str,
    lexicon: Lexicon,
) -> bool:
    if not marks or any(not 1 <= mark <= len(given) for mark in marks):
        return False
    cited = " ".join(f"{given[mark - 1].title} {given[mark - 1].text}" for mark in marks)
    said = f"{cited} {question}"
    if not _figures(statement) <= _figures(said):
        return False
    return _months(statement) <= (_months(said) | _months_in_figures(said)) and _names_stand(
        statement, said, lexicon
    )


def _figures(text: str) -> set[str]:
    """Return the numbers of a text, however their digits are grouped."""
    found = set()
    for match in _NUMBER.finditer(text):
        number = re.sub(r"[ \u00a0]", "", match.group())
        number = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number)
        found.add(number.replace(",", ".").lstrip("0") or "0")
    # "2023–2025" and "14:00" are two numbers each; parts of a number count as given too.
    return found


def _months(text: str) -> set[int]:
    words = (fold(word) for word in re.findall(r"\w+", text))
    return {MONTHS[word] for word in words if word in MONTHS and len(word) > 3}


def _months_in_figures(text: str) -> set[int]:
    found = re.findall(r"\b\d{1,2}\.\s?(\d{1,2})\.", text)
    return {int(each) for each in found if 1 <= int(each) <= 12}


def _names_stand(statement: str, said: str, lexicon: Lexicon) -> bool:
    names = [
        match.group() for match in _NAME.finditer(statement) if fold(match.group()) not in MONTHS
    ]
    known = {key for word in text_words(said) for key in keys(word)}
    unknown = [
        name
        for name in dict.fromkeys(names)
        if not all(keys(part) & known for part in text_words(name))
    ]
    if not unknown:
        return True
    wanted = lexicon.known_wanted(unknown)
    found = cover(lexicon, wanted, [lexicon.ids(text_words(said))]).found
    return bool(found.min(initial=1.0) >= _ALIKE)


def _is_held(text: str, cited: Sequence[Given], lexicon: Lexicon) -> bool:
    """Tell whether an answer speaks of what the cited passages speak of."""
    wanted = lexicon.known_wanted(content_words(_MARK.sub("", text)))
    said = " ".join(f"{each.title} {each.text}" for each in cited)
    share = cover(lexicon, wanted, [lexicon.ids(text_words(said))]).share
    return bool(share.max(initial=0.0) >= _HELD)


def _without_links(written: str, given: Sequence[Given]) -> str:
    """Take links out, leaving their labels; addresses that a passage holds may stay as text."""
    held = " ".join(f"{each.url} {each.text}" for each in given)

    def replaced(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1] if not match[1].isdigit() else f"[{match[1]}]"
        address = match.group().strip("<>").rstrip(".,;:!?)")
        rest = match.group()[len(address) :] if not match.group().startswith("<") else ""
        return match.group() if address in held else rest

    return _LINK.sub(replaced, written)


def _is_in(text: str, language: str) -> bool:
    spoken = detect(_MARK.sub("", text), language)
    return spoken == language or (language == "cs" and spoken == "sk")
