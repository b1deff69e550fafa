"""Interest in an event and the search for partners: kept with consent, seen by those alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.inbox import Inbox
from bot.messages import Button, DeliveryError, MessageKind, Reply, Undeliverable
from bot.store import Post
from bot.wording.reader import handle
from scheduler.events import Event, EventStatus
from tests.bot.conftest import GROUP, Dialogue
from tests.bot.test_inbox import accept
from tests.bot.test_wording_notices import CALL, SEMINAR
from tests.fakes import NOW

NAME, WANTED = handle(SEMINAR.uid), handle(CALL.uid)
JANA: dict[str, Any] = {**GROUP, "ref": "500"}
PETR: dict[str, Any] = {**JANA, "author": "slack:U2", "author_name": "Petr *Malý*"}
EVA: dict[str, Any] = {**JANA, "author": "slack:U3", "author_name": "Eva"}


@pytest.fixture(autouse=True)
async def _known(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [SEMINAR, CALL]
    await dialogue.store.posts.remember([SEMINAR.uid, CALL.uid])


def text(reply: Reply | None) -> str:
    assert reply is not None
    return reply.text


async def press(dialogue: Dialogue, data: str, who: dict[str, Any]) -> str:
    """Press a button as soon as the last press was answered."""
    return text(await dialogue.press(data, **who))


async def agree(dialogue: Dialogue, data: str, who: dict[str, Any]) -> str:
    """Press a button and agree to what is asked."""
    await press(dialogue, data, who)
    return await press(dialogue, data, who)


async def test_it_is_kept_with_consent_counted_and_taken_back(dialogue: Dialogue) -> None:
    button = Button(label="Zajímá mě", data=f"interested:{NAME}")
    post = Post(
        id="p1",
        address="slack:C1",
        ref="500",
        text="📅",
        buttons=((button,),),
        uids=(SEMINAR.uid,),
        at=dialogue.clock(),
    )
    await dialogue.store.posts.keep(post)

    asked = await press(dialogue, f"interested:{NAME}", JANA)
    assert asked == (
        "Počet uvidí všichni, vaše jméno (Jana Nová) jen ti, kdo klepnou na totéž tlačítko; po "
        "akci ho smažu. Souhlasíte-li, klepněte znovu. Další klepnutí nebo /cscc forget souhlas "
        "odvolá."
    )
    assert dialogue.slack.edited == []
    first = await press(dialogue, f"interested:{NAME}", JANA)
    second = await agree(dialogue, f"interested:{NAME}", PETR)
    seen = await press(dialogue, f"who:{NAME}", JANA)
    hidden = await press(dialogue, f"who:{NAME}", EVA)
    out = await press(dialogue, f"interested:{NAME}", JANA)

    assert seen == "Zajímá to také: Petr \\*Malý\\*."
    assert hidden == "Zájem mají 2 lidé. Jména vidí jen ti, kdo klepli na totéž tlačítko."
    assert first.startswith("Zapsáno, jste první.")
    assert second == "Zapsáno. Zajímá to také: Jana Nová. Vaše jméno uvidí."
    assert out == "Zájem jsem zrušil."
    labels = [reply.buttons[0][0].label for _, _, reply in dialogue.slack.edited]
    assert labels == ["Zajímá mě (1)", "Zajímá mě (2)", "Zajímá mě (1)"]
    await dialogue.command("forget", author="slack:U2")
    assert await dialogue.store.interests.counts([SEMINAR.uid]) == {}


async def test_a_double_tap_is_no_consent(dialogue: Dialogue, inbox: Inbox) -> None:
    taps = [
        dialogue.message(kind=MessageKind.BUTTON, data=f"interested:{NAME}", **JANA)
        for _ in range(3)
    ]

    async def shown() -> None:
        dialogue.clock.forward(seconds=1)

    dialogue.slack.before_finish = shown
    await accept(inbox, *taps[:2])
    counted = await dialogue.store.interests.counts([SEMINAR.uid])
    await accept(inbox, taps[2])

    assert counted == {}
    said = [reply.text.partition(",")[0] for _, reply in dialogue.slack.answered]
    assert said == ["Počet uvidí všichni"] * 2 + ["Zapsáno"]


async def test_consent_to_one_button_is_none_to_another(dialogue: Dialogue) -> None:
    await press(dialogue, f"interested:{NAME}", JANA)

    asked = await press(dialogue, f"partner:{WANTED}", JANA)
    agreed = await press(dialogue, f"interested:{NAME}", JANA)

    assert [asked[:12], agreed[:8]] == ["Počet uvidí ", "Zapsáno,"]
    assert await dialogue.store.interests.counts([SEMINAR.uid, CALL.uid]) == {SEMINAR.uid: 1}
    assert (await press(dialogue, f"partner:{WANTED}", JANA)).startswith("Zapsáno,")


@pytest.mark.parametrize(
    "event",
    [
        replace(SEMINAR, status=EventStatus.CANCELLED),
        replace(SEMINAR, start=NOW - timedelta(days=2), end=None, deadlines=()),
    ],
)
async def test_nobody_joins_what_is_off_or_over_but_may_leave(
    dialogue: Dialogue, event: Event
) -> None:
    await agree(dialogue, f"interested:{NAME}", JANA)
    dialogue.agenda.known = [event]

    said = [await press(dialogue, f"interested:{NAME}", who) for who in (PETR, JANA, JANA)]

    closed = "To už proběhlo, nebo je to zrušené."
    assert said == [closed, "Zájem jsem zrušil.", closed]


async def test_who_was_asked_long_ago_is_asked_again(dialogue: Dialogue) -> None:
    await press(dialogue, f"interested:{NAME}", JANA)
    dialogue.clock.forward(hours=2)

    assert (await press(dialogue, f"interested:{NAME}", JANA)).startswith("Počet uvidí")


async def test_who_was_not_shown_the_question_has_not_agreed(dialogue: Dialogue) -> None:
    dialogue.slack.faults = [DeliveryError("lost")]
    with pytest.raises(DeliveryError):
        await dialogue.press(f"interested:{NAME}", **JANA)

    assert (await press(dialogue, f"interested:{NAME}", JANA)).startswith("Počet uvidí")


async def test_consent_holds_until_it_is_taken_back(dialogue: Dialogue) -> None:
    other = replace(SEMINAR, uid="jiny@cscc.example")
    dialogue.agenda.known = [SEMINAR, other]
    await dialogue.store.posts.remember([other.uid])
    await agree(dialogue, f"interested:{NAME}", JANA)

    at_once = await press(dialogue, f"interested:{handle(other.uid)}", JANA)
    for name in (NAME, handle(other.uid)):
        await press(dialogue, f"interested:{name}", JANA)
    anew = await press(dialogue, f"interested:{NAME}", JANA)

    assert at_once.startswith("Zapsáno, jste první.")
    assert anew.startswith("Počet uvidí")


async def test_of_many_only_as_many_are_named_as_a_note_can_hold(dialogue: Dialogue) -> None:
    for number in range(12):
        name = f"Ing. Bohuslava Severinová-Nejedlá, Ph.D. {number}"
        who = {**JANA, "author": f"slack:A{number}", "author_name": name}
        said = await agree(dialogue, f"partner:{WANTED}", who)

    assert len(said) <= 200
    assert said == (
        "Zapsáno. Partnera hledají také: Ing. Bohuslava Severinová-Neje, "
        "Ing. Bohuslava Severinová-Neje, Ing. Bohuslava Severinová-Neje a 8 dalších. "
        "Vaše jméno uvidí."
    )


async def test_names_go_when_the_event_is_over(dialogue: Dialogue) -> None:
    await agree(dialogue, f"interested:{NAME}", JANA)
    dialogue.clock.now = SEMINAR.start  # type: ignore[assignment]
    await dialogue.assistant.tidy()
    assert await dialogue.store.interests.counts([SEMINAR.uid]) == {SEMINAR.uid: 1}

    dialogue.clock.forward(days=2)
    await dialogue.assistant.tidy()

    assert await dialogue.store.interests.counts([SEMINAR.uid]) == {}


async def test_those_of_merged_events_come_together(dialogue: Dialogue) -> None:
    for uid, who in (("old@cscc", JANA), (SEMINAR.uid, PETR)):
        author, name = who.get("author", "slack:U1"), who.get("author_name", "Jana")
        await dialogue.store.interests.toggle(uid, "interested", author, name, dialogue.clock())
    dialogue.agenda.aliases = {"old@cscc": SEMINAR.uid}

    await dialogue.assistant.tidy()

    found = await dialogue.store.interests.people(SEMINAR.uid, "interested")
    assert sorted(name for _, name in found) == ["Jana", "Petr *Malý*"]


PRESSES = [
    ("who", "slack:A"),
    ("partner", "slack:A"),
    ("partner", "slack:A"),
    ("who", "slack:A"),
    ("who", "slack:B"),
    ("partner", "slack:B"),
    ("partner", "slack:B"),
    ("who", "slack:A"),
    ("partner", "slack:A"),
    ("who", "slack:A"),
]


@pytest.mark.parametrize(
    ("language", "notes"),
    [
        (
            "cs",
            [
                "Zatím se nikdo nepřihlásil.",
                "Počet uvidí všichni, vaše jméno (A) jen ti, kdo klepnou na totéž tlačítko; po "
                "akci ho smažu. Souhlasíte-li, klepněte znovu. Další klepnutí nebo /cscc forget "
                "souhlas odvolá.",
                "Zapsáno, partnera hledáte zatím jen vy. Kdo se přidá, uvidí vaše jméno a vy "
                "jeho (pod „Připomínky…“).",
                "Zatím nikdo další.",
                "Partnera hledá 1 člověk. Jména vidí jen ti, kdo klepli na totéž tlačítko.",
                "Počet uvidí všichni, vaše jméno (B) jen ti, kdo klepnou na totéž tlačítko; po "
                "akci ho smažu. Souhlasíte-li, klepněte znovu. Další klepnutí nebo /cscc forget "
                "souhlas odvolá.",
                "Zapsáno. Partnera hledá také: A. Vaše jméno uvidí.",
                "Partnera hledá také: B.",
                "Hledání partnera jsem zrušil.",
                "Partnera hledá 1 člověk. Jména vidí jen ti, kdo klepli na totéž tlačítko.",
            ],
        ),
        (
            "en",
            [
                "Nobody so far.",
                "Everyone will see the count, your name (A) only those who press the same "
                "button; I delete it after the event. Press again to agree. Another press or "
                "/cscc forget takes it back.",
                "Noted; you are the first to look for a partner. Whoever joins sees your name, "
                "and you theirs (under “Reminders…”).",
                "Nobody else yet.",
                "1 person is looking for a partner. Only those who pressed the same button see "
                "names.",
                "Everyone will see the count, your name (B) only those who press the same "
                "button; I delete it after the event. Press again to agree. Another press or "
                "/cscc forget takes it back.",
                "Noted. Also looking for a partner: A. They see your name, too.",
                "Also looking for a partner: B.",
                "No longer noted as looking for a partner.",
                "1 person is looking for a partner. Only those who pressed the same button see "
                "names.",
            ],
        ),
    ],
)
async def test_looking_for_a_partner(dialogue: Dialogue, language: str, notes: list[str]) -> None:
    for author in ("slack:A", "slack:B"):
        await dialogue.command(f"language {language}", author=author)

    said = [
        await press(dialogue, f"{verb}:{WANTED}", {"author": author, "author_name": author[-1]})
        for verb, author in PRESSES
    ]

    assert said == notes


async def test_the_count_is_shown_on_the_posts_of_other_chats_too(dialogue: Dialogue) -> None:
    button = Button(label="Zajímá mě", data=f"interested:{NAME}")
    for number, (language, age) in enumerate((("cs", 0), ("en", 1), ("cs", 20))):
        post = Post(
            id=f"p{number}",
            address=f"slack:C{number}",
            ref=f"50{number}",
            text="📅",
            buttons=((replace(button, label="Interested") if number == 1 else button,),),
            language=language,
            uids=(SEMINAR.uid,),
            at=dialogue.clock() - timedelta(days=age),
        )
        await dialogue.store.posts.keep(post)
    await agree(dialogue, f"interested:{NAME}", {**JANA, "chat": "slack:C0", "address": "slack:C0"})
    pressed = dialogue.slack.edited[:]

    await dialogue.assistant.errands()
    await dialogue.assistant.errands()
    shown = dialogue.slack.edited[len(pressed) :]
    await dialogue.command("forget")
    await dialogue.assistant.errands()

    assert [ref for _, ref, _ in pressed] == ["500"]
    assert [(ref, reply.buttons[0][0].label) for _, ref, reply in shown] == [
        ("501", "Interested (1)")
    ]
    assert {
        (ref, reply.buttons[0][0].label)
        for _, ref, reply in dialogue.slack.edited[len(pressed) + len(shown) :]
    } == {("500", "Zajímá mě"), ("501", "Interested")}


async def test_counts_wait_for_a_platform_and_are_given_up_where_posts_are_gone(
    dialogue: Dialogue,
) -> None:
    button = Button(label="Zajímá mě", data=f"interested:{NAME}")
    for number in range(8):
        post = Post(
            id=f"p{number}",
            address="slack:C9",
            ref=f"60{number}",
            text="📅",
            buttons=((button,),),
            uids=(SEMINAR.uid,),
            at=dialogue.clock(),
        )
        await dialogue.store.posts.keep(post)
    await dialogue.store.interests.toggle(
        SEMINAR.uid, "interested", "slack:U5", "Ota", dialogue.clock()
    )
    dialogue.slack.faults = [DeliveryError("later"), Undeliverable("gone")]

    tries = []
    for _ in range(3):
        before = len(dialogue.slack.slots)
        await dialogue.assistant.errands()
        tries.append(len(dialogue.slack.slots) - before)

    assert tries == [5, 4, 0]
    assert len(dialogue.slack.edited) == 7
