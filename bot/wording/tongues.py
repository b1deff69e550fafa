"""What editors write in several languages at once: parts that begin with "cs:" or "en:"."""

from __future__ import annotations

import re

from bot.i18n import LANGUAGES

_BEGINNING = re.compile(rf"^[ \t]*({'|'.join(LANGUAGES)}):[ \t]*", re.MULTILINE | re.IGNORECASE)


def tongues(text: str, language: str) -> dict[str, str]:
    """Return the parts of a text by their language.

    language: that of what stands before the first beginning.
    """
    first, *rest = _BEGINNING.split(text)
    parts = [(language, first), *zip(map(str.lower, rest[::2]), rest[1::2], strict=True)]
    found: dict[str, str] = {}
    for name, part in parts:
        if part.strip():
            found[name] = "\n\n".join(filter(None, (found.get(name), part.strip())))
    return found


def in_language(text: str, wanted: str, language: str) -> str:
    """Return the part in the wanted language; where there is none, the first."""
    parts = tongues(text, language)
    return parts.get(wanted) or next(iter(parts.values()), "")
