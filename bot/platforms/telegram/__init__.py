"""Telegram: private chats, groups, topics, channels, inline and guest questions."""

from bot.platforms.telegram.platform import TelegramPlatform

__all__ = ["TelegramPlatform"]
