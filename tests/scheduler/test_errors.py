"""What goes wrong in the scheduler, and what it says."""

from __future__ import annotations

import inspect

import pytest

import scheduler.errors as errors
from scheduler.errors import (
    CannotTell,
    EventExists,
    EventSourceError,
    ImpossibleEvent,
    NotDelivered,
    SchedulerError,
    Undeliverable,
    UnknownEvent,
)

EVERY = [one for _, one in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("error", EVERY)
def test_every_error_is_one_of_the_schedulers_and_has_a_sentence(
    error: type[SchedulerError],
) -> None:
    assert issubclass(error, SchedulerError)
    assert str(error()) == error.__doc__
    assert str(error("This instead.")) == "This instead."


def test_what_cannot_be_says_why() -> None:
    assert ImpossibleEvent("The end is before the start.", what="end").what == "end"
    assert (EventExists().what, EventExists(what="title").what) == ("exists", "title")
    with pytest.raises(ImpossibleEvent):
        raise EventExists


def test_what_was_not_delivered_may_be_tried_again() -> None:
    error = NotDelivered("Too many.", retry_after=3.5, certain=False)

    assert (error.retry_after, error.certain) == (3.5, False)
    assert (NotDelivered().retry_after, NotDelivered().certain) == (None, True)


def test_what_will_never_be_taken_may_have_moved() -> None:
    assert Undeliverable("Gone.", moved_to="telegram:-1002").moved_to == "telegram:-1002"
    assert Undeliverable().moved_to is None


@pytest.mark.parametrize("error", [CannotTell, EventSourceError, UnknownEvent])
def test_errors_are_treated_differently(error: type[SchedulerError]) -> None:
    others = {CannotTell, EventSourceError, UnknownEvent} - {error}

    assert not any(issubclass(error, other) for other in others)
