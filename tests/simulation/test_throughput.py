"""Many reminders due in one minute, on Telegram's limits; the large one is a command."""

from __future__ import annotations

from pathlib import Path

from tests.simulation.throughput import drain

CHATS = 240


def test_a_full_queue_drains_at_the_permitted_rate_and_answers_go_first(tmp_path: Path) -> None:
    # Nine events are two posts for each chat.
    found = drain(tmp_path, chats=CHATS, events=9)

    assert (found.posts, found.reminders) == (2 * CHATS, 9 * CHATS)
    assert found.share >= 0.97
    assert max(found.waits) < 1
    # What waits its turn waits as rows, not in memory.
    assert found.most_tasks < 120
    assert found.grown < 20  # MB


def test_on_a_slow_disk_many_claims_and_results_are_written_at_once(tmp_path: Path) -> None:
    found = drain(tmp_path, chats=CHATS // 4, events=9, commit=0.1)

    # A commit for each claim and each result would be two for a post, and ten a second at most.
    assert found.commits < 0.7 * found.posts
    assert found.posts / found.seconds > 20
