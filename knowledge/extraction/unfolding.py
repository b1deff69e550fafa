"""What a page shows only at a click or by a script: panels of tabs and accordions, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree
from lxml.html import HtmlElement

#: An element with this attribute keeps its headings to itself.
SCOPE = "data-scope"

#: A control that opens something else than a part of the text.
_OTHER = {"modal", "dropdown", "offcanvas", "popover", "tooltip"}

_PANEL = re.compile(
    r"(?:^|[\s_-])(?:accordion|tab-?(?:pane|panel|content)|tabs-panel|faq|collaps\w*|spoiler)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_HIDES = re.compile(r"(?:^|\s)(?:hidden|d-none|invisible|is-hidden|hide)(?=$|\s)", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"display\s*:\s*none\s*;?|visibility\s*:\s*hidden\s*;?", re.IGNORECASE)

#: Letters of what a control says.
_LABEL = 200

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

#: How a link says the address it leads to.
_WRITTEN = {"mailto": re.compile(r"@|\bat\b|zavin", re.IGNORECASE), "tel": re.compile(r"\d{3}")}

#: Letters of an address or a telephone number.
_SHORTEST = 5

_PROTECTED = "/cdn-cgi/l/email-protection#"


def unfold(tree: HtmlElement) -> None:
    """Open the panels of a page under what their controls say, and write out addresses."""
    for control, panel in list(_controlled(tree)):
        _label(control, panel)
        _show(panel)
    for element in tree.iter("div", "section", "dd", "li", "article"):
        if element.get("role") == "tabpanel" or _PANEL.search(element.get("class", "")):
            _show(element)
    for element in tree.xpath("//*[@data-cfemail]"):
        _write(element, _decoded(element.get("data-cfemail", "")))
    for link in tree.iter("a"):
        _spell_out(link)
    for element in tree.xpath("//*[contains(@style, 'bidi-override')]"):
        if "rtl" in element.get("style", "") and not len(element):
            _write(element, (element.text or "")[::-1])


def _controlled(tree: HtmlElement) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    """Yield what is clicked with what it shows."""
    panels = {element.get("id"): element for element in tree.xpath("//body//*[@id]")}
    seen: set[str] = set()
    for control in tree.xpath(
        "//body//a | //body//button | //body//*[@role='tab' or @role='button']"
    ):
        kind = control.get("data-toggle") or control.get("data-bs-toggle") or ""
        name = _target(control, kind)
        panel = panels.get(name)
        if panel is None or name in seen or kind in _OTHER or panel in control.iterancestors():
            continue
        if panel.tag in {"nav", "form", "dialog", "ul", "input"} or _is_machinery(control):
            continue
        seen.add(name)
        yield control, panel


def _target(control: HtmlElement, kind: str) -> str:
    given = control.get("aria-controls") or control.get("data-bs-target")
    given = given or control.get("data-target") or ""
    if not given and (kind or control.get("role") == "tab"):
        given = control.get("href", "")
    return str(given).strip().removeprefix("#")


def _is_machinery(control: HtmlElement) -> bool:
    """Tell whether a control opens the menu or the search."""
    return any(
        each.tag in {"nav", "header"} or each.get("role") in {"navigation", "banner", "search"}
        for each in control.iterancestors()
    )


def _label(control: HtmlElement, panel: HtmlElement) -> None:
    """Let what the control says head the panel."""
    text = " ".join(str(control.text_content()).split())
    heading = next((each for each in control.iterancestors() if each.tag in _HEADINGS), None)
    if heading is not None:
        control.tag = "span"
        return
    if not text or len(text) > _LABEL:
        return
    made = etree.SubElement(panel, "h6")
    made.text, made.tail = text, panel.text
    panel.text = None
    panel.insert(0, made)
    panel.set(SCOPE, "")
    control.tag = "button"  # never content: what it says heads the panel now


def _show(panel: HtmlElement) -> None:
    for name in ("hidden", "aria-hidden"):
        panel.attrib.pop(name, None)
    if style := panel.get("style"):
        panel.set("style", _NOT_SHOWN.sub("", style))
    if classes := panel.get("class"):
        panel.set("class", _HIDES.sub(" ", classes))


def _spell_out(link: HtmlElement) -> None:
    """Write an address that stands only behind a link beside what the link says."""
    target = link.get("href", "")
    if target.startswith(_PROTECTED):
        address = _decoded(target.removeprefix(_PROTECTED))
        if address and "@" not in str(link.text_content()).replace("[email\xa0protected]", ""):
            _write(link, address)
        return
    kind, _, rest = target.partition(":")
    address = unquote(rest.partition("?")[0]).strip()
    written = _WRITTEN.get(kind.lower())
    if written and len(address) > _SHORTEST and not written.search(str(link.text_content())):
        _append(link, f" ({address})")


def _decoded(given: str) -> str:
    """Return an address that Cloudflare hides from robots; "" if it is none."""
    try:
        key, *rest = bytes.fromhex(given)
        return bytes(each ^ key for each in rest).decode()
    except ValueError:
        return ""


def _write(element: HtmlElement, text: str) -> None:
    if text:
        for child in list(element):
            element.remove(child)
        element.text = text


def _append(element: HtmlElement, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
