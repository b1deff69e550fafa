from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.fetching import Fetched, Fetcher, FetchError
from knowledge.web.guarding import Forbidden, Guard
from knowledge.web.politeness import Pace
from knowledge.web.robots import Robots
from tests.knowledge.standins import Answer, Site, settings_for


@pytest.fixture
async def fetcher(tmp_path: Path, site: Site) -> AsyncIterator[Fetcher]:
    async with Fetcher(settings_for(tmp_path), allow_private_hosts=[site.host]) as ready:
        yield ready


async def test_an_answer_comes_with_an_honest_user_agent(fetcher: Fetcher, site: Site) -> None:
    site.pages["/a"] = Answer(b"hello", headers={"X-Thing": "1"})

    answer = await fetcher.fetch(f"{site.base}/a")

    assert (answer.status, answer.body, answer.headers["x-thing"]) == (200, b"hello", "1")
    assert site.asked[0][1]["user-agent"].startswith("CSCC-assistant/")


async def test_a_404_is_an_answer(fetcher: Fetcher, site: Site) -> None:
    assert (await fetcher.fetch(f"{site.base}/none")).status == 404


async def test_an_unchanged_answer_is_given_from_memory(fetcher: Fetcher, site: Site) -> None:
    site.pages["/feed"] = Answer(b"items", headers={"ETag": '"1"'})

    answers = [await fetcher.fetch(f"{site.base}/feed") for _ in range(2)]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"items")] * 2
    assert [headers.get("if-none-match") for _, headers in site.asked] == [None, '"1"']


async def test_redirects_are_followed_and_guarded(fetcher: Fetcher, site: Site) -> None:
    site.pages["/a"] = Answer(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Answer(b"there")
    site.pages["/evil"] = Answer(status=302, headers={"Location": "http://169.254.169.254/"})

    assert (await fetcher.fetch(f"{site.base}/a")).body == b"there"
    with pytest.raises(Forbidden):
        await fetcher.fetch(f"{site.base}/evil")


async def test_redirects_without_end_are_left(fetcher: Fetcher, site: Site) -> None:
    site.pages["/a"] = Answer(status=302, headers={"Location": "/a"})

    with pytest.raises(FetchError, match="redirects more than"):
        await fetcher.fetch(f"{site.base}/a")


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"text" * 99)),
        ("deflate", zlib.compress(b"text" * 99)),
        ("deflate", zlib.compress(b"text" * 99)[2:-4]),
    ],
    # gzip writes the second into its header: named by it, the tests of two processes would differ.
    ids=["gzip", "zlib", "bare"],
)
async def test_packed_answers_are_unpacked(
    fetcher: Fetcher, site: Site, encoding: str, packed: bytes
) -> None:
    site.pages["/a"] = Answer(packed, headers={"Content-Encoding": encoding})

    assert (await fetcher.ask(f"{site.base}/a")).body == b"text" * 99


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(gzip.compress(bytes(30_000_000)), headers={"Content-Encoding": "gzip"}), "larger"),
        (Answer(b"x" * 20_000_001), "larger than 20 MB"),
        (Answer(gzip.compress(b"text" * 99)[:-9], headers={"Content-Encoding": "gzip"}), "cut off"),
        (Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), "damaged"),
        (Answer(b"x", headers={"Content-Encoding": "zstd"}), "not asked for"),
        (Answer(b"short", headers={"Content-Length": "999"}), "cannot be reached"),
    ],
)
async def test_bad_answers_are_said(
    fetcher: Fetcher, site: Site, answer: Answer, message: str
) -> None:
    site.pages["/a"] = answer

    with pytest.raises(FetchError, match=message):
        await fetcher.ask(f"{site.base}/a")


