"""What may be read where, and by whom: people and channels as Slack describes them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.messages import DeliveryError, Undeliverable
from bot.platforms.slack.api import Api, delivering

logger = logging.getLogger(__name__)

#: Seconds for which what Slack said of people and channels is believed.
BELIEVED = 300
#: Channels with more members are taken as open to outsiders: nobody looks through so many.
MOST_MEMBERS = 5_000
#: Seconds a message may wait for the decision; afterwards its author is answered as the public.
PATIENCE = 2.0
#: Seconds until Slack is asked again after it did not answer in time.
UNKNOWN = 15.0
_MOST_UNKNOWN = 5_000
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of Slack."""

    #: A member of this workspace, not a guest, a stranger or a program.
    full_member: bool
    admin: bool = False
    #: Not a person at all: another app, a workflow.
    program: bool = False
    name: str = ""
    language: str | None = None


#: Of whom nothing is known.
STRANGER = Person(full_member=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A conversation of Slack."""

    #: One person and the assistant.
    direct: bool
    #: Shared with other organisations or workspaces.
    shared: bool
    creator: str = ""
    member: bool = False
    archived: bool = False


T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers of a question by key, for a while; who asks at the same time waits for one call."""

    def __init__(
        self, ask: Callable[[str], Awaitable[T]], *, seconds: float = BELIEVED, most: int = 5_000
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._most = most
        self._known: dict[str, tuple[float, T]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, key: str) -> T:
        """Return what is known, or ask. Raises what asking raises."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            known = self._known.get(key)
            if known is None or known[0] < time.monotonic():
                if len(self._known) >= self._most:
                    self._known.clear()
                    self._locks = {key: lock}
                known = (time.monotonic() + self._seconds, await self._ask(key))
                self._known[key] = known
            return known[1]

    def forget(self, key: str) -> None:
        """Ask again the next time."""
        self._known.pop(key, None)


class People:
    """Decides audiences; where Slack does not say, it is the public."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._persons = Remembered(self._ask_person)
        self._channels = Remembered(self._ask_channel)
        self._closed = Remembered(self._ask_closed)
        self._guests = Remembered(self._ask_guests)
        self._unknown: dict[str, float] = {}

    async def look(self, user: str, channel: str) -> tuple[Person, str]:
        """Return who that is and what may be read there by them.

        "members" for a full member among full members, "public" otherwise. channel: "" for the
        direct chat with that person.
        """
        person = STRANGER
        if self._unknown.get(f"{user} {channel}", 0) > time.monotonic():
            return person, "public"
        try:
            async with asyncio.timeout(PATIENCE):
                person = await self._persons.get(user)
                among = not channel or (person.full_member and await self._closed.get(channel))
                return person, "members" if person.full_member and among else "public"
        except (TimeoutError, DeliveryError, Undeliverable) as error:
            logger.warning("Answering as the public in %s: %s.", channel or "a chat", error)
            self._remember_unknown(f"{user} {channel}")
            return person, "public"

    def _remember_unknown(self, key: str) -> None:
        """Do not keep further messages waiting for what Slack does not tell just now."""
        if len(self._unknown) > _MOST_UNKNOWN:
            self._unknown.clear()
        self._unknown[key] = time.monotonic() + UNKNOWN

    async def person(self, user: str) -> Person:
        """Return what is known of a person; a stranger where Slack does not say."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._persons.get(user)
        except (TimeoutError, DeliveryError, Undeliverable):
            return STRANGER

    async def channel(self, channel: str) -> Channel:
        """Return what is known of a channel. Raises DeliveryError, Undeliverable."""
        return await self._channels.get(channel)

    def forget(self, channel: str) -> None:
        """Look anew at a channel: somebody has come or gone, or it has changed."""
        self._channels.forget(channel)
        self._closed.forget(channel)

    async def hindrance(self, channel: str) -> str:
        """Return the phrase key of what keeps posts from a channel as it is now, "" if nothing."""
        self.forget(channel)
        try:
            described = await self._channels.get(channel)
        except DeliveryError:
            return ""
        except Undeliverable:
            return "slack.hindrance.unseen"
        if described.archived:
            return "slack.hindrance.archived"
        is_in = described.member or described.direct
        return "" if is_in else "slack.hindrance.invite"

    async def is_admin(self, user: str, channel: str) -> bool:
        """Whether this person may change the channel's settings.

        In a direct chat everybody; in a channel its creator and the workspace's admins.
        """
        try:
            described = await self._channels.get(channel)
            person = await self._persons.get(user)
        except (DeliveryError, Undeliverable):
            return False
        return described.direct or (
            person.full_member and (person.admin or described.creator == user)
        )

    async def _ask_person(self, user: str) -> Person:
        with delivering():
            answer = await self._api.reading.users_info(user=user, include_locale=True)
        home = (await self._api.identity()).team_id
        return described_person(answer["user"], home)

    async def _ask_channel(self, channel: str) -> Channel:
        with delivering():
            answer = await self._api.reading.conversations_info(channel=channel)
        told: dict[str, Any] = answer["channel"]
        signs = ("is_ext_shared", "is_shared", "is_org_shared", "is_pending_ext_shared")
        return Channel(
            direct=bool(told.get("is_im")),
            shared=any(told.get(sign) for sign in signs),
            creator=str(told.get("creator") or ""),
            # Of a group chat Slack tells only those who are in it, and does not say so.
            member=bool(told.get("is_member") or told.get("is_mpim")),
            archived=bool(told.get("is_archived")),
        )

    async def _ask_closed(self, channel: str) -> bool:
        """Whether only full members read there."""
        described = await self._channels.get(channel)
        if described.shared:
            return False
        if described.direct:
            return True
        guests = await self._guests.get("")
        return guests.isdisjoint(await self._members(channel) or guests or {""})

    async def _members(self, channel: str) -> set[str]:
        """Return who is in a channel; nobody where there are too many to look through."""
        members: set[str] = set()
        cursor = ""
        while True:
            with delivering():
                answer = await self._api.reading.conversations_members(
                    channel=channel, limit=_PAGE, cursor=cursor or None
                )
            members.update(answer["members"])
            cursor = _next(answer.data)
            if len(members) > MOST_MEMBERS:
                return set()
            if not cursor:
                return members

    async def _ask_guests(self, _: str) -> frozenset[str]:
        """Return all who are no full members, the dead and the programs aside."""
        home = (await self._api.identity()).team_id
        guests: set[str] = set()
        cursor = ""
        while True:
            with delivering():
                answer = await self._api.reading.users_list(limit=_PAGE, cursor=cursor or None)
            guests.update(
                str(told["id"])
                for told in answer["members"]
                if not _program(told)
                and not told.get("deleted")
                and not described_person(told, home).full_member
            )
            cursor = _next(answer.data)
            if not cursor:
                return frozenset(guests)


def described_person(told: dict[str, Any], home: str) -> Person:
    """Return a person from Slack's description; `home` is our workspace."""
    limits = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_invited_user", "deleted")
    outside = any(told.get(limit) for limit in limits) or _program(told)
    teams = {str(told.get("team_id") or ""), *(told.get("enterprise_user") or {}).get("teams", ())}
    profile = told.get("profile") or {}
    return Person(
        full_member=not outside and home in teams,
        program=_program(told),
        admin=any(told.get(sign) for sign in ("is_admin", "is_owner", "is_primary_owner")),
        name=str(profile.get("display_name") or told.get("real_name") or told.get("name") or ""),
        language=_language(str(told.get("locale") or "")),
    )


def _program(told: dict[str, Any]) -> bool:
    return bool(told.get("is_bot")) or told.get("id") == "USLACKBOT"


def _language(locale: str) -> str | None:
    found = {"cs": "cs", "sk": "cs", "en": "en"}.get(locale[:2].lower())
    return found


def _next(data: object) -> str:
    meta = data.get("response_metadata") if isinstance(data, dict) else None
    return str((meta or {}).get("next_cursor") or "")
