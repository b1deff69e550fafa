"""No line that is logged holds a secret or a traceback over many lines."""

from __future__ import annotations

import json
import logging

import pytest
from pydantic import SecretStr

from bot.process.logs import Formatter, secrets_in
from bot.settings import Settings, SlackSettings, WebSettings


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    """Return a record as logging makes it."""
    made = logging.makeLogRecord({"name": "bot.test", "levelname": "INFO", "msg": message})
    made.args = args
    vars(made).update(extra)
    return made


def test_secrets_of_all_parts_are_known() -> None:
    settings = Settings(
        slack=SlackSettings(bot_token=SecretStr("xoxb-secret"), signing_secret=SecretStr("sign")),
        web=WebSettings(admin_token=SecretStr("admin-secret")),
    )

    assert sorted(secrets_in(settings)) == ["admin-secret", "sign", "xoxb-secret"]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("the word open-sesame", "the word …"),
        ("https://api.telegram.org/bot123456789:AAEhBP0av28_xyzxyzxyzxyz/getMe", None),
        ("token xoxb-123-abc-DEF and xapp-1-A0-b", "token … and …"),
        ("postgresql://cscc:pa55@db/cscc", "postgresql://…@db/cscc"),
    ],
)
def test_secrets_are_hidden(text: str, hidden: str | None) -> None:
    expected = hidden or "https://api.telegram.org/bot…/getMe"

    line = Formatter(["open-sesame"], machine=True).format(record("%s", text))

    assert json.loads(line)["message"] == expected


def test_extra_goes_along() -> None:
    line = Formatter([], machine=False).format(record("Sent.", action="sent", post=7))

    assert line.endswith("bot.test: Sent. action=sent post=7")


def test_an_error_stays_on_one_line() -> None:
    try:
        raise ValueError("bad")
    except ValueError as error:
        made = record("It failed.", exc_info=(ValueError, error, error.__traceback__))

    line = json.loads(Formatter([], machine=True).format(made))

    assert line["error"].startswith("ValueError: bad (test_logs.py:")
    assert "\n" not in line["error"]
