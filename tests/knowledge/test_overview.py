from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from knowledge.documents import Document, Section
from knowledge.index.reports import Failure
from knowledge.indexing import ingest
from knowledge.overview import check, due, markdown, sources_status
from tests.knowledge.standins import (
    NOW,
    Answer,
    HashingEmbeddings,
    Site,
    files_source,
    now,
    settings_for,
)


def test_a_source_that_was_never_read_is_due(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, files_source(tmp_path))

    (status,) = sources_status(settings, NOW)

    assert (status.last_run, status.next_run, status.age, status.documents) == (None, None, None, 0)
    assert due(settings, NOW) == ["files"]


def test_a_status_tells_the_last_run_and_what_failed(tmp_path: Path) -> None:
    resources = tmp_path / "resources"
    resources.mkdir()
    (resources / "a.md").write_text("Několik slov.")
    (resources / "b.pdf").write_bytes(b"%PDF-1.7")
    settings = settings_for(tmp_path, files_source(resources, refresh="6h"))
    ingest(settings, embeddings=HashingEmbeddings(), clock=now)
    later = NOW + timedelta(hours=2)

    (status,) = sources_status(settings, later)

    (early,) = sources_status(settings, NOW - timedelta(seconds=3))

    assert early.age == timedelta(0)
    assert (status.last_run, status.next_run) == (NOW, NOW + timedelta(hours=6))
    assert (status.documents, status.age, status.error) == (1, timedelta(hours=2), "")
    assert status.failures == (
        Failure(url=(resources / "b.pdf").as_uri(), error="The PDF is damaged or cut off."),
    )
    assert due(settings, later) == []
    assert due(settings, NOW + timedelta(hours=6)) == ["files"]


def test_a_source_that_fails_keeps_the_age_of_the_last_good_run(tmp_path: Path) -> None:
    resources = tmp_path / "resources"
    resources.mkdir()
    (resources / "a.md").write_text("Několik slov.")
    settings = settings_for(tmp_path, files_source(resources))
    ingest(settings, embeddings=HashingEmbeddings(), clock=now)
    resources.rename(tmp_path / "away")
    later = NOW + timedelta(hours=8)
    ingest(settings, embeddings=HashingEmbeddings(), clock=lambda: later)

    (status,) = sources_status(settings, later)

    assert status.error == f"{resources} does not exist."
    assert (status.last_run, status.age) == (later, timedelta(hours=8))


async def test_check_shows_what_would_be_read(tmp_path: Path, site: Site) -> None:
    site.page("/a", "<h1>Titul</h1><p>Článek, který tu stojí.</p><h2>Ceny</h2><p>Je zdarma.</p>")
    settings = settings_for(tmp_path, site.source())

    checked = await check(f"{site.base}/a", settings, NOW)

    assert checked.reason == ""
    assert checked.markdown == (
        f"---\nurl: {site.base}/a\ntitle: Titul\nlanguage: cs\naudience: public\n---\n\n"
        "# Titul\n\nČlánek, který tu stojí.\n\n## Ceny\n\nJe zdarma.\n"
    )
    assert not (tmp_path / "var" / "state.sqlite").exists()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/private", "The robots.txt of the host does not let us read it."),
        ("/none", "The server answers 404: there is no such page."),
        ("/moved", "It leads to {base}/none: The server answers 404: there is no such page."),
        ("/file", "It leads to file:///etc/passwd, which is not of the web."),
        ("/links", "The page only leads on to others; those are read instead."),
        ("/noindex", "The page asks not to be indexed."),
        ("/soft", "The page says of itself that it was not found."),
        ("/image", "This is no document: the server calls it image/png."),
        ("/empty", "The page holds no text (it may be made by a script)."),
    ],
)
async def test_check_says_why_nothing_would_be_read(
    tmp_path: Path, site: Site, path: str, reason: str
) -> None:
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private\n")
    site.page("/empty", "")
    site.page("/links", '<a href="/a">A</a> <a href="/b">B</a>')
    site.page("/noindex", '<meta name="robots" content="noindex"><p>Nic pro vyhledávače.</p>')
    site.page("/soft", "<h1>Stránka nenalezena</h1>")
    site.pages["/moved"] = Answer(status=301, headers={"Location": "/none"})
    site.pages["/file"] = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    site.pages["/image"] = Answer(b"PNG", headers={"Content-Type": "image/png"})
    settings = settings_for(tmp_path, site.source())

    assert (await check(site.base + path, settings, NOW)).reason == reason.replace(
        "{base}", site.base
    )


async def test_check_never_asks_inside(tmp_path: Path) -> None:
    checked = await check("http://169.254.169.254/latest/", settings_for(tmp_path), NOW)

    assert "not a public address" in checked.reason


def test_markdown_shows_pages_and_headings() -> None:
    document = Document(
        source="s",
        url="https://a.cz/x.pdf",
        title="T",
        language="cs",
        sections=(Section(path=("A", "B"), text="jedna", page=1), Section(text="dvě", page=2)),
    )

    assert markdown(document).partition("# T\n")[2] == (
        "\n<!-- page 1 -->\n\n## A\n\n### B\n\njedna\n\n<!-- page 2 -->\n\ndvě\n"
    )
