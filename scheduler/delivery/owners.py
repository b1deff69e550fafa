"""Who holds a lease: names of processes, and whether one on this machine is still alive."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from uuid import uuid4

__all__ = ["is_dead", "new_owner"]


def new_owner() -> str:
    """Return a name for this process, never used before."""
    return f"{_here()}:{os.getpid()}:{uuid4().hex}"


def is_dead(owner: str) -> bool:
    """Say whether the owner was a process of this machine that is certainly gone.

    So a restart after a kill need not wait for a lease to run out.
    """
    here, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if here != _here() or not pid.isdigit() or os.name != "posix":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _here() -> str:
    """Name the machine, its start and the container: a process id says nothing elsewhere."""
    parts = [socket.gethostname()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(str(Path("/proc/self/ns/pid").stat().st_ino))
    except OSError:
        pass  # not Linux
    return "/".join(parts)
