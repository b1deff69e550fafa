"""Markdown inside: what comes from outside stays text, and long texts are cut without loss."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import escape, link, parse, pieces, plain
from bot.markup.marktree import read, text_of
from bot.markup.writing import with_breaks, write

WEDGE = "\u2060"
FRAGMENTS = st.sampled_from(
    [
        *("*", "**", "_", "__", "`", "``", "~~", "[", "]", "(", ")", "](http://a.cz)", "***", "|"),
        *("<!channel>", "@everyone", "<@U1>", "\n", "\n\n", "- ", "1. ", "> ", "# ", "```", "--"),
        *("\\", "&amp;", "&nbsp;", "\u202e", "\u200b", "!", "a", "b c", "ř", "„x“", ": ", "=="),
        *("    ", "\t", "\u00a0", "👨‍👩‍👧", "![x](http://e.cz/i)", "[r]: http://r.cz\n", "[r]"),
        "| a | b |\n|---|---|\n| c | d |\n",
    ]
)
MARKDOWN = st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=30).map("".join)


def said(text: str) -> list[str]:
    return text.replace(WEDGE, "").split()


@given(MARKDOWN)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_escaped_text_is_only_text(text: str) -> None:
    escaped = escape(text)

    kinds = {t.type for token in parse(escaped) for t in (token, *(token.children or ()))}
    allowed = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak"}
    assert kinds - allowed == set()
    assert text_of(read(escaped)).split() == plain(text).split()


@pytest.mark.parametrize("place", ["{}", "- {}", "> {}", "1. {}", "a {} b", "**x** {}"])
@given(text=MARKDOWN)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_escaped_line_changes_nothing_around_it(place: str, text: str) -> None:
    line = " ".join(text.split())
    shape = [t.type for t in parse(place.format("x"))]

    assert not escape(line) or [t.type for t in parse(place.format(escape(line)))] == shape


@given(st.text())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!channel>", rf"\<{WEDGE}!channel>"),
        ("@everyone a info@cscc.cz", f"@{WEDGE}everyone a info@cscc.cz"),
        (".@all +@all x@y", f".@{WEDGE}all +@{WEDGE}all x@y"),
        ("-@all a.@all a_@all", f"\\-@{WEDGE}all a.@{WEDGE}all a\\_@{WEDGE}all"),
        ("a\u202eb\u200bc\u00add\x00e", "abcde"),
        ("👩‍🏫 x\u200dy", "👩‍🏫 xy"),
        ("HORIZON_MISS-2026 *x* _y_", r"HORIZON_MISS-2026 \*x\* \_y\_"),
        ("2026. rok", r"2026\. rok"),
        ("# a\n- b\n> c", "\\# a\n\\- b\n\\> c"),
        ("1 < 2 & 3; &lt;", r"1 \< 2 & 3; \&lt;"),
        ("&lt;!here&#62; &#60;@U1>", rf"\&lt;{WEDGE}!here\&#62; \&#60;{WEDGE}@{WEDGE}U1>"),
        (
            "/forget (/a_b) a/b 24/7 https://x.cz/a",
            rf"/{WEDGE}forget (/{WEDGE}a_b) a/b 24/7 https://x.cz/a",
        ),
    ],
)
def test_escape(text: str, expected: str) -> None:
    assert escape(text) == expected


@pytest.mark.parametrize(
    ("label", "url", "expected"),
    [
        ("Web", "https://cscc.cz/a?b=1&c=2", "[Web](https://cscc.cz/a?b=1&c=2)"),
        ("a]b\nc", "http://x.cz/(1)", r"[a\]b c](http://x.cz/%281%29)"),
        ("x", "javascript:alert(1)", "x"),
        ("x", "https://good.cz@evil.com/", "x"),
        ("x", "https://[::1", "x"),
        ("www.good.cz", "https://evil.com/", "[www.good.cz (evil.com)](https://evil.com/)"),
        (
            "Viz good.cz, str. 2",
            "https://evil.com/",
            "[Viz good.cz, str. 2 (evil.com)](https://evil.com/)",
        ),
        ("_www.good.cz", "https://evil.com/", r"[\_www.good.cz (evil.com)](https://evil.com/)"),
        ("good\u3002cz", "https://evil.com/", "[good\u3002cz (evil.com)](https://evil.com/)"),
        ("a@good.cz", "mailto:b@evil.com", "[a@good.cz (b@evil.com)](mailto:b@evil.com)"),
        ("Pište a@good.cz", "https://good.cz/k", "[Pište a@good.cz](https://good.cz/k)"),
        (
            "vyzva.pdf: viz.Příloha 2.B",
            "https://a.cz/",
            "[vyzva.pdf: viz.Příloha 2.B](https://a.cz/)",
        ),
        ("x", r"https://evil.com\.good.cz/", "x"),
        ("good.cz", "https://www.good.cz/a", "[good.cz](https://www.good.cz/a)"),
        ("", "https://x.cz", "[https://x.cz](https://x.cz)"),
        ("Pište", "mailto:info@cscc.cz", "[Pište](mailto:info@cscc.cz)"),
        ("x", "https://x.cz/?a=1&copy;=2", r"[x](https://x.cz/?a=1\&copy;=2)"),
        ("á", "https://č.cz/á b|c", "[á](https://xn--bea.cz/%C3%A1%20b%7Cc)"),
    ],
)
def test_link(label: str, url: str, expected: str) -> None:
    assert link(label, url) == expected


@given(MARKDOWN, st.text(max_size=40))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_link_is_one_link_or_text(label: str, rest: str) -> None:
    tokens = parse(link(label, f"https://x.cz/{rest}"))

    hrefs = [
        str(t.attrs["href"])
        for token in tokens
        for t in token.children or ()
        if t.type == "link_open"
    ]
    assert [href.startswith("https://x.cz/") for href in hrefs] in ([True], [])


def test_parse_leaves_nothing_harmful() -> None:
    tokens = parse("![i](https://x.cz/i) [a](javascript:x) <b>@all</b> [x.cz](http://e.cz)")

    children = tokens[1].children or []
    assert [str(t.attrs["href"]) for t in children if t.type == "link_open"] == [
        "https://x.cz/i",
        "http://e.cz",
    ]
    shown = "".join(t.content for t in children)
    assert shown == f"i [a](javascript:x) <b>@{WEDGE}all</b> x.cz (e.cz)"


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("@**petr** x", f"@{WEDGE}**petr** x"),
        ("[![a **b**](http://i.cz)](http://o.cz)", "[a b](http://o.cz)"),
        ("[a <http://i.cz> b](http://o.cz)", "[a http://i.cz b (o.cz)](http://o.cz)"),
        ("`a`\u200b`b`", f"`a`{WEDGE}`b`"),
        ("![](http://i.cz/x)", "[http://i.cz/x](http://i.cz/x)"),
        (r"[x](https://x.cz/?a&copy;=2\&lt;)", "[x](https://x.cz/?a%C2%A9=2\\&lt;)"),
    ],
)
def test_what_is_written_again_is_harmless_and_the_same(markdown: str, written: str) -> None:
    assert write(read(markdown)) == written
    assert write(read(written)) == written


@pytest.mark.parametrize(
    "markdown",
    [
        "- | a |\n  |---|\n  | b |\n\n  | c |\n  |---|\n  | d |",
        "- > a\n\n  ```\n  b\n  ```\n\n  ***\n- c\n  - d\n  - e",
    ],
)
def test_what_stands_in_one_item_stays_apart(markdown: str) -> None:
    assert read(write(read(markdown))) == read(markdown)


@given(MARKDOWN)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_written_markdown_says_the_same(text: str) -> None:
    assert said(text_of(read(write(read(text))))) == said(text_of(read(text)))


@given(MARKDOWN, st.integers(min_value=20, max_value=60))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_pieces_fit_and_lose_nothing(text: str, size: int) -> None:
    cut = pieces(text, lambda piece: len(piece) <= size)

    assert [piece for piece in cut if len(piece) > size or not piece.strip()] == []
    after = iter("".join("".join(said(text_of(read(piece)))) for piece in cut))
    before = "".join(said(text_of(read(text)))).replace("\u200d", "")
    assert [sign for sign in before if sign not in after] == []  # a table's head may repeat


def test_pieces_cut_at_blocks_rows_and_sentences() -> None:
    text = (
        "# Výzvy\n\nPrvní věta. Druhá **tučná věta** s [odkazem](https://x.cz/a).\n\n"
        "| výzva | uzávěrka |\n|---|---|\n| IROP | 9. 6. |\n| RES+ | 30. 6. |\n\n"
        "```\nřádek 1\nřádek 2\n```\n"
    )

    assert pieces(text, lambda piece: len(piece) <= 60) == [
        "# Výzvy\n\nPrvní věta.",
        "Druhá **tučná věta** s [odkazem](https://x.cz/a).",
        "| výzva | uzávěrka |\n| --- | --- |\n| IROP | 9. 6. |",
        "| výzva | uzávěrka |\n| --- | --- |\n| RES+ | 30. 6. |",
        "```\nřádek 1\nřádek 2\n```",
    ]


def test_pieces_that_cannot_fit() -> None:
    with pytest.raises(ValueError, match="not even one character"):
        pieces("abc", lambda _: False)
    assert pieces(" \n ", lambda _: True) == []


@given(MARKDOWN)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_lines_that_are_kept_apart_say_the_same(text: str) -> None:
    apart = write(with_breaks(read(text)))

    assert said(text_of(read(apart))) == said(text_of(read(write(read(text)))))


def test_a_line_that_announces_stands_with_the_beginning_of_what_follows() -> None:
    quote = " ".join(f"Věta číslo {n} je zde." for n in range(6))

    first, *_ = pieces(f"Našel jsem:\n\n> {quote}\n\nKonec.", lambda piece: len(piece) <= 70)

    assert first == "Našel jsem:\n\n> Věta číslo 0 je zde. Věta číslo 1 je zde."


def test_rows_that_are_too_wide_for_a_table_stand_together_each_on_lines_of_its_own() -> None:
    table = "| kdo | co |\n|---|---|\n| a | b |\n| c | d |"

    assert pieces(table, lambda piece: "---" not in piece and len(piece) <= 60) == [
        "kdo · co\n\nkdo: a  \nco: b\n\nkdo: c  \nco: d"
    ]


@pytest.mark.parametrize("sign", ["🇨🇿", "👩🏽‍🏫", "e\u0301\u0323", "1\ufe0f\u20e3"])
def test_no_sign_is_cut_in_two(sign: str) -> None:
    cut = pieces(sign * 20, lambda piece: len(piece) <= 11)

    assert {piece.replace(sign, "") for piece in cut} == {""}
