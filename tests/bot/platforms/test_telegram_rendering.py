"""Markdown as Telegram's HTML, judged by the parser of Telegram's own library."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.markup import escape, link, pieces
from bot.platforms.telegram.rendering import MESSAGE, fits, render

tdjson = pytest.importorskip("tdjson", reason="there is no tdjson for this machine")


@cache
def tdlib() -> Any:
    tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')
    return tdjson


def parsed(html: str) -> dict[str, Any]:
    """What Telegram's library makes of it: {"text", "entities"}, or an error."""
    mode = {"@type": "textParseModeHTML"}
    request = {"@type": "parseTextEntities", "text": html, "parse_mode": mode}
    answer: dict[str, Any] = json.loads(tdlib().td_execute(json.dumps(request).encode()))
    assert answer["@type"] != "error", (html, answer)
    return answer


def detected(text: str) -> list[str]:
    """Kinds of entities that Telegram finds in plain text by itself."""
    request = {"@type": "getTextEntities", "text": text}
    answer = json.loads(tdlib().td_execute(json.dumps(request).encode()))
    return [entity["type"]["@type"] for entity in answer["entities"]]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a** *b* ~~c~~ `d<`", "<b>a</b> <i>b</i> <s>c</s> <code>d&lt;</code>"),
        ("# Nadpis\ntext", "<b>Nadpis</b>\ntext"),
        ("a\n\nb\nc", "a\n\nb\nc"),
        ("[CSCC](https://cscc.cz/?a=1&b=2)", '<a href="https://cscc.cz/?a=1&amp;b=2">CSCC</a>'),
        ("[x](javascript:alert)", "[x](javascript:alert)"),
        ("> citát\n> > hlubší", "<blockquote>citát\n\n» hlubší</blockquote>"),
        ("- a\n- b\n  1. c\n  2. d", "• a\n• b\n    1. c\n    2. d"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("```python\nx < 1\n```", '<pre><code class="language-python">x &lt; 1</code></pre>'),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        (
            "| a | b |\n|---|--:|\n| xx | 1 |\n| y | 22 |",
            "<pre>a    b\n──────\nxx   1\ny   22</pre>",
        ),
        (
            "| Výzva | Do |\n|---|---|\n| [A](https://a.cz) | 1. 6. |\n| **B** | 2. 6. |",
            '<b>Výzva: <a href="https://a.cz">A</a></b>\nDo: 1. 6.\n\n'
            "<b>Výzva: <b>B</b></b>\nDo: 2. 6.",
        ),
        (
            "| | Do |\n|---|---|\n| [A](https://a.cz) | |",
            '<b><a href="https://a.cz">A</a></b>\nDo: –',
        ),
        ("[**Pište** nám](mailto:a@b.cz?subject=x) x", "<b>Pište</b> nám (a@b.cz) x"),
        ("[a@b.cz](mailto:a@b.cz)", "a@b.cz"),
    ],
)
def test_markdown_becomes_telegrams_html(markdown: str, html: str) -> None:
    assert render(markdown).html == html
    assert parsed(html)["text"] == render(markdown).text


def test_long_quotes_are_folded() -> None:
    assert render(f"> {'a ' * 600}").html.startswith("<blockquote expandable>")


def test_a_wide_table_becomes_a_list() -> None:
    wide = f"| kdo | co |\n|---|---|\n| {'x' * 20} | {'y' * 20} |"

    assert render(wide).text == f"kdo: {'x' * 20}\nco: {'y' * 20}"


@pytest.mark.parametrize(
    "text", ["@jan_novak", "(@petr)", ".@petr", "a @petr b", "-@petr", "+@petr", "@**petr**"]
)
def test_nobody_is_called(text: str) -> None:
    assert "textEntityTypeMention" in detected(text.replace("*", ""))
    assert "textEntityTypeMention" not in detected(render(text).text)
    assert "textEntityTypeMention" not in detected(render(escape(text)).text)


@pytest.mark.parametrize("text", ["/forget", "(/forget)", "a /forget@cscc_bot b", "- /forget."])
def test_no_command_of_others_can_be_pressed(text: str) -> None:
    assert "textEntityTypeBotCommand" in detected(text)
    assert "textEntityTypeBotCommand" not in detected(render(escape(text)).text)
    assert "textEntityTypeBotCommand" in detected(render("Napište /forget.").text)


def test_signs_of_two_units_count_twice() -> None:
    assert fits("😀" * 2048)
    assert not fits("😀" * 2049)


def test_a_person_is_not_called_by_a_link() -> None:
    assert parsed(render("[Jan](tg://user?id=1)").html)["entities"] == []
    assert parsed(render(link("Jan", "tg://user?id=1")).html)["entities"] == []


#: What trips writers of markup, one to a line (without its ends).
TRAPS = (
    *("*", "**", "_", "`", "```", "~~", "[", "](", ")", "!", "#", ">", "-", "1.", "|", "|---|"),
    *("<", ">", "&", "&lt;", "<b>", "</b>", "<pre>", "<a href='tg://user?id=1'>"),
    *("\n", "\n\n", "\t", "\\", " ", "\u00a0", "\u202e", "\u200b", "\x00", "ž\u0301", "👩\u200d🏫"),
    *("@petr", "&#64;petr", "https://cscc.cz/a_b", "[x](https://a.cz)", "![o](https://a.cz/o.png)"),
)

marked = st.lists(st.one_of(st.sampled_from(TRAPS), st.text(max_size=8)), max_size=30).map("".join)


@settings(max_examples=400, deadline=None)
@given(marked)
@example("> > > a\n> ```\n> x\n> ```")
@example("| a |\n|---|\n")
@example("- \n- a\n\n      code")
def test_any_markdown_is_accepted_and_counted_right(markdown: str) -> None:
    made = render(markdown)
    answer = parsed(made.html)

    # Signs that Telegram removes or changes by itself do not reach it: `parse` took them out.
    assert answer["text"] == made.text
    assert len(answer["entities"]) <= made.entities
    kinds = {entity["type"]["@type"] for entity in answer["entities"]}
    assert "textEntityTypeMentionName" not in kinds
    assert "textEntityTypeMention" not in detected(made.text)


@settings(max_examples=60, deadline=None)
@given(st.lists(marked, min_size=1, max_size=12), st.integers(40, 300))
def test_each_piece_is_accepted_and_nothing_is_lost(parts: list[str], limit: int) -> None:
    markdown = "\n\n".join(parts)

    cut = pieces(markdown, lambda piece: fits(piece, limit))

    assert all(len(parsed(render(piece).html)["text"]) <= limit for piece in cut)
    whole = sorted("".join(render(markdown).text.split()))
    assert len("".join(cut)) == 0 or len(whole) <= sum(len(render(piece).text) for piece in cut)


def test_a_long_answer_becomes_messages_that_fit() -> None:
    sentence = "Věta o **chytrém** městě a [odkaz](https://cscc.cz/clanek). "
    answer = "\n\n".join(sentence * 7 for _ in range(60))

    cut = pieces(answer, fits)

    assert all(len(render(piece).text) <= MESSAGE for piece in cut)
    assert " ".join(render(piece).text for piece in cut).split() == render(answer).text.split()
    assert len(cut) <= 10
