"""All SQL of `scheduler`: one module for each group of tables, and `Store` over them."""

from __future__ import annotations

from scheduler.store.listing import EventFilter
from scheduler.store.record import Delivery
from scheduler.store.state import AuditEntry, SourceState
from scheduler.store.store import Store

__all__ = ["AuditEntry", "Delivery", "EventFilter", "SourceState", "Store"]
