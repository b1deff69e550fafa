"""Commands and buttons of members, as dialogues."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.assistant import Assistant
from bot.commands import COMMANDS, NAMES, menu
from bot.i18n import Phrases
from bot.messages import Button, Reply, ReplyKind
from bot.settings import WebSettings
from bot.store import Post
from bot.wording.events import word_list
from bot.wording.reader import Reader, handle
from scheduler.events import EventKind, EventStatus, Lead, Subscription
from scheduler.reminders.anchors import anchors
from scheduler.reminders.timing import before
from tests.bot.conftest import EDITOR, GROUP, Dialogue
from tests.bot.test_wording_notices import CALL, CONFERENCE, SEMINAR, SERIES

SEMINAR_LINE = (
    "- **Parkování v malém městě** – čt 17. 6. 2027, 10:00–12:00 (za 10 dní), "
    "přihlášky do 14. 6. "
    "· Písek, Technologické centrum · [zdroj](https://czechsmartcitycluster.com/parkovani)"
)
CONFERENCE_LINE = (
    "- **Chytrá města 2027** – út–st 21.–22. 9. 2027 (za 106 dní) "
    "· Praha · [zdroj](https://example.org/konference)"
)
MEMBERS_ONLY = replace(SEMINAR, uid="secret", title="Porada vedení", audience="members")
EXAMPLE = replace(SEMINAR, uid="example", title="Ukázka", example=True)
NAME = handle(SEMINAR.uid)


@pytest.fixture(autouse=True)
async def _events(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [CONFERENCE, SEMINAR, CALL, MEMBERS_ONLY, EXAMPLE]
    await dialogue.store.posts.remember(event.uid for event in dialogue.agenda.known)
    await dialogue.store.chats.set_chat("slack:C1", language="cs", asked=True)


def text(reply: Reply | None) -> str:
    assert reply is not None
    return reply.text


async def test_events_lists_what_lies_ahead(dialogue: Dialogue) -> None:
    reply = await dialogue.command("events")

    assert text(reply) == f"**Nejbližší akce**\n\n{SEMINAR_LINE}\n{CONFERENCE_LINE}"


async def test_members_see_what_is_for_members(dialogue: Dialogue) -> None:
    reply = await dialogue.command("events", audience="members")

    assert "Porada vedení" in text(reply)


@pytest.mark.parametrize(
    ("platform", "shown"), [("console", True), ("web", True), ("slack", False), ("telegram", False)]
)
async def test_examples_are_shown_only_where_nobody_works(
    dialogue: Dialogue, platform: str, shown: bool
) -> None:
    reply = await dialogue.command("events", platform=platform)

    assert ("Ukázka" in text(reply)) is shown


@pytest.mark.parametrize("words", ["parkování", "písek", "PARKOVANI v Pisku"])
async def test_words_choose_among_events(dialogue: Dialogue, words: str) -> None:
    reply = await dialogue.command(f"events {words}")

    assert text(reply) == f"**Nejbližší akce – {words}**\n\n{SEMINAR_LINE}"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("cerven", SEMINAR_LINE),
        ("září", CONFERENCE_LINE),
        ("do konce června Písek", SEMINAR_LINE),
        ("in September", CONFERENCE_LINE),
        ("Praha zari", CONFERENCE_LINE),
    ],
)
async def test_a_time_chooses_among_events(dialogue: Dialogue, words: str, line: str) -> None:
    reply = await dialogue.command(f"events {words}")

    assert text(reply) == f"**Nejbližší akce – {words}**\n\n{line}"


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("do konce roku", True),
        ("září", True),
        ("září balónky", False),
        ("v červnu", False),
        ("pro univerzity", True),
        ("for cities", True),
        ("kraje", False),
    ],
)
async def test_a_time_chooses_calls(dialogue: Dialogue, words: str, is_found: bool) -> None:
    reply = await dialogue.command(f"calls {words}")

    assert ("DUT Call 2027" in text(reply)) is is_found


async def test_cancelled_event_is_listed_as_such(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [replace(SEMINAR, status=EventStatus.CANCELLED)]

    reply = await dialogue.command("events")

    assert text(reply).splitlines()[-1] == (
        "- **Parkování v malém městě** – čt 17. 6. 2027, 10:00–12:00, **zrušeno** "
        "· Písek, Technologické centrum · [zdroj](https://czechsmartcitycluster.com/parkovani)"
    )


async def test_series_is_listed_with_its_next_date(dialogue: Dialogue) -> None:
    dialogue.agenda.known = [replace(SERIES, occurrences=SERIES.occurrences, url="")]
    dialogue.clock.now = datetime(2027, 6, 1, 6, tzinfo=UTC)

    today = await dialogue.command("events")
    listed = word_list(
        [SERIES],
        Reader(
            phrases=Phrases("cs"), timezone="Europe/Prague", now=datetime(2027, 6, 2, tzinfo=UTC)
        ),
        heading="events.upcoming",
        empty="events.upcoming_empty",
    )

    assert "út 1. 6. 2027, 14:00–15:00 (za 6 hodin)" in text(today)
    assert "út 8. 6. 2027, 14:00–15:00 (za 6 dní) · Brno" in listed


async def test_words_that_match_nothing(dialogue: Dialogue) -> None:
    reply = await dialogue.command("events balónky")

    assert text(reply).startswith("K tomu v kalendáři nic nemám.")


async def test_calls_lists_next_deadlines(dialogue: Dialogue) -> None:
    reply = await dialogue.command("calls")

    assert text(reply) == (
        "**Otevřené a připravované výzvy**\n\n- **DUT Call 2027, second stage** – uzávěrka "
        "v úterý 14. 9. 2027 v 17:00 bruselského času, tj. 17:00 v Praze (za 99 dní) "
        "· [zdroj](https://dutpartnership.eu/call)"
    )


@pytest.mark.parametrize(("direct", "kind"), [({}, ReplyKind.POST), (GROUP, ReplyKind.PRIVATE)])
async def test_calendar_file_comes_when_its_button_is_pressed(
    dialogue: Dialogue, direct: dict[str, Any], kind: ReplyKind
) -> None:
    reply = await dialogue.press(f"ics:{NAME}", **direct)

    assert reply is not None
    [file] = reply.files
    assert (reply.kind, file.name, file.content) == (kind, "cscc.ics", b"parking@cscc")


async def test_calendar_of_what_one_may_not_see_is_refused(dialogue: Dialogue) -> None:
    reply = await dialogue.press(f"ics:{handle('secret')}")

    assert reply is not None
    assert (reply.text, reply.kind) == ("Tuto akci už v kalendáři nemám.", ReplyKind.TOAST)
    assert reply.files == ()


async def test_remind_me_is_a_reminder_in_the_direct_chat(dialogue: Dialogue) -> None:
    reply = await dialogue.press(f"remind:{NAME}", **GROUP)

    assert text(reply) == "Připomenu vám „Parkování v malém městě“ ve středu 16. 6. 2027 v 9:00."
    [subscription] = dialogue.agenda.subscribed.values()
    assert (subscription.address, subscription.event_uid) == ("slack:DU1", SEMINAR.uid)
    assert subscription.leads == {"seminar": (Lead(days=1, at=_nine()),)}


def _nine() -> Any:
    return datetime(2027, 1, 1, 9, tzinfo=UTC).time()


async def test_remind_me_on_the_day_is_an_hour_before(dialogue: Dialogue) -> None:
    dialogue.clock.now = datetime(2027, 6, 17, 5, tzinfo=UTC)

    reply = await dialogue.press(f"remind:{NAME}", **GROUP)

    assert text(reply) == "Připomenu vám „Parkování v malém městě“ ve čtvrtek 17. 6. 2027 v 9:00."
    [subscription] = dialogue.agenda.subscribed.values()
    assert subscription.leads == {"seminar": (Lead(before=timedelta(hours=1)),)}


async def test_deep_link_reminds_whoever_follows_it(dialogue: Dialogue) -> None:
    reply = await dialogue.command(f"start r_{NAME}", platform="telegram")

    assert text(reply).startswith("Připomenu vám „Parkování v malém městě“")
    [subscription] = dialogue.agenda.subscribed.values()
    assert subscription.address == "telegram:D1"


async def test_deep_link_subscribes(dialogue: Dialogue) -> None:
    reply = await dialogue.command("start s_call", platform="telegram")

    assert text(reply).startswith("Budu sem posílat: výzvy.")


@pytest.mark.parametrize(
    ("line", "kinds", "topics", "digest"),
    [
        ("subscribe výzvy", [EventKind.CALL], [], False),
        ("subscribe calls and seminars", [EventKind.SEMINAR, EventKind.CALL], [], False),
        ("subscribe výzvy energetika", [EventKind.CALL], ["energetika"], False),
        ("subscribe konference, přehled", [EventKind.CONFERENCE], [], True),
        ("subscribe vše", [], [], False),
    ],
)
async def test_subscribe_by_words(
    dialogue: Dialogue, line: str, kinds: list[EventKind], topics: list[str], digest: bool
) -> None:
    await dialogue.command(line)

    [subscription] = dialogue.agenda.subscribed.values()
    assert (list(subscription.kinds), list(subscription.topics)) == (kinds, topics)
    assert (subscription.digest, subscription.origin) == (digest, "chat")


async def test_subscribe_by_buttons_shows_what_is_chosen(dialogue: Dialogue) -> None:
    first = await dialogue.press("sub:seminar")
    second = await dialogue.press("sub:digest")

    assert first is not None
    assert second is not None
    assert first.kind is ReplyKind.EDIT
    assert [b.label for b in first.buttons[0]] == ["✓ Semináře", "Konference"]
    assert text(second) == (
        "Připomínám: semináře a týdenní přehled. Tlačítkem přidáte nebo uberete."
    )


async def test_last_kind_switched_off_ends_the_subscription(dialogue: Dialogue) -> None:
    await dialogue.press("sub:seminar")

    await dialogue.press("sub:seminar")

    assert dialogue.agenda.subscribed == {}


@pytest.mark.parametrize(
    "line", ["subscribe výzvy", "unsubscribe", "pause", "resume", "language en", "settings all"]
)
async def test_only_admins_change_a_group(dialogue: Dialogue, line: str) -> None:
    dialogue.slack.admins = {("slack:UADMIN", "slack:C1")}

    refused = await dialogue.command(line, **GROUP)

    assert text(refused) == "To tu smějí měnit jen správci chatu."
    assert dialogue.agenda.subscribed == {}
    done = await dialogue.command(line, author="slack:UADMIN", **GROUP)
    assert text(done) != text(refused)


@pytest.mark.parametrize(
    "data", ["sub:call", "unsub:", "pause:7d", f"snooze:1h:{NAME}", "lang:en", "respond:all"]
)
async def test_buttons_ask_for_the_right_again(dialogue: Dialogue, data: str) -> None:
    dialogue.slack.admins = set()

    reply = await dialogue.press(data, **GROUP)

    assert reply is not None
    assert (reply.text, reply.kind) == ("To tu smějí měnit jen správci chatu.", ReplyKind.TOAST)


async def test_unsubscribe_ends_ones_own_and_silences_the_configured(dialogue: Dialogue) -> None:
    configured = Subscription(id="config:1", address="slack:C1", origin="config")
    await dialogue.agenda.subscribe(configured)
    await dialogue.command("subscribe výzvy", **GROUP)

    reply = await dialogue.press("unsub:", **GROUP)

    assert text(reply).startswith("Připomínky jsou vypnuté. Nastavil je správce asistenta")
    [left] = dialogue.agenda.subscribed.values()
    assert left.id == "config:1"
    assert left.paused_until is not None
    assert text(await dialogue.command("resume", **GROUP)) == "Připomínky zase běží."
    assert dialogue.agenda.subscribed["config:1"].paused_until is None


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("pause", "pondělí 14. 6. 2027 v 8:00"),
        ("pause 3d", "čtvrtka 10. 6. 2027 v 8:00"),
        ("pause 2 týdny", "pondělí 21. 6. 2027 v 8:00"),
        ("pause 5h", "pondělí 7. 6. 2027 ve 14:00"),
    ],
)
async def test_pause(dialogue: Dialogue, line: str, until: str) -> None:
    await dialogue.command("subscribe výzvy")

    reply = await dialogue.command(line)

    assert text(reply).startswith(f"Do {until} sem nic nepošlu.")


async def test_menu_under_a_notice_is_for_the_one_who_pressed(dialogue: Dialogue) -> None:
    reply = await dialogue.press(f"more:{NAME}", **GROUP)

    assert reply is not None
    assert reply.kind is ReplyKind.PRIVATE
    assert [b.data for row in reply.buttons for b in row] == [
        f"snooze:1h:{NAME}",
        f"snooze:1d:{NAME}",
        "pause:7d",
        "unsub:",
        f"who:{NAME}",
    ]


async def test_menu_takes_the_place_of_buttons_where_nothing_is_private(
    dialogue: Dialogue,
) -> None:
    telegram = dialogue.platforms["telegram"]
    telegram.link_base = "https://t.me/bot?start="
    own = ((Button(label="Upozornění…", data=f"more:{NAME}"),),)
    post = Post(
        id="p1",
        address="telegram:-5/7",
        ref="9",
        text="📅",
        buttons=own,
        uids=(SEMINAR.uid,),
        at=dialogue.clock(),
    )
    await dialogue.store.posts.keep(post)
    place: dict[str, Any] = {**GROUP, "platform": "telegram", "chat": "telegram:-5", "ref": "9"}

    reply = await dialogue.press(f"more:{NAME}", **place)
    await dialogue.press(f"back:{NAME}", **place)

    assert reply is not None
    assert (reply.kind, reply.text) == (ReplyKind.TOAST, "")
    [(address, ref, menu_), (_, _, again)] = telegram.edited
    assert (address, ref, menu_.text) == ("telegram:-5/7", "9", "📅")
    assert [row[-1].data for row in menu_.buttons] == [
        f"snooze:1d:{NAME}",
        "unsub:",
        f"who:{NAME}",
        f"back:{NAME}",
    ]
    assert again.buttons == own


async def test_snooze_reminds_again(dialogue: Dialogue) -> None:
    reply = await dialogue.press(f"snooze:1d:{NAME}", **GROUP)

    assert text(reply) == "Připomenu to znovu v úterý 8. 6. 2027 v 9:00."
    [subscription] = dialogue.agenda.subscribed.values()
    assert subscription.leads == {"seminar": (Lead(before=timedelta(days=9, hours=1)),)}
    assert subscription.until == datetime(2027, 6, 8, 7, tzinfo=UTC)


async def test_snooze_of_whole_days_counts_by_the_clock(dialogue: Dialogue) -> None:
    whole = replace(SEMINAR, start=date(2027, 6, 17), end=None, all_day=True)
    dialogue.agenda.known = [whole]

    reply = await dialogue.press(f"snooze:1h:{NAME}", **GROUP)

    [subscription] = dialogue.agenda.subscribed.values()
    [lead] = subscription.leads["seminar"]
    due = before(anchors(whole)[0], lead, subscription.timezone, quiet=subscription.quiet)
    assert due is not None
    assert due.at == subscription.until == dialogue.clock.now + timedelta(hours=1)
    assert text(reply).startswith("Připomenu to znovu v ")


async def test_snooze_past_the_start_is_refused(dialogue: Dialogue) -> None:
    dialogue.clock.now = datetime(2027, 6, 17, 7, 30, tzinfo=UTC)

    reply = await dialogue.press(f"snooze:1h:{NAME}", **GROUP)

    assert text(reply) == "To už bude po všem, takže to připomínat nemá smysl."


async def test_settings_shows_what_holds(dialogue: Dialogue) -> None:
    await dialogue.command("subscribe výzvy", **GROUP)

    reply = await dialogue.command("settings", **GROUP)

    assert text(reply) == (
        "**Nastavení**\n\n- Jazyk: Čeština\n- Odpovídám, když mě někdo osloví.\n- Připomínám: výzvy"
    )


async def test_calendar_feed_is_offered_where_the_world_reaches_us(dialogue: Dialogue) -> None:
    web = WebSettings(public_url="https://cscc.example/")
    desk = replace(dialogue.desk, settings=dialogue.desk.settings.model_copy(update={"web": web}))
    dialogue.assistant = Assistant(desk)

    reply = await dialogue.command("subscribe výzvy")

    assert text(reply).endswith(
        " [Akce ve vašem kalendáři](https://cscc.example/events/token-of-slack-D1.ics)"
    )
    assert "/events/token-of-slack-D1.ics" in text(await dialogue.command("settings"))


async def test_home_shows_what_is_next(dialogue: Dialogue) -> None:
    reply = await dialogue.command("home", private=True)

    assert reply is not None
    assert reply.kind is ReplyKind.PRIVATE
    assert "Parkování v malém městě" in reply.text
    assert "**Co vám připomínám**" in reply.text


async def test_chat_that_moved_keeps_its_settings(dialogue: Dialogue) -> None:
    reply = await dialogue.command(":moved slack:C2", **GROUP)

    assert reply is None
    assert dialogue.agenda.done == [("move", "slack:C1", "slack:C2")]
    assert (await dialogue.store.chats.chat("slack:C2")).language == "cs"


async def test_hello_once_where_it_was_added(dialogue: Dialogue) -> None:
    assert text(await dialogue.command(":joined", **GROUP)).startswith("Dobrý den, jsem asistent")


async def test_chat_that_others_come_into_gets_only_what_is_public(dialogue: Dialogue) -> None:
    seminars = Subscription(
        id="config:1", address="slack:C1", kinds=(EventKind.SEMINAR,), audience="members"
    )
    await dialogue.agenda.subscribe(seminars)
    await dialogue.command("subscribe výzvy", audience="members", **GROUP)

    assert await dialogue.command(":opened", **GROUP) is None

    audiences = {each.id: each.audience for each in dialogue.agenda.subscribed.values()}
    assert audiences == {"config:1": "members", "chat:slack:C1": "public"}


async def test_message_without_text_is_said_to_have_none(dialogue: Dialogue) -> None:
    asked = await dialogue.say("", private=True, **GROUP)

    assert text(asked).startswith("V té zprávě není text")


async def test_removed_assistant_ends_what_it_posted(dialogue: Dialogue) -> None:
    await dialogue.command("subscribe výzvy", **GROUP)

    assert await dialogue.command(":left", **GROUP) is None
    assert dialogue.agenda.subscribed == {}


@pytest.mark.parametrize("language", ["cs", "en"])
def test_menu_has_each_command_once_without_those_of_editors(language: str) -> None:
    names = [name for name, _ in menu(language)]

    assert names == [
        "ask",
        "events",
        "calls",
        "subscribe",
        "unsubscribe",
        "pause",
        "resume",
        "settings",
        "language",
        "forget",
        "help",
    ]
    assert all(len(description) <= 100 for _, description in menu(language, editors=True))


@pytest.mark.parametrize("name", sorted({c.name for c in COMMANDS.values() if c.editors}))
async def test_editors_commands_are_for_editors(dialogue: Dialogue, name: str) -> None:
    refused = await dialogue.command(name)
    allowed = await dialogue.command(name, author=EDITOR)

    assert text(refused) == "To smí jen redakce."
    assert text(allowed) != text(refused)
    assert name in NAMES
