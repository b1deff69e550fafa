from __future__ import annotations

import gzip
from pathlib import Path
from time import monotonic

import pytest

from knowledge.errors import SourceError
from knowledge.index.state import State
from knowledge.settings import SourceSettings
from knowledge.sources import SOURCES, Failed, Found, Item, Memory, Reading
from knowledge.sources.absence import nowhere
from tests.knowledge.standins import Answer, Site, now, settings_for

TEXT = "<h1>{0}</h1><p>Článek o tématu {0}, který stojí jen na této jediné stránce webu.</p>"


def read(folder: Path, source: SourceSettings, *, agreed: bool = True) -> list[Item]:
    """Read a source as ingest does, and agree on what it holds."""
    settings = settings_for(folder, source)
    state = State.in_file(settings.data_dir / "state.sqlite")
    try:
        memory = Memory(state, source.name)
        reading = Reading(settings=settings, memory=memory, clock=now, looked_at=lambda _: None)
        items = list(SOURCES[source.kind](source).read(reading))
        if agreed:
            state.agree({source.name: {i.key: i.hash for i in items if isinstance(i, Found)}})
        return items
    finally:
        state.close()


def aliases(folder: Path, site: Site, path: str) -> list[str]:
    state = State.in_file(folder / "var" / "state.sqlite")
    try:
        page = state.page("web", site.base + path)
        assert page is not None
        assert page.document is not None
        return [alias.removeprefix(site.base) for alias in page.document.aliases]
    finally:
        state.close()


def found(site: Site, items: list[Item]) -> list[str]:
    return sorted(item.key.removeprefix(site.base) for item in items if isinstance(item, Found))


def failed(site: Site, items: list[Item]) -> dict[str, str]:
    return {
        item.key.removeprefix(site.base): item.error for item in items if isinstance(item, Failed)
    }


def start(site: Site, *links: str) -> None:
    """Serve a start page that leads to these addresses."""
    leading = "".join(f"<p>Více o tom je <a href='{link}'>zde</a> v textu.</p>" for link in links)
    site.page("/", TEXT.format("úvod") + leading, etag='"start"')