async def test_who_does_not_answer_is_said(fetcher: Fetcher, site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        fetcher.guard.allowed.add(f"127.0.0.1:{port}")

        with pytest.raises(FetchError, match="cannot be reached") as caught:
            await fetcher.ask(f"http://127.0.0.1:{port}/")

    assert caught.value.transient


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:22/",
        "http://localhost:8000/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://10.1.2.3/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://224.0.0.1/",
        "https://example.org:22/",
        "https://user:secret@example.org/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "javascript:alert(1)",
        "http://[::1",
        "http://example.org/" + "x" * 3000,
    ],
)
async def test_what_is_not_the_public_web_is_never_asked(tmp_path: Path, url: str) -> None:
    async with Fetcher(settings_for(tmp_path)) as fetcher:
        with pytest.raises((Forbidden, FetchError)) as caught:
            await fetcher.ask(url)

    assert "not known" not in str(caught.value)


async def test_a_name_that_leads_inside_is_refused_after_it_is_resolved() -> None:
    with pytest.raises(Forbidden, match="not a public address"):
        await Guard().addresses("localhost", 80)


async def test_a_private_host_is_allowed_with_its_port_only() -> None:
    guard = Guard(["127.0.0.1:8000"])

    guard.check_url("http://127.0.0.1:8000/")
    assert await guard.addresses("127.0.0.1", 8000) == ["127.0.0.1"]
    with pytest.raises(Forbidden):
        guard.check_url("http://127.0.0.1:8001/")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        (
            {
                "retry-after": "Mon, 01 Mar 2027 07:02:00 GMT",
                "date": "Mon, 01 Mar 2027 07:00:00 GMT",
            },
            120.0,
        ),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_counts_by_the_servers_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert Fetched(status=503, url="x", headers=headers).retry_after == seconds


def test_retry_after_without_a_date_counts_from_when_the_answer_came() -> None:
    answer = Fetched(
        status=503,
        url="x",
        headers={"retry-after": "Mon, 01 Mar 2027 07:02:00 GMT"},
        received_at=datetime(2027, 3, 1, 7, 1, 15, tzinfo=UTC),
    )

    assert answer.retry_after == 45.0


@dataclass
class Passing:
    """A clock that goes on by what is slept."""

    at: float = 1_800_000_000.0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds

    def pace(self, folder: Path) -> Pace:
        return Pace(folder, clock=self.now, sleep=self.sleep)


async def test_a_host_is_asked_in_turns_with_pauses(tmp_path: Path) -> None:
    time = Passing()
    asked = []

    # Two processes share the folder.
    for pace in (time.pace(tmp_path), time.pace(tmp_path), time.pace(tmp_path)):
        async with pace.turn("a.cz:80", pause=5):
            asked.append(time.at - 1_800_000_000.0)

    assert asked == [0.0, 5.0, 10.0]


async def test_a_host_that_asked_for_peace_is_left_alone(tmp_path: Path) -> None:
    time = Passing()
    pace = time.pace(tmp_path)
    pace.hold("a.cz:80", 90)
    pace.hold("a.cz:80", 10)

    async with pace.turn("b.cz:80", pause=0):
        assert time.at == 1_800_000_000.0
    async with pace.turn("a.cz:80", pause=0):
        assert time.at == 1_800_000_090.0


async def test_a_clock_that_was_set_back_does_not_stop_a_host_for_ever(tmp_path: Path) -> None:
    time = Passing()
    async with time.pace(tmp_path).turn("a.cz:80", pause=1):
        pass
    time.at -= 86_400

    async with time.pace(tmp_path).turn("a.cz:80", pause=1):
        assert time.at == 1_799_913_600.0


def test_robots_rules_are_those_for_our_name() -> None:
    text = (
        "User-agent: *\nDisallow: /private/\nCrawl-delay: 3\n"
        "User-agent: Evil\nDisallow: /\nSitemap: https://a.cz/s.xml\n"
    )
    robots = Robots.parse(text.encode(), "CSCC-assistant/0.1 (+https://a.cz)")

    assert robots.allows("https://a.cz/public")
    assert not robots.allows("https://a.cz/private/x")
    assert (robots.delay, robots.sitemaps) == (3.0, ("https://a.cz/s.xml",))
    assert Robots.parse(b"<html>", "x").allows("https://a.cz/")
