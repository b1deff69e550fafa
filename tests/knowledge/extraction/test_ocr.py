"""Real text recognition: skipped where tesseract is not installed."""

from __future__ import annotations

import ctypes
import io
from contextlib import suppress

import pypdfium2
import pypdfium2.raw as raw
import pytest
from PIL import Image, ImageDraw, ImageFont

from knowledge.extraction import Raw, Unreadable, edition, extract, ocr
from tests.knowledge.papers import lines, pdf

NOTICE = [
    "Žlutá popelnice se vyváží každé sudé úterý od šesti hodin.",
    "Příspěvek činí 365 korun ročně a platí se předem.",
    "Šťastnou třídu řídí útvar čistoty města Ďáblice.",
]
STREETS = ["Žižkova, Říční a Školní ulice mají svoz v pátek."]

#: Fonts with Czech letters, one of which most machines have.
_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf")

recognising = pytest.mark.skipif(
    not ocr.available(), reason="tesseract with the languages ces and eng is not installed"
)


def czech_font(size: int) -> ImageFont.FreeTypeFont:
    for name in _FONTS:
        with suppress(OSError):
            return ImageFont.truetype(name, size)
    pytest.skip("no font with Czech letters is installed")


def picture(rows: list[str], *, turned: int = 0) -> Image.Image:
    """Draw a page as a scanner sees it: grey, a little askew, perhaps on its side."""
    page = Image.new("L", (1240, 1100), 250)
    draw = ImageDraw.Draw(page)
    font = czech_font(32)
    for at, row in enumerate(rows):
        draw.text((110, 150 + 70 * at), row, 20, font)
    return page.rotate(0.4, fillcolor=250).rotate(turned, expand=True, fillcolor=250)


def scan(*pages: Image.Image) -> bytes:
    file = io.BytesIO()
    pages[0].save(file, "PDF", resolution=150, save_all=True, append_images=list(pages[1:]))
    return file.getvalue()


def joined(*files: bytes) -> bytes:
    whole = pypdfium2.PdfDocument.new()
    for each in files:
        whole.import_pages(pypdfium2.PdfDocument(each))
    file = io.BytesIO()
    whole.save(file)
    return file.getvalue()


def said(body: bytes) -> list[tuple[int | None, str]]:
    found = extract(Raw(body=body, name="x.pdf"))
    return [(each.page, " ".join(each.text.split())) for each in found.sections]


@recognising
def test_a_scan_of_several_pages_is_read_with_its_accents_and_page_numbers() -> None:
    assert said(scan(picture(NOTICE), picture(STREETS))) == [
        (1, " ".join(NOTICE)),
        (2, " ".join(STREETS)),
    ]


@recognising
def test_a_page_that_was_scanned_on_its_side_is_read() -> None:
    assert said(scan(picture(NOTICE * 2, turned=90))) == [(1, " ".join(NOTICE * 2))]


@recognising
def test_pages_with_and_without_a_text_layer_stand_in_one_file() -> None:
    typed = pdf(lines((60, 700, 11, "Minutes of the meeting that was held on the first of March.")))

    assert said(joined(typed, scan(picture(STREETS)))) == [
        (1, "Minutes of the meeting that was held on the first of March."),
        (2, " ".join(STREETS)),
    ]


@recognising
def test_the_stamp_of_a_scanner_is_not_taken_for_a_text_layer() -> None:
    document = pypdfium2.PdfDocument(scan(picture(STREETS)))
    stamp = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", 12)
    signs = [*map(ord, "Scanned by a phone"), 0]
    raw.FPDFText_SetText(stamp, (ctypes.c_ushort * len(signs))(*signs))
    raw.FPDFPage_InsertObject(document[0], stamp)
    document[0].gen_content()
    file = io.BytesIO()
    document.save(file)

    ((page, text),) = said(file.getvalue())

    assert (page, STREETS[0] in text) == (1, True)


@recognising
def test_an_empty_scan_is_said_to_hold_no_text() -> None:
    with pytest.raises(Unreadable, match=r"no text layer .* recognition found nothing"):
        extract(Raw(body=scan(picture([])), name="x.pdf"))


def test_installing_tesseract_makes_everything_be_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    ocr.forget_what_is_installed()
    without = edition()
    monkeypatch.undo()
    ocr.forget_what_is_installed()

    assert (edition() != without) == ocr.available()
