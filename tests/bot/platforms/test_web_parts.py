"""The guard, the feed and the signs of health of the web part."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from bot.platforms.web.feeds import Wanted, feed_routes
from bot.platforms.web.guard import Bucket, host_of
from bot.platforms.web.health import Health, health_routes
from bot.platforms.web.rendering import to_html
from bot.platforms.web.visitors import (
    ENTRIES,
    STREAMS_EACH,
    VISITORS,
    Rooms,
    TooManyPages,
    Visitor,
)
from bot.process.serving import build
from bot.settings import WebSettings


@dataclass
class Now:
    """A clock that is set."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


def browser(
    *, health: Health | None = None, calendar: bytes | None = b"CAL", public_url: str = ""
) -> tuple[httpx.AsyncClient, list[Wanted]]:
    """Return a client of the web part, and what calendars were wanted."""
    wanted: list[Wanted] = []

    async def look() -> Health:
        return health or Health(index=True, database=True)

    async def make(what: Wanted) -> bytes | None:
        wanted.append(what)
        return calendar

    routes = [*health_routes(look), *feed_routes(make)]
    app = build(routes, WebSettings(public_url=public_url))
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8080"), wanted


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("127.0.0.1:9", 200),
        ("[::1]:9", 200),
        ("192.168.1.4", 200),
        ("bot.cluster.cz", 200),
        ("BOT.cluster.cz.", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
        ("[", 421),
    ],
)
async def test_only_our_names_are_served(host: str, status: int) -> None:
    client, _ = browser(public_url="https://bot.cluster.cz/")

    response = await client.get("/events.ics", headers={"Host": host})

    assert response.status_code == status


async def test_machines_may_look_under_any_name() -> None:
    client, _ = browser()

    response = await client.get("/healthz", headers={"Host": "cscc:8080"})

    assert (response.status_code, response.text) == (200, "ok\n")


def test_a_host_is_read_without_its_port() -> None:
    hosts = [host_of(text) for text in ("A.cz:80", "a.cz.", "[::1]:80", "1.2.3.4", "", "[x")]

    assert hosts == ["a.cz", "a.cz", "::1", "1.2.3.4", "", ""]


def test_a_bucket_is_refilled() -> None:
    now = Now()
    bucket = Bucket(2, 60.0, now)

    waits = [bucket.take("a"), bucket.take("a"), bucket.take("a"), bucket.take("b")]
    now.seconds = 1.0

    assert waits == [0.0, 0.0, 1.0, 0.0]
    assert (bucket.take("a"), bucket.take("a")) == (0.0, 1.0)


async def test_ready_when_index_and_database_are() -> None:
    client, _ = browser(
        health=Health(index=True, database=True, platforms={"slack": False, "web": True})
    )

    response = await client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {
            "ready": True,
            "index": True,
            "database": True,
            "platforms": {"slack": "down", "web": "up"},
        },
    )


@pytest.mark.parametrize(
    "health", [Health(index=False, database=True), Health(index=True, database=False)]
)
async def test_not_ready_without_index_or_database(health: Health) -> None:
    client, _ = browser(health=health)

    assert (await client.get("/readyz")).status_code == 503


async def test_metrics_are_prometheus() -> None:
    posts = {("cscc_posts", "Posts of the outbox.", "state"): {"sent": 7.0, "queued": 1.0}}
    client, _ = browser(health=Health(index=True, database=True, figures=posts))

    lines = (await client.get("/metrics")).text.splitlines()

    assert [line for line in lines if line.startswith(("cscc_posts", "cscc_ready"))] == [
        "cscc_ready 1.0",
        'cscc_posts{state="sent"} 7.0',
        'cscc_posts{state="queued"} 1.0',
    ]


async def test_a_feed_can_be_narrowed() -> None:
    client, wanted = browser()

    await client.get("/events.ics?kind=call,seminar&kind=meeting&topic=doprava&lang=en")
    await client.get("/events.ics?lang=xx")

    assert wanted == [
        Wanted(kinds=("call", "seminar", "meeting"), topics=("doprava",), language="en"),
        Wanted(),
    ]


