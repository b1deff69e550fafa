"""Replies as Slack shows them: within its limits, nothing lost, nobody called."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.markup.marktree import Table, read, text_of
from bot.messages import Button, Reply
from bot.platforms.slack.home import home_view
from bot.platforms.slack.rendering import fallback, markdown_block, plain_posts, posts
from bot.platforms.slack.streaming import settled

WEDGE = "\u2060"
FRAGMENTS = st.sampled_from(
    [
        *("*", "**", "_", "__", "`", "~~", "[", "](http://a.cz)", "|", "<!channel>", "<!here|x>"),
        *("@everyone", "<@U1>", "<#C1|x>", "\n", "\n\n", "- ", "1. ", "> ", "# ", "```", "<a|b>"),
        *("\\", "&amp;", "&lt;!channel&gt;", "\u202e", "slovo ", "ř", "    ", "x" * 300, "<http"),
        "| a | b |\n|---|---|\n| c | d |\n",
        "| a |\n|---|\n" + "| b |\n" * 120,
        "\n\n" + "Dlouhá věta o výzvě. " * 300 + "\n\n",
    ]
)
MARKDOWN = st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=20).map("".join)


def said(text: str) -> str:
    return "".join(text.replace(WEDGE, "").replace("\u200d", "").split())


def wrong(blocks: list[dict[str, Any]]) -> list[str]:
    """What Slack's own models say against blocks."""
    complaints = []
    for block in blocks:
        parsed = Block.parse(block)
        complaints += [] if parsed and parsed.to_dict() else [f"unknown: {block['type']}"]
    return complaints


@given(MARKDOWN)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_markdown_gives_messages_that_slack_takes(text: str) -> None:
    made = posts(Reply(text=text, buttons=((Button(label="Ano", data="y:1"),),), feedback="7"))

    for post in made:
        assert wrong(post.blocks) == []
        shown = [b["text"] for b in post.blocks if b["type"] == "markdown"]
        assert 0 < sum(map(len, shown)) + 20 <= 12_000 or not text.strip()
        tables = [node for part in shown for node in read(part) if isinstance(node, Table)]
        assert [len(table.rows) for table in tables if len(table.rows) > 99] + tables[1:] == []
        assert 0 < len(post.text) <= 4_000


@given(MARKDOWN)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_nothing_is_lost_at_the_cuts(text: str) -> None:
    shown = [post.blocks[0]["text"] for post in posts(Reply(text=text))]

    after = iter("".join(said(text_of(read(part))) for part in shown))
    assert [sign for sign in said(text_of(read(text))) if sign not in after] == []


@given(MARKDOWN)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_nobody_is_called(text: str) -> None:
    reply = Reply(text=text, buttons=((Button(label=text[:50], data="y:1"),),))
    made = [*posts(reply), *posts(Reply(text=f"[{text}](https://x.cz)"))]

    everything = [post.text for post in made] + [str(post.blocks) for post in made]
    assert [t for t in everything if re.search(r"<[!@#]", t)] == []
    marks = [mark for post in made for mark in re.findall(r"<[^>]*>?", post.text)]
    assert [m for m in marks if not re.fullmatch(r"<(https?:|mailto:)[^|>\s]+\|[^>]*>", m)] == []


@given(MARKDOWN)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_text_alone_says_all_of_it(text: str) -> None:
    parts = plain_posts(text)

    assert [part for part in parts if len(part) > 4_000] == []
    assert len(fallback(text)) <= 4_000


@given(MARKDOWN, st.integers(min_value=0, max_value=400))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_is_settled_of_a_text_begins_it(text: str, size: int) -> None:
    assert text.lstrip().startswith(settled(text[:size]).strip())


@pytest.mark.parametrize(
    ("written", "done"),
    [
        ("První věta. Druhá", "První věta."),
        ("První **věta. Druhá** x", ""),
        ("Odstavec.\n\n- bod", "Odstavec."),
        ("Odstavec.\n\n| a |", "Odstavec."),
        ("A.\n\n```\nkód\n\nještě", "A.\n\n"),
        ("Viz [odkaz. A", ""),
    ],
)
def test_settled(written: str, done: str) -> None:
    assert settled(written).rstrip() == done.rstrip()


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("**Za 7 dní: Parkování** (seminář)", "*Za 7 dní: Parkování* (seminář)"),
        ("# Nadpis **tučně**", "*Nadpis tučně*"),
        ("*a* ~~b~~ `c`", "_a_ ~b~ `c`"),
        ("[x](https://x.cz/?a=1&b=2)", "<https://x.cz/?a=1&amp;b=2|x>"),
        ("a & <b> > c", "a &amp; &lt;b&gt; &gt; c"),
        ("- a\n- b\n  - c", "• a\n• b\n    • c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> a\n>\n> b", "> a\n> b"),
        ("```py\nx < 1\n```", "```x &lt; 1```"),
        ("| a | b |\n|---|---|\n| c | **d** |", "a · b\nc · *d*"),
        ("a\n\n---\n\nb", "a\n———\nb"),
        (r"\*\*a\*\*", f"*{WEDGE}*a*{WEDGE}*"),
        ("<!channel> @here", f"&lt;{WEDGE}!channel&gt; @{WEDGE}here"),
        ("", "…"),
    ],
)
def test_text_for_notifications(markdown: str, mrkdwn: str) -> None:
    assert fallback(markdown) == mrkdwn


