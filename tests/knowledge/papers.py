"""PDF files made in a test."""

from __future__ import annotations


def pdf(*contents: str, turned: int = 0) -> bytes:
    """Write a PDF by hand: one content stream for each page, turned for the reader."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(contents)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Rotate {turned} /MediaBox [0 0 595 842]"
            " /Resources << /Font "
            f"<< /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    return _file(objects)


def form(content: str, value: str) -> bytes:
    """Write a PDF of one page, with a field that somebody filled in."""
    look = f"/Tx BMC q BT /F1 12 Tf 2 4 Td ({value}) Tj ET Q EMC"
    fonts = "/Resources << /Font << /F1 3 0 R >> >>"
    return _file(
        [
            "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>",
            "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {fonts}"
            " /Contents 5 0 R /Annots [6 0 R] >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V ({value}) /F 4"
            " /Rect [50 650 300 670] /AP << /N 7 0 R >> >>",
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 250 20] {fonts} /Length {len(look)} >>"
            f"\nstream\n{look}\nendstream",
        ]
    )


def _file(objects: list[str]) -> bytes:
    body = "%PDF-1.4\n"
    offsets = []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    body += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    body += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return body.encode("latin-1")


def lines(*rows: tuple[int, int, int, str]) -> str:
    """Return a content stream: (x, y, size, text)."""
    shown = "".join(f"/F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj\n" for x, y, size, text in rows)
    return f"BT\n{shown}ET"
