"""A choice of what is sent, beside what the configuration has sent."""

from __future__ import annotations

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
