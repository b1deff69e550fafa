"""Follows chats to their new addresses where the configuration names the old ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.settings import Settings

__all__ = ["followed", "named"]

_TELEGRAM = "telegram:"


def followed(settings: Settings, moves: Mapping[str, str]) -> Settings:
    """Return the settings with the addresses that chats have now."""
    if not any(old in moves for old in named(settings)):
        return settings
    subscriptions = tuple(
        one.model_copy(update={"address": moves.get(one.address, one.address)})
        for one in settings.scheduler.subscriptions
    )
    chat = settings.editors.chat
    members = tuple(moves.get(_address(one), one) for one in settings.telegram.members)
    return settings.model_copy(
        update={
            "editors": settings.editors.model_copy(update={"chat": moves.get(chat, chat)}),
            "telegram": settings.telegram.model_copy(update={"members": members}),
            "scheduler": settings.scheduler.model_copy(update={"subscriptions": subscriptions}),
        }
    )


def named(settings: Settings) -> Iterator[str]:
    """Yield the addresses of chats that the configuration names."""
    yield settings.editors.chat
    yield from map(_address, settings.telegram.members)
    for one in settings.scheduler.subscriptions:
        yield one.address


def _address(member: str) -> str:
    """Return the address of a chat of `[telegram].members`, which may be its bare number."""
    return _TELEGRAM + member.removeprefix(_TELEGRAM)
