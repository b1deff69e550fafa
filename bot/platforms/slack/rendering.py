"""Replies as Slack shows them: markdown blocks, buttons, and text for notifications."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.markup import pieces, plain
from bot.markup.marktree import Code, Listing, Node, Quote, Rule, Run, Table, Text, read, text_of
from bot.markup.plaintext import WEDGE, safe_url
from bot.markup.writing import with_breaks, write
from bot.messages import Button, Reply

#: Slack's limits: all blocks of a message together; `text` of an edit; buttons; tables.
BLOCKS_CHARACTERS = 12_000
TEXT_CHARACTERS = 4_000
LABEL_CHARACTERS = 75
VALUE_CHARACTERS = 2_000
URL_CHARACTERS = 3_000
ROW_BUTTONS = 25
TABLE_ROWS = 100
TABLE_COLUMNS = 20
#: Characters of all cells of a table.
TABLE_CHARACTERS = 10_000
#: Kept free for what Slack counts otherwise than we do.
MARGIN = 500

Block = dict[str, Any]

#: The line under a table's head, as `write` writes it.
_TABLE = re.compile(r"\| :?-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message of Slack's."""

    #: For notifications, and all there is where blocks are refused; mrkdwn.
    text: str
    blocks: list[Block] = field(default_factory=list)


def posts(reply: Reply) -> list[Post]:
    """Return the messages that show a reply; buttons stand under the last one."""
    under = [*button_blocks(reply.buttons), *feedback_blocks(reply.feedback)]
    room = BLOCKS_CHARACTERS - MARGIN - _characters(under)
    parts = pieces(harmless(reply.text), lambda piece: fits(piece, room))
    shown = [Post(text=fallback(part), blocks=[markdown_block(part)]) for part in parts]
    if not under:
        return shown
    if not shown:
        return [Post(text=_labels(reply.buttons) or "…", blocks=under)]
    last = shown[-1]
    return [*shown[:-1], Post(text=last.text, blocks=[*last.blocks, *under])]


def fits(piece: str, room: int = BLOCKS_CHARACTERS - MARGIN) -> bool:
    """Whether Slack takes this Markdown, as `write` writes it, in one message.

    Its length counts, and its tables: their number, rows and columns.
    """
    if len(piece) > room or not _TABLE.search(piece):
        return len(piece) <= room
    tables = [node for node in _all(read(piece)) if isinstance(node, Table)]
    return len(tables) <= 1 and all(map(_is_small, tables))


def _is_small(table: Table) -> bool:
    return (
        len(table.rows) < TABLE_ROWS
        and len(table.head) <= TABLE_COLUMNS
        and len(text_of([table])) <= TABLE_CHARACTERS
    )


