"""Tells a button that was clicked twice in a hurry from one that was pressed again."""

from __future__ import annotations

from collections import OrderedDict

from bot.messages import Message

#: Seconds between the clicks of a double one, and presses that are remembered.
_DOUBLE, _MOST = 1.0, 500


class Clicks:
    """Remembers when who last pressed what; by Slack's own times."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def is_second(self, press: Message, action_ts: object) -> bool:
        """Whether the same person has just pressed the same button."""
        try:
            at = float(str(action_ts))
        except ValueError:
            return False
        what = (press.chat, press.ref, press.author, press.data)
        before = self._last.pop(what, None)
        self._last[what] = at
        while len(self._last) > _MOST:
            self._last.popitem(last=False)
        # The very same press comes again where it could not be stored.
        return before is not None and 0 < abs(at - before) < _DOUBLE
