"""Who holds a lease, and whether it is certainly gone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from scheduler.delivery.owners import is_dead, new_owner


@pytest.fixture
def gone() -> int:
    """Return the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def renamed(owner: str, *, pid: int, where: str = "") -> str:
    here, _, rest = owner.partition(":")
    return f"{where or here}:{pid}:{rest.partition(':')[2]}"


def test_a_process_that_has_ended_here_is_dead(gone: int) -> None:
    owner = new_owner()

    assert is_dead(renamed(owner, pid=gone))
    assert not is_dead(owner)
    assert not is_dead(renamed(owner, pid=os.getppid()))


def test_nothing_is_known_of_another_machine_or_container(gone: int) -> None:
    here, _, _ = new_owner().partition(":")
    name, *rest = here.split("/")

    assert not is_dead(renamed(new_owner(), pid=gone, where="elsewhere"))
    # Another container has other processes, though it may bear this machine's name.
    assert not is_dead(renamed(new_owner(), pid=gone, where="/".join([name, *rest, "0"])))
    assert not is_dead(f"{name}:{gone}:0")
