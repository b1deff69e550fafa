"""Notices on their way to the platforms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messages import DeliveryError, Undeliverable
from bot.notifier import Notifier
from bot.wording.reader import handle
from scheduler import errors
from scheduler.events import Notice
from scheduler.ports import Deliverer
from tests.bot.conftest import Dialogue
from tests.bot.test_wording_notices import SEMINAR, VARIANTS
from tests.fakes import Sent

DUE, _, ITEMS = VARIANTS["seminar in 7 days"]
NOTICE = Notice(
    post_id="p1",
    address="slack:C1/2.0",
    language="cs",
    timezone="Europe/Prague",
    items=ITEMS,
    reply_to="77",
    due_at=DUE,
)
_, _, EXAMPLES = VARIANTS["example"]


@pytest.fixture
def notifier(dialogue: Dialogue) -> Notifier:
    dialogue.clock.now = DUE
    return Notifier(dialogue.platforms, store=dialogue.store, clock=dialogue.clock)


async def test_notice_is_posted_with_its_key_where_it_belongs(
    dialogue: Dialogue, notifier: Deliverer
) -> None:
    await notifier.ready(NOTICE.address)
    ref = await notifier.deliver(NOTICE)

    [sent] = dialogue.slack.sent
    assert (sent.address, sent.key, sent.reply_to, sent.ref) == ("slack:C1/2.0", "p1", "77", ref)
    assert sent.reply.text.startswith("📅 **Za 7 dní: Parkování v malém městě** (seminář)")
    assert dialogue.slack.slots == [("slack:C1/2.0", False)]


async def test_late_notice_says_what_is_really_left(
    dialogue: Dialogue, notifier: Deliverer
) -> None:
    dialogue.clock.forward(hours=6)

    await notifier.deliver(NOTICE)

    assert dialogue.slack.sent[0].reply.text.startswith("📅 **Za 6 dní a 19 hodin: ")


async def test_buttons_of_a_posted_notice_work(dialogue: Dialogue, notifier: Deliverer) -> None:
    dialogue.agenda.known = [SEMINAR]
    ref = await notifier.deliver(NOTICE)
    name = handle(SEMINAR.uid)

    for _ in range(2):
        await dialogue.press(f"interested:{name}", ref=ref)

    [(address, edited, reply)] = dialogue.slack.edited
    assert (address, edited) == (NOTICE.address, ref)
    assert reply.buttons[0][1].label == "Zajímá mě (1)"
    assert reply.text == dialogue.slack.sent[0].reply.text


@pytest.mark.parametrize("platform", ["slack", "telegram"])
async def test_examples_are_kept_from_working_chats(
    dialogue: Dialogue, notifier: Deliverer, platform: str
) -> None:
    notice = replace(NOTICE, items=EXAMPLES, address=f"{platform}:1")

    with pytest.raises(errors.Undeliverable):
        await notifier.deliver(notice)

    await notifier.deliver(replace(notice, items=(*EXAMPLES, *ITEMS)))
    [sent] = dialogue.platforms[platform].sent
    assert "(ukázka)" not in sent.reply.text


@pytest.mark.parametrize("platform", ["console", "web"])
async def test_examples_are_shown_in_console_and_web(
    dialogue: Dialogue, notifier: Deliverer, platform: str
) -> None:
    await notifier.deliver(replace(NOTICE, items=EXAMPLES, address=f"{platform}:1"))

    assert "(ukázka)" in dialogue.platforms[platform].sent[0].reply.text


async def test_faults_are_told_in_the_schedulers_words(
    dialogue: Dialogue, notifier: Deliverer
) -> None:
    dialogue.slack.faults = [DeliveryError("busy", retry_after=3.0, certain=False)]
    with pytest.raises(errors.NotDelivered) as not_delivered:
        await notifier.deliver(NOTICE)
    dialogue.slack.faults = [Undeliverable("moved", moved_to="slack:C2")]
    with pytest.raises(errors.Undeliverable) as undeliverable:
        await notifier.deliver(NOTICE)

    assert (not_delivered.value.retry_after, not_delivered.value.certain) == (3.0, False)
    assert undeliverable.value.moved_to == "slack:C2"


async def test_unknown_platform_is_undeliverable(notifier: Deliverer) -> None:
    with pytest.raises(errors.Undeliverable):
        await notifier.ready("matrix:1")


async def test_posts_are_found_by_their_key(dialogue: Dialogue, notifier: Deliverer) -> None:
    dialogue.slack.sent = [Sent(NOTICE.address, None, key="p1", ref="9")]  # type: ignore[arg-type]

    assert await notifier.find(NOTICE.address, "p1", DUE) == "9"
    assert await notifier.find(NOTICE.address, "p2", DUE) is None
    dialogue.slack.can_look = False
    with pytest.raises(errors.CannotTell):
        await notifier.find(NOTICE.address, "p1", DUE)


async def test_dry_run_calls_no_platform(dialogue: Dialogue) -> None:
    notifier = Notifier(
        dialogue.platforms, store=dialogue.store, clock=dialogue.clock, dry_run=True
    )

    await notifier.ready(NOTICE.address)

    assert await notifier.deliver(NOTICE) == "dry-run:p1"
    assert (dialogue.slack.sent, dialogue.slack.slots) == ([], [])
