from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import SourceError
from knowledge.index.state import State
from knowledge.sources import SOURCES, Failed, Found, Item, Memory, Reading
from tests.knowledge.standins import files_source, now, settings_for


def read(folder: Path, path: Path | str) -> list[Item]:
    source = files_source(Path(path))
    settings = settings_for(folder, source)
    state = State.in_file(settings.data_dir / "state.sqlite")
    try:
        memory = Memory(state, source.name)
        reading = Reading(settings=settings, memory=memory, clock=now, looked_at=lambda _: None)
        return list(SOURCES["files"](source).read(reading))
    finally:
        state.close()


def keys(items: list[Item]) -> list[str]:
    return [item.key for item in items if isinstance(item, Found)]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "inner" / "deep").mkdir(parents=True)
    for name in ("a.md", "inner/b.txt", "inner/deep/c.html", ".hidden.md", "inner/photo.jpg"):
        (root / name).write_text("Několik slov, která tu stojí.")
    return root


def test_a_folder_is_read_with_all_its_folders(tmp_path: Path, tree: Path) -> None:
    assert keys(read(tmp_path, tree)) == ["a.md", "inner/b.txt", "inner/deep/c.html"]


def test_a_file_and_a_pattern_are_read(tmp_path: Path, tree: Path) -> None:
    assert keys(read(tmp_path, tree / "a.md")) == ["a.md"]
    assert keys(read(tmp_path, tree / "inner" / "**" / "*.html")) == ["deep/c.html"]


def test_links_out_of_the_folder_are_passed_over(tmp_path: Path, tree: Path) -> None:
    (tmp_path / "secret.md").write_text("tajné")
    (tree / "link.md").symlink_to(tmp_path / "secret.md")
    (tree / "own.md").symlink_to(tree / "a.md")

    assert "link.md" not in keys(read(tmp_path, tree))
    assert "own.md" in keys(read(tmp_path, tree))


def test_only_what_changed_is_opened(tmp_path: Path, tree: Path) -> None:
    before = read(tmp_path, tree)
    (tree / "a.md").write_text("Jiná slova, o něco delší než předtím.")

    after = read(tmp_path, tree)

    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True]


def test_files_that_are_too_large_or_vanish_are_named(tmp_path: Path, tree: Path) -> None:
    (tree / "large.txt").write_bytes(b"x" * 20_000_001)
    (tree / "gone.md").symlink_to(tree / "nowhere.md")

    failed = {i.key: i.error for i in read(tmp_path, tree) if isinstance(i, Failed)}

    assert failed == {
        "gone.md": "It cannot be read: No such file or directory.",
        "large.txt": "It is larger than 20 MB.",
    }


def test_a_path_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        read(tmp_path, tmp_path / "nowhere")
