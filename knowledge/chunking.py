"""Documents -> chunks: pieces of a section that fit the embedding model, and their sentences.

A chunk never crosses a heading or a page, and a row of a table is never without its header.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from langchain_text_splitters import RecursiveCharacterTextSplitter

from knowledge import sentences
from knowledge.documents import Chunk, Document, Section

#: Changes whenever other chunks come out of the same document.
VERSION = 1

#: Tokens of the embedding model in one chunk, with its title and headings.
MAX_TOKENS = 320

#: Of the title and headings before each sentence; the rest of the room is the text's.
_PREFIX_TOKENS = 60

_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A chunk with what is embedded of it."""

    chunk: Chunk
    sentences: tuple[sentences.Span, ...]
    #: The chunk under its title and headings.
    passage_text: str
    #: Each sentence under the title and headings, a row with its header, an item with its intro.
    sentence_texts: tuple[str, ...]


def chunk(
    document: Document, count_tokens: CountTokens, *, max_tokens: int = MAX_TOKENS
) -> tuple[Piece, ...]:
    """Cut a document into chunks; the same document always gives the same ids."""
    seen: Counter[str] = Counter()
    pieces: list[Piece] = []
    for section in document.sections:
        prefix = _prefix(document, section, count_tokens)
        room = max(32, max_tokens - count_tokens(prefix))
        for text in _pack(_blocks(section.text), count_tokens, room):
            key = _key(document, section, text)
            repeated, seen[key] = seen[key], seen[key] + 1
            identity = hashlib.sha256(f"{key}\0{repeated}".encode()).hexdigest()[:24]
            pieces.append(_piece(document, section, text, identity, len(pieces), prefix))
    return tuple(pieces)


def _piece(
    document: Document, section: Section, text: str, identity: str, ordinal: int, prefix: str
) -> Piece:
    spans = sentences.split(text)
    made = Chunk(
        id=identity,
        url=document.url,
        title=document.title,
        section=" › ".join(section.path),
        text=text,
        language=section.language or document.language,
        audience=document.audience,
        page=section.page,
        anchor=section.anchor,
        updated_at=document.updated_at,
        ordinal=ordinal,
    )
    return Piece(
        chunk=made,
        sentences=spans,
        passage_text=prefix + text,
        sentence_texts=tuple(prefix + _in_context(span, text) for span in spans),
    )


def _key(document: Document, section: Section, text: str) -> str:
    language = section.language or document.language
    parts = (
        document.key or document.url,
        document.title,
        *section.path,
        text,
        language,
        document.audience,
    )
    return json.dumps(parts, ensure_ascii=False)


def _prefix(document: Document, section: Section, count_tokens: CountTokens) -> str:
    """Return title and headings; where they are long, the title and the innermost heading."""
    title = document.title.strip()
    path = [heading for heading in section.path if heading.strip() and heading.strip() != title]
    headings = [title, *path] if title else path
    while len(headings) > 2 and count_tokens(" › ".join(headings)) > _PREFIX_TOKENS:
        headings.pop(1)
    joined = " › ".join(headings)
    while joined and count_tokens(joined) > 2 * _PREFIX_TOKENS:
        joined = joined[: len(joined) * 2 // 3].rstrip()
    return f"{joined}: " if joined else ""


def _in_context(span: sentences.Span, text: str) -> str:
    sentence = span.of(text)
    if not span.context:
        return sentence
    if not span.context.startswith("|"):
        return f"{span.context} {sentence}"
    cells = zip(_cells(span.context), _cells(sentence), strict=False)
    named = (f"{name}: {value}" if name else value for name, value in cells if value)
    return "; ".join(named)


def _cells(row: str) -> list[str]:
    return [
        cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))
    ]


def _blocks(text: str) -> list[str]:
    """Return the paragraphs, lists and tables of a Markdown text."""
    return [block.strip("\n") for block in re.split(r"\n[ \t]*\n", text) if block.strip()]


def _pack(blocks: list[str], count_tokens: CountTokens, room: int) -> Iterator[str]:
    """Fill chunks with whole blocks; a block that is too large is cut first."""
    filled: list[str] = []
    used = 0
    for block in blocks:
        for part in _cut(block, count_tokens, room):
            size = count_tokens(part)
            if filled and used + size > room:
                yield "\n\n".join(filled)
                filled, used = [], 0
            filled.append(part)
            used += size
    if filled:
        yield "\n\n".join(filled)


def _cut(block: str, count_tokens: CountTokens, room: int) -> Iterator[str]:
    if count_tokens(block) <= room:
        yield block
        return
    lines = block.split("\n")
    header = _header(lines)
    if header:
        budget = max(16, room - count_tokens("\n".join(header)))
        for rows in _groups(lines[len(header) :], count_tokens, budget, "\n"):
            yield "\n".join([*header, rows])
        return
    spans = sentences.split(block)
    # Up to the next sentence: marks of items and line breaks stay with what is before them.
    borders = [0, *(_line_start(block, span.start) for span in spans[1:]), len(block)]
    parts = [block[start:end] for start, end in pairwise(borders)]
    yield from (part.strip("\n") for part in _groups(parts, count_tokens, room, "") if part.strip())


def _line_start(block: str, position: int) -> int:
    """Return where the line begins if only a list mark stands before the position."""
    start = block.rfind("\n", 0, position) + 1
    return start if not any(letter.isalpha() for letter in block[start:position]) else position


def _header(lines: list[str]) -> list[str]:
    is_table = len(lines) > 2 and lines[0].lstrip().startswith("|") and _TABLE_RULE.match(lines[1])
    return lines[:2] if is_table else []


def _groups(parts: list[str], count_tokens: CountTokens, room: int, joint: str) -> Iterator[str]:
    group: list[str] = []
    used = 0
    for part in parts:
        for small in _halve(part, count_tokens, room):
            size = count_tokens(small)
            if group and used + size > room:
                yield joint.join(group)
                group, used = [], 0
            group.append(small)
            used += size
    if group:
        yield joint.join(group)


def _halve(part: str, count_tokens: CountTokens, room: int) -> list[str]:
    """Cut a single sentence or row that does not fit, at the best places left."""
    if count_tokens(part) <= room:
        return [part]
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=room,
        chunk_overlap=0,
        length_function=count_tokens,
        separators=["; ", ", ", " | ", " ", ""],
        keep_separator="end",
        strip_whitespace=False,
    )
    return splitter.split_text(part)
