from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import ingest
from scheduler.database import open_database
from scheduler.events import Review
from scheduler.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in a folder of its own, with the built-in model."""
    for name in list(os.environ):
        if name.startswith("CSCC_") or name == "HTTPS_PROXY":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "a.md").write_text("---\ntitle: A\n---\nČlenství je zdarma.", "utf-8")
    (tmp_path / "resources" / "b.md").write_text("---\ntitle: B\n---\nSeminář je v Písku.", "utf-8")

    def _(*arguments: str) -> tuple[int, str, str]:
        try:
            code = ingest.main(arguments)
        except SystemExit as end:
            code = int(str(end.code))
        out, err = capfd.readouterr()
        return code, out, err

    return _


def configure(folder: Path, more: str = "") -> None:
    (folder / "cscc.toml").write_text(
        'data_dir = "var"\n[[knowledge.sources]]\nname = "papers"\nkind = "files"\n'
        f'path = "resources/"\n{more}',
        "utf-8",
    )


def test_the_report_has_the_agreed_form(tmp_path: Path, run: Run) -> None:
    configure(tmp_path)

    code, out, err = run("--json")

    report = json.loads(out)
    assert (code, err) == (0, "")
    assert report["sources"] == [
        {"name": "papers", "added": 2, "updated": 0, "unchanged": 0, "removed": 0, "failed": []}
    ]
    assert (report["chunks"], report["embedded"] > 0, report["seconds"] > 0) == (2, True, True)

    code, out, _ = run("--json")

    again = json.loads(out)
    assert (code, again["embedded"], again["sources"][0]["unchanged"]) == (0, 0, 2)


def test_people_get_a_table_and_the_reasons(tmp_path: Path, run: Run) -> None:
    configure(tmp_path)
    (tmp_path / "resources" / "c.pdf").write_bytes(b"%PDF-1.7 cut")

    code, out, _ = run("papers")

    assert code == 0
    assert "papers" in out
    assert "c.pdf: The PDF is damaged or cut off." in out


def test_a_source_that_fails_is_exit_code_1(tmp_path: Path, run: Run) -> None:
    configure(tmp_path, '[[knowledge.sources]]\nname = "lost"\nkind = "files"\npath = "no"\n')

    code, out, _ = run("--json")

    report = json.loads(out)
    assert code == 1
    assert report["sources"][0]["added"] == 2
    assert report["sources"][1]["failed"] == [
        {"url": str(tmp_path / "no"), "error": f"{tmp_path / 'no'} does not exist."}
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--nonsense",), "unrecognized arguments"),
        (("nosuch",), "There is no knowledge source 'nosuch'. There are: papers."),
        (("--config", "missing.toml"), "missing.toml does not exist"),
    ],
)
def test_bad_usage_is_exit_code_2(
    tmp_path: Path, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    configure(tmp_path)

    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert said in err


def test_a_broken_configuration_is_exit_code_2(tmp_path: Path, run: Run) -> None:
    configure(tmp_path, "refresh = ")

    code, _, err = run()

    assert code == 2
    assert "cscc.toml" in err


def test_an_unknown_model_is_exit_code_2(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path)
    monkeypatch.setenv("CSCC_EMBEDDINGS", "magic:1")

    code, _, err = run()

    assert code == 2
    assert "'magic:1' is not known" in err


def test_another_ingest_is_exit_code_3(tmp_path: Path, run: Run) -> None:
    configure(tmp_path)
    (tmp_path / "var").mkdir()
    lock = os.open(tmp_path / "var" / "ingest.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        code, _, err = run()
    finally:
        os.close(lock)

    assert code == 3
    assert "--wait" in err


def test_a_folder_that_cannot_be_written_is_exit_code_4(tmp_path: Path, run: Run) -> None:
    configure(tmp_path)
    (tmp_path / "var").write_text("in the way")

    code, out, err = run()

    assert (code, out) == (4, "")
    assert "cannot be written to" in err


def test_rollback_names_the_index_that_answers(tmp_path: Path, run: Run) -> None:
    configure(tmp_path)
    run()
    (tmp_path / "resources" / "a.md").write_text("---\ntitle: A\n---\nZměna.", "utf-8")
    run()

    code, out, _ = run("--rollback")

    assert code == 0
    assert out.startswith("The index of ")
    assert run("--rollback")[0] == 0


def test_dated_announcements_become_suggestions(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path)
    monkeypatch.setenv("CSCC_NOW", "2027-03-01T08:00:00+01:00")
    text = "Zveme vás na seminář, který se koná ve čtvrtek 17. června 2027 od 10:00 v Písku."
    (tmp_path / "resources" / "c.md").write_text(
        f"---\ntitle: Seminář o parkování\nurl: https://a.cz/seminar\n---\n{text}", "utf-8"
    )

    code, _, _ = run()

    assert code == 0
    assert asyncio.run(stored(tmp_path / "var" / "cscc.sqlite")) == [
        ("Seminář o parkování", Review.SUGGESTED, "https://a.cz/seminar", "papers")
    ]


def test_what_a_page_marks_up_becomes_a_suggestion(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path)
    monkeypatch.setenv("CSCC_NOW", "2027-03-01T08:00:00+01:00")
    (tmp_path / "resources" / "c.html").write_text(
        "<link rel=canonical href='https://a.cz/kurz'><h1>Kurz</h1><p>O pasportech obcí.</p>"
        "<div itemscope itemtype='https://schema.org/EducationEvent'><b itemprop='name'>Pasporty"
        "</b><time itemprop='startDate' datetime='2027-06-17'>v létě</time></div>",
        "utf-8",
    )

    assert run()[0] == 0
    assert asyncio.run(stored(tmp_path / "var" / "cscc.sqlite")) == [
        ("Pasporty", Review.SUGGESTED, "https://a.cz/kurz", "papers")
    ]


def test_suggestions_are_made_by_the_next_run_where_one_ended_before_them(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path)
    monkeypatch.setenv("CSCC_NOW", "2027-03-01T08:00:00+01:00")
    (tmp_path / "resources" / "a.md").write_text(
        "---\ntitle: Seminář\nurl: https://a.cz/s\n---\nSeminář se koná 17. června 2027 od 10:00.",
        "utf-8",
    )
    # The index is switched; then the events cannot be stored.
    monkeypatch.setenv("CSCC_DATABASE_URL", f"sqlite:///{tmp_path}/resources/a.md/no.sqlite")
    assert run()[0] == 4
    monkeypatch.delenv("CSCC_DATABASE_URL")

    code, out, _ = run("--json")

    assert (code, json.loads(out)["sources"][0]["unchanged"]) == (0, 2)
    assert asyncio.run(stored(tmp_path / "var" / "cscc.sqlite")) == [
        ("Seminář", Review.SUGGESTED, "https://a.cz/s", "papers")
    ]


async def stored(file: Path) -> list[tuple[str, Review, str, str]]:
    engine = open_database(f"sqlite:///{file}")
    try:
        events = await Store(engine).events()
    finally:
        await engine.dispose()
    return [(event.title, event.review, event.url, event.source) for event in events]
