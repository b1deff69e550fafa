"""The terminal as a chat of one person."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.messages import Button, File, Message, MessageKind, Reply
from bot.platforms.console import ConsolePlatform

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
FREE = Reply(text="Zdarma.")
BUTTONS = ((Button(label="Ano", data="yes:1"), Button(label="Web", url="https://a.cz/")),)


async def talk(
    folder: Path, lines: Sequence[str], reply: Reply = FREE
) -> tuple[list[Message], str]:
    """Type lines; return what came in and what was printed."""
    target = io.StringIO()
    taken: list[Message] = []
    console = ConsolePlatform(
        clock=lambda: NOW, folder=folder, source=io.StringIO("\n".join(lines)), target=target
    )

    async def accept(message: Message) -> None:
        taken.append(message)
        await console.responder(message).finish(reply)

    await console.run(accept)
    return taken, target.getvalue()


async def test_each_line_is_a_message(tmp_path: Path) -> None:
    taken, _ = await talk(tmp_path, ["Kolik stojí členství?", "", "/events červen"])

    assert [(m.kind, m.text, m.command, m.arguments) for m in taken] == [
        (MessageKind.TEXT, "Kolik stojí členství?", "", ""),
        (MessageKind.COMMAND, "", "events", "červen"),
    ]
    assert {m.address for m in taken} == {"console:local"}
    assert len({m.id for m in taken}) == 2


async def test_an_answer_shows_where_its_links_lead(tmp_path: Path) -> None:
    reply = Reply(text="Je to **zdarma**. [Zdroj](https://a.cz/clenstvi)")

    _, printed = await talk(tmp_path, ["Kolik?"], reply)

    assert "Je to zdarma. Zdroj (https://a.cz/clenstvi)" in printed


async def test_nothing_that_is_said_steers_the_terminal(tmp_path: Path) -> None:
    nasty = "a\x1b[2J\x9b1m\u202eb&#27;[1m"
    reply = Reply(text=nasty, buttons=((Button(label=nasty, data="x:1"),),))

    _, printed = await talk(tmp_path, ["Kolik?"], reply)

    assert "1) a[2J1mb&#27;[1m" in printed
    assert [sign for sign in printed if (sign < " " and sign != "\n") or sign in "\x9b\u202e"] == []


async def test_a_line_ends_where_it_is_written_to_end(tmp_path: Path) -> None:
    _, printed = await talk(tmp_path, ["Kdy?"], Reply(text="**Za 7 dní**\nPísek\n\nKonec"))

    assert [line.strip() for line in printed.splitlines()][-6:-1] == [
        "Za 7 dní",
        "Písek",
        "",
        "Konec",
        "",
    ]


async def test_a_number_presses_the_button(tmp_path: Path) -> None:
    taken, printed = await talk(tmp_path, ["Kolik?", "1", "2"], Reply(text="?", buttons=BUTTONS))

    assert "1) Ano   Web: https://a.cz/" in printed
    assert [(m.kind, m.data, m.text) for m in taken[1:]] == [
        (MessageKind.BUTTON, "yes:1", ""),
        (MessageKind.TEXT, "", "2"),
    ]


async def test_a_file_is_put_into_the_folder(tmp_path: Path) -> None:
    file = File(name="../seminář.ics", content=b"BEGIN", media_type="text/calendar")

    await talk(tmp_path / "files", ["/ics"], Reply(text="Tady", files=(file,)))

    assert (tmp_path / "files" / "seminář.ics").read_bytes() == b"BEGIN"
    assert not (tmp_path / "seminář.ics").exists()
