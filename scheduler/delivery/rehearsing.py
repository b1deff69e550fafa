"""A dry run: all that is done before the platform's call, then taken back."""

from __future__ import annotations

import logging
from datetime import datetime

import scheduler.delivery.enqueueing as enqueueing
import scheduler.store.reminders as reminders
from scheduler.delivery.notices import compose
from scheduler.events import Notice
from scheduler.ports import Deliverer
from scheduler.store import Store

__all__ = ["rehearse"]

logger = logging.getLogger(__name__)


async def rehearse(store: Store, deliverer: Deliverer | None, now: datetime) -> None:
    """Go through what is due without posting it; each reminder once, and none is used up.

    The deliverer must be one that does not post (`Notifier(dry_run=True)`).
    """
    notices: list[Notice] = []
    async with store.writing() as connection:
        trial = await connection.begin_nested()
        made, ids = await enqueueing.rehearse(connection, now)
        composed = await compose(connection, made, now)
        notices.extend(one.notice for one in composed if one.notice is not None)
        await trial.rollback()
        await reminders.rehearse(connection, ids, now)
    for notice in notices:
        logger.info(
            "Dry run: would post %s to %s, about %s.",
            notice.post_id,
            notice.address,
            ", ".join(item.event.uid for item in notice.items),
        )
        if deliverer is not None:
            await deliverer.deliver(notice)
