"""What is written after /subscribe in free words, and how it is read back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.wishes import Wish, read_wish
from scheduler.events import EventKind, Lead
from tests.bot.conftest import Dialogue
from tests.bot.test_wording_notices import SEMINAR

S, C, V, M = EventKind.SEMINAR, EventKind.CONFERENCE, EventKind.CALL, EventKind.MEETING
KNOWN = ("umělá inteligence", "energetika")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("výzvy", {"kinds": (V,)}),
        ("anglicky", {"language": "en"}),
        ("v češtině", {"language": "cs"}),
        ("bez digestu", {"digest": False}),
        ("bez týdenního přehledu", {"digest": False}),
        ("no weekly digest", {"digest": False}),
        ("semináře i přehled", {"kinds": (S,), "digest": True}),
        ("calls energy", {"kinds": (V,), "topics": ("energy",)}),
        ("jen výzvy pro obce", {"kinds": (V,), "eligible": ("municipality",), "only": True}),
        ("všechno bez konferencí", {"not_kinds": (C,), "everything": True}),
        ("nechci výzvy", {"not_kinds": (V,)}),
        ("pracovní skupiny", {"kinds": (M,)}),
        ("granty a sympozia bez pracovních skupin", {"kinds": (C, V), "not_kinds": (M,)}),
        ("umělou inteligenci", {"topics": ("umělá inteligence",)}),
        ("chytrá doprava, odpady", {"topics": ("chytrá doprava", "odpad")}),
        ("na Vysočině 14 dní předem", {"regions": ("Kraj Vysočina",), "leads": ("14d",)}),
        (
            "akce v Praze den a 2 hodiny předem",
            {"kinds": (S, C, M), "regions": ("Praha",), "leads": ("1d", "2h")},
        ),
        (
            "seminars on housing a week ahead",
            {"kinds": (S,), "topics": ("housing",), "leads": ("7d",)},
        ),
        ("7d@10:00 setkání", {"kinds": (M,), "leads": ("7d@10:00",)}),
    ],
)
def test_free_words_are_taken_apart(said: str, meant: dict[str, Any]) -> None:
    leads = tuple(Lead.parse(lead) for lead in meant.get("leads", ()))

    assert read_wish(said, KNOWN) == Wish(**{**meant, "leads": leads})


async def test_what_was_understood_is_read_back_and_kept(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [replace(SEMINAR, topics=("Energetika",))]

    replies = [
        await dialogue.command(f"subscribe {line}")
        for line in (
            "semináře o energetice v Jihočeském kraji týden předem",
            "anglicky a přehled",
            "bez digestu",
            "jen výzvy o bydlení pro obce",
        )
    ]

    change = "Změníte to příkazem /cscc subscribe, zrušíte /cscc unsubscribe."
    here = "semináře (témata: Energetika; území: Jihočeský kraj)"
    assert [reply and reply.text for reply in replies] == [
        f"Budu sem posílat: {here}, týden předem. {change}",
        f"Budu sem posílat: {here} a týdenní přehled, týden předem, anglicky. {change}",
        f"Budu sem posílat: {here}, týden předem, anglicky. {change} Týdenní přehled posílat "
        "nebudu.",
        "Budu sem posílat: výzvy (témata: bydlení; pro: města a obce), týden předem, anglicky. "
        f"{change} Nic takového teď v kalendáři není; ozvu se, až bude.",
    ]
    [kept] = dialogue.agenda.subscribed.values()
    assert (kept.kinds, kept.topics, kept.regions, kept.eligible, kept.language, kept.digest) == (
        (V,),
        ("bydlení",),
        (),
        ("municipality",),
        "en",
        False,
    )
    assert kept.leads == dict.fromkeys(EventKind, (Lead.parse("7d"),))
