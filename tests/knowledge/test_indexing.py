from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge import generations
from knowledge.documents import Audience
from knowledge.embeddings import query_vector
from knowledge.errors import (
    ConfigurationError,
    IndexMismatch,
    IndexUnavailable,
    IngestLocked,
    KnowledgeError,
)
from knowledge.generations import current_id, open_current
from knowledge.index.folders import FolderHome
from knowledge.index.reports import Failure, Report
from knowledge.indexing import announce, ingest, unannounced
from knowledge.languages import tokens
from knowledge.settings import KnowledgeSettings, SourceSettings
from tests.knowledge.standins import HashingEmbeddings, files_source, now, settings_for

FEE = "Členství v klastru je pro univerzity zdarma. Města platí příspěvek podle velikosti."
PARKING = "Seminář o parkování je v Písku 17. června 2027. Přihlášky končí v pondělí."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    resources = tmp_path / "resources"
    resources.mkdir()
    write(resources / "clenstvi.md", FEE, title="Členství", url="https://a.cz/clenstvi")
    write(resources / "seminar.md", PARKING, title="Seminář", url="https://a.cz/seminar")
    write(
        resources / "third.md", "Working groups meet monthly and are open to all.", title="Groups"
    )
    write(resources / "fourth.md", "The certification of methodologies takes a year.", title="Cert")
    return tmp_path


def write(path: Path, text: str, **facts: str) -> None:
    matter = "\n".join(f"{name}: {value}" for name, value in facts.items())
    path.write_text(f"---\n{matter}\n---\n\n{text}\n", "utf-8")


def settings(folder: Path, **more: object) -> KnowledgeSettings:
    return settings_for(folder, files_source(folder / "resources", **more))


def run(folder: Path, *, accept_removals: bool = False, **more: object) -> Report:
    return ingest(
        settings(folder, **more),
        embeddings=HashingEmbeddings(),
        clock=now,
        accept_removals=accept_removals,
    )


def counts(report: Report) -> tuple[int, int, int, int]:
    (source,) = report.sources
    return source.added, source.updated, source.unchanged, source.removed


def found(folder: Path, question: str, audience: Audience = Audience.PUBLIC) -> list[str]:
    with open_current(settings(folder)) as index:
        vector = query_vector(HashingEmbeddings(), question)
        hits = index.vectors.nearest(vector, audience=audience, limit=3)
        chunks = index.catalogue.chunks(hit.chunk_id for hit in hits)
        return [chunks[hit.chunk_id].url for hit in hits if hit.chunk_id in chunks]


def test_documents_are_found_by_their_url_after_ingest(folder: Path) -> None:
    report = run(folder)

    assert counts(report) == (4, 0, 0, 0)
    assert (
        found(folder, "Členství v klastru je pro univerzity zdarma.")[0] == "https://a.cz/clenstvi"
    )


def test_a_second_run_embeds_nothing_and_makes_no_generation(folder: Path) -> None:
    run(folder)
    before = current_id(settings(folder))

    report = run(folder)

    assert counts(report) == (0, 0, 4, 0)
    assert (report.embedded, report.written, current_id(settings(folder))) == (0, False, before)


def test_a_changed_document_replaces_its_chunks(folder: Path) -> None:
    run(folder)
    write(folder / "resources" / "seminar.md", "Seminář se ruší.", title="S", url="https://a.cz/s")

    report = run(folder)

    assert counts(report) == (0, 1, 3, 0)
    with open_current(settings(folder)) as index:
        assert index.catalogue.document("https://a.cz/seminar") is None
        assert [c.text for c in index.catalogue.document_chunks("https://a.cz/s")] == [
            "Seminář se ruší."
        ]
        assert index.manifest.documents == 4


def test_a_deleted_document_is_no_longer_found(folder: Path) -> None:
    run(folder)
    (folder / "resources" / "seminar.md").unlink()

    report = run(folder)

    assert counts(report) == (0, 0, 3, 1)
    assert "https://a.cz/seminar" not in found(folder, PARKING)


