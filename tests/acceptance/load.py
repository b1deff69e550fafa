"""Measures the real `cscc run`, connected to both stand-ins at once, under load.

python -m tests.acceptance.load burst      200 questions at once over 50 chats
python -m tests.acceptance.load soak       10,000 messages, and what memory does meanwhile
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.processes import Home, Running

logger = logging.getLogger("load")

FAKES = Path(__file__).parents[3] / "shared" / "fakes"

#: What is asked in each chat, one after another, and what only its answer holds.
QUESTIONS = (
    ("Kolik korun je roční příspěvek za členství ve spolku Modrá řeka?", "450 korun"),
    ("Kde zastavuje knihovna na kolech?", "hasičské zbrojnice"),
    ("How many watts do the lamps of the old bridge use?", "18 watts"),
    ("Kdo vede kroužek pletení košíků?", "Vlasta Proutková"),
)
#: A page beside those of the other tests, so that each question has a page of its own.
PAGE = (
    "---\nurl: https://modra.example/kosiky.md\ntitle: Pletení košíků\nlanguage: cs\n---\n\n"
    "# Pletení košíků\n\nKroužek pletení košíků vede paní Vlasta Proutková v sokolovně.\n"
)
#: Chats on each platform.
CHATS = 25
#: A group of Telegram's in which the assistant hears everything.
CROWD = -1_000_000_009_999
#: Seconds that everything may take.
PATIENCE = 120.0
#: What people see of the assistant, by kind of event of either stand-in.
SIGNS = frozenset({"status", "action", "draft", "reaction", "message", "stream_start"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What became of many questions that came at once."""

    asked: int
    answered: int
    #: Answers beyond the first to a question.
    doubled: int
    #: Chats whose answers came in another order than the questions.
    out_of_order: int
    #: Seconds until the first visible sign: half of the questions, 95 of 100, the last.
    sign_p50: float
    sign_p95: float
    sign_max: float
    #: Seconds until all were answered.
    took: float
    #: Calls that a stand-in refused for too many at once.
    refused: int


@dataclass(slots=True)
class Soak:
    """Memory of the process's own, in MB, after so many messages."""

    messages: int = 0
    megabytes: dict[int, float] = field(default_factory=dict)

    @property
    def growth(self) -> float:
        """MB from the middle, when everybody has written once and all is warm, to the end."""
        counted = sorted(self.megabytes)
        first = next(n for n in counted if n >= self.messages / 2)
        return round(self.megabytes[counted[-1]] - self.megabytes[first], 1)


@asynccontextmanager
async def stand_ins() -> AsyncIterator[tuple[Any, Any]]:
    """Start a Slack and a Telegram."""
    sys.path.insert(0, str(FAKES))
    try:
        async with (
            import_module("fake_slack").FakeSlack() as slack,
            import_module("fake_telegram").FakeTelegram() as telegram,
        ):
            yield slack, telegram
    finally:
        sys.path.remove(str(FAKES))


@asynccontextmanager
async def assistant(folder: Path, slack: Any, telegram: Any) -> AsyncIterator[Running]:
    """Run the assistant in a folder, connected to both."""
    home = Home(folder)
    (folder / "resources" / "kosiky.md").write_text(PAGE, "utf-8")
    code, _, err = await home.cscc("ingest")
    assert code == 0, err
    given = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
    }
    async with home.running(**given) as running:
        async with httpx.AsyncClient() as client, asyncio.timeout(PATIENCE):
            while not await _all_up(client, running):  # noqa: ASYNC110 -- no event
                await asyncio.sleep(0.1)
        yield running


async def _all_up(client: httpx.AsyncClient, running: Running) -> bool:
    platforms = (await client.get(f"{running.url}/readyz")).json()["platforms"]
    return [platforms.get(name) for name in ("slack", "telegram")] == ["up", "up"]


@dataclass(frozen=True, slots=True)
class Room:
    """One chat: where questions are asked, and what the assistant does there."""

    fake: Any
    place: str | int
    #: Who asks there; nobody asks in two places, since everybody may ask only so much.
    person: str | int

    @property
    def _key(self) -> str:
        return "channel" if isinstance(self.place, str) else "chat_id"

    async def asks(self, text: str) -> dict[str, Any]:
        """Ask something there, with a mention where people are among themselves."""
        if isinstance(self.place, str):
            called = f"<@{self.fake.bot_user}> {text}" if self.place.startswith("C") else text
            return dict(await self.fake.user_says(self.place, called, user=self.person))
        called = text if self.place > 0 else f"@{self.fake.bot['username']} {text}"
        return dict(await self.fake.user_says(self.place, called, from_id=self.person))

    def events(self) -> list[dict[str, Any]]:
        """Return what the assistant did there."""
        return [
            event
            for event in self.fake.events
            if event.get(self._key) == self.place and event.get("by", "bot") == "bot"
        ]

    def answers(self) -> list[int]:
        """Return which questions were answered, by their number, in the order of the answers."""
        found = []
        for event in self.events():
            if event["kind"] == "message":
                text = json.dumps(event, ensure_ascii=False)
                found += [n for n, (_, fact) in enumerate(QUESTIONS) if fact in text]
        return found


def rooms(slack: Any, telegram: Any, chats: int) -> Iterator[Room]:
    """Make so many chats on each platform: channels and direct ones, groups and private ones."""
    for number in range(chats):
        member, person, group = f"U0P{number:02}", 5000 + number, -(1_000_000_005_000 + number)
        slack.user(member)
        if number % 2:
            telegram.chat(person)
            yield Room(slack, slack.dm(member).id, member)
            yield Room(telegram, person, person)
        else:
            slack.channel(f"C0ROOM{number:02}", members=[slack.bot_user, member])
            telegram.chat(group, "supergroup", title=f"Skupina {number}")
            yield Room(slack, f"C0ROOM{number:02}", member)
            yield Room(telegram, group, person)


