from __future__ import annotations

import io
import re
import zipfile

import docx
from docx.oxml import parse_xml

from knowledge.extraction import Raw, extract

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def word(*blocks: str, footnotes: str = "") -> bytes:
    """Return a Word file with these blocks in WordprocessingML."""
    document = docx.Document()
    for block in blocks:
        body = document.element.body
        body.insert(len(body) - 1, parse_xml(block.replace(">", f" {_SPACES}>", 1)))
    file = io.BytesIO()
    document.save(file)
    return _with_part(file.getvalue(), "footnotes", footnotes) if footnotes else file.getvalue()


def _with_part(body: bytes, name: str, content: str) -> bytes:
    written = io.BytesIO()
    added = {
        "[Content_Types].xml": f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}"/>',
        "word/_rels/document.xml.rels": f'<Relationship Id="rIdN" Target="{name}.xml" '
        f'Type="{_RELATED}/{name}"/>',
    }
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(written, "w") as new:
        for member in old.namelist():
            text = old.read(member)
            if member in added:
                start = text.rindex(b"</")
                text = text[:start] + added[member].encode() + text[start:]
            new.writestr(member, text)
        new.writestr(f"word/{name}.xml", f"<w:{name} {_SPACES}>{content}</w:{name}>")
    return written.getvalue()


def texts(body: bytes) -> list[str]:
    return [section.text for section in extract(Raw(body=body, name="a.docx")).sections]


def test_changes_that_were_tracked_are_taken_as_accepted() -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>500</w:delText></w:r></w:del>'
    block = f'<w:p>{run("Činí ")}{deleted}<w:ins w:id="2">{run("700")}</w:ins>{run(" Kč.")}</w:p>'

    assert texts(word(block)) == ["Činí 700 Kč."]


def test_boxes_and_content_controls_are_read_once() -> None:
    box = f"<w:txbxContent><w:p>{run('V rámečku.')}</w:p></w:txbxContent>"
    drawn = (
        f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="w">{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    control = f"<w:sdt><w:sdtContent><w:p>{run('V poli.')}</w:p></w:sdtContent></w:sdt>"

    assert texts(word(drawn, control)) == ["V rámečku.\n\nV poli."]


def test_notes_follow_what_refers_to_them() -> None:
    note = (
        '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        f'<w:footnote w:id="2"><w:p>{run("Od roku 2027.")}</w:p></w:footnote>'
    )
    first = f'<w:p>{run("Činí 700 Kč.")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'

    assert texts(word(first, f"<w:p>{run('Dál.')}</w:p>", footnotes=note)) == [
        "Činí 700 Kč.\n\nOd roku 2027.\n\nDál."
    ]


def test_a_file_without_properties_and_default_style_is_read() -> None:
    """As programs other than Word write it."""
    bare = io.BytesIO()
    block = f"<w:p>{run('Činí 700 Kč.')}</w:p>"
    with zipfile.ZipFile(io.BytesIO(word(block))) as old, zipfile.ZipFile(bare, "w") as new:
        for member in set(old.namelist()) - {"docProps/core.xml"}:
            body = old.read(member)
            if member == "_rels/.rels":
                body = re.sub(rb"<Relationship [^>]*core\.xml[^>]*/>", b"", body)
            if member == "word/styles.xml":
                body = body.replace(b'w:default="1"', b"")
            if member == "[Content_Types].xml":
                body = re.sub(rb"<Override [^>]*core\.xml[^>]*/>", b"", body)
            new.writestr(member, body)

    found = extract(Raw(body=bare.getvalue(), name="ceník.docx"))

    assert found.title == ""
    assert [section.text for section in found.sections] == ["Činí 700 Kč."]
