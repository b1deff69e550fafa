"""The editors' pages: signing in, looking, deciding."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import httpx
import pytest
from pydantic import SecretStr

from bot.i18n import Phrases
from bot.platforms.web.editors import BY, PAGES, SESSION, Editors, Row, Sheet
from bot.process.serving import build
from bot.settings import WebSettings


@dataclass
class FakeWork:
    """Remembers what was decided."""

    done: list[tuple[str, str, str]] = field(default_factory=list)
    url: str = "https://a.cz/akce"

    async def sheet(self, name: str, phrases: Phrases) -> Sheet:
        """Return one line on the page of suggestions and none elsewhere."""
        rows = [
            Row(
                cells=("Seminář <b>parkování</b>\u202e", phrases.language),
                url=self.url,
                subject="uid-1",
                actions=("approve", "reject"),
            )
        ]
        return Sheet(
            columns=("editors.column.title", "editors.column.language"),
            rows=rows if name == "suggested" else [],
            empty=f"editors.empty.{name}",
        )

    async def act(self, action: str, subject: str, by: str) -> None:
        """Do it, unless it is gone."""
        if subject != "uid-1":
            raise ValueError(subject)
        self.done.append((action, subject, by))


@dataclass
class Desk:
    """A browser at the editors' pages."""

    work: FakeWork = field(default_factory=FakeWork)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        editors = Editors(SecretStr("open-sesame"), self.work, "cs", lambda: self.seconds)
        app = build(editors.routes(), WebSettings())
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://localhost:8080",
            follow_redirects=True,
        )

    async def sign_in(self, token: str = "open-sesame") -> str:
        """Sign in and return the page."""
        return (await self.client.post("/editors/sign-in", data={"token": token})).text

    async def act(self, subject: str = "uid-1", **fields: str) -> httpx.Response:
        """Press "approve" on the page."""
        page = (await self.client.get("/editors/")).text
        form = re.findall('name="form" value="([^"]*)"', page)
        given = {"form": form[0] if form else "", "action": "approve", "page": "suggested"}
        return await self.client.post("/editors/act", data={**given, "subject": subject, **fields})


async def test_without_signing_in_there_is_only_the_form() -> None:
    desk = Desk()

    pages = [(await desk.client.get(f"/editors/{page}")).text for page in ("", *PAGES)]

    assert [page.count('action="/editors/sign-in"') for page in pages] == [1] * 6
    assert [page.count("parkování") for page in pages] == [0] * 6


async def test_a_wrong_token_does_not_open() -> None:
    page = await Desk().sign_in("open-sesam")

    assert (page.count("parkování"), page.count('role="alert"')) == (0, 1)


async def test_an_editor_sees_and_decides() -> None:
    desk = Desk()

    page = await desk.sign_in()
    await desk.act()

    assert "Seminář &lt;b&gt;parkování&lt;/b&gt;</a>" in page
    assert '<a href="https://a.cz/akce"' in page
    assert desk.work.done == [("approve", "uid-1", BY)]


async def test_a_link_from_outside_leads_only_to_the_web() -> None:
    desk = Desk(FakeWork(url="javascript:alert(1)"))

    assert "javascript:" not in await desk.sign_in()


async def test_what_cannot_be_done_is_said() -> None:
    desk = Desk()
    await desk.sign_in()

    response = await desk.act("gone")

    assert (response.text.count('role="alert"'), desk.work.done) == (1, [])


@pytest.mark.parametrize("form", ["", "0" * 64])
async def test_another_sites_form_does_nothing(form: str) -> None:
    desk = Desk()
    await desk.sign_in()

    response = await desk.act(form=form)

    assert (response.status_code, desk.work.done) == (403, [])


async def test_a_session_ends() -> None:
    desk = Desk()
    await desk.sign_in()

    desk.seconds = SESSION + 1
    late = await desk.act()

    assert (late.status_code, desk.work.done) == (403, [])


async def test_signing_out_ends_the_session() -> None:
    desk = Desk()
    page = await desk.sign_in()
    form = re.findall('name="form" value="([^"]*)"', page)[0]

    await desk.client.post("/editors/sign-out", data={"form": form})

    assert (await desk.act(form=form)).status_code == 403


async def test_an_unknown_page_is_not_found() -> None:
    assert (await Desk().client.get("/editors/secrets")).status_code == 404


async def test_a_page_without_lines_says_so() -> None:
    desk = Desk()
    await desk.sign_in()

    assert "Nic nezůstalo bez odpovědi." in (await desk.client.get("/editors/questions")).text