async def burst(slack: Any, telegram: Any, chats: int = CHATS) -> Burst:
    """Ask all questions in all chats at once, and wait for all answers and a little more."""
    asked = list(rooms(slack, telegram, chats))
    began = {room.place: [0.0] * len(QUESTIONS) for room in asked}
    start = time.time()
    for number, (text, _) in enumerate(QUESTIONS):
        for room in asked:
            began[room.place][number] = time.time()
            await room.asks(text)
    wanted = len(asked) * len(QUESTIONS)
    async with asyncio.timeout(PATIENCE):
        while sum(len(room.answers()) for room in asked) < wanted:  # noqa: ASYNC110 -- no event
            await asyncio.sleep(0.25)
    took = time.time() - start
    await asyncio.sleep(2)
    signs = sorted(wait for room in asked for wait in _waits(room, began[room.place]))
    given = {room.place: room.answers() for room in asked}
    refused = [c for fake in (slack, telegram) for c in fake.calls if c.get("status") == 429]
    return Burst(
        asked=wanted,
        answered=sum(len(set(answers)) for answers in given.values()),
        doubled=sum(len(answers) - len(set(answers)) for answers in given.values()),
        out_of_order=sum(answers != sorted(answers) for answers in given.values()),
        sign_p50=round(signs[len(signs) // 2], 3),
        sign_p95=round(signs[int(0.95 * len(signs))], 3),
        sign_max=round(signs[-1], 3),
        took=round(took, 1),
        refused=len(refused),
    )


def _waits(room: Room, began: list[float]) -> list[float]:
    """Return how long each question waited until something was to be seen in its chat."""
    seen = [event["at"] for event in room.events() if event["kind"] in SIGNS]
    return [min(at for at in seen if at >= start) - start for start in began]


async def soak(slack: Any, telegram: Any, running: Running, messages: int) -> Soak:
    """Let many people write, hundred messages at a time; both stand-ins without their limits."""
    for fake in (slack, telegram):
        fake.c_post_limits(enabled=False)
    found = Soak(messages=messages)
    telegram.chat(CROWD, "supergroup", title="Dav", bot="administrator")
    for sent in range(0, messages, 100):
        told = [await _say(slack, telegram, sent + number) for number in range(100)]
        async with asyncio.timeout(PATIENCE):
            while not _quiet(slack, telegram, sum(told)):  # noqa: ASYNC110 -- no event
                await asyncio.sleep(0.1)
        found.megabytes[sent + 100] = own_memory(running.process.pid)
        if (sent + 100) % 1000 == 0:
            logger.info("%d messages, %.1f MB", sent + 100, found.megabytes[sent + 100])
        _forget(slack, telegram)
    return found


async def _say(slack: Any, telegram: Any, number: int) -> bool:
    """Say the next thing; tell whether it is to be answered.

    Of ten messages three are questions, two are commands, and five are people among themselves.
    """
    who, text = number % 499, QUESTIONS[number % len(QUESTIONS)][0]
    match number % 10:
        case 0 | 1:
            await telegram.user_says(10_000 + who, f"{text} {number}")
        case 2:
            await slack.user_says(slack.dm(f"U0S{who}").id, f"{text} {number}", user=f"U0S{who}")
        case 3 | 4:
            await telegram.user_says(10_000 + who, ("/help", "/events")[number % 2])
        case 5 | 6:
            await slack.user_says("C0GENERAL", f"Tak já jdu, {number}.", user=f"U0S{who}")
        case _:
            await telegram.user_says(CROWD, f"Tak já jdu, {number}.", from_id=10_000 + who)
    return number % 10 < 5


def _quiet(slack: Any, telegram: Any, wanted: int) -> bool:
    """Whether all of the last hundred was taken in, and all that asks was answered."""
    if telegram.updates or any("seconds" not in told for told in slack.deliveries):
        return False
    events = [*slack.events, *telegram.events]
    posted = [e for e in events if e["kind"] == "message" and e.get("by", "bot") == "bot"]
    return len(posted) >= wanted


def _forget(slack: Any, telegram: Any) -> None:
    """Have the stand-ins forget, so that they do not slow down."""
    for fake in (slack, telegram):
        fake.events.clear()
        fake.calls.clear()
    slack.deliveries.clear()
    slack.lint.clear()
    for channel in (*slack.channels.values(), *telegram.chats.values()):
        channel.messages.clear()


def own_memory(pid: int) -> float:
    """Return the memory of a process in MB that no file backs.

    The model's file is mapped: each word that was not met before touches a further page of it,
    which the system takes back when it likes. It ends at the file's 72 MB.
    """
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    [kilobytes] = [line.split()[1] for line in lines if line.startswith("RssAnon:")]
    return round(int(kilobytes) / 1000, 1)


async def _measure(what: str, messages: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            stand_ins() as (slack, telegram),
            assistant(Path(folder), slack, telegram) as running,
        ):
            if what == "burst":
                return asdict(await burst(slack, telegram))
            found = await soak(slack, telegram, running, messages)
            shown = {n: mb for n, mb in found.megabytes.items() if n % (messages // 10) == 0}
            return {"messages": messages, "megabytes": shown, "growth": found.growth}


def main() -> None:
    """Measure and print one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["burst", "soak"])
    parser.add_argument("--messages", type=int, default=10_000)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)
    sys.stdout.write(f"{json.dumps(asyncio.run(_measure(given.what, given.messages)))}\n")


if __name__ == "__main__":
    main()
