"""Text recognition by tesseract, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from io import BytesIO

import pypdfium2

_LANGUAGES = ("ces", "eng")

#: Dots to an inch: below, small letters are lost; above, it only takes longer.
_RESOLUTION = 300

#: Seconds for one page.
_PATIENCE = 60

#: Pages of one file that are recognised.
_MOST_PAGES = 60


@cache
def available() -> bool:
    """Tell whether tesseract with Czech and English is installed."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    listed = subprocess.run(  # noqa: S603 -- found on the PATH, no input of others
        [program, "--list-langs"], capture_output=True, text=True, timeout=10, check=False
    )
    return set(_LANGUAGES) <= set(listed.stdout.split())


def pages(document: pypdfium2.PdfDocument, numbers: Iterable[int]) -> dict[int, str]:
    """Return the text of pages (counted from 1), as far as it can be recognised."""
    if not available():
        return {}
    return {number: _text(document, number) for number in list(numbers)[:_MOST_PAGES]}


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number - 1]
    picture = BytesIO()
    try:
        page.render(scale=_RESOLUTION / 72).to_pil().save(picture, "PNG")
    finally:
        page.close()
    program = shutil.which("tesseract") or "tesseract"
    try:
        done = subprocess.run(  # noqa: S603 -- a picture on stdin, nothing on the command line
            [program, "stdin", "stdout", "-l", "+".join(_LANGUAGES)],
            input=picture.getvalue(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
