"""Whatever a source says, its words stay words: no foreign link, no call, no lost title."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from bot.i18n import LANGUAGES, Phrases
from bot.markup import parse
from bot.wording.answers import word_answer
from bot.wording.notices import word_notice
from bot.wording.reader import Reader
from knowledge.documents import Mode
from scheduler.events import Change, Event, Notice, NoticeItem, ReminderKind
from tests.bot.test_wording_answers import FREE, METHOD, NOW, PLAIN, SEMINAR
from tests.bot.test_wording_notices import CALL, CONFERENCE, at
from tests.bot.test_wording_notices import SEMINAR as EVENT

#: Words with all that has a meaning somewhere.
HOSTILE = st.lists(
    st.sampled_from(
        [
            *"ab 1.č-+#>*_`~[]()<>!@|\\&:/\n=",
            "<!channel>",
            "@all",
            ".@all",
            "](https://evil.example)",
        ]
    ),
    min_size=1,
    max_size=20,
).map("".join)

OURS = {"https://example.org/", "https://czechsmartcitycluster.com/", "https://dutpartnership.eu/"}


def flat(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *flat(token.children or []))]


def links(text: str) -> set[str]:
    """Return the sites that a Markdown text links to."""
    hrefs = [str(t.attrGet("href")) for t in flat(parse(text)) if t.type == "link_open"]
    return {re.sub(r"(?<=[^/:])/.*", "/", href) for href in hrefs}


def calls(text: str) -> list[str]:
    return re.findall(r"<!\w|<@\w|(?<![^\W_])@\w", text)


@st.composite
def notices(draw: st.DrawFn) -> tuple[Notice, timedelta]:
    items = []
    for number in range(draw(st.sampled_from([1, 2, 6]))):
        event: Event = draw(st.sampled_from([EVENT, CONFERENCE, CALL]))
        event = replace(
            event,
            uid=f"{event.uid}-{number}",
            title=draw(HOSTILE),
            place=draw(HOSTILE),
            summary=draw(HOSTILE),
            versions=(),
        )
        kind = draw(st.sampled_from([*ReminderKind]))
        change = Change(
            what=draw(st.sampled_from(["place", "title"])), old=draw(HOSTILE), new=draw(HOSTILE)
        )
        items.append(
            NoticeItem(
                kind=kind,
                event=event,
                label=draw(st.sampled_from(["", "x", "plné návrhy"])),
                anchor=draw(st.sampled_from([None, event.start, at(9, 1)])),
                lead=draw(st.sampled_from(["", "7d@09:00", "1h", "new", "changed", "closing"])),
                changes=(change,),
            )
        )
    notice = Notice(
        post_id="p",
        address="slack:C1",
        language=draw(st.sampled_from(LANGUAGES)),
        timezone=draw(st.sampled_from(["Europe/Prague", "America/New_York", "UTC"])),
        items=tuple(items),
        due_at=at(6, 1),
    )
    return notice, timedelta(hours=draw(st.integers(-5, 5000)))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(notices())
def test_notices_link_only_to_their_events_and_call_nobody(case: tuple[Notice, timedelta]) -> None:
    notice, after = case

    reply = word_notice(notice, notice.due_at + after)

    assert links(reply.text) <= OURS
    assert calls(reply.text) == []
    assert all(len(b.data.encode()) <= 64 for row in reply.buttons for b in row)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from([*Mode]), st.sampled_from(LANGUAGES))
def test_answers_link_only_to_their_sources_and_call_nobody(
    title: str, quote: str, written: str, mode: Mode, language: str
) -> None:
    citation = replace(METHOD, title=title, section=quote, quote=quote, language="de")
    answer = replace(
        PLAIN,
        mode=mode,
        written=f"{written} [1] [7]",
        citations=(citation, FREE),
        related=(citation,),
        conflicts=(citation, FREE),
        events=(replace(SEMINAR, title=title, place=quote, url="https://example.org/x"),),
    )
    reader = Reader(phrases=Phrases(language), timezone="Europe/Prague", now=NOW)

    reply = word_answer(answer, reader, answer_id="a1")

    assert links(reply.text) <= OURS
    assert calls(reply.text) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(HOSTILE, min_size=1, max_size=3).map("\n\n".join), st.sampled_from(LANGUAGES))
def test_places_and_labels_of_several_lines_stay_in_their_line(text: str, language: str) -> None:
    fact = replace(SEMINAR, title=text, place=text, label=text)
    facts = (fact, replace(fact, uid="other"))
    reader = Reader(phrases=Phrases(language), timezone="Europe/Prague", now=NOW)

    reply = word_answer(
        replace(PLAIN, mode=Mode.EVENTS, citations=(), events=facts), reader, answer_id="a1"
    )

    kinds = [token.type for token in parse(reply.text) if not token.type.startswith("inline")]
    assert (kinds.count("list_item_open"), kinds.count("paragraph_open")) == (2, 3)
