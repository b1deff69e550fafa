"""The web part: a chat for those without an account, feeds, health, and the editors' pages."""

from bot.platforms.web.platform import WebPlatform

__all__ = ["WebPlatform"]
