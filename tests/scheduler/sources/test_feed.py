"""RSS and Atom -> calls and events."""

from __future__ import annotations

from datetime import date
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus, Review
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult
from tests.scheduler.sources.reading import UNREACHABLE, read, utc

URL = "https://kraj.example/vyzvy/feed/"
SETTINGS = EventSourceSettings(
    name="calls",
    kind="feed",
    url=URL,
    event_kind=EventKind.CALL,
    trusted_hosts=("kraj.example",),
)


def rss(*items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Výzvy</title>'
        f"<language>cs</language>{''.join(items)}</channel></rss>"
    )


def item(title: str, text: str, *, uid: str = "urn:1", page: str = "1") -> str:
    return (
        f"<item><title>{escape(title)}</title><link>https://kraj.example/vyzvy/{page}/</link>"
        f'<guid isPermaLink="false">{uid}</guid><pubDate>Mon, 22 Feb 2027 08:00:00 +0000</pubDate>'
        f"<description>{escape(text)}</description></item>"
    )


def only(result: SourceResult) -> Event:
    assert result.failures == ()
    (event,) = result.events
    return event


def test_a_call_is_read_with_all_it_says() -> None:
    text = "<p>Žádosti od 1. 4. 2027 do 30. 6. 2027 do 14:00.</p><p>Místo: Ústecký kraj</p>"

    event = only(read(SETTINGS, {URL: rss(item("Výzva na hřiště", text))}))

    assert (event.uid, event.kind, event.url, event.place) == (
        "urn:1",
        EventKind.CALL,
        "https://kraj.example/vyzvy/1/",
        "Ústecký kraj",
    )
    assert (event.open_from, event.start) == (date(2027, 4, 1), None)
    assert [utc(deadline.at) for deadline in event.deadlines] == ["2027-06-30 12:00"]
    assert event.review is Review.SUGGESTED


def test_a_call_without_dates_is_one_all_the_same() -> None:
    event = only(read(SETTINGS, {URL: rss(item("Výzva", "Žádosti přijímáme průběžně."))}))

    assert (event.deadlines, event.open_from) == ((), None)


def test_a_date_that_stands_in_the_title_alone_is_read() -> None:
    event = only(read(SETTINGS, {URL: rss(item("Výzva (uzávěrka 30. 6. 2027)", "Více na webu."))}))

    assert [utc(deadline.at) for deadline in event.deadlines] == ["2027-06-30 21:59"]


def test_a_moved_deadline_is_told_as_such() -> None:
    text = "Uzávěrka prodloužena z 30. dubna 2027 na 31. května 2027."

    event = only(read(SETTINGS, {URL: rss(item("Výzva", text))}))

    assert event.status is EventStatus.RESCHEDULED
    assert [utc(deadline.at) for deadline in event.deadlines] == ["2027-05-31 21:59"]


def test_a_cancelled_call_keeps_its_title() -> None:
    event = only(read(SETTINGS, {URL: rss(item("ZRUŠENO: Výzva", "Do 1. 6. 2027."))}))

    assert (event.title, event.status) == ("Výzva", EventStatus.CANCELLED)


def test_news_that_announce_nothing_are_passed_over() -> None:
    settings = SETTINGS.model_copy(update={"event_kind": EventKind.SEMINAR})

    result = read(settings, {URL: rss(item("Nový web", "Spustili jsme web obce."))})

    assert (result.events, result.failures) == ((), ())


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Obec Lhota – o kanceláři", "Lhota zřídila od 1. února 2017 odborné pracoviště pro úřad."),
        ("Memorandum o spolupráci (srpen 2017)", "Dne 22. srpna 2017 podepsaly obce memorandum."),
        ("Co je chytrá obec? (červen 2021)", "První díl besed (29. června… […]"),
        ("Beseda o vodě", "V červnu 2021 proběhla řada besed, ta první (29. června) v Lhotě."),
        ("Výzva pro obce", "Výzva podporuje nákup kol."),
        ("Výzva na kola (2018)", "Výzva vyhlášená 2. července 2018 má dvě etapy."),
        ("Zpráva z konference", "Konference se konala 2.–7. listopadu 2026 v Brně."),
        ("Seminář o vodě", "Loni se seminář konal 15. června."),
    ],
)
def test_of_news_only_what_lies_ahead_is_taken(title: str, text: str) -> None:
    settings = SETTINGS.model_copy(update={"event_kind": EventKind.SEMINAR})

    result = read(settings, {URL: rss(item(title, text))})

    assert (result.events, result.failures) == ((), ())