def _all(nodes: Sequence[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        found.append(node)
        if isinstance(node, Quote):
            found += _all(node.nodes)
        if isinstance(node, Listing):
            found += [inner for item in node.items for inner in _all(item)]
    return found


def harmless(markdown: str) -> str:
    """Return what Slack may be given to show: nothing in it calls or forges, lines stay lines."""
    return write(with_breaks(read(markdown)))


def markdown_block(markdown: str) -> Block:
    """Return the block that shows it."""
    return {"type": "markdown", "text": harmless(markdown) or WEDGE}


def button_blocks(rows: Sequence[Sequence[Button]]) -> list[Block]:
    """Return one block of buttons for each row; labels and values are cut to what is allowed."""
    blocks: list[Block] = []
    for number, row in enumerate(rows):
        elements = [
            made
            for place, button in enumerate(row)
            if (made := _button(button, f"press:{number}:{place}"))
        ]
        for start in range(0, len(elements), ROW_BUTTONS):
            blocks.append({"type": "actions", "elements": elements[start : start + ROW_BUTTONS]})
    return blocks


def _button(button: Button, action_id: str) -> Block | None:
    label = _cut(" ".join(plain(button.label).split()), LABEL_CHARACTERS) or "…"
    made: Block = {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label, "emoji": True},
    }
    if button.url:
        made["url"] = safe_url(button.url)
        if not made["url"] or len(made["url"]) > URL_CHARACTERS:
            return None
    else:
        made["value"] = button.data[:VALUE_CHARACTERS]
    if button.style in ("primary", "danger"):
        made["style"] = button.style
    return made


def feedback_blocks(answer_id: str) -> list[Block]:
    """Return the thumbs under an answer."""
    if not answer_id:
        return []
    sides = {"positive_button": ("👍", "up"), "negative_button": ("👎", "down")}
    element: Block = {"type": "feedback_buttons", "action_id": "feedback"}
    for side, (sign, vote) in sides.items():
        text = {"type": "plain_text", "text": sign, "emoji": True}
        element[side] = {"text": text, "value": f"fb:{vote}:{answer_id}"[:VALUE_CHARACTERS]}
    return [{"type": "context_actions", "elements": [element]}]


def _characters(blocks: Sequence[Block]) -> int:
    elements = [element for block in blocks for element in block["elements"]]
    return sum(len(element.get("text", {}).get("text", "")) for element in elements)


def _labels(rows: Sequence[Sequence[Button]]) -> str:
    return " · ".join(escape_text(button.label) for row in rows for button in row)


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else f"{text[: size - 1].rstrip()}…"


# mrkdwn


def fallback(markdown: str) -> str:
    """Return the text of a notification: mrkdwn, cut to one screen of Slack's limit."""
    whole = mrkdwn(read(markdown))
    if len(whole) <= TEXT_CHARACTERS - MARGIN:
        return whole or "…"
    first, *_ = plain_posts(markdown)
    return f"{first}\n…"


def plain_posts(markdown: str, room: int = TEXT_CHARACTERS - MARGIN) -> list[str]:
    """Return all of it as mrkdwn in pieces, for where Slack takes no markdown blocks."""
    parts = pieces(markdown, lambda piece: len(mrkdwn(read(piece))) <= room)
    return [made for part in parts if (made := mrkdwn(read(part)).strip())]


def escape_text(text: str) -> str:
    """Return text that mrkdwn shows as it is and that calls nobody."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in ("**", "](", "```"):
        text = text.replace(sign, f"{sign[0]}{WEDGE}{sign[1:]}")
    return f"{WEDGE}{text}" if text.startswith("#") else text


def mrkdwn(nodes: Sequence[Node]) -> str:
    """Return a tree in Slack's own markup."""
    return "\n".join(filter(None, map(_mrkdwn, nodes)))


def _mrkdwn(node: Node) -> str:
    match node:
        case Text(level=0):
            return _spans(node.runs)
        case Text():
            inner = _spans([Run(run.kind, run.text, _links(run)) for run in node.runs])
            return f"*{inner}*" if inner and "*" not in inner else inner
        case Code():
            return f"```{escape_text(node.text)}```" if node.text.strip() else ""
        case Quote():
            return "\n".join(f"> {line}" for line in mrkdwn(node.nodes).split("\n"))
        case Listing():
            return "\n".join(_items(node))
        case Table():
            rows = (node.head, *node.rows)
            return "\n".join(" · ".join(map(_spans, row)) for row in rows)
        case Rule():
            return "———"


def _links(run: Run) -> tuple[Any, ...]:
    return tuple(mark for mark in run.marks if mark.kind == "link")


def _items(node: Listing) -> list[str]:
    lines = []
    for number, item in enumerate(node.items, node.start or 0):
        sign = "•" if node.start is None else f"{number}."
        lines.append(f"{sign} " + mrkdwn(item).replace("\n", "\n    "))
    return lines


_SIGNS = {"strong": "*", "em": "_", "s": "~"}


def _spans(runs: Sequence[Run]) -> str:
    out = ""
    position = 0
    while position < len(runs):
        run = runs[position]
        end = position + 1
        while end < len(runs) and runs[end].marks == run.marks and run.marks:
            end += 1
        out += _span(runs[position:end])
        position = end
    return out.strip()


def _span(runs: Sequence[Run]) -> str:
    """Runs with the same marks; a sign must touch its words, so blanks are moved outside."""
    text = "".join(map(_run, runs))
    core = text.strip()
    if not core or "\n" in core:
        return text
    made = core
    for mark in reversed(runs[0].marks):
        if mark.kind == "link":
            made = f"<{mark.sign.replace('&', '&amp;')}|{made}>"
        elif (sign := _SIGNS[mark.kind]) not in made:
            made = f"{sign}{made}{sign}"
    before, after = text.split(core, 1)
    return f"{before}{made}{after}"


def _run(run: Run) -> str:
    if run.kind in ("softbreak", "hardbreak"):
        return "\n"
    text = escape_text(run.text)
    if run.kind == "code" and text.strip() and "`" not in text:
        return f"`{text}`"
    return text
