"""What rules that others wrote say about what the assistant sent to Telegram.

The text's judge is TDLib, the calls' are aiogram's models; where one of them is not installed, it
judges nothing (`test_telegram.py` names it as skipped).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FAKES = Path(__file__).parents[3] / "shared" / "fakes"


def complaints(tg: Any) -> list[str]:
    """Return what is wrong with the calls that a stand-in for Telegram has got."""
    sys.path.insert(0, str(FAKES))
    try:
        judge = import_module("independent_checks")
    finally:
        sys.path.remove(str(FAKES))
    judges: list[Callable[[dict[str, Any]], list[str]]] = []
    if find_spec("tdjson"):
        judges.append(
            lambda call: judge.telegram_text(
                call["params"].get("text", ""), call["params"].get("parse_mode")
            )
        )
    if find_spec("aiogram"):
        judges.append(
            lambda call: judge.telegram_call(call["method"], call["params"], call["files"])
        )
    return [complaint for call in tg.c_get_calls() for one in judges for complaint in one(call)]
