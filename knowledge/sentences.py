"""Where the sentences of a Markdown text begin and end.

A sentence is a span of the text, so that it can be quoted literally. An item of a list, a row of
a table and a line of its own each count as sentences of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a text."""

    start: int
    #: Exclusive.
    end: int
    #: The header of its table, or the line that introduces its list; "" if none.
    context: str = ""

    def of(self, text: str) -> str:
        """Return the piece."""
        return text[self.start : self.end]


#: A full stop after these ends no sentence (in small letters, without the dot).
_ABBREVIATED = """
a.m aj akad al apod approx apr arch atd atp aug bc ca cca ch cis co corp csc dec dept dipl dis
doc dr drsc e.g e.u ed eds eg est etc ev feb fig fri gen hod i.e ie inc ing j jan jr judr jul
jun kc kpt kr kč l ltd mar max mba mgr mil min mj mld mob mon mr mrs ms mudr n nam napr
napríklad např nar nař no nos nov npor nám nář obr oct odd ods odst okr p p.m ph phdr pism pl
plk popr popř pov pozn pp pr preds prip prof pí pís písm př předs příp r red resp rndr roc roč
rr s sat sb sec sep sept sl sr srov srv ss st stol str sun sv t t.j tab tel thu tis tj tue tzn
tzv tř u.s ul usn vc viz vol vs vyd vyhl vč wed zak zast zn zák č čl čís řed
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())

#: These also end sentences: the next word decides.
_ALSO_ENDING = "a.m al apod atd atp co corp etc hod inc kc kč ltd mil mld p.m r.o s sb tis"
_ENDING = frozenset(_ALSO_ENDING.split())

#: "5 mil. Kč" goes on.
_AMOUNTS = frozenset({"mil", "mld", "tis", "bil", "mio"})
_UNIT = re.compile(r"(?:Kč|CZK|EUR|USD|Eur|€|\$|£)")

_MONTHS = (
    "led|únor|unor|březn|brezn|dub|květn|kvetn|červ|cerv|srp|září|zari|říj|rij|list|pros|"
    "jan|feb|mar|apr|máj|maj|jún|jun|júl|jul|aug|sep|okt|oct|nov|dec"
)

_BLOCK_MARK = re.compile(
    r"[ \t]*(?:(?:[-*+•–]|\d{1,3}[.)]|[a-zA-Z]\))[ \t]+|>[ \t]?|#{1,6}[ \t]+)+"
)
#: What an item of a list begins with.
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s")
_NUMBER = re.compile(r"[ \t]*\d{1,3}[.)][ \t]+")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_STOP = re.compile(r"[.!?…]+[\"'“”’»)\]]*(?=\s)")
_LAST_WORD = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)\.?[\"'“”’»)\]]*$")


def split(text: str) -> tuple[Span, ...]:
    """Return the sentences of a Markdown text in order; they never overlap."""
    return tuple(span for block in _blocks(text) for span in _sentences(text, block))


def _blocks(text: str) -> Iterator[Span]:
    """Yield paragraphs, items and rows with what introduces them; a table's header is no row."""
    header = intro = ""
    for block, kind in _raw_blocks(text):
        if kind == "header":
            header = block.of(text).strip()
            continue
        if kind == "row":
            yield Span(start=block.start, end=block.end, context=header)
            continue
        header = ""
        yield Span(start=block.start, end=block.end, context=intro if kind == "item" else "")
        if kind == "paragraph":
            last = block.of(text).strip()
            intro = last.rsplit("\n", 1)[-1] if last.endswith(":") else ""


def _raw_blocks(text: str) -> Iterator[tuple[Span, str]]:
    start: int | None = None
    kind = "paragraph"
    end = position = 0
    lines = text.splitlines(keepends=True)
    neighbours = zip(["", *lines], lines, [*lines[1:], ""], strict=False)
    for before, line, following in neighbours:
        begin, position = position, position + len(line)
        mark = _BLOCK_MARK.match(line)
        if mark and _NUMBER.match(line) and not (_NUMBER.match(before) or _NUMBER.match(following)):
            mark = None  # "10. výzva …" is no list
        row = line.lstrip().startswith("|")
        if start is not None and (mark or row or not line.strip()):
            yield Span(start=start, end=end), kind
            start = None
        if not line.strip() or _TABLE_RULE.match(line):
            continue
        if row:
            rule = following.lstrip().startswith("|") and _TABLE_RULE.match(following)
            yield Span(start=begin, end=position), "header" if rule else "row"
            continue
        if start is None:
            start = begin + (mark.end() if mark else 0)
            kind = (
                "item" if mark and not mark.group().lstrip().startswith((">", "#")) else "paragraph"
            )
        end = position
        # A line broken on purpose (two blanks) is complete in itself.
        if line.endswith("  \n"):
            yield Span(start=start, end=end), kind
            start = None
    if start is not None:
        yield Span(start=start, end=end), kind


def _sentences(text: str, block: Span) -> Iterator[Span]:
    piece = block.of(text)
    if piece.lstrip().startswith("|"):
        yield from _trimmed(text, block.start, block.end, block.context)
        return
    start = 0
    for stop in _STOP.finditer(piece):
        if _ends(piece, stop):
            yield from _trimmed(text, block.start + start, block.start + stop.end(), block.context)
            start = stop.end()
    yield from _trimmed(text, block.start + start, block.end, block.context)


def _trimmed(text: str, start: int, end: int, context: str) -> Iterator[Span]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    if any(letter.isalnum() for letter in text[start:end]):
        yield Span(start=start, end=end, context=context)


def _ends(piece: str, stop: re.Match[str]) -> bool:
    """Tell whether the punctuation at `stop` ends a sentence."""
    following = piece[stop.end() :].lstrip()
    if not following:
        return True
    if not stop.group().startswith("."):
        return not following[0].islower()
    before = _LAST_WORD.search(piece[: stop.start()])
    word = before.group(1).casefold() if before else ""
    opening = following.lstrip("\"'„“‚‘«([*_")[:1]
    if opening.islower():
        return False
    if word.isdigit():
        return _ends_after_number(word, opening, following)
    if len(word) == 1 and word.isalpha():
        return False
    if word in _AMOUNTS and _UNIT.match(following):
        return False
    return word not in _ABBREVIATIONS or (word in _ENDING and opening.isupper())


def _ends_after_number(word: str, opening: str, following: str) -> bool:
    """A number with a dot is a day or an ordinal ("10. výzva", "5. 6."), or ends a sentence."""
    if opening.isdigit():
        return len(word) > 2
    if re.match(_MONTHS, following, re.IGNORECASE):
        return False
    return len(word) > 2 or opening.isupper()


def line_start(text: str, position: int) -> int:
    """Return where the line of a position begins."""
    return text.rfind("\n", 0, position) + 1


def is_in_item(text: str, start: int) -> bool:
    """Tell whether the sentence that begins there belongs to an item of a list."""
    return _ITEM.match(text, line_start(text, start), start) is not None
