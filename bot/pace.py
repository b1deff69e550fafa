"""How many questions one person may ask in a while."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

#: People that are counted; the one who was quiet longest is forgotten first.
_PEOPLE = 5000


class Pace:
    """Counts each person's questions within a sliding window."""

    def __init__(self, count: int = 30, window: timedelta = timedelta(minutes=1)) -> None:
        self._count = count
        self._window = window
        self._asked: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._told: dict[str, datetime] = {}

    def allows(self, author: str, now: datetime) -> bool:
        """Count a question; False where there were too many lately (it is not counted then)."""
        asked = self._asked.setdefault(author, deque())
        self._asked.move_to_end(author)
        while asked and now - asked[0] >= self._window:
            asked.popleft()
        if len(self._asked) > _PEOPLE:
            gone, _ = self._asked.popitem(last=False)
            self._told.pop(gone, None)
        if len(asked) >= self._count:
            return False
        asked.append(now)
        return True

    def tells(self, author: str, now: datetime) -> bool:
        """Tell whether the person is to be told that it was too much: once in a window."""
        told = self._told.get(author)
        if told is not None and now - told < self._window:
            return False
        self._told[author] = now
        return True
