"""Answers of `knowledge` in words: the quote, where it stands, and what more there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.markup import escape, link, one_line
from bot.messages import Button, Reply
from bot.wording.buttons import remind_button
from bot.wording.events import is_past
from bot.wording.facts import word_facts
from bot.wording.reader import Reader, handle, joined, shortened, titled
from knowledge.documents import Answer, Citation, Mode

#: Quotes shown in one answer; further sources are named as related.
_QUOTES = 3

#: Lists of at most so many events have buttons for the calendar.
_CALENDARS = 3

#: Characters of a title on a button.
_LABEL = 40

#: "[1]" in what a model wrote.
_MARK = re.compile(r"\[(\d{1,2})\]")

#: The same after escaping, with the blank before it.
_ESCAPED_MARK = re.compile(r"( ?)\\\[(\d{1,2})\\\]")

#: A list item or heading at the beginning of a written line.
_BULLET = re.compile(r"^(\s*(?:[-*•]|\d+[.)])\s+)(.*)$")

_HEADING = re.compile(r"^#{1,6}\s+(.*)$")


def word_answer(
    answer: Answer,
    reader: Reader,
    *,
    answer_id: str,
    can_hand_on: bool = True,
    deep_link: Callable[[str], str] = lambda _payload: "",
) -> Reply:
    """Return the reply to a question; `answer_id` is what its buttons carry.

    can_hand_on: there are editors to hand an unanswered question to.
    deep_link: URL that hands a payload to the assistant in the direct chat; "" where a press does.
    """
    if answer.parts:
        return _word_parts(answer, reader, answer_id=answer_id, can_hand_on=can_hand_on)
    text = _word_body(answer, reader)
    if wants_editors(answer) and can_hand_on:
        offer = reader.say("answer.hand_on")
        between = "\n\n" if "\n" in text else " "
        return Reply(text=f"{text}{between}{offer}", buttons=hand_on_buttons(answer_id, reader))
    if answer.mode is Mode.EVENTS:
        buttons = event_buttons(answer, reader, deep_link)
        return Reply(text=text, feedback=answer_id, buttons=buttons)
    has_feedback = answer.answered and answer.mode is not Mode.CHATTER
    return Reply(text=text, feedback=answer_id if has_feedback else "")


def wants_editors(answer: Answer) -> bool:
    """Tell whether the question, or a part of it, was left without a sure answer."""
    if answer.parts:
        return any(wants_editors(part) for part in answer.parts)
    if answer.mode is Mode.EVENTS or answer.mode is Mode.CHATTER:
        return False
    return not answer.answered


def event_buttons(
    answer: Answer, reader: Reader, deep_link: Callable[[str], str]
) -> tuple[tuple[Button, ...], ...]:
    """Return "to calendar" for each event of a short list, and for one event "remind me"."""
    off = ("cancelled", "postponed")
    facts = {
        fact.uid: fact
        for fact in answer.events
        if fact.status not in off and not is_past(fact.closes or fact.end or fact.at, reader)
    }
    if not facts or len(facts) > _CALENDARS:
        return ()
    if len(facts) == 1:
        [(uid, fact)] = facts.items()
        calendar = Button(label=reader.say("button.calendar"), data=f"ics:{handle(uid)}")
        remind = remind_button(uid, fact.at, reader, deep_link)
        return ((calendar, *((remind,) if remind else ())),)
    return tuple(
        (
            Button(
                label=reader.say("button.calendar_of", title=shortened(fact.title, _LABEL)),
                data=f"ics:{handle(uid)}",
            ),
        )
        for uid, fact in facts.items()
    )


def hand_on_buttons(answer_id: str, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    """Return "Hand on" and "No"."""
    return (
        (
            Button(label=reader.say("button.hand_on"), data=f"ask:{answer_id}", style="primary"),
            Button(label=reader.say("button.no"), data=f"no:{answer_id}"),
        ),
    )


def _word_parts(answer: Answer, reader: Reader, *, answer_id: str, can_hand_on: bool) -> Reply:
    parts = [
        f"**{one_line(part.question)}**\n\n{_word_body(part, reader)}" for part in answer.parts
    ]
    text = "\n\n".join(parts)
    if wants_editors(answer) and can_hand_on:
        text = f"{text}\n\n{reader.say('answer.hand_on_rest')}"
        return Reply(text=text, buttons=hand_on_buttons(answer_id, reader))
    return Reply(text=text, feedback=answer_id)


def _word_body(answer: Answer, reader: Reader) -> str:
    match answer.mode:
        case Mode.CHATTER:
            return word_chatter(answer.chatter, reader)
        case Mode.EVENTS:
            return _with_sources(word_facts(answer, reader), answer, reader)
        case Mode.GENERATED:
            return _word_written(answer, reader)
        case Mode.EXTRACTIVE:
            return _word_quoted(answer, reader)
        case _:
            return _word_unsure(answer, reader)


def word_chatter(chatter: str, reader: Reader) -> str:
    """Return the reply to a greeting, thanks and the like."""
    key = f"chatter.{chatter}"
    return reader.say(key if reader.phrases.knows(key) else "chatter.greeting")


def _with_sources(text: str, answer: Answer, reader: Reader) -> str:
    """Add what documents say to an answer from the calendar."""
    if not answer.citations:
        return text
    sources = [_source(citation, reader) for citation in answer.citations[:2]]
    return f"{text}\n\n{reader.say('answer.see')} " + ", ".join(sources)


def _word_quoted(answer: Answer, reader: Reader) -> str:
    citations = answer.citations[:_QUOTES]
    if not citations:
        return _word_unsure(answer, reader)
    blocks = [_lead_in(citations, reader), *_quotes(citations, reader)]
    return "\n\n".join([*blocks, *_conflicts(answer, reader), *_related(answer, reader)])


def _quotes(citations: Sequence[Citation], reader: Reader) -> list[str]:
    """Return each quote with where it stands; quotes of one place stand together."""
    blocks: list[str] = []
    for index, citation in enumerate(citations):
        blocks.append(_quote(_rows(citation) if citation.header else citation.quote))
        following = citations[index + 1] if index + 1 < len(citations) else None
        if following is None or _place(following) != _place(citation):
            blocks.append(_source(citation, reader) + _stale(citation, reader))
    return blocks


def _place(citation: Citation) -> tuple[str, str, int | None]:
    return citation.url, citation.section, citation.page


def _lead_in(citations: Sequence[Citation], reader: Reader) -> str:
    """Say that it was found, and in which language if that is not the reader's."""
    languages = {citation.language for citation in citations}
    foreign = languages - {reader.phrases.language}
    if not foreign:
        return reader.say("answer.found")
    if len(languages) == 1:
        key = f"answer.found_in.{foreign.pop()}"
        return reader.say(key if reader.phrases.knows(key) else "answer.found_in.other")
    return reader.say("answer.found_in.mixed")


