"""What is told when: one module for each kind of reminder, and the plan over all of them. Pure.

To add a kind that counts from an instant of an event: a module here and a line in
`planning.ANCHORED` and `lateness.SPENT`.
"""

from __future__ import annotations

from scheduler.reminders.anchors import Anchor, anchors
from scheduler.reminders.leads import DEFAULT_LEADS
from scheduler.reminders.matching import mismatch
from scheduler.reminders.occasions import Occasion, Window
from scheduler.reminders.planning import Known, Option, Subscribers, options, plan

__all__ = [
    "DEFAULT_LEADS",
    "Anchor",
    "Known",
    "Occasion",
    "Option",
    "Subscribers",
    "Window",
    "anchors",
    "mismatch",
    "options",
    "plan",
]