def test_a_source_that_loses_much_changes_nothing_and_says_so(folder: Path) -> None:
    run(folder)
    for name in ("seminar.md", "clenstvi.md"):
        (folder / "resources" / name).unlink()

    report = run(folder)

    assert counts(report) == (0, 0, 4, 0)
    assert report.failed
    assert report.sources[0].failed == (
        Failure(
            url=str(folder / "resources"),
            error="2 of its 4 documents are gone at once, so nothing was changed. "
            "If that is right: cscc ingest --accept-removals",
        ),
    )
    assert found(folder, PARKING)[0] == "https://a.cz/seminar"


def test_accepted_removals_are_applied(folder: Path) -> None:
    run(folder)
    for name in ("seminar.md", "clenstvi.md"):
        (folder / "resources" / name).unlink()

    report = run(folder, accept_removals=True)

    assert counts(report) == (0, 0, 2, 2)
    assert not report.failed


def test_a_source_that_cannot_be_read_changes_nothing(folder: Path) -> None:
    run(folder)
    (folder / "resources").rename(folder / "elsewhere")

    report = run(folder)

    assert report.sources[0].error == f"{folder / 'resources'} does not exist."
    assert found(folder, PARKING)[0] == "https://a.cz/seminar"


def test_an_unreadable_file_is_named_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "resources" / "broken.pdf").write_bytes(b"%PDF-1.4 cut off")

    report = run(folder)

    assert counts(report) == (4, 0, 0, 0)
    assert [each.error for each in report.sources[0].failed] == ["The PDF is damaged or cut off."]
    assert not report.failed
    assert [each.error for each in run(folder).sources[0].failed] == [
        "The PDF is damaged or cut off."
    ]


def test_a_file_that_becomes_unreadable_stays_as_it_was(folder: Path) -> None:
    run(folder)
    (folder / "resources" / "seminar.md").write_text("---\n{ not: yaml\n---\nx", "utf-8")

    report = run(folder)

    assert counts(report) == (0, 0, 4, 0)
    assert len(report.sources[0].failed) == 1
    assert found(folder, PARKING)[0] == "https://a.cz/seminar"


def test_public_questions_never_reach_what_is_for_members(folder: Path) -> None:
    run(folder, audience="members")

    assert found(folder, PARKING) == []
    assert found(folder, PARKING, Audience.MEMBERS)[0] == "https://a.cz/seminar"


def test_another_audience_in_the_configuration_moves_the_documents(folder: Path) -> None:
    run(folder)

    report = run(folder, audience="members")

    assert counts(report) == (0, 4, 0, 0)
    assert found(folder, PARKING) == []


def test_front_matter_narrows_the_audience_and_never_widens_it(folder: Path) -> None:
    write(folder / "resources" / "seminar.md", PARKING, title="S", audience="members")
    write(folder / "resources" / "third.md", "Open to all.", title="T", audience="public")

    run(folder)
    with open_current(settings(folder)) as index:
        public = {entry.title: entry.audience for entry in index.catalogue.documents()}
    assert public["S"] is Audience.MEMBERS

    run(folder, audience="members")
    with open_current(settings(folder)) as index:
        assert {entry.audience for entry in index.catalogue.documents()} == {Audience.MEMBERS}


def test_what_says_the_same_is_kept_once_with_both_addresses(folder: Path) -> None:
    write(folder / "resources" / "z-copy.md", FEE, title="Kopie", url="https://a.cz/kopie")

    report = run(folder)

    assert counts(report) == (5, 0, 0, 0)
    with open_current(settings(folder)) as index:
        kept = index.catalogue.document("https://a.cz/clenstvi")
        assert kept == index.catalogue.document("https://a.cz/kopie")
        assert index.catalogue.count_documents() == 4


