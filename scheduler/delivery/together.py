"""Does in one transaction what several sends ask for at the same time.

A commit has to reach the disk. With one for each claim and each result, the disk, not the
platform's limit, would say how fast a full queue drains.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

__all__ = ["Together"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

#: Handled at once; other writers wait so long.
MOST = 50


@dataclass(eq=False)
class _Wish(Generic[Asked, Answer]):
    asked: Asked
    done: bool = False
    answer: Answer | None = None
    error: BaseException | None = None


class Together(Generic[Asked, Answer]):
    """Hands to `handle` what has been asked for while it was busy, all at once.

    `handle` answers in the order of what it is given, and has changed nothing if it raises.
    """

    def __init__(self, handle: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]]) -> None:
        self._handle = handle
        self._waiting: list[_Wish[Asked, Answer]] = []
        self._turn = asyncio.Lock()

    async def ask(self, asked: Asked) -> Answer:
        """Return the answer; what fails for one alone fails for no other."""
        wish: _Wish[Asked, Answer] = _Wish(asked)
        self._waiting.append(wish)
        try:
            async with self._turn:
                while not wish.done:
                    batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                    await self._fulfil(batch)
        finally:
            if wish in self._waiting:
                self._waiting.remove(wish)
        if wish.error is not None:
            raise wish.error
        return wish.answer  # type: ignore[return-value]

    async def _fulfil(self, batch: Sequence[_Wish[Asked, Answer]]) -> None:
        work = self._handle([wish.asked for wish in batch])
        [found] = await asyncio.gather(work, return_exceptions=True)
        if not isinstance(found, BaseException):
            for wish, answer in zip(batch, found, strict=True):
                wish.answer, wish.done = answer, True
        elif not isinstance(found, Exception):
            raise found
        elif len(batch) == 1 or isinstance(found, SQLAlchemyError):
            for wish in batch:
                wish.error, wish.done = found, True
        else:  # whose fault it is shows when each is handled alone
            for wish in batch:
                await self._fulfil([wish])