@pytest.mark.parametrize(
    ("title", "text", "instant"),
    [
        ("Seminář o vodě", "Seminář se koná 15. června 2027 v Lhotě.", "2027-06-15"),
        ("Seminář o vodě", "Zveme vás na seminář 15. června.", "2027-06-15"),
        ("Beseda o vodě (červen 2027)", "Beseda se uskuteční 29. června.", "2027-06-29"),
        ("Beseda", "Po besedě v červnu 2021 zveme na další, 29. června 2027.", "2027-06-29"),
        ("Seminář 2027", "Koná se 29. června. Loňský se konal v červnu 2026.", "2027-06-29"),
        ("Výzva na kola", "Žádosti přijímáme do 30. 6. 2027.", "2027-06-30"),
        ("Výzva na kola", "Žádosti lze podat do 30. 6. 2027 24:00.", "2027-07-01"),
        ("Výzva na kola", "Příjem žádostí bude zahájen 1. 6. 2027.", "2027-06-01"),
    ],
)
def test_news_that_announce_what_lies_ahead_are_taken(title: str, text: str, instant: str) -> None:
    settings = SETTINGS.model_copy(update={"event_kind": EventKind.SEMINAR})

    event = only(read(settings, {URL: rss(item(title, text))}))

    first = event.start or event.open_from or event.deadlines[0].at
    assert str(first)[:10] == instant


def test_what_is_known_is_told_of_again_though_it_has_begun() -> None:
    settings = SETTINGS.model_copy(update={"event_kind": EventKind.SEMINAR})
    feed = {URL: rss(item("Seminář", "Seminář se koná 15. června 2027 v 10:00."))}
    later = {URL: rss(item("ZRUŠENO: Seminář", "Seminář 15. února 2027 se nekoná."))}

    event = only(read(settings, later, known=read(settings, feed).events))

    assert event.status is EventStatus.CANCELLED


def test_a_year_left_out_is_that_of_publication() -> None:
    event = only(read(SETTINGS, {URL: rss(item("Výzva", "Žádosti do 15. března."))}))

    assert [utc(deadline.at) for deadline in event.deadlines] == ["2027-03-15 22:59"]


def test_atom_is_read_too() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Calls</title><entry><id>tag:1</id>'
        "<title>Call for ideas</title><link href='https://kraj.example/1'/>"
        "<updated>2027-02-22T08:00:00Z</updated>"
        "<summary>Apply by 30 April 2027, 17:00 Brussels time.</summary></entry></feed>"
    )

    event = only(read(SETTINGS, {URL: atom}))

    assert (event.uid, event.language) == ("tag:1", "en")
    assert [(utc(d.at), d.timezone) for d in event.deadlines] == [
        ("2027-04-30 15:00", "Europe/Brussels")
    ]


def test_what_left_the_feed_is_withdrawn_only_if_its_page_is_gone() -> None:
    feed = rss(
        item("Výzva A", "Do 1. 6. 2027.", uid="a", page="a"),
        item("Výzva B", "Do 1. 6. 2027.", uid="b", page="b"),
        item("Výzva C", "Do 1. 6. 2027.", uid="c", page="c"),
    )
    known = read(SETTINGS, {URL: feed}).events

    result = read(
        SETTINGS,
        {
            URL: rss(item("Nová", "Do 1. 6. 2027.", uid="d")),
            "https://kraj.example/vyzvy/a/": 410,
            "https://kraj.example/vyzvy/b/": "<html>stále zde</html>",
            "https://kraj.example/vyzvy/c/": UNREACHABLE,
        },
        known=known,
    )

    assert (result.withdrawn, result.complete) == (("a",), False)


