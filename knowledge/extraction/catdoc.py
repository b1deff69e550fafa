"""Word and PowerPoint files of before 2007, by `catdoc` and `catppt` where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from knowledge.documents import Section
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.outline import Outline
from knowledge.extraction.text import tidy

#: Seconds for one file.
_PATIENCE = 30

#: Limits of the shell: blocks of 512 bytes that may be written, kB of memory, seconds of work. The
#: programs are old, and the files are strangers'.
_LIMITS = 'ulimit -f 40000; ulimit -v 1000000; ulimit -t 30; exec "$0" "$@"'

#: Of texts that name none, and of what is written.
_CHARSETS = ("-s", "cp1250", "-d", "utf-8")


def available() -> bool:
    """Tell whether the programs are installed."""
    return bool(_program("catdoc") and _program("catppt"))


def word(body: bytes) -> Extracted:
    """Extract an old Word file: its paragraphs and tables; it tells no headings."""
    outline = Outline()
    for line in _text("catdoc", body, "-w").split("\n"):
        if "\t" in line.strip():
            outline.row(line.rstrip().split("\t"))
        else:
            outline.block(" ".join(line.split()))
    outline.close()
    return Extracted(sections=tuple(outline.sections))


def slides(body: bytes) -> Extracted:
    """Extract an old presentation; each slide ends with a form feed."""
    parts = [tidy(part) for part in _text("catppt", body).split("\f")]
    return Extracted(
        sections=tuple(Section(text=part, page=at) for at, part in enumerate(parts, 1) if part)
    )


def _text(name: str, body: bytes, *options: str) -> str:
    program = _program(name)
    if program is None:
        raise Unreadable(
            "It is in the format of Office before 2007. Install catdoc, or save it as a newer one."
        )
    with tempfile.TemporaryDirectory() as folder:
        given, written = Path(folder, "given"), Path(folder, "written")
        given.write_bytes(body)
        with written.open("wb") as out:
            try:
                done = subprocess.run(  # noqa: S603 -- found on the PATH, names of our own
                    ["/bin/sh", "-c", _LIMITS, program, *options, *_CHARSETS, str(given)],
                    stdout=out,
                    stderr=subprocess.PIPE,
                    timeout=_PATIENCE,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise Unreadable(f"It takes {name} more than {_PATIENCE} seconds.") from error
        if b"encrypted" in done.stderr.lower() or b"password" in done.stderr.lower():
            raise Unreadable("It is encrypted.")
        if done.returncode:
            raise Unreadable(f"It is damaged: {name} gives it up.")
        return written.read_text("utf-8", "replace")


@cache
def _program(name: str) -> str | None:
    return shutil.which(name)


def forget_what_is_installed() -> None:
    """Look again at the next question."""
    _program.cache_clear()