def test_long_text_for_notifications_is_cut_whole() -> None:
    text = fallback("Věta s [odkazem](https://x.cz). " * 400)

    assert text.endswith("<https://x.cz|odkazem>.\n…")


def test_buttons_within_limits() -> None:
    row = (
        Button(label="x" * 90, data="d:1", style="primary"),
        Button(label="Web", url="https://x.cz/á"),
        Button(label="Zlý", url="javascript:x"),
        Button(label="Divný", data="d:2", style="pink"),
    )
    (post,) = posts(Reply(text="a", buttons=(row, (Button(label="Ne", data="n:1"),) * 30)))

    kinds = [block["type"] for block in post.blocks]
    first, *more = [block["elements"] for block in post.blocks[1:]]
    assert kinds == ["markdown", "actions", "actions", "actions"]
    assert [(e["text"]["text"], e.get("url"), e.get("value"), e.get("style")) for e in first] == [
        ("x" * 74 + "…", None, "d:1", "primary"),
        ("Web", "https://x.cz/%C3%A1", None, None),
        ("Divný", None, "d:2", None),
    ]
    assert [len(elements) for elements in more] == [25, 5]
    assert wrong(post.blocks) == []


def test_reply_of_buttons_alone() -> None:
    (post,) = posts(Reply(text="", buttons=((Button(label="Ano", data="y:1"),),)))

    assert (post.text, [block["type"] for block in post.blocks]) == ("Ano", ["actions"])
    assert posts(Reply(text="")) == []


def test_two_tables_are_two_messages() -> None:
    table = "| a | b |\n|---|---|\n| c | d |"

    assert len(posts(Reply(text=f"{table}\n\ntext\n\n{table}"))) == 2


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        (
            "**Kurz**\nčt 17. 6.\n[více](https://a.cz)",
            "**Kurz**  \nčt 17. 6.  \n[více](https://a.cz)",
        ),
        ("> a\n> b", "> a  \n> b"),
        ("- a\n  b\n- c", "- a  \n  b\n- c"),
        ("# a\n\nb", "# a\n\nb"),
    ],
)
def test_lines_stay_lines(markdown: str, shown: str) -> None:
    assert markdown_block(markdown)["text"] == shown


def test_no_break_spaces_and_dates_stay() -> None:
    text = "st 9.\u00a06.\u00a02027 ve 14:00 \u2013 **IROP**"

    assert markdown_block(text)["text"] == text


def test_home_is_a_view_of_blocks_that_slack_takes_there() -> None:
    text = (
        "## Přehled\n\nO **mně**.\n\n**Výzvy**\n\n- a – [b](https://a.cz)\n\n" + "## " + "x" * 160
    )
    view = home_view(Reply(text=text, buttons=((Button(label="EN", data="l:en"),),)))

    shown = [(b["type"], b["text"]["text"]) for b in view["blocks"][:-1]]
    assert (view["type"], view["blocks"][-1]["type"]) == ("home", "actions")
    assert shown == [
        ("header", "Přehled"),
        ("section", "O *mně*."),
        ("section", "*Výzvy*\n• a – <https://a.cz|b>"),
        ("section", f"*{'x' * 160}*"),
    ]


@given(MARKDOWN)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_any_home_is_taken(text: str) -> None:
    row = tuple(Button(label=text[:80] or "x", data="a:1") for _ in range(60))
    blocks = home_view(Reply(text=text, buttons=(row, row)))["blocks"]

    texts = [b["text"]["text"] for b in blocks if b["type"] != "actions"]
    assert {b["type"] for b in blocks} <= {"header", "section", "actions"}
    assert (wrong(blocks), len(blocks) <= 100) == ([], True)
    assert [t for t in texts if not 0 < len(t) <= 3_000 or re.search(r"<[!@#]", t)] == []
