"""What can go wrong in `scheduler`; the docstring is the default message.

SchedulerError
├── EventSourceError   an event source, or one of its items, cannot be read
├── UnknownEvent       no event has this uid
├── ImpossibleEvent    what an editor gives is no event
│   └── EventExists    the event is there already
├── NotDelivered       the platform did not take a post; it may be tried again
├── Undeliverable      the platform will never take it
└── CannotTell         the platform cannot be asked whether it arrived
"""

from __future__ import annotations


class SchedulerError(Exception):
    """Something went wrong with events or reminders."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class EventSourceError(SchedulerError):
    """The event source cannot be read."""


class UnknownEvent(SchedulerError):
    """There is no such event. List them with: cscc events list"""


class ImpossibleEvent(SchedulerError):
    """An event that ends before it starts, or has no title, cannot be."""

    #: What is wrong: "title", "end" or "exists".
    what = ""

    def __init__(self, message: str | None = None, *, what: str = "") -> None:
        super().__init__(message)
        self.what = what or self.what


class EventExists(ImpossibleEvent):
    """There is such an event already."""

    what = "exists"


class NotDelivered(SchedulerError):
    """The platform did not take the post; it may be tried again."""

    def __init__(
        self, message: str | None = None, *, retry_after: float | None = None, certain: bool = True
    ) -> None:
        super().__init__(message)
        #: Seconds, as the platform says; None if it does not.
        self.retry_after = retry_after
        #: False where the post may have arrived all the same.
        self.certain = certain


class Undeliverable(SchedulerError):
    """The platform will never take this post."""

    def __init__(self, message: str | None = None, *, moved_to: str | None = None) -> None:
        super().__init__(message)
        self.moved_to = moved_to


class CannotTell(SchedulerError):
    """The platform cannot be asked whether the post arrived."""
