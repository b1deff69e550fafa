"""What is logged and where; no line leaves with a secret in it."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

#: Tokens by their shape, so that also a stranger's is hidden: Slack's, Telegram's, in a URL too.
_TOKENS = re.compile(
    r"\bx(?:ox[a-z]|app)-[\w-]{6,}|(?<!\d)\d{6,}:[\w-]{20,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
_HIDDEN = "…"
#: Libraries that tell too much.
_QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "slack_sdk",
    "slack_bolt",
    "apscheduler",
    "chromadb",
    "alembic",
    "uvicorn",
)

#: What a record has by itself; the rest came with `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

FILE_BYTES, FILES = 5_000_000, 3


def secrets_in(settings: BaseModel) -> Iterator[str]:
    """Yield every secret of the settings, those of their parts too."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from secrets_in(value)
        elif isinstance(value, SecretStr):
            yield value.get_secret_value()


class Formatter(logging.Formatter):
    """A sentence for people and what machines look for, on one line, without secrets."""

    def __init__(self, secrets: Iterable[str], *, machine: bool) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._secrets = sorted({one for one in secrets if len(one) >= 6}, key=len, reverse=True)
        self._machine = machine

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        extra = {key: value for key, value in vars(record).items() if key not in _OWN}
        if self._machine:
            return self.hide(self._json(record, extra))
        text = super().format(record)
        return self.hide(f"{text} {_pairs(extra)}" if extra else text)

    def formatException(self, ei: Any) -> str:
        """Return what was raised and where, on one line."""
        return _on_one_line(ei[1]) if ei[1] else ""

    def hide(self, text: str) -> str:
        """Return the text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _TOKENS.sub(_HIDDEN, text)

    def _json(self, record: logging.LogRecord, extra: dict[str, object]) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **extra,
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = _on_one_line(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _on_one_line(error: BaseException) -> str:
    """Return an error and the calls that led to it, the innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[::-1][:12]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
    cause = error.__cause__ or error.__context__
    because = f"; because of {_on_one_line(cause)}" if cause else ""
    return f"{type(error).__name__}: {error} ({places}){because}"


def _pairs(extra: dict[str, object]) -> str:
    return " ".join(f"{key}={value}" for key, value in extra.items())


def start(settings: BaseModel, *, folder: Path | None, terminal: bool) -> None:
    """Log to stderr; beside a conversation in the terminal to a file, and only trouble to stderr.

    On a terminal a line is for people, elsewhere it is JSON.
    """
    secrets = list(secrets_in(settings))
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(Formatter(secrets, machine=not sys.stderr.isatty()))
    handlers: list[logging.Handler] = [stderr]
    if terminal and folder is not None:
        stderr.setLevel(logging.WARNING)
        file = RotatingFileHandler(
            folder / "cscc.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8"
        )
        file.setFormatter(Formatter(secrets, machine=True))
        handlers.append(file)
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.captureWarnings(True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
