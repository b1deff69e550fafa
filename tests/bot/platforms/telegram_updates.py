"""Updates as Telegram gives them, and how they are read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from telegram import Update, User

from bot.messages import Message
from bot.platforms.telegram.incoming import Reader

ME = User(id=4242, is_bot=True, first_name="CSCC", username="CSCC_bot")
NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
JANA = {"id": 7, "is_bot": False, "first_name": "Jana", "last_name": "Nová", "language_code": "cs"}
BOT = {"id": 4242, "is_bot": True, "first_name": "CSCC", "username": "CSCC_bot"}
DIRECT = {"id": 7, "type": "private", "first_name": "Jana"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Skupina"}
CHANNEL = {"id": -1009, "type": "channel", "title": "Kanál"}


def read(update: dict[str, Any], **reader: Any) -> Message | None:
    made = Reader(me=ME, **reader)
    found = Update.de_json({"update_id": 1, **update}, None)
    return made.read(found, NOW)


def message(text: str, chat: dict[str, Any] = GROUP, **extra: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1800000000, "chat": chat, "from": JANA, "text": text, **extra}


def mention(text: str, name: str = "@cscc_bot") -> list[dict[str, Any]]:
    offset = len(text[: text.index(name)].encode("utf-16-le")) // 2
    return [{"type": "mention", "offset": offset, "length": len(name)}]
