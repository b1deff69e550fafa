"""The chat services the assistant speaks through.

To add one: a module or folder here and a line in PLATFORMS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages import Accept, Message, Note, Reply, Responder, unnoted

__all__ = ["PLATFORMS", "Finding", "Platform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What `cscc doctor` found about a platform."""

    ok: bool
    #: Phrase key of bot/locale, with its values.
    key: str
    values: dict[str, object]


class Platform(Protocol):
    """A chat service. Only it reads what stands after the colon of its addresses.

    It may be used without `run`: clients are made when first needed. A platform that is spoken to
    over HTTP also has `routes`, a list of Starlette routes that bot/app.py mounts.
    """

    #: What stands before the colon: "slack", "telegram", "console", "web".
    name: str

    async def run(self, accept: Accept) -> None:
        """Connect, then hand each message to `accept`, until cancelled. Reconnects by itself."""

    @property
    def connected(self) -> bool:
        """Whether messages can come in now; shown by /readyz and `cscc doctor`."""

    def responder(self, message: Message, note: Note = unnoted) -> Responder:
        """Return where the answer to this message is shown.

        note: told where it is shown while it is written.
        """

    async def slot(self, address: str, *, urgent: bool) -> None:
        """Wait until the platform's limits allow one more message there; urgent ones go first."""

    async def send(self, address: str, reply: Reply, *, key: str = "", reply_to: str = "") -> str:
        """Post once at an address and return the platform's message id.

        Takes no `slot`, never retries.

        key: kept with the message where the platform can (Slack's metadata), for `find`.
        reply_to: message id there that this answers; where it is gone, a new post is made.

        Raises:
            DeliveryError, Undeliverable.
        """

    async def edit(self, address: str, ref: str, reply: Reply) -> None:
        """Change what was posted. Raises DeliveryError, Undeliverable."""

    async def find(self, address: str, key: str, since: datetime) -> str | None:
        """Return the id of the message posted with this key, None if there is none.

        Raises:
            CannotLook: the platform can never be asked. DeliveryError: not now, but later.
        """

    def direct(self, author: str) -> str:
        """Return the address of the direct chat with a person, "" where the author is none."""

    async def hindrance(self, address: str) -> str:
        """Return the key of the phrase that says why nothing can be posted there, and the remedy.

        "" where nothing is known to be in the way.
        """

    async def is_admin(self, author: str, chat: str) -> bool:
        """Whether this person may change the chat's settings."""

    def deep_link(self, payload: str) -> str:
        """Return a URL that opens the direct chat and hands this over; "" where there is none."""

    async def check(self, addresses: Sequence[str] = ()) -> list[Finding]:
        """Look for what keeps the platform from working: tokens, scopes, membership.

        addresses: where it is to post (subscriptions, editors); those of others are passed over.
        """

    async def close(self) -> None:
        """Let go of connections. Called once, at the end."""


#: name -> "module:class", imported when its token is configured (SDKs take a second to import).
PLATFORMS: dict[str, str] = {
    "console": "bot.platforms.console:ConsolePlatform",
    "web": "bot.platforms.web:WebPlatform",
    "slack": "bot.platforms.slack:SlackPlatform",
    "telegram": "bot.platforms.telegram:TelegramPlatform",
}
