"""The catalogue in PostgreSQL says what the one in a file says, to the last digit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.catalogue import Catalogue, Entry
from knowledge.documents import Audience, Chunk
from knowledge.index.cataloguing import FileCatalogueWriter, Stored
from knowledge.index.filecatalogue import FileCatalogue
from knowledge.index.home import CatalogueWriter
from knowledge.languages import tokens
from knowledge.sentences import split
from knowledge.server.catalogue import ServerCatalogue
from knowledge.server.connecting import Pool, Session, ensure_tables, open_engine
from knowledge.server.versions import take_back
from knowledge.server.writing import ServerCatalogueWriter
from tests.knowledge.servers import Postgres

DIMENSION = 8

SAID = (
    "město obec městský úřad o'Brien city's ČSN-EN_17/2024 TB930MMR001 participace rozpočet "
    "dotace výzva semafory čidla 12,5 % cities budget funding Žďár nad Sázavou café naïve §5 "
    "\\ ' % ? data-driven x² ½ straße"
)
WORDS = SAID.split()


@dataclass
class Corpus:
    """Documents of random words, the same for the same seed."""

    chance: random.Random

    def document(self, key: str, chunks: int) -> tuple[Entry, list[Stored]]:
        audience = self.chance.choice(list(Audience))
        language = self.chance.choice(["cs", "en", "de"])
        entry = Entry(
            key=f"files\n{key}",
            url=f"https://x.example/{key}",
            source="files",
            title=f"Titul {key}",
            language=language,
            audience=audience,
            updated_at=date(2027, 1, 2),
            hash=str(self.chance.random()),
            aliases=(f"https://y.example/{key}", "https://shared.example/"),
            alternates={"en": f"https://x.example/en/{key}"},
        )
        return entry, [self._piece(entry, at) for at in range(chunks)]

    def _piece(self, entry: Entry, ordinal: int) -> Stored:
        text = ". ".join(" ".join(self.chance.choices(WORDS, k=9)) for _ in range(3)) + "."
        spans = split(text)
        drawn = [
            [self.chance.gauss(0, 0.3) for _ in range(DIMENSION)] for _ in range(len(spans) + 1)
        ]
        made = Chunk(
            id=f"{self.chance.getrandbits(96):024x}",
            url=entry.url,
            title=entry.title,
            section="Část",
            text=text,
            language=entry.language,
            audience=entry.audience,
            page=None,
            anchor="a",
            updated_at=entry.updated_at,
            ordinal=ordinal,
        )
        return Stored(
            chunk=made, spans=spans, tokens=tokens(text, entry.language), vectors=np.array(drawn)
        )


@dataclass
class Pair:
    """The same index in a file and in the database."""

    file: Path
    session: Session
    pool: Pool
    number: int = 0

    def write(
        self, puts: Sequence[tuple[Entry, list[Stored]]], removals: Sequence[str] = ()
    ) -> tuple[Catalogue, Catalogue]:
        base = self.number or None
        self.number += 1
        for writer in (
            FileCatalogueWriter(self.file, dimension=DIMENSION),
            self.writer(self.number, base),
        ):
            with closing(writer):
                fill(writer, puts, removals)
        return FileCatalogue(self.file, dimension=DIMENSION), self.reader(self.number)

    def writer(self, number: int, base: int | None) -> ServerCatalogueWriter:
        return ServerCatalogueWriter(
            self.session, number=number, base=base, dimension=DIMENSION, model="m"
        )

    def reader(self, number: int) -> ServerCatalogue:
        query = "SELECT avg(length) FROM chunks WHERE since <= ? AND until > ?"
        length = float(self.pool.rows(query, (number, number))[0][0] or 0)
        return ServerCatalogue(
            self.pool.rows, number=number, dimension=DIMENSION, model="m", length=length
        )


def fill(
    writer: CatalogueWriter,
    puts: Sequence[tuple[Entry, list[Stored]]],
    removals: Sequence[str],
) -> None:
    for name in removals:
        writer.remove(name)
    for entry, pieces in puts:
        writer.put(entry, pieces)
    words = sorted(writer.count_words().items())
    vectors = np.array([_vector(word) for word, _ in words])
    writer.put_words(words, vectors.reshape(-1, DIMENSION))
    writer.finish()


def _vector(word: str) -> list[float]:
    drawn = random.Random(word)
    return [drawn.gauss(0, 1) for _ in range(DIMENSION)]


@pytest.fixture
def pair(tmp_path: Path, database: Postgres) -> Iterator[Pair]:
    engine = open_engine(database.url)
    ensure_tables(engine)
    with closing(Session(engine)) as session:
        yield Pair(tmp_path / "catalogue.sqlite", session, Pool(engine))
    engine.dispose()


def said(catalogue: Catalogue) -> dict[str, object]:
    """Return all that a catalogue says."""
    ids = sorted(identity for identity, _ in catalogue.vector_ids())
    means = {each: catalogue.language_means(each) for each in Audience}
    words, counts, vectors = catalogue.words()
    asked = [token for word in WORDS for token in tokens(word, "cs")]
    known = [token for token, number in catalogue.frequencies(asked).items() if number]
    return {
        "ids": sorted(catalogue.vector_ids()),
        "documents": list(catalogue.documents()),
        "hashes": catalogue.hashes(),
        "chunks": catalogue.chunks(ids),
        "sentences": catalogue.sentences(ids),
        "vectors": {each: rows.tolist() for each, rows in catalogue.vectors(ids).items()},
        "means": {
            (audience, language): (
                mean.passages.tolist(),
                mean.sentences.tolist(),
                mean.count,
                mean.sentence_count,
            )
            for audience, found in means.items()
            for language, mean in found.items()
        },
        "words": (words, counts, vectors.tolist()),
        "frequencies": catalogue.frequencies(asked),
        "lexical": [
            catalogue.lexical(known[start : start + 7], audience.readable(), 20)
            for start in range(len(known))
            for audience in Audience
        ],
        "by url": [catalogue.document_chunks(each.url) for each in catalogue.documents()],
        "by alias": catalogue.document("https://shared.example/"),
        "counts": [
            (catalogue.count_documents(each), catalogue.count_chunks(each)) for each in Audience
        ],
        "sentence count": catalogue.count_sentences(),
    }


def test_both_catalogues_say_the_same_at_first_and_after_changes(pair: Pair) -> None:
    corpus = Corpus(random.Random(7))
    first = {str(key): corpus.document(str(key), 3) for key in range(12)}

    in_file, on_server = pair.write(list(first.values()))
    assert said(on_server) == said(in_file)

    entry, pieces = first["3"]
    moved = [
        replace(each, chunk=replace(each.chunk, url="https://moved.example/", page=4, ordinal=9))
        for each in pieces[1:]
    ]
    changes = [corpus.document("4", 2), corpus.document("new", 3), (entry, moved)]
    in_file, on_server = pair.write(changes, ["files\n7", "files\n8"])
    assert said(on_server) == said(in_file)
    for catalogue in (in_file, on_server):
        kept = catalogue.chunks([moved[0].chunk.id])[moved[0].chunk.id]
        assert (kept.url, kept.page) == ("https://moved.example/", 4)

    in_file, on_server = pair.write([], [f"files\n{key}" for key in first if key not in "78"])
    assert said(on_server) == said(in_file)
    assert on_server.count_documents() == 1


def test_a_generation_stays_as_it_was_while_the_next_is_written(pair: Pair) -> None:
    corpus = Corpus(random.Random(8))
    _, old = pair.write([corpus.document(str(key), 2) for key in range(5)])
    before = said(old)

    writer = pair.writer(2, 1)
    fill(writer, [corpus.document("0", 2), corpus.document("9", 1)], ["files\n1"])

    assert said(pair.reader(1)) == before
    assert said(pair.reader(2)) != before


def test_what_a_killed_writer_left_is_taken_back(pair: Pair) -> None:
    corpus = Corpus(random.Random(9))
    pair.write([corpus.document(str(key), 2) for key in range(5)])
    before = said(pair.reader(1))
    fill(pair.writer(2, 1), [corpus.document("0", 2)], ["files\n1"])

    with pair.session.writing():
        take_back(pair.session, 1)

    assert said(pair.reader(1)) == before
    assert pair.reader(3).hashes() == before["hashes"]
    assert sorted(pair.reader(3).vector_ids()) == before["ids"]


def test_an_index_made_from_nothing_replaces_all_of_the_old(pair: Pair) -> None:
    corpus = Corpus(random.Random(10))
    documents = [corpus.document(str(key), 2) for key in range(4)]
    pair.write(documents)
    before = said(pair.reader(1))

    fill(pair.writer(2, None), documents[:3], [])

    assert said(pair.reader(1)) == before
    assert list(pair.reader(2).hashes()) == ["files\n0", "files\n1", "files\n2"]
    assert pair.reader(2).count_chunks() == 6


def test_a_text_that_postgresql_does_not_take_is_kept_in_its_length(pair: Pair) -> None:
    corpus = Corpus(random.Random(11))
    entry, pieces = corpus.document("a", 1)
    text = f"Jedna\0věta {'x' * 9000} končí."
    odd = replace(
        pieces[0],
        chunk=replace(pieces[0].chunk, text=text),
        spans=split(text),
        tokens=tokens(text, "cs"),
        vectors=np.zeros((len(split(text)) + 1, DIMENSION)),
    )

    fill(pair.writer(1, None), [(entry, [odd])], [])

    kept = pair.reader(1).chunks([odd.chunk.id])[odd.chunk.id]
    assert kept.text == text.replace("\0", "\ufffd")
    assert pair.reader(1).lexical(["_veta"], [entry.audience], 5)[0][0] == odd.chunk.id


def test_members_only_chunks_are_not_found_for_the_public(pair: Pair) -> None:
    corpus = Corpus(random.Random(12))
    made = [corpus.document(str(key), 2) for key in range(8)]
    pair.write(made)
    catalogue = pair.reader(1)

    found = {each for each, _ in catalogue.lexical(["_mest"], Audience.PUBLIC.readable(), 99)}
    secret = {p.chunk.id for entry, pieces in made for p in pieces if entry.audience == "members"}

    assert found
    assert secret & {each for each, _ in catalogue.lexical(["_mest"], list(Audience), 99)}
    assert not found & secret
