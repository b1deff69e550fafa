"""Whether a disk is full, and in one sentence why a folder cannot be written to."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

#: With fewer bytes than this left, whatever failed did so for want of space.
_NOTHING = 4_000_000


def why(folder: Path, error: Exception) -> str:
    """Return the sentence; a full disk has many names in libraries, so the disk is asked."""
    if _is_full(folder, error):
        return f"No space is left on the disk ({folder}). Free some and run it again."
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{folder} cannot be written to: {text.rstrip('.')}."


def _is_full(folder: Path, error: Exception) -> bool:
    if getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT} or "disk is full" in str(
        error
    ):
        return True
    return is_full(folder)


def is_full(folder: Path) -> bool:
    """Tell whether nothing can be written below a folder for want of space."""
    there = next((each for each in (folder, *folder.parents) if each.is_dir()), None)
    return there is not None and shutil.disk_usage(there).free < _NOTHING
