"""Feeds as they really are: relative links, odd encodings, markup in titles, broken XML."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.standins import Answer, Site
from tests.knowledge.test_web import read

TEXT = "Popis článku o koních je dost dlouhý na to, aby byl dokumentem."

RSS = (
    '<?xml version="1.0" encoding="windows-1250"?><rss version="2.0"><channel><title>Kanál</title>'
    "<item><title>Žlutý &amp;#8211; kůň</title><link>/cizi?utm_source=rss</link>"
    f"<description>{TEXT}</description></item></channel></rss>"
).encode("cp1250")
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/blog/"><entry>'
    '<title type="html">Žlutý &amp;ndash; &lt;b&gt;kůň&lt;/b&gt;</title>'
    '<link rel="self" href="self"/><link rel="alternate" href="../cizi"/>'
    f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{TEXT}</p></div>'
    "</content></entry></feed>"
).encode()
BROKEN = (
    b"\xef\xbb\xbf \n<rss version='2.0'><channel><item><title>"
    + "Žlutý – kůň</title><link>/cizi</link>".encode()
    + f"<description>{TEXT} &</description></item><item><title>Useknut".encode()
)


@pytest.mark.parametrize("body", [RSS, ATOM, BROKEN], ids=["rss", "atom", "broken"])
def test_an_item_is_read_however_its_feed_is_written(
    tmp_path: Path, site: Site, body: bytes
) -> None:
    site.pages["/feed.xml"] = Answer(body, headers={"Content-Type": "text/xml"})

    items = read(tmp_path, site.source(kind="feed", url=f"{site.base}/feed.xml"))

    assert [item.key for item in items] == [f"{site.base}/cizi"]