async def test_an_unchanged_feed_is_not_sent_again() -> None:
    client, _ = browser()
    first = await client.get("/events.ics")

    second = await client.get("/events.ics", headers={"If-None-Match": first.headers["etag"]})

    assert (first.content, first.headers["content-type"]) == (
        b"CAL",
        "text/calendar; charset=utf-8",
    )
    assert (second.status_code, second.content) == (304, b"")


@pytest.mark.parametrize("known", ["W/{tag}", '"other", {tag}', 'W/"other",W/{tag}', "*"])
async def test_a_feed_is_known_by_its_tag_however_it_is_sent_back(known: str) -> None:
    client, _ = browser()
    tag = (await client.get("/events.ics")).headers["etag"]

    again = await client.get("/events.ics", headers={"If-None-Match": known.format(tag=tag)})
    other = await client.get("/events.ics", headers={"If-None-Match": '"other"'})

    assert (again.status_code, other.status_code) == (304, 200)


@pytest.mark.parametrize(
    ("path", "whose"), [("/events.ics", "public"), ("/events/t.ics", "private")]
)
async def test_a_feed_of_ones_own_is_kept_by_nobody_on_the_way(path: str, whose: str) -> None:
    client, _ = browser()

    response = await client.get(path)

    assert response.headers["cache-control"] == f"{whose}, max-age=300"


async def test_an_unknown_token_has_no_feed() -> None:
    client, wanted = browser(calendar=None)

    response = await client.get("/events/s3cret.ics")

    assert (response.status_code, wanted) == (404, [Wanted(token="s3cret")])


def test_markdown_from_outside_is_harmless() -> None:
    markdown = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](https://a.cz/b.png)"

    assert to_html(markdown) == (
        "<p>&lt;img src=x onerror=alert(1)&gt; [a](javascript:alert(1)) "
        '<a href="https://a.cz/b.png" target="_blank" rel="noopener noreferrer nofollow">b</a>'
        "</p>\n"
    )


def test_columns_keep_their_side_without_a_style() -> None:
    assert to_html("| a |\n|--:|\n| c |").split("\n")[3:-3] == [
        '<th class="right">a</th>',
        "</tr>",
        "</thead>",
        "<tbody>",
        "<tr>",
        '<td class="right">c</td>',
        "</tr>",
    ]


def test_a_line_ends_where_it_is_written_to_end() -> None:
    assert to_html("**Za 7 dní**\nPísek") == "<p><strong>Za 7 dní</strong><br />\nPísek</p>\n"


def test_a_visitors_address_does_not_tell_the_cookie() -> None:
    visitor = Visitor.new()

    assert Visitor.known(visitor.token) == visitor
    assert visitor.token not in (visitor.id, visitor.form_token)
    assert len({visitor.id, visitor.form_token[:20], Visitor.new().id}) == 3
    assert [Visitor.known(token) for token in (None, "", "x", "é" * 43)] == [None] * 4


def test_rooms_stay_small() -> None:
    rooms = Rooms()

    for n in range(VISITORS + 10):
        rooms.post(f"visitor-{n}", {"ref": "r", "at": "0"})
    for n in range(ENTRIES + 10):
        rooms.post("visitor-500", {"ref": str(n), "at": "0"})

    assert rooms.find("visitor-0", "r") is None
    assert rooms.find("visitor-900", "r") == {"ref": "r", "at": "0"}
    assert list(rooms.room("visitor-500").entries)[:2] == ["10", "11"]


def test_a_visitor_opens_few_pages() -> None:
    rooms = Rooms()
    opened = [rooms.page("a") for _ in range(STREAMS_EACH)]
    for page in opened:
        page.__enter__()

    with pytest.raises(TooManyPages), rooms.page("a"):
        pass

    opened[0].__exit__(None, None, None)
    assert rooms.open_pages == STREAMS_EACH - 1


async def test_an_unknown_kind_has_no_feed() -> None:
    client, made = browser()

    response = await client.get("/events.ics?kind=call,foo")

    assert (response.status_code, response.text, made) == (
        400,
        "there is no kind foo; there are: seminar, conference, call, meeting",
        [],
    )
