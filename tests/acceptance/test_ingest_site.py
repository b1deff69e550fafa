"""The stand-in website, crawled as an editor would have it: complete, clean, current, polite."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from knowledge.catalogue import Catalogue
from knowledge.documents import Audience, Chunk
from knowledge.generations import current_id, open_current
from knowledge.index.reports import Report, SourceReport
from knowledge.indexing import ingest
from knowledge.languages import fold
from knowledge.settings import KnowledgeSettings, SourceSettings
from tests.acceptance.site import SERVER, Website
from tests.knowledge.standins import HashingEmbeddings, now

pytestmark = [
    pytest.mark.skipif(not SERVER.exists(), reason="the stand-in website is not at ../shared/site"),
    pytest.mark.timeout(600),
]

PAGES = SERVER.parents[1] / "corpus" / "pages"
_WORD = re.compile(r"\w+")


class Crawled:
    """The site, what was made of it, and a way to make it again."""

    def __init__(self, folder: Path) -> None:
        self.site = Website("2027-03-01T08:00:00+01:00")
        # What is slow on purpose need not be slow here.
        self.site.control("settings", slow_seconds=0)
        self.host = self.site.base.removeprefix("http://")
        self.manifest = json.loads((SERVER.parent / "manifest.json").read_text("utf-8"))
        source = SourceSettings(
            name="web",
            kind="web",
            url=f"{self.site.base}/cs/",
            # No page of the site leads to the copies.
            start=tuple(self.site.base + path for path in self.copies()),
            # These only take time: a body that drips, and a host that wants to be left alone.
            exclude=("/kapajici-stranka/", "/stav/429/"),
            allow_private_hosts=(self.host,),
        )
        self.settings = KnowledgeSettings(data_dir=folder, embeddings="hashing", sources=(source,))
        self.first = self.run()
        self.counters = self.ask("counters")

    def copies(self) -> list[str]:
        digests = self.manifest["digests"].values()
        return [
            alias
            for digest in digests
            if str(digest["trap"]).startswith("dup-")
            for alias in digest["aliases"]
        ]

    def run(self) -> Report:
        self.site.control("requests/clear")
        return ingest(self.settings, embeddings=HashingEmbeddings(), clock=now)

    def ask(self, what: str) -> Any:
        with urllib.request.urlopen(f"{self.site.base}/_control/{what}") as answer:
            return json.load(answer)

    def chunks(self) -> list[Chunk]:
        with open_current(self.settings) as index:
            return [chunk for chunk, _ in index.catalogue.rows()]

    def texts(self) -> dict[str, str]:
        """Return by path all that is said there."""
        said: dict[str, str] = {}
        for chunk in self.chunks():
            path = unquote(urlsplit(chunk.url).path)
            said[path] = f"{said.get(path, '')} {chunk.title} {chunk.section} {chunk.text}"
        return said


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    made = Crawled(tmp_path_factory.mktemp("crawl"))
    yield made
    made.site.close()


def web(report: Report) -> SourceReport:
    (source,) = report.sources
    return source


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def covered(digest: dict[str, Any], text: str) -> float:
    wanted = words((PAGES / digest["file"]).read_text("utf-8").split("---", 2)[2])
    have = set(words(text))
    return sum(word in have for word in wanted) / len(wanted)


def test_every_digest_stands_at_its_url(crawled: Crawled) -> None:
    said = crawled.texts()

    missing = {
        digest["number"]
        for digest in crawled.manifest["digests"].values()
        if digest["extractable"] == "yes"
        and max(covered(digest, said.get(unquote(url), "")) for url in digest["urls"]) < 0.85
    }

    assert missing == set()


def test_digests_in_files_and_handbooks_stand_at_their_page_and_anchor(crawled: Crawled) -> None:
    places: dict[tuple[str, object], str] = {}
    for chunk in crawled.chunks():
        path = unquote(urlsplit(chunk.url).path)
        for place in (chunk.page, chunk.anchor):
            text = f"{places.get((path, place), '')} {chunk.section} {chunk.text}"
            places[path, place] = text

    wrong = {
        digest["number"]
        for digest in crawled.manifest["digests"].values()
        for place in (digest.get("page") or digest.get("slide"), digest.get("anchor"))
        if digest["extractable"] == "yes"
        and place
        and covered(digest, places.get((unquote(digest["url"]), place), "")) < 0.7
    }

    assert wrong == set()


def test_nothing_forbidden_foreign_or_internal_was_asked(crawled: Crawled) -> None:
    counters = crawled.counters

    assert [counters[name] for name in ("forbidden", "foreign", "internal")] == [[], [], []]
    assert counters["most_active"]["site"] == 1
    assert counters["calendar"] <= 30
    assert "KANAREK" not in " ".join(crawled.texts().values())


def test_no_frame_of_the_pages_is_in_a_chunk(crawled: Crawled) -> None:
    frames = (
        "používá cookies", "uses cookies", "Přijmout vše", "Mohlo by vás zajímat", "Komentáře",
        "Napsat komentář", "Sdílejte", "Přejít k obsahu", "Skip to content", "Všechna práva",
        "Poslední příspěvky", "Zpět nahoru", "Přihlaste se k odběru",
    )  # fmt: skip

    assert [
        (frame, chunk.url) for chunk in crawled.chunks() for frame in frames if frame in chunk.text
    ] == []


def test_what_cannot_be_read_is_named_with_the_reason(crawled: Crawled) -> None:
    failed = {urlsplit(each.url).path: each.error for each in web(crawled.first).failed}

    assert failed["/wp-content/uploads/2026/05/certification-review.pdf"].endswith("a password.")
    assert failed["/wp-content/uploads/2026/05/harmonogramy.pdf"].endswith("cut off.")
    assert "is larger than 20 MB" in failed["/cs/bomba/"]
    assert failed["/cs/smycka/"] == "It redirects in a circle."
    assert not crawled.first.failed


def test_copies_are_kept_once_and_known_by_all_addresses(crawled: Crawled) -> None:
    with open_current(crawled.settings) as index:
        kept = [index.catalogue.document(crawled.site.base + path) for path in crawled.copies()]
        assert len(kept) == 4
        assert [entry is not None and "/clanky/" not in entry.url for entry in kept] == [True] * 4
        assert not any(entry and entry.url.endswith("/tisk/") for entry in kept)


def test_translations_are_kept_as_pairs(crawled: Crawled) -> None:
    with open_current(crawled.settings) as index:
        pairs = [entry for entry in index.catalogue.documents() if len(entry.alternates) > 1]

        assert len(pairs) >= 16
        assert _known(index.catalogue, pairs[0].alternates["en"])


def _known(catalogue: Catalogue, url: str) -> bool:
    return catalogue.document(url) is not None


def test_later_crawls_are_conditional_and_follow_the_site(crawled: Crawled) -> None:
    base, control = crawled.site.base, crawled.site.control
    given = {
        each["path"]
        for each in crawled.ask("requests")
        if isinstance(each, dict) and each.get("status") == 200
    }
    before = current_id(crawled.settings)

    same = crawled.run()

    assert (web(same).added, web(same).updated, web(same).removed) == (0, 0, 0)
    assert (same.embedded, current_id(crawled.settings)) == (0, before)
    assert crawled.ask("counters")["not_modified"] > 250, given

    edited = "/cs/aktuality/smart-pisek-uvod/"
    control("page", path=edited, append_html="<p>Nově stojí i tato pokusná věta o zubrech.</p>")
    gone = "/cs/aktuality/karp-co-je-chytry-region-cerven-2021/"
    control("page/delete", path=gone, status=410)
    control(
        "page/add",
        path="/cs/nova/",
        title="Nová",
        body_html="<p>Zcela nová stránka o lanovkách.</p>",
    )
    control("page/redirect", path="/cs/o-klastru/", to="__BASE__/cs/kontakt/", status=301)
    broken = "/cs/aktuality/chytra-radnice-prestizni-zastita/"
    control("fault", path=broken, status=403, times=99)

    changed = crawled.run()

    assert (web(changed).added, web(changed).updated, web(changed).removed) == (1, 2, 2)
    with open_current(crawled.settings) as index:
        document = index.catalogue.document
        texts = [c.text for c in index.catalogue.document_chunks(base + edited)]
        assert any("zubrech" in text for text in texts)
        assert document(base + gone) is None
        moved = document(f"{base}/cs/o-klastru/")
        assert moved is not None
        assert moved.url == f"{base}/cs/kontakt/"
        assert document(base + broken) is not None
        assert index.catalogue.count_documents(Audience.PUBLIC) == index.manifest.documents
    assert {urlsplit(each.url).path for each in web(changed).failed} >= {broken}


def test_a_site_that_fails_as_a_whole_changes_nothing(crawled: Crawled) -> None:
    before = current_id(crawled.settings)
    crawled.site.control("fault", path="/*", status=404, times=100_000)

    report = crawled.run()

    assert report.failed
    assert current_id(crawled.settings) == before
    crawled.site.control("fault/clear")
