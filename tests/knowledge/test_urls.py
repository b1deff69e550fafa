from __future__ import annotations

import gzip

import pytest

from knowledge.errors import ConfigurationError, SourceError
from knowledge.sources import sitemaps
from knowledge.sources.urls import Scope, Traps, is_document, list_of, normal


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTP://A.cz:80/x?utm_source=r&b=2&a=1#part", "http://a.cz/x?a=1&b=2"),
        ("http://a.cz", "http://a.cz/"),
        ("http://a.cz/x?sid=1&PHPSESSID=2&fbclid=3&lang=cs", "http://a.cz/x?lang=cs"),
        ("http://a.cz/x;jsessionid=12?y=1", "http://a.cz/x?y=1"),
        ("http://a.cz/(S(lit3py55))/x.aspx", "http://a.cz/x.aspx"),
        ("http://a.cz/%28A(q-1)F(w_2)%29/x/", "http://a.cz/x/"),
        ("http://a.cz/(S)/x", "http://a.cz/%28S%29/x"),
        ("http://a.cz/a//b/../c/", "http://a.cz/a/c/"),
        ("http://a.cz/čeština/", "http://a.cz/%C4%8De%C5%A1tina/"),
        ("http://a.cz/%C4%8De%C5%A1tina/", "http://a.cz/%C4%8De%C5%A1tina/"),
        ("http://user:secret@a.cz/", ""),
        ("mailto:x@a.cz", ""),
        ("http://[::1", ""),
    ],
)
def test_normal_is_one_spelling(given: str, expected: str) -> None:
    assert normal(given) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.cz/page", True),
        ("https://a.cz/file.pdf", True),
        ("https://a.cz/photo.JPG", False),
        ("https://a.cz/wp-login.php", False),
        ("https://a.cz/wp-admin/admin-ajax.php", False),
        ("https://a.cz/events.ics", False),
    ],
)
def test_is_document_goes_by_the_ending(url: str, expected: bool) -> None:
    assert is_document(url) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.cz/deska/?page=3", "https://a.cz/deska/"),
        ("https://a.cz/deska?rok=2027&strana=12", "https://a.cz/deska?rok=2027"),
        ("https://a.cz/zpravy/page/12/", "https://a.cz/zpravy/"),
        ("https://a.cz/zpravy/strana-2", "https://a.cz/zpravy/"),
        ("https://a.cz/page/about/", ""),
        ("https://a.cz/kalendar?month=3", ""),
    ],
)
def test_a_further_page_of_a_list_names_the_list(url: str, expected: str) -> None:
    assert list_of(url) == expected


def test_scope_is_one_host_with_or_without_www() -> None:
    scope = Scope("https://www.a.cz/cs/", include=["/cs/"], exclude=["/old/"])

    assert [scope.holds(f"https://{rest}") for rest in ("a.cz/en/", "b.a.cz/", "a.cz/old/x")] == [
        True,
        False,
        False,
    ]
    assert [scope.wants(f"https://a.cz{path}") for path in ("/cs/x", "/en/x")] == [True, False]


def test_a_pattern_that_is_none_is_said() -> None:
    with pytest.raises(ConfigurationError, match="not a regular expression"):
        Scope("https://a.cz/", include=["("], exclude=[])


def test_traps_know_circles_and_endless_queries() -> None:
    traps = Traps()

    assert traps.is_one("https://a.cz/x/y/x/y/x/")
    assert not traps.is_one("https://a.cz/x/y/x/")
    assert sum(traps.is_one(f"https://a.cz/c?m={number}") for number in range(50)) == 20


def test_traps_know_calendars_that_have_their_days_in_the_path() -> None:
    traps = Traps()
    months = [f"https://a.cz/kalendar/{2000 + n // 12}/{n % 12 + 1:02}/" for n in range(100)]

    assert sum(map(traps.is_one, months)) == 40
    assert not any(traps.is_one(f"https://a.cz/2026/05/clanek-{n}/") for n in range(100))


def test_traps_know_filters_that_go_on_and_on_and_those_in_another_order() -> None:
    traps = Traps()

    assert traps.is_one("https://a.cz/shop/color-1/color-7/color-12/")
    assert not traps.is_one("https://a.cz/p/color/red/size/xl/")
    assert traps.is_one("https://a.cz/p/size/xl/color/red/")


def test_sitemaps_are_read_plain_packed_and_as_text() -> None:
    image = "<image:image xmlns:image='i'><image:loc>https://a.cz/p.png</image:loc></image:image>"
    xml = f"<urlset xmlns='s'><url><loc> https://a.cz/a </loc>{image}</url></urlset>".encode()

    assert sitemaps.parse(xml).pages == ("https://a.cz/a",)
    assert sitemaps.parse(gzip.compress(xml)).pages == ("https://a.cz/a",)
    assert sitemaps.parse(b"https://a.cz/a\nhttps://a.cz/b\n").pages == (
        "https://a.cz/a",
        "https://a.cz/b",
    )
    index = b"<sitemapindex><sitemap><loc>https://a.cz/s.xml</loc></sitemap></sitemapindex>"
    assert sitemaps.parse(index).sitemaps == ("https://a.cz/s.xml",)


def test_a_sitemap_may_begin_with_a_mark_or_be_a_feed() -> None:
    marked = b"\xef\xbb\xbf<urlset><url><loc>https://a.cz/a</loc></url></urlset>"
    rss = b"<rss><channel><link>https://a.cz/</link><item><link>https://a.cz/b</link></item></channel></rss>"
    atom = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='self' href='https://a.cz/x'/>"
        b"<link href='https://a.cz/c'/></entry></feed>"
    )

    assert [sitemaps.parse(each).pages for each in (marked, rss, atom)] == [
        ("https://a.cz/a",),
        ("https://a.cz/b",),
        ("https://a.cz/c",),
    ]


@pytest.mark.parametrize("body", [b"<html></html>", b"<", b"\x1f\x8bnot gzip"])
def test_what_is_no_sitemap_is_said(body: bytes) -> None:
    with pytest.raises(SourceError):
        sitemaps.parse(body)


def test_entities_of_a_sitemap_are_not_resolved() -> None:
    entity = b"<!DOCTYPE u [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    xml = entity + b"<urlset><url><loc>&e;</loc></url></urlset>"

    assert sitemaps.parse(xml).pages == ()
