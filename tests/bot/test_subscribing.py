"""A choice of what is sent, beside what the configuration has sent."""

from __future__ import annotations

import pytest

from bot.messages import ReplyKind
from scheduler.events import Subscription
from tests.bot.conftest import GROUP, Dialogue


async def test_a_narrower_choice_is_not_added_to_everything(dialogue: Dialogue) -> None:
    everything = Subscription(id="config:1", address="slack:C1", origin="config")
    await dialogue.agenda.subscribe(everything)

    reply = await dialogue.command("subscribe výzvy energetika", **GROUP)

    assert reply is not None
    assert reply.text == (
        "Sem už posílám všechny akce a výzvy, takže i výzvy (témata: energetika). Chcete-li jen "
        "užší výběr, napište nejdřív /cscc unsubscribe a pak to znovu."
    )
    assert list(dialogue.agenda.subscribed) == ["config:1"]
    await dialogue.command("unsubscribe", **GROUP)
    await dialogue.command("subscribe výzvy energetika", **GROUP)
    assert sorted(dialogue.agenda.subscribed) == ["chat:slack:C1", "config:1"]


@pytest.mark.parametrize("words", ["subscribe", "subscribe výzvy"])
async def test_where_nothing_could_be_posted_the_way_to_it_is_told(
    dialogue: Dialogue, words: str
) -> None:
    dialogue.slack.hindrances["slack:C1"] = "slack.hindrance.invite"
    dialogue.slack.admins = set()

    told = await dialogue.command(words, **GROUP)
    pressed = await dialogue.press("sub:call", **GROUP)
    paused = await dialogue.command("pause", **GROUP)

    invite = (
        "Nejsem členem tohoto kanálu, takže bych sem nic neposlal. Pozvěte mě (napište /invite "
        "a vyberte mě) a pak příkaz zopakujte."
    )
    assert told is not None
    assert pressed is not None
    assert paused is not None
    assert [told.text, pressed.text, paused.text] == [invite] * 3
    assert pressed.kind is ReplyKind.TOAST
    assert dialogue.agenda.subscribed == {}
