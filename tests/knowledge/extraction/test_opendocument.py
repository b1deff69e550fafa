from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from knowledge.extraction import Extracted, Raw, Unreadable, extract

_URN = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{name}="{_URN}:{full}:1.0"'
    for name, full in {
        **{n: n for n in ("office", "text", "table", "style", "presentation")},
        "draw": "drawing",
    }.items()
)


def opendocument(kind: str, body: str, styles: str = "", **members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
        )
        for name, content in members.items():
            archive.writestr(
                name.replace("__", "/").replace("_xml", ".xml").replace("META_", "META-"), content
            )
    return file.getvalue()


def read(body: bytes, name: str) -> Extracted:
    return extract(Raw(body=body, name=name))


def texts(found: Extracted) -> list[tuple[tuple[str, ...], int | None, str]]:
    return [(section.path, section.page, section.text) for section in found.sections]


def row(*cells: str) -> str:
    written = "".join(
        cell
        if cell.startswith("<")
        else f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{written}</table:table-row>"


def test_a_text_is_read_as_it_stands() -> None:
    tall = (
        '<table:table-cell table:number-rows-spanned="2"><text:p>Dlouhá</text:p></table:table-cell>'
    )
    body = (
        "<text:tracked-changes><text:p>smazané</text:p></text:tracked-changes>"
        '<text:p text:style-name="P1">Zásady<text:s/>města</text:p>'
        "<text:table-of-content><text:p>obsah</text:p></text:table-of-content>"
        '<text:h text:outline-level="1">Úvod</text:h>'
        "<text:p>Město přispívá<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>Od roku 2027.</text:p></text:note-body></text:note> na "
        "<text:span>opravy</text:span><text:line-break/>domů.<office:annotation><text:p>pozor"
        "</text:p></office:annotation></text:p><text:p><draw:frame><draw:text-box><text:p>Rámeček."
        "</text:p></draw:text-box></draw:frame></text:p><text:list><text:list-item>"
        '<text:h text:outline-level="2">Sazby</text:h></text:list-item></text:list>'
        "<text:list><text:list-item><text:p>první</text:p><text:list><text:list-item>"
        "<text:p>vnořená</text:p></text:list-item></text:list></text:list-item></text:list>"
        f"<table:table><table:table-header-rows>{row('Ulice', 'Den')}</table:table-header-rows>"
        f"{row(tall, 'po')}{row('<table:covered-table-cell/>', 'út')}</table:table>"
    )
    meta = (
        '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:date>2026-05-04T10:00:00</dc:date>'
        "<dc:language>cs-CZ</dc:language></m>"
    )
    style = '<style:style style:name="P1" style:parent-style-name="Title"/>'

    found = read(opendocument("text", body, style, meta_xml=meta), "a.odt")

    assert (found.title, found.language, found.updated_at) == (
        "Zásady města",
        "cs",
        date(2026, 5, 4),
    )
    assert texts(found) == [
        (
            ("Úvod",),
            None,
            "Město přispívá na opravy domů.\n\nOd roku 2027.\n\nRámeček.",
        ),
        (
            ("Úvod", "Sazby"),
            None,
            "- první\n  - vnořená\n\n| Ulice | Den |\n| --- | --- |\n| Dlouhá | po |\n"
            "| Dlouhá | út |",
        ),
    ]


def test_sheets_are_read_as_far_as_they_are_filled_and_shown() -> None:
    wide = '<table:table-cell table:number-columns-repeated="16382"/>'
    empty = (
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    body = (
        f'<table:table table:name="Psi">{row("Plemeno psa", "Poplatek", wide)}'
        f"{row('Jezevčík', '300,00 Kč')}{empty}</table:table>"
        f'<table:table table:name="B" table:style-name="ta2">{row("skryté")}</table:table>'
    )
    style = (
        '<style:style style:name="ta2"><style:table-properties table:display="false"/>'
        "</style:style>"
    )

    assert texts(read(opendocument("spreadsheet", body, style), "a.ods")) == [
        (("Psi",), 1, "| Plemeno psa | Poplatek |\n| --- | --- |\n| Jezevčík | 300,00 Kč |")
    ]


def test_slides_are_read_with_their_notes() -> None:
    item = "<text:list-item><text:p>{}</text:p></text:list-item>"
    body = (
        '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Města</text:p>'
        "</draw:text-box></draw:frame><draw:frame><draw:text-box><text:list>"
        f"{item.format('jedna')}{item.format('dva')}</text:list></draw:text-box></draw:frame>"
        "<presentation:notes><draw:frame><draw:text-box><text:p>Řekněte proč.</text:p>"
        "</draw:text-box></draw:frame></presentation:notes></draw:page>"
    )

    assert texts(read(opendocument("presentation", body), "a.odp")) == [
        (("Města",), 1, "- jedna\n- dva\n\nŘekněte proč.")
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (opendocument("text", "", META_INF__manifest_xml="<encryption-data/>"), "is encrypted"),
        (opendocument("text", "<text:p>a"), "is damaged"),
        (opendocument("text", "<text:p>&file;</text:p>"), "is damaged"),
        (opendocument("drawing", ""), "a drawing or a formula"),
        (opendocument("text", "")[:200], "is damaged"),
        (b"Ahoj", "calls itself ODT"),
    ],
)
def test_what_cannot_be_read_is_said(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(body, "a.odt")
