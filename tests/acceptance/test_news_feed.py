"""The stand-in website's general news as an event source: mostly of what is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from scheduler.settings import EventSourceSettings
from scheduler.sources import open_source
from tests.acceptance.importer import NOWS
from tests.acceptance.site import SERVER, Website, fetch

pytestmark = pytest.mark.skipif(
    not SERVER.is_file(), reason="the stand-in website is not beside the repository"
)


@pytest.mark.parametrize("now", NOWS)
async def test_of_news_only_an_invitation_is_suggested(
    now: str, new_site: Callable[..., Website]
) -> None:
    site = new_site(now)
    at = datetime.fromisoformat(now)
    ahead = date(at.year + 1, 6, 15)
    site.control(
        "page/add",
        path="/cs/aktuality/beseda-o-vode/",
        title="Beseda o vodě",
        body_html=f"<p>Beseda se koná 15. června {ahead.year}.</p>",
    )
    settings = EventSourceSettings.model_validate(
        {"name": "news", "kind": "feed", "url": f"{site.base}/feed/"}
    )

    result = await open_source(settings, first_start=at).read(fetch, at, ())

    assert [(event.title, event.start) for event in result.events] == [("Beseda o vodě", ahead)]
