"""Kills the real `cscc run` again and again while it reminds, between both stand-ins.

`python -m tests.acceptance.kills --kills 200` runs the large one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.acceptance.processes import Home
from tests.acceptance.slack_world import FAKES

logger = logging.getLogger("kills")

PRAGUE = ZoneInfo("Europe/Prague")
ROLE = ("--role", "scheduler")
CHANNELS = [f"C0KILL{n}" for n in range(5)]
PEOPLE = [3001 + n for n in range(5)]
#: A seminar falls due so often.
EVERY = 4  # seconds
#: Before the first one: the start that plans them all.
AHEAD = 25  # seconds
#: Nothing arrives for so long: a slow start, or what is due is held by leases of the dead.
PATIENCE = 45.0  # seconds
#: At the end it is looked so often whether all has ended.
PAUSE = 5  # seconds


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What arrived, and what the record says."""

    kills: int
    seminars: int
    #: (address, seminar) -> how often it was said.
    said: Counter[tuple[str, int]]
    #: `cscc deliveries --json`.
    rows: list[dict[str, Any]]

    def wrong(self) -> list[str]:
        """Return every broken promise."""
        doubts = {(row["address"], _number(row["title"])): row["doubts"] for row in self.rows}
        found = [f"no end: {row}" for row in self.rows if row["outcome"] != "sent"]
        for address in (*_slack(), *_telegram()):
            for number in range(self.seminars):
                times = self.said[address, number]
                most = 1 + doubts.get((address, number), 0) * address.startswith("telegram:")
                if not 1 <= times <= most:
                    found.append(f"{address} was told {times} times of {number}, at most {most}")
        return found


async def kill(folder: Path, kills: int) -> Outcome:
    """Let seminars fall due in all chats while `cscc run` is killed; then wait for the rest."""
    dice, home = random.Random(kills), Home(folder)
    seminars = kills * 2
    first = datetime.now(PRAGUE).replace(microsecond=0) + timedelta(seconds=AHEAD)
    _configure(home, first, seminars)
    async with _stand_ins() as (slack, telegram):
        for number in range(kills):
            running = await home.launch(*ROLE, **_tokens(slack, telegram))
            await _arriving(slack, telegram, dice.randrange(1, 8))
            await asyncio.sleep(dice.random() * 0.2)
            await running.kill()
            logger.info("%d kills, %d said", number + 1, _said(slack, telegram).total())
        running = await home.launch(*ROLE, **_tokens(slack, telegram))
        rows = await _until_settled(home, seminars)
        await running.stop()
        return Outcome(kills=kills, seminars=seminars, said=_said(slack, telegram), rows=rows)


def _configure(home: Home, first: datetime, seminars: int) -> None:
    lines = []
    for n in range(seminars):
        start = first + timedelta(minutes=59, seconds=n * EVERY)
        lines.append(
            f"- uid: kurz-{n}\n  title: 'Kurz {n}.'\n  kind: seminar\n"
            f"  start: '{start:%Y-%m-%dT%H:%M:%S}'\n  place: Horní Lhota\n"
        )
    (home.folder / "akce.yaml").write_text("".join(lines), encoding="utf-8")
    subscriptions = "".join(
        f'[[scheduler.subscriptions]]\naddress = "{address}"\nleads.seminar = ["59m"]\n'
        for address in (*_slack(), *_telegram())
    )
    home.configure(
        '[[scheduler.sources]]\nname = "akce"\nkind = "files"\npath = "akce.yaml"\n'
        f"review = false\n{subscriptions}"
    )


@asynccontextmanager
async def _stand_ins() -> AsyncIterator[tuple[Any, Any]]:
    sys.path.insert(0, str(FAKES))
    try:
        async with (
            import_module("fake_slack").FakeSlack() as slack,
            import_module("fake_telegram").FakeTelegram() as telegram,
        ):
            for channel in CHANNELS:
                slack.channel(channel, channel.lower()).members.add(slack.bot_user)
            for person in PEOPLE:
                telegram.chat(person)
            yield slack, telegram
    finally:
        sys.path.remove(str(FAKES))


async def _arriving(slack: Any, telegram: Any, posts: int) -> None:
    """Wait until so many more reminders have arrived, or no more will."""
    have = _said(slack, telegram).total()
    for _ in range(int(PATIENCE * 10)):
        if _said(slack, telegram).total() >= have + posts:
            return
        await asyncio.sleep(0.1)


async def _until_settled(home: Home, seminars: int) -> list[dict[str, Any]]:
    """Wait until all has ended: where kills came fast, the last ones have yet to fall due."""
    rows: list[dict[str, Any]] = []
    for _ in range(60 + seminars * EVERY // PAUSE):
        _, out, _ = await home.cscc("deliveries", "--json", "--limit", "1000000")
        rows = json.loads(out)
        ended = [row for row in rows if row["outcome"] in ("sent", "missed", "failed")]
        if len(ended) >= seminars * (len(CHANNELS) + len(PEOPLE)):
            break
        await asyncio.sleep(PAUSE)
    return rows


def _said(slack: Any, telegram: Any) -> Counter[tuple[str, int]]:
    said: Counter[tuple[str, int]] = Counter()
    for name, fake, key in (("slack", slack, "channel"), ("telegram", telegram, "chat_id")):
        for event in fake.c_get_events(kind="message"):
            if event.get("by") == "bot":
                numbers = set(re.findall(r"Kurz (\d+)\.", event.get("text") or ""))
                said.update((f"{name}:{event[key]}", int(number)) for number in numbers)
    return said


def _number(title: str) -> int:
    return int(title.removeprefix("Kurz ").rstrip("."))


def _slack() -> list[str]:
    return [f"slack:{channel}" for channel in CHANNELS]


def _telegram() -> list[str]:
    return [f"telegram:{person}" for person in PEOPLE]


def _tokens(slack: Any, telegram: Any) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.base_url.removesuffix("/bot"),
    }


def main() -> None:
    """Kill as often as the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(kill(Path(folder), given.kills))
    twice = Counter(key[0].partition(":")[0] for key, n in outcome.said.items() if n > 1)
    wrong = outcome.wrong()
    lines = [
        f"kills: {outcome.kills}, occasions: {dict(Counter(r['outcome'] for r in outcome.rows))}",
        f"said twice: {dict(twice)}",
        f"broken promises: {len(wrong)}",
        *wrong[:40],
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
