"""Slack: the only package that knows Bolt and its SDK."""

from __future__ import annotations

from bot.platforms.slack.platform import SlackPlatform

__all__ = ["SlackPlatform"]
