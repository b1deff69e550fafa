"""Threads share their heaps."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from bot.process.memory import HEAPS

#: Eight threads allocate at the same time; then the C library says how many heaps it has.
COUNT = """
import ctypes, tempfile, threading
from bot.process.memory import share_heaps
share_heaps()
libc, all_there = ctypes.CDLL(None), threading.Barrier(8)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fflush.argtypes = [ctypes.c_void_p]
def work():
    all_there.wait()
    libc.malloc(5000)
    all_there.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[each.start() for each in threads]
[each.join() for each in threads]
with tempfile.TemporaryFile() as file:
    stream = libc.fdopen(file.fileno(), b"w")
    libc.malloc_info(0, stream)
    libc.fflush(stream)
    file.seek(0)
    print(file.read().count(b"<heap nr="))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps for threads are glibc's")
def test_threads_share_their_heaps() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}

    done = subprocess.run(
        [sys.executable, "-c", COUNT], capture_output=True, check=True, env=environment
    )

    assert int(done.stdout) == HEAPS
