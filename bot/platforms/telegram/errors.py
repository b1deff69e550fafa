"""What Telegram and the way to it can answer, as the errors that our side tells apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.messages import DeliveryError, Undeliverable
from bot.platforms.telegram.addresses import address

__all__ = ["Refused", "is_certain", "reason", "seconds", "translated"]

#: Failures of the way there after which nothing can have arrived; by name, since the HTTP library
#: is PTB's affair.
_NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout")


#: How Telegram says that a bot which is in a chat may not write there, or not in this topic.
_MUTED = (
    *("topic_closed", "not enough rights to send", "have no rights to send", "chat_restricted"),
    *("chat_write_forbidden", "chat_send_plain_forbidden", "need administrator rights"),
)


class Refused(Undeliverable):
    """Telegram does not take this content, or not here."""

    def says(self, *texts: str) -> bool:
        """Whether the refusal names one of these; PTB changes the case of its texts."""
        reason = str(self).lower()
        return any(text.lower() in reason for text in texts)


@contextmanager
def translated() -> Iterator[None]:
    """Turn PTB's errors into DeliveryError, Undeliverable and Refused."""
    try:
        yield
    except ChatMigrated as error:
        moved = address(error.new_chat_id)
        raise Undeliverable("the group became a supergroup", moved_to=moved) from error
    except RetryAfter as error:
        raise DeliveryError("too many messages", retry_after=seconds(error)) from error
    except Forbidden as error:
        raise Undeliverable(error.message) from error
    except BadRequest as error:  # before NetworkError, which it is one of in PTB
        muted = any(text in error.message.lower() for text in _MUTED)
        raise Refused(error.message, muted=muted) from error
    except (InvalidToken, Conflict) as error:
        # Not the error's own text: it may hold the token.
        raise DeliveryError("Telegram does not accept the bot's token") from error
    except TelegramError as error:
        raise DeliveryError(reason(error), certain=is_certain(error)) from error


def reason(error: TelegramError) -> str:
    """Say in a few words what went wrong, without the page that some server sent instead."""
    return f"{type(error).__name__}: {error.message.partition('. Parsing')[0]}"


def is_certain(error: TelegramError) -> bool:
    """Whether nothing can have happened at Telegram when this was raised.

    A failed connection, or an error that the Bot API itself words. After a timeout, a broken
    connection or a page of some server before it, the message may have been sent.
    """
    cause = error.__cause__
    if cause is None:
        return type(error) is NetworkError
    return type(cause).__name__ in _NOT_SENT


def seconds(error: RetryAfter) -> float:
    """Return how long Telegram wants to be left alone."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
