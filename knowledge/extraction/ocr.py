"""Text recognition by tesseract, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO

import pypdfium2

_LANGUAGES = ("ces", "eng")

#: What tells how a page lies; without it only upright pages are read.
_TURNED = "osd"

#: Dots to an inch: below, small letters are lost; above, it only takes longer.
_RESOLUTION = 300

#: Dots of one page; larger ones are rendered smaller.
_MOST_DOTS = 25_000_000

#: Seconds for one page.
_PATIENCE = 60

#: Pages of one file that are recognised.
_MOST_PAGES = 60


def available() -> bool:
    """Tell whether tesseract with Czech and English is installed."""
    return set(_LANGUAGES) <= _installed()


def pictures(document: pypdfium2.PdfDocument, numbers: Iterable[int]) -> dict[int, bytes]:
    """Return pictures of pages (counted from 1), as many as will be read."""
    if not available():
        return {}
    return {number: _picture(document, number) for number in list(numbers)[:_MOST_PAGES]}


def read(given: Mapping[int, bytes]) -> dict[int, str]:
    """Return the text in pictures of pages, as far as it can be recognised."""
    return {number: _text(picture) for number, picture in given.items()}


@cache
def _installed() -> frozenset[str]:
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    listed = subprocess.run(  # noqa: S603 -- found on the PATH, no input of others
        [program, "--list-langs"], capture_output=True, text=True, timeout=10, check=False
    )
    return frozenset(listed.stdout.split())


def forget_what_is_installed() -> None:
    """Look again at the next question."""
    _installed.cache_clear()


def _picture(document: pypdfium2.PdfDocument, number: int) -> bytes:
    page = document[number - 1]
    picture = BytesIO()
    try:
        width, height = page.get_size()
        scale = min(_RESOLUTION / 72, (_MOST_DOTS / max(1.0, width * height)) ** 0.5)
        page.render(scale=scale, grayscale=True).to_pil().save(picture, "PNG")
    finally:
        page.close()
    return picture.getvalue()


def _text(picture: bytes) -> str:
    program = shutil.which("tesseract") or "tesseract"
    # Its threads wait for each other spinning, which takes the time of whoever else works.
    alone = [shutil.which("env") or "/usr/bin/env", "OMP_THREAD_LIMIT=1"]
    turned = ["--psm", "1"] if _TURNED in _installed() else []
    languages = ["-l", "+".join(_LANGUAGES)]
    try:
        done = subprocess.run(  # noqa: S603 -- a picture on stdin, nothing on the command line
            [*alone, program, "stdin", "stdout", *languages, *turned],
            input=picture,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
