"""Rich Text Format, and Office of before 2007."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.extraction import Raw, Unreadable, catdoc, edition, extract

RTF = r"""{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fswiss\fcharset238 Arial;}}
{\stylesheet{\s0 Normal;}{\s1\sbasedon0\snext0\b heading 1;}{\s2\sbasedon1\b Nadpis 2;}}
{\info{\title Vyhl\'e1\'9aka \'e8. 3}}{\header M\'ecsto\par}
\pard\s1\outlinelevel0 O psech\par
\pard\s0 Poplatek \u269?in\'ed 500 K\'e8{\super\chftn}{\footnote\pard Od roku 2027.\par} za psa.\par
\pard\s2 Sazby\par
{\listtext 1.\tab}Prvn\'ed bod\par{\listtext 2.\tab}Druh\'fd bod\par
\trowd\cellx1000\cellx2000\pard\intbl Ulice\cell Den\cell\row
\trowd\cellx1000\cellx2000\pard\intbl Dlouh\'e1\par a Kr\'e1tk\'e1\cell \'fater\'fd\cell\row
\pard{\field{\*\fldinst{HYPERLINK "http://a.cz"}}{\fldrslt odkaz}}\par
{\*\shppict{\pict\pngblip 89504e47}}{\deleted smaz\'e1no}{\v skryto} konec\par}"""

#: The beginning of an old file, and the part that tells what it is.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def old(part: str) -> bytes:
    return OLE + f"{part}\0".encode("utf-16-le")


def texts(body: bytes, name: str) -> list[tuple[tuple[str, ...], str]]:
    return [(each.path, each.text) for each in extract(Raw(body=body, name=name)).sections]


@pytest.mark.parametrize("name", ["a.rtf", "a.doc"])
def test_rich_text_keeps_headings_notes_items_and_tables(name: str) -> None:
    found = extract(Raw(body=RTF.encode("ascii"), name=name, content_type="application/msword"))

    assert found.title == "Vyhláška č. 3"
    assert texts(RTF.encode("ascii"), name) == [
        (("O psech",), "Poplatek činí 500 Kč za psa.\n\nOd roku 2027."),
        (
            ("O psech", "Sazby"),
            "- 1. První bod\n- 2. Druhý bod\n\n| Ulice | Den |\n| --- | --- |\n"
            "| Dlouhá a Krátká | úterý |\n\nodkaz\n\nkonec",
        ),
    ]


def test_rich_text_that_is_huge_or_cut_off_ends() -> None:
    assert texts(RTF.encode("ascii")[:700], "a.rtf")[0][1].startswith("Poplatek")
    assert texts(rb"{\rtf1 {\pict " + b"00" * 6_000_000 + rb"}text\par}", "a.rtf") == [((), "text")]
    with pytest.raises(Unreadable, match="longer than 8 million letters"):
        extract(Raw(body=rb"{\rtf1 " + b"slovo " * 1_500_000 + b"}", name="a.rtf"))


def test_an_old_workbook_is_read_as_a_new_one_is() -> None:
    body = Path(__file__).with_name("rozpocet.xls").read_bytes()

    assert texts(body, "r.xls") == [
        (
            ("Rozpočet",),
            "| Kapitola obce | Částka | Schváleno | Platí |\n| --- | --- | --- | --- |\n"
            "| Voda | 1 250 000 Kč | 8. 12. 2026 | ano |\n"
            "| Doprava | 3 Kč | 9. 12. 2026 14:30 | ne |\n"
            "| Školství | 5 |  |  |\n| Školství | 6 |  |  |",
        )
    ]
    with pytest.raises(Unreadable, match="damaged"):
        extract(Raw(body=body[:2600] + bytes(3000), name="r.xls"))


def test_a_page_that_is_called_a_workbook_is_read_as_a_page() -> None:
    body = "<meta charset=utf-8><table><tr><th>Obec<th>Lidí</tr><tr><td>Písek<td>5</tr></table>"

    assert texts(body.encode(), "x.xls") == [((), "| Obec | Lidí |\n| --- | --- |\n| Písek | 5 |")]


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        (old("EncryptedPackage"), "a.docx", "It is encrypted"),
        (old("__properties_version1.0"), "a.msg", "an old kind of file that is not read"),
        (b"Ahoj", "a.doc", "It calls itself DOC and is something else"),
        (b"a;b", "a.xls", "It calls itself XLS and is something else"),
    ],
)
def test_what_cannot_be_read_is_said(body: bytes, name: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        extract(Raw(body=body, name=name))


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder of programs, the only ones beside the system's own that are installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    catdoc.forget_what_is_installed()
    yield folder
    catdoc.forget_what_is_installed()


def install(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (folder / name).chmod(0o755)
    catdoc.forget_what_is_installed()


@pytest.mark.parametrize("part", ["WordDocument", "PowerPoint Document"])
def test_without_the_programs_old_files_are_named_with_the_remedy(
    programs: Path, part: str
) -> None:
    with pytest.raises(Unreadable, match="Install catdoc"):
        extract(Raw(body=old(part), name="a.doc"))
    assert "catdoc" not in edition()


def test_old_files_are_read_by_the_programs(programs: Path) -> None:
    install(programs, "catdoc", r"printf 'O psech\n\nUlice\tDen\nDlouhá\túterý\n'")
    install(programs, "catppt", r"printf 'Snímek jedna\n\fSnímek dva\n'")

    assert texts(old("WordDocument"), "a.doc") == [
        ((), "O psech\n\n| Ulice | Den |\n| --- | --- |\n| Dlouhá | úterý |")
    ]
    slides = extract(Raw(body=old("PowerPoint Document"), name="a.ppt")).sections
    assert [(each.page, each.text) for each in slides] == [(1, "Snímek jedna"), (2, "Snímek dva")]
    assert edition().endswith("+catdoc")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo '[File is encrypted]' >&2; exit 69", "It is encrypted"),
        ("exit 1", "It is damaged"),
        ("while :; do printf '%01024d' 0; done", "It is damaged"),
    ],
)
def test_programs_that_fail_or_never_end_are_said(programs: Path, script: str, reason: str) -> None:
    install(programs, "catdoc", script)

    with pytest.raises(Unreadable, match=reason):
        extract(Raw(body=old("WordDocument"), name="a.doc"))
