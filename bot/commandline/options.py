"""Options that several commands share, and how they print."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.markup.plaintext import seen
from knowledge.documents import Audience

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Instead of cscc.toml or CSCC_CONFIG."),
]
#: What JSON leaves as it is and a terminal takes for an order, turns a line by or cannot show.
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: Columns of what is read by another program: as many as a line needs.
_PIPED = 10_000

Reader = Annotated[Audience, typer.Option("--audience", help="Who asks.")]


def print_json(value: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(_json(value, indent=2) + "\n")


def print_json_line(value: object) -> None:
    """Print one JSON document on one line, at once."""
    sys.stdout.write(_json(value) + "\n")
    sys.stdout.flush()


def _json(value: object, indent: int | None = None) -> str:
    """Return JSON that people can read and that no terminal obeys."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=indent)
    return _STEERING.sub(lambda sign: f"\\u{ord(sign.group()):04x}", text)


def plain(value: Any) -> Any:
    """Return a value of ours as JSON can hold it: instants with offset, lengths in seconds."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str, whole: str = ""
) -> None:
    """Print a table for people, or the sentence `empty`; nothing in it is cut.

    whole: the column that is to be copied: never on two lines while others can give way.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == whole)
    for row in rows:
        table.add_row(*("" if cell is None else escape(seen(str(cell))) for cell in row))
    console = Console()
    if not sys.stdout.isatty():
        console = Console(width=_PIPED)
    console.print(table if table.row_count else empty)


def note(sentence: str) -> None:
    """Say something on stderr, where it is in nobody's way."""
    sys.stderr.write(seen(sentence) + "\n")