def _quote(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return "\n>\n".join(f"> {escape(line.strip())}" for line in lines)


def _rows(citation: Citation) -> str:
    """Return the rows of a table in words, a line each: "Measure: tank · Support: 80 %"."""
    heads = _cells(citation.header)
    return "\n".join(_row(heads, _cells(row)) for row in citation.quote.splitlines() if row.strip())


def _row(heads: Sequence[str], cells: Sequence[str]) -> str:
    if len(heads) != len(cells):
        return " · ".join(filter(None, cells))
    pairs = zip(heads, cells, strict=True)
    return " · ".join(f"{head}: {cell}" if head else cell for head, cell in pairs if cell)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _source(citation: Citation, reader: Reader) -> str:
    """Return title as link · part · page · as of."""
    section = citation.section.rsplit(" › ", 1)[-1].strip()
    part = ""
    if section and section.casefold() != citation.title.strip().casefold():
        part = reader.say("answer.section", section=one_line(section))
    page = reader.say("answer.page", page=citation.page) if citation.page else ""
    as_of = ""
    if citation.updated_at:
        as_of = reader.say("answer.as_of", day=reader.phrases.day(citation.updated_at, "bare"))
    return joined(titled(citation.title or citation.url, citation.url), part, page, as_of)


def _stale(citation: Citation, reader: Reader) -> str:
    return "\n\n" + reader.say("answer.stale") if citation.stale else ""


def _conflicts(answer: Answer, reader: Reader) -> list[str]:
    """Show what contradicts, newest first; nothing is chosen silently."""
    if not answer.conflicts:
        return []
    shown = [(citation.url, citation.quote) for citation in answer.citations[:_QUOTES]]
    others = [
        each
        for each in answer.conflicts
        if not any(each.url == url and each.quote in quote for url, quote in shown)
    ]
    newest, *older = answer.conflicts
    is_newer = newest.updated_at and all(
        each.updated_at and each.updated_at < newest.updated_at for each in older
    )
    if not is_newer:
        return [reader.say("answer.conflict_undated"), *_quotes(others, reader)]
    note = reader.say("answer.conflict", title=titled(newest.title or newest.url, newest.url))
    return [note, *_quotes(others, reader)]


def _related(answer: Answer, reader: Reader) -> list[str]:
    shown = {citation.url for citation in answer.citations[:_QUOTES]}
    others = [each for each in answer.related if each.url not in shown][:2]
    if not others:
        return []
    links = [titled(each.title or each.url, each.url) for each in others]
    return [f"{reader.say('answer.related')} " + ", ".join(links)]


def _word_unsure(answer: Answer, reader: Reader) -> str:
    """Return "not found", with the nearest there is."""
    none = reader.say("answer.none", n=answer.searched_documents)
    if answer.searched_documents <= 0:
        none = reader.say("answer.none_bare")
    if not answer.citations:
        links = [titled(each.title or each.url, each.url) for each in answer.related[:2]]
        if not links:
            return none
        return f"{none} {reader.say('answer.nearest', title=links[0])}"
    nearest = answer.citations[0]
    if answer.mode is not Mode.NEAREST:
        title = titled(nearest.title or nearest.url, nearest.url)
        return f"{none} {reader.say('answer.nearest', title=title)}"
    blocks = [
        f"{none} {reader.say('answer.nearest_quote')}",
        *_quotes(answer.citations[:1], reader),
        *_related(answer, reader),
    ]
    return "\n\n".join(blocks)


def _word_written(answer: Answer, reader: Reader) -> str:
    """Return what the model wrote, its marks as links, and the sources it used."""
    text = "\n".join(_written_line(line, answer.citations) for line in answer.written.splitlines())
    used = [int(mark) for mark in _MARK.findall(answer.written)]
    every = range(1, min(len(answer.citations), _QUOTES) + 1)
    numbers = [n for n in dict.fromkeys(used) if 0 < n <= len(answer.citations)] or every
    sources = [_numbered(n, answer.citations[n - 1], reader) for n in sorted(numbers)]
    listed = "\n".join(sources)
    blocks = [text, f"{reader.say('answer.sources')}\n{listed}" if sources else ""]
    stale = any(answer.citations[n - 1].stale for n in numbers)
    blocks.append(reader.say("answer.stale") if stale else "")
    blocks.extend((*_conflicts(answer, reader), *_related(answer, reader)))
    return "\n\n".join(block for block in blocks if block)


def _numbered(n: int, citation: Citation, reader: Reader) -> str:
    return f"{n}\\. {_source(citation, reader)}{_foreign(citation, reader)}"


def _foreign(citation: Citation, reader: Reader) -> str:
    if citation.language == reader.phrases.language:
        return ""
    key = f"answer.in.{citation.language}"
    return f" ({reader.say(key)})" if reader.phrases.knows(key) else ""


def _written_line(line: str, citations: Sequence[Citation]) -> str:
    """Escape a line of a model's text, keeping its bullets, bold words and marks."""
    heading = _HEADING.match(line)
    if heading:
        return f"**{escape(heading[1].strip('# *'))}**"
    bullet = _BULLET.match(line)
    start, rest = (bullet[1], bullet[2]) if bullet else ("", line)
    bold = rest.count("**") % 2 == 0
    pieces = rest.split("**") if bold else [rest.replace("**", "")]
    words = [
        f"**{_marked(piece, citations)}**"
        if index % 2 and piece.strip()
        else _marked(piece, citations)
        for index, piece in enumerate(pieces)
    ]
    return start.replace("•", "-").replace("*", "-") + "".join(words)


def _marked(text: str, citations: Sequence[Citation]) -> str:
    """Escape a text, and make each mark in it a link to its citation; strange marks go."""

    def linked(mark: re.Match[str]) -> str:
        number = int(mark[2])
        if 0 < number <= len(citations):
            return mark[1] + link(f"[{number}]", citations[number - 1].url)
        return ""

    before = " " if text[:1].isspace() else ""
    after = " " if text.strip() and text[-1:].isspace() else ""
    return before + _ESCAPED_MARK.sub(linked, escape(text)) + after
