"""What members do by themselves, as dialogues in both languages: settings, reminders, interest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messages import Reply
from bot.wording.reader import handle
from scheduler.events import EventKind, EventStatus, Subscription
from tests.bot.conftest import GROUP, Dialogue
from tests.bot.test_wording_notices import CALL, SEMINAR

NAME, WANTED = handle(SEMINAR.uid), handle(CALL.uid)


def text(reply: Reply | None) -> str:
    assert reply is not None
    return reply.text


@pytest.fixture
async def known(dialogue: Dialogue) -> Dialogue:
    """A dialogue in which two events are known."""
    dialogue.agenda.known = [SEMINAR, CALL]
    await dialogue.store.posts.remember([SEMINAR.uid, CALL.uid])
    return dialogue


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "cs",
            [
                ("unsubscribe", "Žádné připomínky tu nastavené nejsou."),
                ("pause", "Nic sem neposílám, není co pozastavit."),
                ("resume", "Nic není pozastavené."),
                (
                    "subscribe výzvy energetika",
                    "Budu sem posílat: výzvy (témata: energetika). Změníte to příkazem "
                    "/cscc subscribe, zrušíte /cscc unsubscribe.",
                ),
                (
                    "pause 3d",
                    "Do čtvrtka 10. 6. 2027 v 8:00 sem nic nepošlu. Dřív to obnovíte příkazem "
                    "/cscc resume.",
                ),
                (
                    "settings",
                    "**Nastavení**\n\n- Jazyk: Čeština\n- Připomínám: výzvy (témata: "
                    "energetika) (pozastaveno do čtvrtka 10. 6. 2027)",
                ),
                ("resume", "Připomínky zase běží."),
                ("unsubscribe", "Připomínky jsou zrušené, sem už nic posílat nebudu."),
            ],
        ),
        (
            "en",
            [
                ("unsubscribe", "No reminders are set up here."),
                ("pause", "I post nothing here, so there is nothing to pause."),
                ("resume", "Nothing is paused."),
                (
                    "subscribe calls energy",
                    "I will post here: calls (topics: energy). Change it with /cscc subscribe, "
                    "end it with /cscc unsubscribe.",
                ),
                (
                    "pause 3d",
                    "I will post nothing here until Thu 10 Jun 2027 at 8:00. /cscc resume ends "
                    "that earlier.",
                ),
                (
                    "settings",
                    "**Settings**\n\n- Language: English\n- Reminders of: calls (topics: energy) "
                    "(paused until Thu 10 Jun 2027)",
                ),
                ("resume", "Reminders are on again."),
                ("unsubscribe", "The reminders have ended; I will post nothing more here."),
            ],
        ),
    ],
)
async def test_reminders_from_nothing_to_their_end(
    dialogue: Dialogue, language: str, lines: list[tuple[str, str]]
) -> None:
    await dialogue.command(f"language {language}")

    said = [(line, text(await dialogue.command(line))) for line, _ in lines]

    assert said == lines


@pytest.mark.parametrize(
    ("language", "refusals"),
    [
        (
            "cs",
            [
                "To tu smějí měnit jen správci chatu.",
                "Sem už posílám všechny akce a výzvy, takže i semináře. Chcete-li jen užší výběr, "
                "napište nejdřív /cscc unsubscribe a pak to znovu.",
                "Toto tlačítko už neplatí.",
            ],
        ),
        (
            "en",
            [
                "Only the admins of this chat may change that.",
                "All events and calls already come here, seminars included. If you want only "
                "that choice, write /cscc unsubscribe first and then this again.",
                "This button no longer works.",
            ],
        ),
    ],
)
async def test_what_subscribe_refuses(
    dialogue: Dialogue, language: str, refusals: list[str]
) -> None:
    await dialogue.command(f"language {language}", **GROUP)
    all_of_it = Subscription(id="config", address="slack:C1", origin="config")
    await dialogue.agenda.subscribe(all_of_it)
    dialogue.slack.admins = {("slack:U1", "slack:C1")}

    said = [
        text(await dialogue.command("subscribe seminars", **GROUP, author="slack:U2")),
        text(await dialogue.command("subscribe seminars", **GROUP)),
        text(await dialogue.press("sub:shoes", **GROUP)),
    ]

    assert said == refusals
    assert list(dialogue.agenda.subscribed) == ["config"]


@pytest.mark.parametrize(
    ("language", "mode", "shown", "told"),
    [
        (
            "cs",
            "questions",
            "- Odpovídám i na dotazy, když odpověď jistě znám.",
            "Budu odpovídat i na dotazy, u kterých odpověď jistě znám.",
        ),
        (
            "cs",
            "all",
            "- Odpovídám na vše, na co odpověď jistě znám.",
            "Budu odpovídat na vše, na co odpověď jistě znám.",
        ),
        (
            "cs",
            "never",
            "- Neodpovídám, jen připomínám a plním příkazy.",
            "Nebudu odpovídat, jen připomínat a plnit příkazy.",
        ),
        (
            "en",
            "never",
            "- I do not answer; I only remind and take commands.",
            "I will not answer; I only remind and take commands.",
        ),
    ],
)
async def test_when_it_answers_is_said(
    dialogue: Dialogue, language: str, mode: str, shown: str, told: str
) -> None:
    await dialogue.command(f"language {language}", **GROUP)

    assert text(await dialogue.press(f"respond:{mode}", **GROUP)) == told
    assert shown in text(await dialogue.command("settings", **GROUP)).splitlines()


async def test_one_reminder_is_listed_counted_and_forgotten(known: Dialogue) -> None:
    await known.command("language cs")
    await known.press(f"remind:{NAME}")

    settings, gone = text(await known.command("settings")), text(await known.command("forget"))

    assert "- Připomenu: Parkování v malém městě" in settings.splitlines()
    assert "1 připomínku jedné akce" in gone
    assert known.agenda.subscribed == {}


async def test_one_reminder_is_taken_back(known: Dialogue) -> None:
    by_link = [await known.command(f"start r_{NAME}") for _ in range(2)]
    settings = await known.command("settings")
    assert by_link[1] is not None
    assert settings is not None
    assert len(known.agenda.subscribed) == 1

    said = [text(await known.press(by_link[1].buttons[0][0].data)) for _ in range(2)]

    assert by_link[0] == by_link[1]
    assert settings.buttons[-1][0].data == by_link[1].buttons[0][0].data
    assert settings.buttons[-1][0].label == "Nepřipomínat: Parkování v malém městě"
    assert said == ["Připomínka je zrušená.", "Toto tlačítko už neplatí."]
    assert known.agenda.subscribed == {}


@pytest.mark.parametrize("press", [f"remind:{NAME}", f"snooze:1h:{NAME}", f"snooze:1d:{NAME}"])
async def test_what_is_off_is_not_reminded_of(known: Dialogue, press: str) -> None:
    known.agenda.known = [replace(SEMINAR, status=EventStatus.CANCELLED)]

    said = text(await known.press(press))

    assert said == "Je to zrušené nebo odložené, není co připomínat."
    assert known.agenda.subscribed == {}


HELLO = "Dobrý den, jsem asistent Czech Smart City Clusteru."


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("", HELLO),
        ("nonsense", HELLO),
        ("r_", HELLO),
        ("../../etc", HELLO),
        ("x" * 64, HELLO),
        (f"r_{NAME}", "Připomenu vám „Parkování v malém městě“ ve středu 16. 6. 2027 v 9:00."),
        ("r_0000000000000000", "Tuto akci už v kalendáři nemám."),
        ("s_call", "Budu sem posílat: výzvy. Změníte to příkazem"),
        ("s_everything", "Co vám mám připomínat?"),
        ("s_seminar_call", "Co vám mám připomínat?"),
    ],
)
async def test_deep_links_valid_old_and_forged(known: Dialogue, payload: str, said: str) -> None:
    reply = text(await known.command(f"start {payload}".strip()))

    assert reply.startswith(said)


async def test_what_is_over_is_not_reminded_of(known: Dialogue) -> None:
    past = replace(SEMINAR, start=CALL.deadlines[0].at.replace(year=2020), end=None, deadlines=())
    known.agenda.known = [past]

    assert text(await known.press(f"remind:{NAME}")) == "To už proběhlo, není co připomínat."


async def test_an_empty_calendar_says_so(dialogue: Dialogue) -> None:
    said = [text(await dialogue.command(line)) for line in ("events", "calls")]

    assert said == [
        "V kalendáři teď není žádná nadcházející akce.",
        "V kalendáři teď není žádná otevřená ani připravovaná výzva.",
    ]


async def test_one_persons_language_follows_them_from_chat_to_chat(dialogue: Dialogue) -> None:
    await dialogue.command("language en")

    private = await dialogue.command("resume", **GROUP, private=True)
    elsewhere = await dialogue.command("resume", chat="slack:D9", address="slack:D9")

    assert (text(private), text(elsewhere)) == ("Nothing is paused.", "Nothing is paused.")


async def test_help_in_a_group_says_how_to_speak_to_it(dialogue: Dialogue) -> None:
    assert text(await dialogue.command("help", **GROUP)).endswith(
        "Ve skupině mě oslovte zmínkou nebo odpovědí na mou zprávu. Nastavení tu mění správci."
    )


async def test_the_weekly_digest_is_switched_by_its_button(dialogue: Dialogue) -> None:
    await dialogue.press("sub:seminar")
    menu = await dialogue.press("sub:digest")

    assert menu is not None
    assert "✓ Týdenní přehled" in [button.label for row in menu.buttons for button in row]
    (one,) = dialogue.agenda.subscribed.values()
    assert (one.kinds, one.digest) == ((EventKind.SEMINAR,), True)
