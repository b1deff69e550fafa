"""What the editors' pages show and do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import app
from bot.bridges.backstage import Backstage
from bot.i18n import Phrases
from bot.settings import Settings
from knowledge.settings import KnowledgeSettings, SourceSettings
from scheduler.events import Deadline, Event, EventKind
from scheduler.settings import SchedulerSettings

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
SEMINAR = Event(
    uid="kurz",
    title="Kurz pletení",
    kind=EventKind.SEMINAR,
    start=datetime(2027, 6, 17, 8, tzinfo=UTC),
    end=datetime(2027, 6, 17, 10, tzinfo=UTC),
    place="Lhota",
    url="https://a.cz/kurz",
)
CALL = Event(
    uid="vyzva",
    title="Výzva 3",
    kind=EventKind.CALL,
    deadlines=(Deadline(at=datetime(2027, 6, 9, 12, tzinfo=UTC)),),
)


@pytest.fixture
async def backstage(tmp_path: Path) -> AsyncIterator[Backstage]:
    """The pages of an assistant that knows a seminar and was told of a call."""
    source = SourceSettings(name="pages", kind="files", path=str(tmp_path / "pages"))
    settings = Settings(
        data_dir=tmp_path,
        knowledge=KnowledgeSettings(sources=(source,), data_dir=tmp_path),
        scheduler=SchedulerSettings(sources=(), data_dir=tmp_path),
    )
    async with app.open_stores(settings) as stores:
        scheduler = app.make_scheduler(settings, stores, {}, lambda: NOW)
        await scheduler.editing.add(SEMINAR, "cli:test")
        await scheduler.suggest("pages", [CALL])
        yield Backstage(
            settings=settings,
            bot=stores.bot,
            rows=stores.scheduler,
            scheduler=scheduler,
            clock=lambda: NOW,
        )


async def cells(backstage: Backstage, page: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return cells and actions of each line of a page."""
    sheet = await backstage.sheet(page, Phrases("cs"))
    return [(row.cells, row.actions) for row in sheet.rows]


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        (
            "suggested",
            [
                (
                    ("Výzva 3", "výzva", "st 9. 6. 2027 ve 14:00", "platí", "", "pages"),
                    ("approve", "reject"),
                )
            ],
        ),
        (
            "events",
            [
                (
                    (
                        "Kurz pletení",
                        "seminář",
                        "čt 17. 6. 2027, 10:00–12:00",
                        "platí",
                        "Lhota",
                        "editors",
                    ),
                    ("cancel",),
                )
            ],
        ),
        ("sources", [(("pages", "dokumenty: files", "", "", "0", ""), ())]),
        ("questions", []),
        ("deliveries", []),
    ],
)
async def test_each_page_has_its_lines(
    backstage: Backstage, page: str, lines: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> None:
    assert await cells(backstage, page) == lines


async def test_an_approved_suggestion_moves_to_the_events(backstage: Backstage) -> None:
    await backstage.act("approve", "vyzva", "web:editors")

    assert await cells(backstage, "suggested") == []
    assert [line[0][0] for line in await cells(backstage, "events")] == ["Výzva 3", "Kurz pletení"]


async def test_a_cancelled_event_cannot_be_cancelled_again(backstage: Backstage) -> None:
    await backstage.act("cancel", "kurz", "web:editors")

    ((shown, actions),) = await cells(backstage, "events")
    assert (shown[3], actions) == ("zrušeno", ())


async def test_events_come_by_their_next_date_with_all_deadlines(backstage: Backstage) -> None:
    deadlines = (
        Deadline(label="druhé kolo", at=datetime(2027, 9, 9, 12, tzinfo=UTC)),
        Deadline(label="první kolo", at=datetime(2027, 6, 20, 12, tzinfo=UTC)),
        Deadline(at=datetime(2027, 5, 20, 12, tzinfo=UTC)),
    )
    call = replace(CALL, uid="kola", title="A", deadlines=deadlines)
    await backstage.scheduler.editing.add(call, "cli:test")

    lines = [line[0] for line in await cells(backstage, "events")]

    assert [line[0] for line in lines] == ["Kurz pletení", "A"]
    assert lines[1][2] == (
        "čt 20. 5. 2027 ve 14:00; první kolo: ne 20. 6. 2027 ve 14:00; "
        "druhé kolo: čt 9. 9. 2027 ve 14:00"
    )


async def test_an_event_tells_when_it_is_and_until_when_one_registers(
    backstage: Backstage,
) -> None:
    ends = Deadline(at=datetime(2027, 6, 9, 12, tzinfo=UTC))
    event = replace(SEMINAR, uid="sen", title="Senzory", deadlines=(ends,))
    await backstage.scheduler.editing.add(event, "cli:test")

    told = {line[0][0]: line[0][2] for line in await cells(backstage, "events")}

    assert told["Senzory"] == ("čt 17. 6. 2027, 10:00–12:00; přihlášky: st 9. 6. 2027 ve 14:00")


@pytest.mark.parametrize(("action", "subject"), [("delete", "kurz"), ("approve", "nothing")])
async def test_what_cannot_be_done_is_refused(
    backstage: Backstage, action: str, subject: str
) -> None:
    with pytest.raises(ValueError, match=f"{action}|{subject}"):
        await backstage.act(action, subject, "web:editors")
