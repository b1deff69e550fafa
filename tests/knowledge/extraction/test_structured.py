from __future__ import annotations

import pytest

from knowledge.extraction import Raw, extract

ROW = (
    '<tr itemscope itemtype="https://schema.org/EducationEvent"{part}><td itemprop="name">Kurz</td>'
    '<td><meta itemprop="startDate" content="2027-05-06"></td></tr>'
)
TALK = '<div typeof="schema:Event"><b property="schema:name">Fórum</b></div>'


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        # A theme calls every page a thing; what it is about is a part of it.
        (f"<table>{ROW.format(part=' itemprop=about')}</table>", (ROW.format(part=""),)),
        (TALK, (TALK,)),
        # What stands within an event is told with it.
        (
            f'<div itemscope itemtype="http://schema.org/Festival">{TALK}</div>',
            (f'<div itemscope itemtype="http://schema.org/Festival">{TALK}</div>',),
        ),
        ('<div itemscope itemtype="https://schema.org/Person"><b itemprop="name">A</b></div>', ()),
    ],
)
def test_elements_that_mark_up_events_are_kept_as_they_stand(
    body: str, kept: tuple[str, ...]
) -> None:
    page = f'<body itemscope itemtype="https://schema.org/WebPage"><main>{body}</main></body>'

    found = extract(Raw(body=page.encode(), name="https://a.cz/", content_type="text/html"))

    assert found.markup == kept


def test_only_scripts_that_speak_of_events_are_kept() -> None:
    scripts = ['{"@type": "Festival"}', '{"@type": "Organization"}', '{"@type": "Course"}']
    body = "".join(f'<script type="application/ld+json">{each}</script>' for each in scripts)

    found = extract(Raw(body=f"<html>{body}<p>Text.</p>".encode(), name="x.html"))

    assert found.structured == (scripts[0], scripts[2])
