"""All SQL of `scheduler`: one module for each group of tables, and `Store` over them."""

from __future__ import annotations

from scheduler.store.store import MIGRATIONS, Store

__all__ = ["MIGRATIONS", "Store"]
