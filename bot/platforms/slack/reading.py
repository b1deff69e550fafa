"""What a message of Slack's says, in plain words: without marks, calls and codes. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from bot.markup.plaintext import storable

MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#\w+(?:\|([^>]*))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
#: "<!here>", "<!subteam^S1|@team>" call others; "<!date^1|18 February>" says something.
_CALL = re.compile(r"<!(?:here|channel|everyone|group|subteam\^\w+)(?:\|[^>]*)?>")
_SAYING = re.compile(r"<![^|>]*(?:\|([^>]*))?>")
#: ":slightly_smiling_face:", ":+1::skin-tone-2:", but not "10:30:15".
_EMOJI = re.compile(r"(?<![\w:]):(?=[\w+'-]*[^\W\d]|[+-]1:)([\w+'-]{1,80}):(?::skin-tone-\d:)?")
#: Those that people answer with; of others only that there was one.
_SIGNS = {
    **dict.fromkeys(("+1", "thumbsup", "thumbs_up"), "👍"),
    **dict.fromkeys(("-1", "thumbsdown"), "👎"),
    **dict.fromkeys(("pray", "bow"), "🙏"),
    **dict.fromkeys(("heart", "heart_eyes", "green_heart", "blue_heart"), "❤️"),
    **dict.fromkeys(("white_check_mark", "heavy_check_mark", "ballot_box_with_check"), "✅"),
    **dict.fromkeys(("wave", "hand"), "👋"),
    **dict.fromkeys(("question", "grey_question"), "?"),
    **dict.fromkeys(("ok_hand", "ok"), "👌"),
    **dict.fromkeys(("tada", "clap", "raised_hands"), "🎉"),
}
_ANY_SIGN = "🙂"
_BLANKS = re.compile(r"(?<=\S)[ \t\xa0]{2,}(?=\S)")

#: What Slack writes for a message that has blocks alone.
_NO_TEXT = "This content can't be displayed."
#: Blocks and elements that are there to be pressed or filled in.
_CONTROLS = frozenset({"actions", "context_actions", "input", "button", "image"})
#: Elements within which text runs on; all others begin a line.
_RUNNING = frozenset(
    {"rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_link"}
)
#: Levels of blocks within blocks that are looked at.
_DEPTH = 8


def plain_text(text: str) -> str:
    """Return what a person wrote without Slack's marks: links by their words, nobody named."""
    text = _LINK.sub(lambda found: found.group(2) or found.group(1), text)
    text = _CHANNEL.sub(lambda found: f"#{found.group(1)}" if found.group(1) else "", text)
    text = _CALL.sub("", MENTION.sub("", text))
    text = _SAYING.sub(lambda found: found.group(1) or "", text)
    text = _EMOJI.sub(lambda found: _SIGNS.get(found.group(1), _ANY_SIGN), text)
    return storable(_BLANKS.sub(" ", html.unescape(text))).strip()


def said(message: Mapping[str, Any]) -> str:
    """Return what a message says: its text, else what its blocks or attachments show."""
    text = message.get("text")
    if isinstance(text, str) and text.strip() and text != _NO_TEXT:
        return plain_text(text)
    shown = _words(message.get("blocks")) or _words(message.get("attachments"))
    return plain_text(shown)


def _words(node: Any, depth: int = _DEPTH) -> str:
    """Return the text within blocks, one line for each."""
    if isinstance(node, list):
        return "\n".join(filter(None, (_words(each, depth - 1) for each in node)))
    if not isinstance(node, Mapping) or depth < 0 or node.get("type") in _CONTROLS:
        return ""
    inner = node.get("elements")
    if node.get("type") in _RUNNING and isinstance(inner, list):
        return "".join(map(_run, inner))
    parts = [_text(node, name, depth) for name in ("pretext", "title", "text", "value")]
    parts += [_words(node.get(name), depth - 1) for name in ("fields", "elements", "rows")]
    return "\n".join(filter(None, parts)) or _text(node, "fallback", depth)


def _text(node: Mapping[str, Any], name: str, depth: int) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else _words(value, depth - 1)


def _run(node: Any) -> str:
    """Return a run of text within a line; people and channels are named by id there."""
    if not isinstance(node, Mapping):
        return ""
    if node.get("type") == "emoji":
        return f":{node.get('name')}:"
    told = node.get("text") or (node.get("url") if node.get("type") == "link" else "")
    return told if isinstance(told, str) else ""
