"""Files that go with a reply."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from bot.messages import DeliveryError, File, Undeliverable
from bot.platforms.slack.api import Api, delivering
from bot.platforms.slack.places import Place

logger = logging.getLogger(__name__)

#: Tries of one file. It may come twice where an answer was lost: better than not at all.
_TRIES = 3


async def upload(api: Api, place: Place, file: File) -> str:
    """Put a file into a conversation and return its address in Slack, "" where that failed.

    Raises nothing: the reply it belongs to stands already.
    """
    for attempt in range(_TRIES):
        try:
            with delivering():
                answer = await api.sending.files_upload_v2(
                    channel=place.channel,
                    thread_ts=place.thread or None,
                    filename=file.name,
                    title=file.name,
                    content=file.content,
                )
        except Undeliverable as error:
            logger.error("Slack does not take a file: %s.", error)
            return ""
        except DeliveryError as error:
            if str(error) == "missing_scope":
                logger.error("Slack lets us send no files: the scope files:write is missing.")
                return ""
            await asyncio.sleep(error.retry_after or 2**attempt)
        else:
            return _permalink(answer)
    logger.error("A file could not be sent to %s.", place.channel)
    return ""


def _permalink(answer: Any) -> str:
    files = answer.get("files") or [answer.get("file") or {}]
    return str(files[0].get("permalink") or "sent")
