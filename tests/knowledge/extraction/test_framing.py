"""What the usual content systems call their frames, and what only sounds like one."""

from __future__ import annotations

import pytest

from knowledge.extraction import Raw, extract

CZECH = "Členství v klastru je pro univerzity zdarma a přihlásit se může každá škola v zemi."


def read(body: str) -> list[str]:
    html = f"<html lang='cs'><body>{body}</body></html>"
    found = extract(Raw(body=html.encode(), name="https://a.cz/x/", content_type="text/html"))
    return [" / ".join([*section.path, section.text]) for section in found.sections]


@pytest.mark.parametrize(
    "frame",
    [
        "<div id='SITE_HEADER' class='x8f'><p>Rám stránky navigace</p></div>",
        "<div class='siteFooter'><p>Rám stránky patička</p></div>",
        "<div id='header'><p>Rám stránky nahoře</p></div>",
        "<div class='cky-consent-bar'><p>Rám stránky o sušenkách</p></div>",
        "<div class='alert cookiealert'><p>Rám stránky o sušenkách</p></div>",
        "<div id='sliding-popup'><p>Rám stránky o sušenkách</p></div>",
        "<div class='region region-sidebar-second'><p>Rám stránky vedle</p></div>",
        "<ul class='elementor-nav-menu'><li>Rám stránky odkaz</li></ul>",
        "<div class='widget widget_text'><p>Rám stránky vedle</p></div>",
        "<div class='drobeckova-navigace'><p>Rám stránky: Úvod, zde</p></div>",
        "<div class='modal fade'><p>Rám stránky okno</p></div>",
        "<div class='prev-next'><a href='/a'>Rám předchozí</a></div>",
        "<div class='post-tags'>Štítky: <a href='/a'>rám</a></div>",
        "<div id='disqus_thread'>Rám komentáře</div>",
        "<p class='tisk'><a href='javascript:window.print()'>Vytisknout</a></p>",
        "<div><a href='/a'>« Předchozí článek</a> | <a href='/b'>Další článek »</a></div>",
        "<p><a href='#top'>▲ Nahoru</a></p>",
    ],
)
def test_frames_are_left_out(frame: str) -> None:
    if "elementor-nav-menu" in frame:
        frame = f"<nav>{frame}</nav>"

    assert read(f"{frame}<div><h2>Členství</h2><p>{CZECH}</p></div>") == [f"Členství / {CZECH}"]


@pytest.mark.parametrize(
    "holder",
    [
        "<div class='elementor-widget elementor-widget-text-editor'>{}</div><p>{}</p><p>{}</p>",
        "<div class='content has-sidebar'>{}</div><p>{}</p><p>{}</p>",
        "<section id='social-services'>{}</section><p>{}</p><p>{}</p>",
        "<div class='card'><div class='card-header'>{}</div></div><p>{}</p><p>{}</p>",
        "<div class='page-header'>{}</div><p>{}</p><p>{}</p>",
        "<p><a href='#faq'>{}</a></p><p><a href='/tisk'>{}</a></p><p>{}</p>",
    ],
)
def test_what_only_sounds_like_a_frame_is_kept(holder: str) -> None:
    three = [CZECH, CZECH.replace("Členství", "Partnerství"), CZECH.replace("Členství", "Účast")]

    assert read(f"<main>{holder.format(*three)}</main>") == ["\n\n".join(three)]


def test_the_id_of_a_heading_says_nothing_of_frames() -> None:
    text = CZECH.replace("Členství", "Oběd")

    found = read(f"<main><p>{CZECH}</p><h2 id='menu'>Jídelní lístek</h2><p>{text}</p></main>")

    assert found == [CZECH, f"Jídelní lístek / {text}"]


def test_a_form_around_the_whole_page_is_its_content() -> None:
    found = read(
        f"<form id='aspnetForm'><div id='obsah'><p>{CZECH}</p></div><form><p>Hledat</p></form>"
    )

    assert found == [CZECH]
