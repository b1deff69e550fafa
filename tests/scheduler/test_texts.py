"""Text from outside."""

from __future__ import annotations

import pytest

from scheduler.texts import LONGEST_SUMMARY, made_uid, one_line, plain, summary, web_address

PLAIN = [
    ("Parkování &amp; data", "Parkování & data"),
    ("Trh &#8211; Brno", "Trh – Brno"),
    ("<p>První</p><p>druhý <b>tučný</b></p>", "První\ndruhý tučný"),
    ("a<br>b", "a\nb"),
    (
        "<table><tr><th>Od</th><td>1. 4.</td></tr><tr><td>Do</td><td>30. 6.</td></tr></table>",
        "Od 1. 4.\nDo 30. 6.",
    ),
    ("<dl><dt>Od</dt><dd>1. 4.</dd><dt>Do</dt><dd>30. 6.</dd></dl>", "Od 1. 4.\nDo 30. 6."),
    ("Uzávěrka <del>28. 2.</del> <ins>15. 3.</ins> <s>do 9</s> do 12", "Uzávěrka 15. 3. do 12"),
    ("<script>alert(1)</script>text<style>x</style>", "text"),
    ("a < b", "a < b"),
    ("  mezery \t tu \n\n tam ", "mezery tu\ntam"),
    ("skry\u200bté\u202e", "skryté"),
    ("půl\ud83d\x9bka", "půlka"),
    ("<b>neuzavřené", "neuzavřené"),
    ("<", "<"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "wanted"), PLAIN)
def test_plain(text: str, wanted: str) -> None:
    assert plain(text) == wanted


def test_markup_nested_beyond_measure_is_no_error() -> None:
    assert one_line("<div>" * 200 + "uvnitř") == "uvnitř"
    assert one_line("před" + "<div>" * 20_000) == "před"


def test_a_summary_is_cut_at_a_word() -> None:
    cut = summary("slovo " * 200)

    assert cut.endswith("slovo…")
    assert len(cut) <= LONGEST_SUMMARY


ADDRESSES = [
    ("https://o.example/a?utm_source=x&id=3#cast", "https://o.example/a?id=3#cast"),
    ("/akce/", "https://o.example/akce/"),
    ("HTTP://O.example", "http://O.example/"),
    ("javascript:alert(1)", ""),
    ("https://user:heslo@o.example/", ""),
    ("ftp://o.example/", ""),
    ("https://[::1", ""),
    ("mailto:a@o.example", ""),
]


@pytest.mark.parametrize(("text", "wanted"), ADDRESSES)
def test_web_addresses(text: str, wanted: str) -> None:
    assert web_address(text, "https://o.example/x/y") == wanted


def test_made_uids_depend_on_their_parts_alone() -> None:
    assert made_uid("a", "b") == made_uid("a", "b") != made_uid("ab")
