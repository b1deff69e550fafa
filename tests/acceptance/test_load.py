"""Many at once on both platforms, through the real process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.load import assistant, burst, own_memory, soak, stand_ins
from tests.acceptance.slack_world import needs_slack

pytestmark = [*needs_slack, pytest.mark.timeout(300)]


async def test_two_hundred_questions_at_once_over_fifty_chats(tmp_path: Path) -> None:
    async with stand_ins() as (slack, telegram), assistant(tmp_path, slack, telegram) as running:
        found = await burst(slack, telegram)
        before = own_memory(running.process.pid)
        more = await soak(slack, telegram, running, 500)

    assert (found.asked, found.answered, found.doubled, found.out_of_order) == (200, 200, 0, 0)
    # Under a second on a machine that does nothing else; here other tests may run beside it.
    assert found.sign_p95 < 3
    assert more.megabytes[500] - before < 25
