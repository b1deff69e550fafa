"""Pages -> the events that they hold or announce."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scheduler.events import Event, EventKind, EventStatus, Review, Version
from scheduler.pages import read_page
from scheduler.prose import suggest
from scheduler.suggestions import suggested_by, suggestions

NOW = datetime(2027, 3, 1, 7, tzinfo=UTC)
URL = "https://o.example/cs/pozvanky/parkovani/"


def page(body: str, *, head: str = "", lang: str = "cs") -> str:
    return (
        f'<html lang="{lang}"><head><title>T | Obec</title>{head}</head><body>{body}</body></html>'
    )


LAYOUTS = [
    "<main><article><h1>Parkování</h1>{text}</article></main>",
    "<div><div><h1>Parkování</h1></div><div class='entry'>{text}</div></div>",
    "<main><nav>1. 1. 2030</nav><h1>Parkování</h1>{text}<aside>2. 2. 2030</aside>"
    "<div class='related-posts'>3. 3. 2030</div><div id='comments'>4. 4. 2030</div></main>",
    "<header><p>Obec, 5. 5. 2030</p></header><h1>Parkování</h1>{text}<footer>6. 6. 2030</footer>",
]
TEXT = "<p>Seminář se koná ve čtvrtek 17. června 2027 od 10:00 do 12:00.</p><p>Místo: Písek</p>"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_article_is_found_in_every_layout(layout: str) -> None:
    read = read_page(page(layout.format(text=TEXT)), URL)

    assert read.title == "Parkování"
    assert read.text == (
        "Parkování\nSeminář se koná ve čtvrtek 17. června 2027 od 10:00 do 12:00.\nMísto: Písek"
    )


def test_an_invitation_is_suggested() -> None:
    (event,) = suggestions(read_page(page(LAYOUTS[0].format(text=TEXT)), URL), NOW, source="web")

    assert event == Event(
        uid=URL,
        title="Parkování",
        kind=EventKind.SEMINAR,
        start=event.start,
        end=event.end,
        review=Review.SUGGESTED,
        url=URL,
        place="Písek",
        source="web",
        summary=event.summary,
    )
    assert event.start == datetime(2027, 6, 17, 8, tzinfo=UTC)


def test_json_ld_is_suggested_before_prose_and_only_what_lies_ahead() -> None:
    script = (
        '<script type="application/ld+json">['
        '{"@type": "Event", "name": "Příští", "startDate": "2027-06-17T10:00"},'
        '{"@type": "Event", "name": "Loňská", "startDate": "2026-06-17T10:00"}]</script>'
    )

    found = suggestions(
        read_page(page(LAYOUTS[0].format(text=TEXT), head=script), URL),
        NOW,
        source="web",
        audience="members",
    )

    assert [(e.title, e.review, e.audience) for e in found] == [
        ("Příští", Review.SUGGESTED, "members")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1250"])
@pytest.mark.parametrize("declared", ["header", "meta", "no"])
def test_letters_are_read_whatever_is_declared(encoding: str, declared: str) -> None:
    head = f"<meta charset={encoding}>" if declared == "meta" else ""
    body = page("<h1>Příliš žluťoučký kůň</h1>", head=head).encode(encoding)

    read = read_page(body, URL, f"text/html; charset={encoding}" if declared == "header" else "")

    assert read.title == "Příliš žluťoučký kůň"


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"<!-- -->", b"<html>", b"{}", b"<h1><p><b>"])
def test_a_broken_page_is_an_empty_one(body: bytes) -> None:
    assert suggestions(read_page(body, URL), NOW, source="web") == []


def test_a_page_says_its_language_and_publication() -> None:
    head = '<meta property="article:published_time" content="2027-02-20T08:00:00+01:00">'

    read = read_page(page("<h1>x</h1>", head=head, lang="en-GB"), URL)

    assert (read.language, read.published) == ("en", date(2027, 2, 20))


NOT_ANNOUNCED = [
    "Loňský seminář se konal 17. června 2026.",
    "Seminář se konal 17. června 2027.",
    "Konference se uskutečnila 3. března 2027 a zúčastnilo se jí sto starostů.",
    "The conference took place on 3 May 2027.",
    "Strategii schválilo zastupitelstvo 17. června 2027.",
    "Zveřejněno 17. 6. 2027",
    "Zákon platí od 1. 1. 2028.",
    "Setkání proběhlo 6. června.",
    "Telefon 606 123 456, verze 1. 2. 3, kapitola 4. 5.",
    "Kancelář je otevřena v pondělí od 8:00 do 17:00.",
    " ".join(f"Seminář se koná {day}. června 2027." for day in range(1, 12)),
    "",
]


@pytest.mark.parametrize("text", NOT_ANNOUNCED)
def test_a_mention_announces_nothing(text: str) -> None:
    assert suggest(text, URL, NOW, title="Zpráva") == []


def test_a_page_without_title_announces_nothing() -> None:
    assert suggest("Seminář se koná 17. června 2027.", URL, NOW, title=" ") == []


YEARLESS: list[tuple[str, dict[str, Any], str | None]] = [
    ("Seminář se koná 6. dubna od 10:00.", {}, None),
    ("Seminář se koná 6. dubna od 10:00.", {"published": date(2027, 2, 20)}, "2027-04-06"),
    ("Seminář se koná 6. dubna od 10:00.", {"published": date(2019, 2, 20)}, None),
    ("Seminář se koná 6. dubna od 10:00.", {"title": "Seminář 2027"}, "2027-04-06"),
    # The weekday is right in 2027, and wrong in the years around it.
    ("Seminář se koná v úterý 6. dubna od 10:00.", {}, "2027-04-06"),
    ("Seminář se koná v pondělí 6. dubna od 10:00.", {}, None),
    ("Schůzka bude příští úterý v 15 hodin.", {"published": date(2027, 3, 1)}, "2027-03-09"),
    ("Schůzka bude příští úterý v 15 hodin.", {}, None),
]


@pytest.mark.parametrize(("text", "values", "day"), YEARLESS)
def test_a_year_left_out_must_be_sure(text: str, values: dict[str, Any], day: str | None) -> None:
    found = suggest(text, URL, NOW, **{"title": "Seminář", **values})

    days = [str(e.start.date()) for e in found if isinstance(e.start, datetime)]
    assert days == ([day] if day else [])


CALLS = [
    ("Výzva na hřiště", "Žádosti přijímáme do 30. června 2027."),
    ("Vyjádření zájmu o misi", "Online dotazník je třeba odeslat do 30. června 2027."),
    ("Strategické projekty", "Kraj vyhlásí 1. června 2027 výzvu. Návrhy do 30. června 2027."),
    ("Playgrounds", "Applications are due by 30 June 2027."),
]


@pytest.mark.parametrize(("title", "text"), CALLS)
def test_calls_are_known_by_their_text(title: str, text: str) -> None:
    (event,) = suggest(text, URL, NOW, title=title)

    assert event.kind is EventKind.CALL
    assert [str(deadline.at.date()) for deadline in event.deadlines] == ["2027-06-30"]


def test_a_calls_folder_says_that_it_is_one() -> None:
    (event,) = suggest(
        "Termín: 28. 4. 2027 23:59", "https://o.example/vyzvy/efekt/", NOW, title="EFEKT 2027"
    )

    assert (event.kind, event.start) == (EventKind.CALL, None)


STATUSES = [
    ("Seminář plánovaný na 17. června 2027 se z organizačních důvodů nekoná.", "cancelled"),
    ("ZRUŠENO: seminář 17. června 2027.", "cancelled"),
    ("The seminar on 17 June 2027 has been cancelled.", "cancelled"),
    ("Seminář se ze 10. června 2027 přesouvá na 17. června 2027.", "rescheduled"),
    ("Seminář se koná 17. června 2027.", "scheduled"),
]


@pytest.mark.parametrize(("text", "status"), STATUSES)
def test_what_became_of_it(text: str, status: str) -> None:
    (event,) = suggest(text, URL, NOW, title="Seminář")

    assert event.status is EventStatus(status)
    assert event.start == date(2027, 6, 17)


def test_a_document_is_read_as_its_page_is() -> None:
    script = '{"@type": "Event", "name": "Parkování", "startDate": "2027-06-17T10:00:00+02:00"}'
    text = "Seminář se koná ve čtvrtek 17. června 2027 od 10:00."

    with_data, without = (
        suggested_by(text, URL, NOW, title="Parkování", source="web", scripts=scripts)
        for scripts in ([script], [])
    )

    assert [(e.title, e.start, e.uid) for e in with_data] == [
        (e.title, e.start, e.uid) for e in without
    ]
    assert [e.title for e in with_data] == ["Parkování"]


@pytest.mark.parametrize(
    "scripts",
    [(), ('{"@type": "Event", "name": "Parkování", "startDate": "2027-06-17T10:00:00+02:00"}',)],
)
def test_a_document_says_where_it_stands_in_other_languages(scripts: tuple[str, ...]) -> None:
    english = "https://o.example/en/events/parking/"
    (event,) = suggested_by(
        "Seminář se koná ve čtvrtek 17. června 2027 od 10:00.",
        URL,
        NOW,
        title="Parkování",
        source="web",
        scripts=scripts,
        alternates={"cs": URL, "en": english},
    )
    assert event.versions == (Version(language="en", title="Parkování", url=english),)


INVITATIONS: list[tuple[str, str, tuple[str, str, list[str], str] | None]] = [
    (
        "Workshop k místním energetickým koncepcím",
        "Přijďte diskutovat s odborníky. Workshop proběhne v úterý 13. dubna 2027 od 13 "
        "do 16 hodin v zasedacím sále Krajského úřadu v Jihlavě. Kapacita je omezena, "
        "registrujte se do 6. dubna.\nMísto: Jihlava",
        ("seminar", "2027-04-13 13:00", ["2027-04-06"], "scheduled"),
    ),
    (
        "Den otevřených dat",
        "Těšíme se na vás 22. 4. 2027 v 9.30 v pražském Kampusu. Akce potrvá do 15.00.",
        ("seminar", "2027-04-22 09:30", [], "scheduled"),
    ),
    (
        "Valná hromada klastru",
        "Zveme členy na valnou hromadu, která se uskuteční dne 27. května 2027 v 10:00 "
        "hodin v Praze, Horská 3.",
        ("meeting", "2027-05-27 10:00", [], "scheduled"),
    ),
    (
        "Kulatý stůl o mobilitě",
        "V Ostravě se 8. června sejdou zástupci měst u kulatého stolu. Začátek v 9 hodin.",
        ("seminar", "2027-06-08 09:00", [], "scheduled"),
    ),
    (
        "Webinář: Jak na chytré veřejné osvětlení",
        "Středa 7. dubna 10:00–11:30, online přes Teams. Účast zdarma.",
        ("seminar", "2027-04-07 10:00", [], "scheduled"),
    ),
    (
        "Grantový program Kreativní obec",
        "Do programu se můžete hlásit od 15. března do 30. dubna 2027. O výsledcích "
        "rozhodne komise v červnu.",
        ("call", "", ["2027-04-30"], "scheduled"),
    ),
    (
        "Dotace na rekonstrukci hřišť: startuje příjem žádostí",
        "Ministerstvo spouští 12. dubna 2027 příjem žádostí. Obce mohou žádat do 31. "
        "května 2027, 12:00.",
        ("call", "", ["2027-05-31"], "scheduled"),
    ),
    (
        "Prodloužení výzvy na komunitní energetiku",
        "Termín pro podání žádostí byl prodloužen do 30. června 2027. Původně měla výzva "
        "končit 31. května.",
        ("call", "", ["2027-06-30"], "rescheduled"),
    ),
    (
        "Výzva č. 7 bude vyhlášena v květnu",
        "Ministerstvo plánuje vyhlásit výzvu v květnu 2027. Přesné datum zatím není známo.",
        None,
    ),
    (
        "Konference Chytrý venkov se letos nekoná",
        "Organizátoři oznámili, že konference plánovaná na 20. května 2027 se nekoná.",
        ("conference", "2027-05-20", [], "cancelled"),
    ),
    (
        "Interreg info day",
        "The info day will take place on 20 April 2027 in Prague from 9:30 to 15:00. "
        "Please register by 13 April.",
        ("seminar", "2027-04-20 09:30", ["2027-04-13"], "scheduled"),
    ),
    (
        "Summer school on urban data",
        "The summer school runs from 5 to 9 July 2027 in Brno. Applications close on 30 "
        "April 2027.",
        ("seminar", "2027-07-05", ["2027-04-30"], "scheduled"),
    ),
    (
        "Call for mentors",
        "We are looking for mentors. Send your application by Friday 16 April 2027 (midnight).",
        ("call", "", ["2027-04-16"], "scheduled"),
    ),
    (
        "New dates for the Mayors' Forum",
        "The Mayors' Forum, originally planned for 12 May 2027, will now take place on 9 "
        "June 2027 at 10 am.",
        ("seminar", "2027-06-09 10:00", [], "rescheduled"),
    ),
    (
        "Nový starosta",
        "Zastupitelstvo zvolilo 15. března 2027 nového starostu.",
        None,
    ),
    (
        "Rekonstrukce mostu potrvá do 30. června 2027",
        "Most bude uzavřen od 1. dubna do 30. června 2027.",
        None,
    ),
    (
        "Vodné zdraží",
        "Od 1. 4. 2027 zdraží vodné o 5 korun.",
        None,
    ),
    (
        "Projekt SMART běží do konce roku 2027",
        "Projekt byl zahájen 1. ledna 2025 a skončí 31. prosince 2027.",
        None,
    ),
    (
        "Konferencia Inteligentné mestá",
        "Srdečne vás pozývame na konferenciu, ktorá sa uskutoční 5. mája 2027 o 9.00 hod. "
        "v Trnave. Registrácia je možná do 30. apríla.",
        ("conference", "2027-05-05 09:00", ["2027-04-30"], "scheduled"),
    ),
]


@pytest.mark.parametrize(("title", "text", "wanted"), INVITATIONS)
def test_whole_invitations(
    title: str, text: str, wanted: tuple[str, str, list[str], str] | None
) -> None:
    found = suggest(
        text, "https://o.example/aktuality/x/", NOW, title=title, published=date(2027, 2, 20)
    )

    assert [
        (
            event.kind.value,
            written(event.start),
            [written(deadline.at)[:10] for deadline in event.deadlines],
            event.status.value,
        )
        for event in found
    ] == ([wanted] if wanted else [])


def written(value: datetime | date | None) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo('Europe/Prague')):%Y-%m-%d %H:%M}"
    return str(value or "")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Vyhláška č. 3/2026 o poplatku",
            "Zastupitelstvo městyse Lhota se na svém zasedání dne 14. dubna 2027 usneslo vydat "
            "tuto obecně závaznou vyhlášku. Žádosti lze podat do 31. března 2028.",
        ),
        (
            "Dog fees",
            "At its meeting on 14 April 2027 the council resolved to adopt this by-law. "
            "Applications may be submitted until 31 March 2028.",
        ),
        (
            "Zasedání zastupitelstva",
            "Zveme vás na zasedání zastupitelstva dne 16. února 2027 v 17:00. "
            "Připomínky lze podat do 31. března 2028.",
        ),
    ],
)
def test_what_is_enacted_or_has_passed_is_not_suggested(title: str, text: str) -> None:
    assert suggested_by(text, URL, NOW, title=title, source="s") == []


def test_a_seminar_on_enacted_texts_is_suggested() -> None:
    text = "Zveme vás na seminář o obecně závazných vyhláškách dne 14. dubna 2027 v 9:00 v Písku."
    (event,) = suggested_by(text, URL, NOW, title="Seminář: Nové vyhlášky", source="s")

    assert event.start == datetime(2027, 4, 14, 9, tzinfo=ZoneInfo("Europe/Prague"))


def test_the_sentence_of_the_date_is_shown_with_what_waits() -> None:
    told = "Seminář se koná 17. června 2027 v 9:00 v Domě kultury."
    long = "Obce se ptají, jak na data a co s nimi. " * 12
    near, far = (
        suggested_by(text, URL, NOW, title="Seminář o datech", source="web")
        for text in (f"{told}\n{long}", f"{long}\n{told}")
    )

    assert [event.summary.split(" ptají")[0] for event in (*near, *far)] == [
        f"{told}\nObce se",
        f"{told} … Obce se",
    ]
