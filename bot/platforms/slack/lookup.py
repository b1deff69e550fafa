"""Looks up what stands in Slack, so that nothing is posted twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.messages import CannotLook, DeliveryError, Undeliverable
from bot.platforms.slack.api import BLIND, Api, delivering, error_of
from bot.platforms.slack.places import Place

#: Names our metadata among that of other apps.
EVENT_TYPE = "cscc_post"
#: Slack's clock and ours may differ by this many seconds.
_CLOCKS = 300.0
_PAGE, _PAGES = 200, 10


class Lookup:
    """Finds messages of ours by the key that is kept with them."""

    def __init__(self, api: Api, now: Callable[[], float]) -> None:
        """now: the time by Slack's clock, whatever the assistant's own is set to."""
        self._api = api
        self._now = now

    async def find(self, place: Place, key: str, since: datetime) -> str | None:
        """Return the id of the message posted with this key.

        Raises:
            CannotLook: scope or membership is missing. DeliveryError: not now, but later.
        """
        async for message in self._ours(place, f"{self._oldest(since):.6f}"):
            if _key_of(message) == key:
                return str(message["ts"])
        return None

    async def unfinished(self, place: Place, after: str) -> str:
        """Return the id of the answer that was begun in a thread after a message, "" if none.

        It is the last one of ours there that bears no key: each that is finished has one.

        Raises as `find`.
        """
        found = ""
        async for message in self._ours(place, after):
            if not _key_of(message) and not message.get("files") and str(message["ts"]) > after:
                found = str(message["ts"])
        return found

    async def keys(self, place: Place, after: str) -> set[str]:
        """Return the keys of what we wrote after a message. Raises as `find`."""
        return {_key_of(message) async for message in self._ours(place, after)}

    async def is_there(self, channel: str, ref: str) -> bool:
        """Whether a message stands; True where Slack cannot be asked."""
        try:
            answer = await self._api.reading.conversations_replies(channel=channel, ts=ref, limit=1)
        except SlackApiError as error:
            return error_of(error) not in ("thread_not_found", "message_not_found")
        first: dict[str, Any] = next(iter(answer.get("messages") or ()), {})
        return bool(first) and first.get("subtype") != "tombstone"

    async def _ours(self, place: Place, oldest: str) -> AsyncIterator[dict[str, Any]]:
        """Yield what we wrote at a place, as far back as is looked."""
        us = await self._api.identity()
        arguments: dict[str, Any] = {
            "channel": place.channel,
            "oldest": oldest,
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        for _ in range(_PAGES):
            page = await self._look(place, arguments)
            for message in page.get("messages") or ():
                if message.get("bot_id") == us.bot_id:
                    yield message
            arguments["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not arguments["cursor"]:
                break

    def _oldest(self, since: datetime) -> float:
        """Slack's clock decides; ours may have been set ahead for a trial."""
        now, then = self._now(), since.timestamp()
        return then - _CLOCKS if then <= now else now - 12 * _CLOCKS

    async def _look(self, place: Place, arguments: dict[str, Any]) -> Any:
        client = self._api.reading
        try:
            with delivering():
                if place.thread:
                    return await client.conversations_replies(ts=place.thread, **arguments)
                return await client.conversations_history(**arguments)
        except (Undeliverable, DeliveryError) as error:
            if isinstance(error, Undeliverable) or str(error) in BLIND:
                raise CannotLook(str(error)) from error
            raise


def metadata(key: str) -> dict[str, Any] | None:
    """Return what is kept with a message, so that it is found again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}} if key else None


def _key_of(message: dict[str, Any]) -> str:
    kept = message.get("metadata") or {}
    if kept.get("event_type") != EVENT_TYPE:
        return ""
    return str((kept.get("event_payload") or {}).get("key") or "")
