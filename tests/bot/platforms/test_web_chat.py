"""The web chat over HTTP, as a browser uses it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.messages import Button, File, Message, MessageKind, Reply, ReplyKind
from bot.platforms.web import WebPlatform
from bot.platforms.web.journal import KEPT
from bot.process import serving
from bot.settings import WebSettings

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)


@dataclass
class Site:
    """A running web part and a browser that has opened its page."""

    platform: WebPlatform
    url: str
    taken: list[Message] = field(default_factory=list)
    client: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)
    token: str = ""

    async def open(self, **headers: str) -> str:
        """Open the page, as a browser does first, and return it."""
        page = await self.client.get(self.url, headers=headers)
        self.token = re.findall('data-token="([0-9a-f]{64})"', page.text)[0]
        return page.text

    async def post(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        """Post what the page posts."""
        return await self.client.post(
            self.url + path, json=body, headers={"X-Form-Token": self.token, **headers}
        )

    async def say(self, text: str, id: str = "12345678") -> Message:
        """Say something and return what came in."""
        response = await self.post("/chat/messages", {"id": id, "text": text})
        assert response.status_code == 202
        return self.taken[-1]

    @asynccontextmanager
    async def hearing(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Open the stream; yields what comes."""
        async with self.client.stream("GET", f"{self.url}/chat/events") as stream:
            yield (
                json.loads(line.removeprefix("data: "))
                async for line in stream.aiter_lines()
                if line.startswith("data: ")
            )


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site whose assistant only remembers what came in."""
    platform = WebPlatform(clock=lambda: NOW)
    settings = WebSettings(port=0)
    bound = serving.bind(settings)
    made = Site(platform, serving.url_of(bound))

    async def accept(message: Message) -> None:
        made.taken.append(message)

    tasks = [
        asyncio.create_task(platform.run(accept)),
        asyncio.create_task(serving.serve(serving.build(platform.routes, settings), bound)),
    ]
    await made.open()
    yield made
    await made.client.aclose()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_question_comes_in_from_the_visitors_own_chat(site: Site) -> None:
    message = await site.say("Kolik stojí členství?")

    assert (message.kind, message.text) == (MessageKind.TEXT, "Kolik stojí členství?")
    assert message.address == message.chat == message.author
    assert re.fullmatch("web:[0-9a-f]{20}", message.author)
    assert message.audience == "public"
    assert message.id == f"{message.author}:12345678"


async def test_a_command_comes_in_as_one(site: Site) -> None:
    message = await site.say("/Events  červen ")

    assert (message.kind, message.command, message.arguments, message.text) == (
        MessageKind.COMMAND,
        "events",
        "červen",
        "",
    )


async def test_the_language_of_the_page_is_kept(site: Site) -> None:
    await site.open(**{"Accept-Language": "cs"})
    guessed = await site.say("/help")
    await site.client.get(f"{site.url}/?lang=en")
    page = await site.open(**{"Accept-Language": "cs"})
    chosen = await site.say("/help", "87654321")

    assert '<html lang="en">' in page
    assert guessed.page_language is None
    assert (chosen.page_language, chosen.language_hint) == ("en", "en")


async def test_everyone_is_told_in_the_language_of_the_page(site: Site) -> None:
    await site.client.get(f"{site.url}/?lang=en")
    await site.platform.send("web:everyone/cs", Reply(text="Včera"), key="a")
    await site.platform.send("web:everyone/en", Reply(text="Earlier"), key="b")
    async with site.hearing() as heard:
        told = [await anext(heard)]
        await site.platform.send("web:everyone/cs", Reply(text="Teď"), key="c")
        await site.platform.send("web:everyone/en", Reply(text="Now"), key="d")
        told.append(await anext(heard))

    assert [one["html"] for one in told] == ["<p>Earlier</p>\n", "<p>Now</p>\n"]


async def test_an_unknown_address_shows_a_way_back(site: Site) -> None:
    page = await site.client.get(f"{site.url}/nowhere?lang=en", headers={"Accept": "text/html"})
    bare = await site.client.get(f"{site.url}/nowhere")

    assert (page.status_code, bare.status_code) == (404, 404)
    assert '<a href="/">To the conversation</a>' in page.text
    assert bare.text == "Not Found"


async def test_the_answer_is_streamed_and_then_replaced(site: Site) -> None:
    message = await site.say("Kolik?")
    async with site.hearing() as heard:
        own = await anext(heard)
        responder = site.platform.responder(message)
        await responder.begin()
        for piece in ("**Zdar", "ma.**", " Přihláška je na webu klastru."):
            await responder.append(piece)
        ref = await responder.finish(Reply(text="**Zdarma.**", feedback="q1"))
        passing = [await anext(heard) for _ in range(3)]
        answer = await anext(heard)

    assert (own["mine"], own["text"], own["ref"]) == (True, "Kolik?", message.ref)
    assert passing == [
        {"type": "begin", "to": message.ref},
        {"type": "piece", "to": message.ref, "html": "<p>**Zdar</p>\n"},
        {"type": "piece", "to": message.ref}
        | {"html": "<p><strong>Zdarma.</strong> Přihláška je na webu klastru.</p>\n"},
    ]
    assert answer == {
        "type": "message",
        "ref": ref,
        "at": "2027-03-01T08:00:00+00:00",
        "html": "<p><strong>Zdarma.</strong></p>\n",
        "buttons": [],
        "feedback": "q1",
        "files": [],
        "to": message.ref,
    }


async def test_a_reminder_for_everyone_is_there_when_the_page_is_opened(site: Site) -> None:
    await site.platform.send("web:everyone", Reply(text="Zítra: seminář"), key="post-1")

    async with site.hearing() as heard:
        entry = await anext(heard)

    assert (entry["ref"], entry["html"]) == ("post-1", "<p>Zítra: seminář</p>\n")
    assert await site.platform.find("web:everyone", "post-1", NOW) == "post-1"


async def test_a_reminder_is_still_there_after_a_restart(tmp_path: Path) -> None:
    first = WebPlatform(clock=lambda: NOW, folder=tmp_path)
    await first.send("web:everyone", Reply(text="Zítra: seminář"), key="post-1")
    await first.send("web:visitor", Reply(text="Odpověď na dotaz"))
    with (tmp_path / "web-reminders.jsonl").open("a") as file:
        file.write('{"visitor": "cut off')

    found = []
    for later in (NOW + KEPT / 2, NOW + KEPT):
        platform = WebPlatform(clock=lambda later=later: later, folder=tmp_path)  # type: ignore[misc]
        running = asyncio.create_task(platform.run(never))
        await asyncio.sleep(0)
        found.append(await platform.find("web:everyone", "post-1", NOW))
        running.cancel()

    assert found == ["post-1", None]
    assert (tmp_path / "web-reminders.jsonl").read_text() == ""


async def never(message: Message) -> None:
    raise AssertionError(message)


async def test_a_reminder_for_one_visitor_is_not_shown_to_another(site: Site) -> None:
    await site.platform.send("web:somebody", Reply(text="Jen pro vás"))
    await site.platform.send("web:everyone", Reply(text="Pro všechny"))

    async with site.hearing() as heard:
        entry = await anext(heard)

    assert entry["html"] == "<p>Pro všechny</p>\n"


async def test_a_shown_button_is_pressed_and_changes_only_this_view(site: Site) -> None:
    button = Button(label="Zajímá mě", data="in:1")
    await site.platform.send("web:everyone", Reply(text="Akce", buttons=((button,),)), key="p")

    response = await site.post("/chat/presses", {"ref": "p", "data": "in:1"})
    message = site.taken[-1]
    await site.platform.responder(message).finish(Reply(text="Zapsáno", kind=ReplyKind.EDIT))

    assert response.status_code == 202
    assert (message.kind, message.data, message.ref) == (MessageKind.BUTTON, "in:1", "p")
    async with site.hearing() as heard:
        mine = await anext(heard)
    assert (mine["ref"], mine["html"]) == ("p", "<p>Zapsáno</p>\n")
    stranger = Site(site.platform, site.url)
    await stranger.open()
    async with stranger.hearing() as heard:
        theirs = await anext(heard)
    await stranger.client.aclose()
    assert theirs["html"] == "<p>Akce</p>\n"


@pytest.mark.parametrize("data", ["in:2", "ev:approve:1", ""])
async def test_a_button_that_was_not_shown_is_refused(site: Site, data: str) -> None:
    button = Button(label="Zajímá mě", data="in:1")
    await site.platform.send("web:everyone", Reply(text="Akce", buttons=((button,),)), key="p")

    response = await site.post("/chat/presses", {"ref": "p", "data": data})

    assert (response.status_code, site.taken) == (404, [])


async def test_a_button_opens_no_more_than_a_site(site: Site) -> None:
    urls = ("javascript:alert(1)", "https://a.cz/á", "")
    row = tuple(Button(label="a\u202eb", url=url) for url in urls)
    await site.platform.send("web:everyone", Reply(text="Akce", buttons=(row,)))

    async with site.hearing() as heard:
        entry = await anext(heard)

    assert entry["buttons"] == [
        [{"label": "ab", "data": "", "url": "https://a.cz/%C3%A1", "style": ""}]
    ]


async def test_a_file_of_a_reply_can_be_fetched(site: Site) -> None:
    file = File(name='semi"nář.ics', content=b"BEGIN:VCALENDAR", media_type="text/calendar")
    await site.platform.send("web:everyone", Reply(text="Tady", files=(file,)))
    async with site.hearing() as heard:
        offered = (await anext(heard))["files"][0]

    response = await site.client.get(site.url + offered["url"])
    unknown = await site.client.get(site.url + "/chat/files/x")

    assert (response.content, unknown.status_code) == (b"BEGIN:VCALENDAR", 404)
    assert response.headers["content-disposition"] == 'attachment; filename="semi_n__.ics"'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": "12345678", "text": ""}, 422),
        ({"id": "12345678", "text": "x" * 2001}, 422),
        ({"id": "12345678", "text": "x" * 20_000}, 413),
        ({"id": "no spaces", "text": "x"}, 422),
        ({"text": "x"}, 422),
    ],
)
async def test_what_does_not_fit_is_refused(site: Site, body: dict[str, str], status: int) -> None:
    response = await site.post("/chat/messages", body)

    assert (response.status_code, site.taken) == (status, [])


async def test_another_sites_page_cannot_post(site: Site) -> None:
    body = {"id": "12345678", "text": "x"}

    foreign = await site.post("/chat/messages", body, Origin="https://evil.example")
    without_token = await site.client.post(f"{site.url}/chat/messages", json=body)
    another_token = await site.post("/chat/messages", body, **{"X-Form-Token": "0" * 64})

    statuses = (foreign.status_code, without_token.status_code, another_token.status_code)
    assert (statuses, site.taken) == ((403, 403, 403), [])


async def test_a_foreign_name_is_refused(site: Site) -> None:
    response = await site.client.get(site.url, headers={"Host": "evil.example"})

    assert response.status_code == 421


async def test_too_many_posts_are_refused(site: Site) -> None:
    statuses = [
        (await site.post("/chat/messages", {"id": f"{n:08}", "text": "x"})).status_code
        for n in range(22)
    ]

    assert statuses == [202] * 20 + [429] * 2


async def test_the_page_speaks_the_readers_language(site: Site) -> None:
    english = await site.open(**{"Accept-Language": "en-GB,en;q=0.9"})
    slovak = await site.open(**{"Accept-Language": "sk"})

    assert re.findall('<html lang="(..)">', english + slovak) == ["en", "cs"]


async def test_the_pages_scripts_are_its_own(site: Site) -> None:
    response = await site.client.get(site.url)

    policy = response.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert not re.findall(r"<script>|\son\w+=|style=", response.text)
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', response.text):
        assert (await site.client.get(site.url + path)).status_code == 200


async def test_before_the_assistant_is_up_the_page_is_told_to_wait(site: Site) -> None:
    waiting = WebPlatform(clock=lambda: NOW)
    app = serving.build(waiting.routes, WebSettings())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        page = await client.get("/")
        token = re.findall('data-token="([0-9a-f]{64})"', page.text)[0]
        response = await client.post(
            "/chat/messages", json={"id": "12345678", "text": "x"}, headers={"X-Form-Token": token}
        )

    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