def test_a_killed_run_does_not_embed_again_what_it_had_embedded(folder: Path) -> None:
    class Dying(HashingEmbeddings):
        def embed_query(self, text: str) -> list[float]:
            if len(text) > 1:
                raise KeyboardInterrupt
            return super().embed_query(text)

    with pytest.raises(KeyboardInterrupt):
        ingest(settings(folder), embeddings=Dying(), clock=now)
    assert current_id(settings(folder)) is None

    survivor = HashingEmbeddings()
    report = ingest(settings(folder), embeddings=survivor, clock=now)

    assert survivor.texts == []
    assert counts(report) == (4, 0, 0, 0)
    assert list((folder / "var" / "index").glob(".building-*")) == []


def test_another_model_makes_the_index_anew(folder: Path) -> None:
    run(folder)
    other = settings(folder).model_copy(update={"embeddings": "other"})

    with pytest.raises(IndexMismatch):
        open_current(other)

    report = ingest(other, embeddings=HashingEmbeddings(), clock=now)

    assert report.written
    assert report.embedded > 0
    open_current(other).close()


def test_another_ingest_holds_the_lock(folder: Path) -> None:
    (folder / "var").mkdir()
    lock = os.open(folder / "var" / "ingest.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        with pytest.raises(IngestLocked):
            run(folder)
    finally:
        os.close(lock)


def test_an_unknown_source_is_said_with_those_that_are_known(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no knowledge source 'x'.*files"):
        ingest(settings(folder), embeddings=HashingEmbeddings(), clock=now, names=["x"])


def test_a_source_that_is_not_configured_any_more_leaves_the_index(folder: Path) -> None:
    run(folder)
    other = settings_for(folder, files_source(folder / "resources" / "third.md", name="one"))

    report = ingest(other, embeddings=HashingEmbeddings(), clock=now)

    assert [(s.name, s.added, s.removed) for s in report.sources] == [
        ("one", 1, 0),
        ("files", 0, 4),
    ]
    with open_current(other) as index:
        assert index.manifest.documents == 1


def test_named_sources_alone_are_read(folder: Path) -> None:
    both = settings_for(
        folder,
        files_source(folder / "resources" / "third.md", name="one"),
        files_source(folder / "resources" / "fourth.md", name="two"),
    )
    ingest(both, embeddings=HashingEmbeddings(), clock=now)
    write(folder / "resources" / "third.md", "Changed now, and quite a bit.", title="Groups")
    write(folder / "resources" / "fourth.md", "Changed as well, but not read.", title="Cert")

    report = ingest(both, embeddings=HashingEmbeddings(), clock=now, names=["one"])

    assert [(s.name, s.updated) for s in report.sources] == [("one", 1)]
    with open_current(both) as index:
        assert sorted(c.text for c, _ in index.catalogue.rows()) == [
            "Changed now, and quite a bit.",
            "The certification of methodologies takes a year.",
        ]


def test_losing_the_state_costs_time_and_no_knowledge(folder: Path) -> None:
    run(folder)
    for file in (folder / "var").glob("state.sqlite*"):
        file.unlink()

    report = run(folder)

    assert counts(report) == (4, 0, 0, 0)
    assert found(folder, PARKING)[0] == "https://a.cz/seminar"


def test_without_the_state_sources_that_are_not_read_stay(folder: Path) -> None:
    both = settings_for(
        folder,
        files_source(folder / "resources" / "third.md", name="one"),
        files_source(folder / "resources" / "fourth.md", name="two"),
    )
    ingest(both, embeddings=HashingEmbeddings(), clock=now)
    for file in (folder / "var").glob("state.sqlite*"):
        file.unlink()

    ingest(both, embeddings=HashingEmbeddings(), clock=now, names=["one"])

    with open_current(both) as index:
        assert sorted(entry.source for entry in index.catalogue.documents()) == ["one", "two"]


def test_losing_the_index_embeds_nothing_again(folder: Path) -> None:
    run(folder)
    shutil.rmtree(folder / "var" / "index")

    report = run(folder)

    assert (report.embedded, report.written) == (0, True)
    assert found(folder, PARKING)[0] == "https://a.cz/seminar"


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(folder: Path) -> None:
    (folder / "var").write_text("in the way")

    with pytest.raises(KnowledgeError, match="var cannot be written"):
        run(folder)


def test_catalogue_tells_words_means_and_lexical_matches(folder: Path) -> None:
    run(folder)

    with open_current(settings(folder)) as index:
        words, chunks, vectors = index.catalogue.words()
        means = index.catalogue.language_means(Audience.PUBLIC)
        hits = index.catalogue.lexical(tokens("parkovani pisek", "cs"), [Audience.PUBLIC], 5)
        best = index.catalogue.chunks([hits[0][0]])[hits[0][0]]

        assert (len(words), vectors.shape) == (len(chunks), (len(words), 32))
        assert "parkování" in words
        assert {language: mean.count for language, mean in means.items()} == {"cs": 2, "en": 2}
        assert best.url == "https://a.cz/seminar"
        assert index.catalogue.frequencies(["univerzit", "xyz"]) == {"univerzit": 1, "xyz": 0}


def test_similarities_are_those_of_passage_and_sentences(folder: Path) -> None:
    run(folder)

    with open_current(settings(folder)) as index:
        (chunk,) = index.catalogue.document_chunks("https://a.cz/clenstvi")
        rows = index.catalogue.vectors([chunk.id])[chunk.id]
        hits = index.similarities(rows[1], [chunk.id], audience=Audience.PUBLIC)

        assert [hit.sentence for hit in hits] == [None, 0, 1]
        assert hits[1].similarity == pytest.approx(1.0, abs=1e-3)
        assert [s.text for s in index.catalogue.sentences([chunk.id])[chunk.id]] == [
            "Členství v klastru je pro univerzity zdarma.",
            "Města platí příspěvek podle velikosti.",
        ]
        assert np.isfinite(rows).all()


def test_rollback_returns_to_the_generation_before(folder: Path) -> None:
    run(folder)
    before = current_id(settings(folder))
    (folder / "resources" / "seminar.md").unlink()
    run(folder)

    manifest = generations.rollback(settings(folder))

    assert manifest.id == before == current_id(settings(folder))
    assert found(folder, PARKING)[0] == "https://a.cz/seminar"


def test_rollback_needs_a_generation_before(folder: Path) -> None:
    run(folder)

    with pytest.raises(IndexUnavailable):
        generations.rollback(settings(folder))


def test_a_generation_that_is_read_is_not_pruned(folder: Path) -> None:
    run(folder)
    with open_current(settings(folder)) as first:
        for number in range(3):
            write(folder / "resources" / "third.md", f"Version {number} of it.", title="Groups")
            run(folder)
        kept = {manifest.id for manifest in FolderHome(settings(folder)).generations()}
        assert first.manifest.id in kept
        assert first.catalogue.count_documents() == 4

    FolderHome(settings(folder)).prune()
    assert len(FolderHome(settings(folder)).generations()) == 2


def test_nothing_ingested_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable):
        open_current(
            KnowledgeSettings(data_dir=tmp_path, sources=(SourceSettings(name="a", kind="files"),))
        )
    assert current_id(KnowledgeSettings(data_dir=tmp_path)) is None


def test_documents_are_announced_once_for_each_of_their_versions(folder: Path) -> None:
    settings = settings_for(folder, files_source(folder / "resources", name="one"))
    ingest(settings, embeddings=HashingEmbeddings(), clock=now)
    first = unannounced(settings, "one")
    # Killed before it was said: it is done again.
    assert unannounced(settings, "one") == first != []

    announce(settings, "one", first)
    assert unannounced(settings, "one") == []

    write(folder / "resources" / "third.md", "Changed now, and quite a bit.", title="Groups")
    ingest(settings, embeddings=HashingEmbeddings(), clock=now)
    assert [each.title for each in unannounced(settings, "one")] == ["Groups"]