def test_links_and_sitemaps_lead_to_pages_of_the_host(tmp_path: Path, site: Site) -> None:
    start(site, "/a", "https://elsewhere.example/", "mailto:x@a.cz", "/picture.png")
    site.page("/a", TEXT.format("a"))
    site.page("/b", TEXT.format("b"))
    sitemap = f"<urlset><url><loc>{site.base}/b</loc></url></urlset>".encode()
    index = f"<sitemapindex><sitemap><loc>{site.base}/s.xml.gz</loc></sitemap></sitemapindex>"
    site.pages["/sitemap.xml"] = Answer(index.encode(), headers={"Content-Type": "text/xml"})
    # The length at its end is wrong, as some systems write it.
    site.pages["/s.xml.gz"] = Answer(gzip.compress(sitemap)[:-4] + b"\0\0\0\1")

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/", "/a", "/b"]
    assert site.paths == [
        "/robots.txt",
        "/sitemap.xml",
        "/s.xml.gz",
        nowhere("/"),
        "/",
        "/b",
        "/a",
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_robots_txt_is_obeyed(tmp_path: Path, site: Site, mark: bytes) -> None:
    start(site, "/private/x", "/open")
    site.page("/private/x", TEXT.format("x"))
    site.page("/open", TEXT.format("open"))
    site.pages["/robots.txt"] = Answer(mark + b"User-agent: *\nDisallow: /private/\n")

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/", "/open"]
    assert "/private/x" not in site.paths


def test_a_host_that_does_not_say_its_rules_is_not_read(tmp_path: Path, site: Site) -> None:
    start(site)
    site.pages["/robots.txt"] = Answer(status=500, headers={"Retry-After": "0"})

    with pytest.raises(SourceError, match=r"robots\.txt cannot be read: the server answers 500"):
        read(tmp_path, site.source())


def test_a_host_that_wants_nobody_is_not_read(tmp_path: Path, site: Site) -> None:
    start(site)
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n")

    with pytest.raises(SourceError, match="does not let us"):
        read(tmp_path, site.source())


def test_an_unchanged_page_is_asked_for_conditionally_and_still_leads_on(
    tmp_path: Path, site: Site
) -> None:
    start(site, "/a")
    site.page("/a", TEXT.format("a"), etag='"a"')
    first = read(tmp_path, site.source())
    site.asked.clear()

    second = read(tmp_path, site.source())

    assert found(site, second) == found(site, first) == ["/", "/a"]
    assert first == second
    validators = {path: headers.get("if-none-match") for path, headers in site.asked}
    assert (validators["/"], validators["/a"]) == ('"start"', '"a"')


def test_pages_that_are_gone_are_not_named(tmp_path: Path, site: Site) -> None:
    start(site, "/a", "/b", "/c", "/d")
    for name in "abcd":
        site.page(f"/{name}", TEXT.format(name))
    read(tmp_path, site.source())
    site.pages["/a"] = Answer(status=410)
    del site.pages["/b"]
    site.page("/c", "<h1>Stránka nenalezena</h1><p>Zkuste hledat jinde na webu, prosím.</p>")

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/", "/d"]
    assert failed(site, items) == {}


def test_a_page_that_fails_is_tried_again_and_then_named(tmp_path: Path, site: Site) -> None:
    start(site, "/broken")
    site.pages["/broken"] = Answer(status=503, headers={"Retry-After": "0"})

    items = read(tmp_path, site.source())

    assert failed(site, items) == {"/broken": "The server answers 503."}
    assert site.paths.count("/broken") == 3


def test_a_server_that_wants_long_peace_gets_it(tmp_path: Path, site: Site) -> None:
    start(site, "/busy")
    site.pages["/busy"] = Answer(status=429, headers={"Retry-After": "3600"})

    items = read(tmp_path, site.source())

    assert failed(site, items) == {
        "/busy": "The server answers 429. It asks to be left alone for 3600 s."
    }
    assert site.paths.count("/busy") == 1


def test_pages_behind_a_page_that_fails_are_not_lost(tmp_path: Path, site: Site) -> None:
    start(site, "/list")
    site.page("/list", TEXT.format("seznam") + "<p>Dále je tu <a href='/item'>položka</a>.</p>")
    site.page("/item", TEXT.format("položka"))
    read(tmp_path, site.source())
    site.pages["/list"] = Answer(status=403)

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/", "/item"]
    assert failed(site, items) == {"/list": "The server answers 403."}


def test_redirects_become_other_addresses_of_their_target(tmp_path: Path, site: Site) -> None:
    start(site, "/old", "/older", "/meta")
    site.pages["/older"] = Answer(status=301, headers={"Location": "/old"})
    site.pages["/old"] = Answer(status=302, headers={"Location": "/new"})
    site.page("/meta", "x", head="<meta http-equiv='refresh' content='0; url=/new'>")
    site.page("/new", TEXT.format("nový"))

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/", "/new"]
    assert aliases(tmp_path, site, "/new") == ["/meta", "/old", "/older"]


def test_redirects_in_circles_and_out_of_the_host_end(tmp_path: Path, site: Site) -> None:
    start(site, "/loop", "/out", "/file", "/metadata")
    site.pages["/loop"] = Answer(status=301, headers={"Location": "/pool"})
    site.pages["/pool"] = Answer(status=301, headers={"Location": "/loop"})
    site.pages["/out"] = Answer(status=301, headers={"Location": "http://127.0.0.1:1/x"})
    site.pages["/file"] = Answer(status=301, headers={"Location": "file:///etc/passwd"})
    site.pages["/metadata"] = Answer(status=301, headers={"Location": "http://169.254.169.254/"})

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/"]
    assert failed(site, items) == {"/pool": "It redirects in a circle."}


def test_the_canonical_address_stands_for_its_copies(tmp_path: Path, site: Site) -> None:
    start(site, "/copy", "/wrong")
    text = TEXT.format("článek") + f"<p>{' '.join(f'slovo{n}' for n in range(60))}</p>"
    canonical = "<link rel='canonical' href='/original'>"
    site.page("/copy", text, head=canonical)
    site.page("/original", text, head=canonical)
    site.page("/wrong", TEXT.format("úplně jiný"), head="<link rel='canonical' href='/'>")

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/", "/original", "/wrong"]
    assert aliases(tmp_path, site, "/original") == ["/copy"]


def test_pages_that_ask_not_to_be_indexed_are_not(tmp_path: Path, site: Site) -> None:
    start(site, "/meta", "/header")
    site.page("/meta", TEXT.format("m"), head="<meta name='robots' content='noindex'>")
    site.page("/header", TEXT.format("h"))
    hidden = site.pages["/header"]
    site.pages["/header"] = Answer(
        hidden.body, headers={**hidden.headers, "X-Robots-Tag": "noindex"}
    )

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/"]
    assert failed(site, items) == {}


def test_traps_are_bounded(tmp_path: Path, site: Site) -> None:
    start(site, "/calendar?month=0", "/deep/", "/?sid=1")
    for month in range(60):
        text = (
            TEXT.format(f"měsíc {month}")
            + f"<p>Dál <a href='/calendar?month={month + 1}'>×</a></p>"
        )
        site.page(f"/calendar?month={month}", text)
    for depth in range(1, 9):
        path = "/" + "deep/" * depth
        site.page(path, TEXT.format(f"hloubka {depth}") + "<p>Dál je <a href='deep/'>níž</a></p>")

    read(tmp_path, site.source(max_depth=100))

    assert sum(path.startswith("/calendar") for path in site.paths) == 30
    assert [path for path in site.paths if path.startswith("/deep")] == ["/deep/", "/deep/deep/"]
    assert "/?sid=1" not in site.paths


@pytest.mark.parametrize("further", ["/deska?page={0}", "/deska/page/{0}/", "/deska/strana-{0}"])
def test_a_list_goes_on_for_more_pages_than_the_depth_allows(
    tmp_path: Path, site: Site, further: str
) -> None:
    start(site, "/deska")
    site.page("/deska", TEXT.format("deska") + f"<a href='{further.format(2)}'>další</a>")
    for number in range(2, 7):
        leads = f"<a href='{further.format(number + 1)}'>další</a><a href='/{number}'>bod</a>"
        site.page(further.format(number), TEXT.format(f"deska {number}") + leads)
        site.page(f"/{number}", TEXT.format(f"bod {number}"))

    items = read(tmp_path, site.source(max_depth=3))

    assert [f"/{number}" in found(site, items) for number in range(2, 7)] == [True] * 5


def test_a_list_that_goes_on_for_ever_with_the_same_is_left(tmp_path: Path, site: Site) -> None:
    start(site, "/deska")
    for number in range(1, 9):
        path = "/deska" if number == 1 else f"/deska?page={number}"
        leads = f"<a href='/bod'>bod</a><a href='/deska?page={number + 1}'>další</a>"
        site.page(path, TEXT.format(f"deska {number}") + leads)

    read(tmp_path, site.source(max_depth=3))

    assert [path for path in site.paths if "?page=" in path] == [
        f"/deska?page={number}" for number in range(2, 5)
    ]


def test_a_visit_that_is_named_in_the_address_is_taken_up(tmp_path: Path, site: Site) -> None:
    start(site, "/(S(old))/page.aspx")
    site.pages["/page.aspx"] = Answer(status=302, headers={"Location": "/(S(new))/page.aspx"})
    site.page("/(S(new))/page.aspx", TEXT.format("aspx") + "<a href='/(S(new))/page.aspx'>x</a>")

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/", "/page.aspx"]


def test_limits_of_pages_and_depth_hold(tmp_path: Path, site: Site) -> None:
    start(site, *(f"/{number}" for number in range(10)))
    for number in range(10):
        site.page(f"/{number}", TEXT.format(number) + f"<p>A <a href='/{number}/x'>x</a></p>")

    assert len(found(site, read(tmp_path, site.source(max_pages=4)))) == 4
    assert found(site, read(tmp_path, site.source(max_depth=0))) == ["/"]


def test_what_the_limit_leaves_out_stays_as_it_was(tmp_path: Path, site: Site) -> None:
    start(site, "/a", "/b")
    site.page("/a", TEXT.format("a"))
    site.page("/b", TEXT.format("b"))
    read(tmp_path, site.source())

    items = read(tmp_path, site.source(max_pages=2))

    assert found(site, items) == ["/", "/a", "/b"]


def test_a_crawl_delay_is_kept_from_the_first_request_on(tmp_path: Path, site: Site) -> None:
    start(site)
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.2\n")
    begun = monotonic()

    read(tmp_path, site.source())

    assert site.paths == ["/robots.txt", "/sitemap.xml", nowhere("/"), "/"]
    assert monotonic() - begun >= 0.6


def test_include_and_exclude_draw_the_borders(tmp_path: Path, site: Site) -> None:
    start(site, "/cs/a", "/en/a", "/cs/old/a")
    for path in ("/cs/a", "/en/a", "/cs/old/a"):
        site.page(path, TEXT.format(path))

    items = read(tmp_path, site.source(include=("/cs/",), exclude=("/old/",)))

    assert found(site, items) == ["/cs/a"]
    assert "/cs/old/a" not in site.paths


def test_files_are_read_like_pages_and_bad_ones_are_named_each_time(
    tmp_path: Path, site: Site
) -> None:
    start(site, "/data.csv", "/bad.pdf")
    site.pages["/data.csv"] = Answer("Rok;Cena\n2027;zdarma pro všechny\n".encode())
    site.pages["/bad.pdf"] = Answer(b"%PDF-1.7 no", headers={"ETag": '"bad"'})

    for _ in range(2):
        items = read(tmp_path, site.source())
        assert found(site, items) == ["/", "/data.csv"]
        assert failed(site, items) == {"/bad.pdf": "The PDF is damaged or cut off."}


def test_a_site_that_moved_away_is_said(tmp_path: Path, site: Site) -> None:
    site.pages["/"] = Answer(status=301, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(SourceError, match="Nothing can be read there"):
        read(tmp_path, site.source())


def test_a_sitemap_as_source_is_read_alone(tmp_path: Path, site: Site) -> None:
    sitemap = f"<urlset><url><loc>{site.base}/a</loc></url></urlset>".encode()
    site.pages["/map.xml"] = Answer(sitemap)
    site.page("/a", TEXT.format("a") + "<p>Viz také <a href='/b'>b</a>.</p>")
    site.page("/b", TEXT.format("b"))

    items = read(tmp_path, site.source(url=f"{site.base}/map.xml"))

    assert found(site, items) == ["/a"]


def test_a_feed_gives_its_pages_and_keeps_those_that_left_it(tmp_path: Path, site: Site) -> None:
    def feed(*items: str) -> None:
        body = f"<rss version='2.0'><channel><title>F</title>{''.join(items)}</channel></rss>"
        site.pages["/feed"] = Answer(body.encode(), headers={"Content-Type": "text/xml"})

    def item(url: str, text: str = "") -> str:
        return f"<item><title>T</title><link>{url}</link><description>{text}</description></item>"

    site.page("/a", TEXT.format("a"))
    site.page("/b", TEXT.format("b"))
    elsewhere = item("https://elsewhere.example/x", "Text položky, jak ho podává sám kanál.")
    feed(item(f"{site.base}/a?utm_source=rss"), elsewhere)
    source = site.source(kind="feed", url=f"{site.base}/feed")

    first = read(tmp_path, source)
    feed(item(f"{site.base}/b"))
    second = read(tmp_path, source)
    del site.pages["/a"]
    third = read(tmp_path, source)

    assert found(site, first) == ["/a", "https://elsewhere.example/x"]
    assert found(site, second) == ["/a", "/b", "https://elsewhere.example/x"]
    assert found(site, third) == ["/b", "https://elsewhere.example/x"]


def test_what_is_no_feed_is_said(tmp_path: Path, site: Site) -> None:
    site.page("/feed", "x")

    with pytest.raises(SourceError, match="not a feed"):
        read(tmp_path, site.source(kind="feed", url=f"{site.base}/feed"))
