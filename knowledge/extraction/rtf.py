"""Rich Text Format -> sections.

The library gives the text alone; what makes a heading, an item, a row or a note of it is marked
before, by signs that no text holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from striprtf.striprtf import font_table_group, rtf_to_text

from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.outline import Outline

#: Letters without pictures, and of the table of fonts: more takes the library minutes.
_LONGEST, _MOST_FONTS = 8_000_000, 100_000

_PICTURE = re.compile(r"\{\\(?:\*\\shppict|nonshppict|pict|\*\\blipuid)\b")
_BRACE = re.compile(r"(?<!\\)[{}]")
_BINARY = re.compile(r"\\bin(\d{1,9}) ?")
_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_TITLE = re.compile(r"\{\\title ([^{}]{1,500})\}")
#: Deleted while changes were tracked, or hidden.
_UNSEEN = re.compile(r"\{[^{}]{0,200}?\\(?:deleted|v)(?![a-z0-9])[^{}]*\}")
_STYLE = re.compile(
    r"\{[^{}]{0,300}?\\s(\d+)(?!\d)[^{};]{0,600}? (?:heading|nadpis|überschrift) (\d)[^{}\d]*\}",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\\(s|outlinelevel)(\d+)(?!\d) ?")
_IN_ROWS = re.compile(r"\\(trowd|row|par|line)(?![a-z])")

#: A heading has as many of the first as its rank, then the second.
_RANK, _HEADING = "\x01", "\x02"
_ITEM, _NOTE, _NOTE_ENDS = "\x03", "\x04", "\x05"
_SIGNS = re.compile("[\x01-\x05]")


def rtf(body: bytes) -> Extracted:
    """Extract a file of Rich Text Format."""
    named = _PAGE.search(body[:4096])
    encoding = _known(f"cp{named[1].decode()}" if named else "cp1250")
    text = _without_pictures(_SIGNS.sub("", body.decode(encoding, "replace")))
    if len(text) > _LONGEST or len(font_table_group(text)) > _MOST_FONTS:
        raise Unreadable(f"Its text is longer than {_LONGEST // 1_000_000} million letters.")
    title = _TITLE.search(text[:100_000])
    try:
        plain = rtf_to_text(_marked(text), encoding=encoding, errors="replace")
        said = rtf_to_text(f"{{\\rtf1 {title[1]}}}", encoding=encoding) if title else ""
    except (ValueError, IndexError, LookupError, AttributeError, TypeError) as error:
        raise Unreadable(f"The file is damaged: {error}") from error
    outline = _outlined(plain)
    return Extracted(title=said.strip() or outline.first, sections=tuple(outline.sections))


def _known(encoding: str) -> str:
    try:
        b"".decode(encoding)
    except LookupError:
        return "cp1250"
    return encoding


def _without_pictures(text: str) -> str:
    """Cut out pictures, which are most of a file."""
    kept: list[str] = []
    at = 0
    while found := _PICTURE.search(text, at):
        kept.append(text[at : found.start()])
        at = _end(text, found.start())
    return "".join([*kept, text[at:]])


def _end(text: str, start: int) -> int:
    """Return where a group ends; bytes in it may look like braces."""
    depth, at = 0, start
    while found := _BRACE.search(text, at):
        binary = _BINARY.search(text, at, found.start())
        if binary:
            at = binary.end() + int(binary[1])
            continue
        at = found.end()
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return at
    return len(text)


def _marked(text: str) -> str:
    # The library would write out the addresses behind links, in time that grows with the square.
    text = text.replace("\\fldinst{", "\\fldinst {")
    text = _with_notes(_UNSEEN.sub("", text))
    for listed in ("{\\listtext", "{\\pntext"):
        text = text.replace(listed, _ITEM + listed)
    start = text.find("{\\stylesheet")
    end = _end(text, start) if start >= 0 else 0
    ranks = {number: int(rank) for number, rank in _STYLE.findall(text[:end])}
    return text[:end] + _with_rows(_with_ranks(text[end:], ranks))


def _with_ranks(text: str, ranks: dict[str, int]) -> str:
    def mark(found: re.Match[str]) -> str:
        number = found[2]
        if found[1] == "s":
            rank = ranks.get(number, 0)
        else:
            rank = int(number) + 1 if len(number) == 1 and number != "9" else 0
        return f"{found[0].rstrip()} {_RANK * rank}{_HEADING}" if rank else found[0]

    return _RANKED.sub(mark, text)


def _with_notes(text: str) -> str:
    """Mark where the notes begin and end, which the library would drop."""
    kept: list[str] = []
    at = 0
    while (start := text.find("{\\footnote", at)) >= 0:
        end = _end(text, start)
        note = text[start + len("{\\footnote") : end].removesuffix("}")
        note = re.sub(r"\\(?:par|line)(?![a-z])", r"\\tab", note)
        kept += [text[at:start], f"{{{_NOTE}{note}{_NOTE_ENDS}}}"]
        at = end
    return "".join([*kept, text[at:]])


def _with_rows(text: str) -> str:
    """Keep each row of a table on one line, whatever paragraphs its cells hold."""
    inside = False

    def kept(found: re.Match[str]) -> str:
        nonlocal inside
        if found[1] in {"trowd", "row"}:
            inside = found[1] == "trowd"
        elif inside:
            return r"\tab"
        return found[0]

    return _IN_ROWS.sub(kept, text)


def _outlined(plain: str) -> Outline:
    outline = Outline()
    for line in plain.split("\n"):
        if line.rstrip().endswith("|"):
            outline.row(_SIGNS.sub("", line).rstrip().removesuffix("|").split("|"))
            continue
        for block in _blocks(line):
            _add(outline, block)
    outline.close()
    return outline


def _blocks(line: str) -> Iterator[str]:
    """Yield a paragraph, and after it the notes that stand in it."""
    note = re.compile(f"{_NOTE}([^{_NOTE_ENDS}]*){_NOTE_ENDS}")
    yield note.sub("", line)
    yield from note.findall(line)


def _add(outline: Outline, block: str) -> None:
    text = " ".join(_SIGNS.sub("", block).split())
    ranked = re.match(rf"\s*({_RANK}+){_HEADING}", block)
    if ranked and text:
        outline.heading(len(ranked[1]), text)
    else:
        outline.block(f"- {text}" if text and _ITEM in block else text)
