"""Numbers, however they are written."""

from __future__ import annotations

import pytest

from knowledge.answers.numbering import numbers


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("31. výzva", {"31"}),
        ("V. výzva a VII. výzva", {"5", "7"}),
        ("V Brně a v Plzni", set()),
        ("program EFEKT III", {"3"}),
        ("druhé kolo DOPRAVA 2020+", {"2", "2020"}),
        ("Čtvrtá soutěž", {"4"}),
        ("the fourth call", {"4"}),
        ("municipalities under 3,000 people", {"3000"}),
        ("v obcích do 3000 obyvatel", {"3000"}),
        ("1 700 000 korun", {"1700000"}),
        ("P-01", {"1"}),
        ("v pátek o sedmi principech", set()),
    ],
)
def test_numbers_are_read_in_every_form(text: str, named: set[str]) -> None:
    assert numbers(text) == named
