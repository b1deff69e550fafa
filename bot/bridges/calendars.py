"""The calendars that people subscribe to: the public one, and a chat's own behind a token.

A token holds the address and a keyed hash of it, so nothing has to be kept for each; the key is
made once and lies in the database.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import scheduler.store.events as rows
import scheduler.store.state as state
import scheduler.store.subscriptions as subscriptions
from bot.i18n import Phrases
from bot.platforms.web.feeds import Wanted
from scheduler.calendar import Entry, select, to_ical
from scheduler.events import Event, EventKind, Subscription
from scheduler.reminders.matching import mismatch
from scheduler.store import Store

#: Name of the key among the single values of the database.
_KEY = "feed_key"
#: Bytes of the hash: nobody guesses 2**128.
_HASH = 16


async def calendar(store: Store, wanted: Wanted, now: datetime) -> bytes | None:
    """Return the calendar that is wanted; None where its token is not one of ours."""
    own: list[Subscription] = []
    language = wanted.language
    if wanted.token:
        address = address_of(await key(store), wanted.token)
        if address is None:
            return None
        async with store.reading() as connection:
            own = await subscriptions.active(connection, [address])
        # A chat reads its own calendar in its own language.
        language = language or next((one.language for one in own), "")
    async with store.reading() as connection:
        stored = [one for one in await rows.load(connection) if one.withdrawn_at is None]
    chosen = select(
        (one.event for one in stored),
        kinds=wanted.kinds,
        topics=wanted.topics,
        language=wanted.language,
        audience="members" if wanted.token else "public",
    )
    if wanted.token:
        chosen = [event for event in chosen if any(not mismatch(one, event) for one in own)]
    revisions = {one.event.uid: one.revision for one in stored}
    return written(chosen, language, now, revisions)


async def revisions(store: Store, events: Sequence[Event]) -> dict[str, int]:
    """Return how often each of the events was changed, by its uid."""
    async with store.reading() as connection:
        stored = await rows.load(connection, [event.uid for event in events])
    return {one.event.uid: one.revision for one in stored}


def written(
    events: Sequence[Event], language: str, now: datetime, revisions: Mapping[str, int]
) -> bytes:
    """Return events as an iCalendar file with titles in a language; "": each in its own."""
    return to_ical(
        events,
        stamp=now.replace(minute=0, second=0, microsecond=0),  # the same for readers within an hour
        language=language,
        revisions=revisions,
        title_of=lambda entry: _title(entry, language or entry.event.language),
    )


def _title(entry: Entry, language: str) -> str:
    say = Phrases(language).say
    if entry.deadline is not None:
        label = f" – {entry.deadline.label}" if entry.deadline.label else ""
        registers = entry.event.kind is not EventKind.CALL and not label
        key = "calendar.registration" if registers else "calendar.deadline"
        return say(key, title=entry.title + label)
    return say("calendar.opening", title=entry.title) if entry.opening else entry.title


async def key(store: Store) -> bytes:
    """Return the key of the tokens, made at the first call."""
    async with store.reading() as connection:
        found = await state.get(connection, _KEY)
    if found is None:
        async with store.writing() as connection:
            found = await state.get(connection, _KEY)
            if found is None:
                found = (secrets.token_hex(32), None)
                await state.put(connection, _KEY, found[0])
    return bytes.fromhex(found[0])


def token_of(key: bytes, address: str) -> str:
    """Return the token of an address's own calendar."""
    raw = _sign(key, address) + address.encode()
    return urlsafe_b64encode(raw).decode().rstrip("=")


def address_of(key: bytes, token: str) -> str | None:
    """Return whose calendar a token opens; None: nobody's."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        address = raw[_HASH:].decode()
    except (BadBase64, UnicodeDecodeError, ValueError):
        return None
    return address if hmac.compare_digest(raw[:_HASH], _sign(key, address)) else None


def _sign(key: bytes, address: str) -> bytes:
    return hmac.new(key, address.encode(), sha256).digest()[:_HASH]
