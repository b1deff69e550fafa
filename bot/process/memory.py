"""Keeps the process small."""

from __future__ import annotations

import ctypes

#: M_ARENA_MAX of glibc's <malloc.h>.
_ARENA_MAX = -8
#: One for the event loop, one for what threads do beside it.
HEAPS = 2


def share_heaps() -> None:
    """Have threads share their heaps, where the C library gives each one of its own (glibc).

    A dozen threads hold and free a little each: in heaps of their own that grows for weeks. To be
    called before the threads start.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, HEAPS)