def test_a_cut_off_feed_gives_what_it_has_and_is_reported() -> None:
    feed = rss(item("Výzva A", "Do 1. 6. 2027.", uid="a"), item("Výzva B", "Do", uid="b"))

    result = read(SETTINGS, {URL: feed[: feed.index("Výzva B")]})

    assert "Výzva A" in [event.title for event in result.events]
    assert len(result.failures) == 1


@pytest.mark.parametrize("body", ["", "<html><body>Údržba</body></html>", "{}", 503, UNREACHABLE])
def test_what_is_no_feed_is_an_error(body: str | int | Exception) -> None:
    with pytest.raises(EventSourceError):
        read(SETTINGS, {URL: body})


@given(st.text(max_size=200))
def test_any_prose_is_read(text: str) -> None:
    clean = "".join(letter for letter in text if letter.isprintable())

    result = read(SETTINGS, {URL: rss(item("Výzva", clean))})

    assert [event.title for event in result.events] == ["Výzva"]


@pytest.mark.parametrize(
    "text",
    [
        "<table><tr><td>Zahájení příjmu žádostí</td><td>1. 4. 2027</td></tr>"
        "<tr><td>Ukončení příjmu žádostí</td><td>30. 6. 2027 v 12:00</td></tr></table>",
        "<dl><dt>Příjem žádostí od</dt><dd>1. 4. 2027</dd>"
        "<dt>Příjem žádostí do</dt><dd>30. 6. 2027 v 12:00</dd></dl>",
        "<ul><li><b>Vyhlášení:</b> 1. 3. 2027</li>"
        "<li><b>Příjem žádostí:</b> 1. 4. 2027 – 30. 6. 2027 12:00</li></ul>",
    ],
)
def test_dates_stand_in_tables_and_lists(text: str) -> None:
    event = only(read(SETTINGS, {URL: rss(item("Výzva Voda", text))}))

    assert event.open_from == date(2027, 4, 1)
    assert [utc(deadline.at) for deadline in event.deadlines] == ["2027-06-30 10:00"]


def test_items_without_address_and_name_are_told_apart_by_their_titles() -> None:
    bare = [
        f"<item><title>Výzva {name}</title><description>Do 30. 6. 2027.</description></item>"
        for name in ("Voda", "Vzduch")
    ]

    result = read(SETTINGS, {URL: rss(*bare)})

    assert [event.title for event in result.events] == ["Výzva Voda", "Výzva Vzduch"]
    assert {event.url for event in result.events} == {URL}


def test_the_last_item_of_a_feed_that_is_cut_off_is_not_believed() -> None:
    text = "Žádosti do 30. 6. 2027 do 14:00."
    whole = rss(item("Výzva Voda", text), item("Výzva Vzduch", text, uid="urn:2", page="2"))

    cut = read(SETTINGS, {URL: whole[: whole.rindex("do 14:00")]})
    broken = read(SETTINGS, {URL: whole.replace("Výzva Voda", "Výzva Voda & půda")})

    assert [event.title for event in cut.events] == ["Výzva Voda"]
    assert len(cut.failures) == len(broken.failures) == 1
    assert [event.title for event in broken.events] == ["Výzva Voda & půda", "Výzva Vzduch"]


@pytest.mark.parametrize("text", ["Výzva byla zrušena.", "The call has been cancelled."])
def test_what_is_called_off_without_its_dates_keeps_them(text: str) -> None:
    before = read(SETTINGS, {URL: rss(item("Výzva A", "Uzávěrka 30. 4. 2027 ve 14:00."))}).events
    (off,) = read(SETTINGS, {URL: rss(item("Výzva A", text))}, known=before).events
    assert (off.status, off.deadlines) == (EventStatus.CANCELLED, before[0].deadlines)


def test_a_seminar_that_is_called_off_without_its_date_is_cancelled() -> None:
    settings = SETTINGS.model_copy(update={"event_kind": EventKind.SEMINAR})
    told = item("Seminář A", "Seminář se koná 30. 4. 2027 od 14:00.")
    before = read(settings, {URL: rss(told)}).events
    (off,) = read(settings, {URL: rss(item("ZRUŠENO: Seminář A", ""))}, known=before).events
    assert (off.status, off.start) == (EventStatus.CANCELLED, before[0].start)
