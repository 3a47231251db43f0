"""What of a web page is its content: hidden things, scripts and navigation are taken out of the tree.

Extractors of articles (trafilatura, readability) were tried first: they escape signs, drop cells and lists and take
hidden text along, so that what is quoted would not be what a reader of the page sees. This one only removes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree, html

from adapters.documents.xml import refuse_if_out_of_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NEVER = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "canvas",
        "audio",
        "video",
        "head",
        "nav",
        "button",
        "input",
        "select",
        "textarea",
        "option",
        "datalist",
        "dialog",
        "menu",
        "map",
        "frame",
        "frameset",
    ]
)
_OUTSIDE_ARTICLES = frozenset({"header", "footer", "aside"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "alertdialog"})
_NOISE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navbox|navigation|menu|breadcrumbs?|sidebar|cookies?|consent|advert\w*|ads?|promo\w*|"
    r"share|sharing|social|newsletter|subscribe|signup|related|recommend\w*|outbrain|taboola|footer|skip-?link|"
    r"skip-?to|editsection|noprint|catlinks|printfooter|jump-?link|pagination|pager|popup|modal|toolbar|paywall|"
    r"visually-?hidden|sr-only|screen-reader-text|site-?header|masthead)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|font-size\s*:\s*0", re.IGNORECASE
)
_KEEP = frozenset({"html", "body", "main", "article"})
_MAIN = "//main | //*[@role='main'] | //article | //*[@itemprop='articleBody']"
_LARGE_PART = 0.4
_MAIN_PART = 0.3
_MENU_LINKS = 4
_MENU_DENSITY = 0.85
_MENU_WORDS = 30


def parse_html(text: str) -> html.HtmlElement | None:
    """The tree, or None where there is none."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    try:
        # As bytes in a known encoding: a charset that the page declares is no longer true.
        root: object = etree.fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    refuse_if_out_of_memory(parser.error_log)
    return root if isinstance(root, html.HtmlElement) else None


def content_of(root: html.HtmlElement) -> html.HtmlElement:
    """The element that holds the content, with all else taken out of it. Where little would be left, less is taken."""
    _remove(root, _is_hidden)
    main = _main_element(root)
    outside_articles = main is None
    chosen = root if main is None else main
    whole = text_length(chosen)
    doomed = [element for element in _elements(chosen) if _is_noise(element, whole, outside_articles=outside_articles)]
    # Nested ones are counted twice, which errs on the side of keeping.
    if sum(map(text_length, _outermost(doomed))) <= whole * (1 - _MAIN_PART):
        for element in doomed:
            _drop(element)
    return chosen


def text_length(element: html.HtmlElement) -> int:
    """How many characters other than white space are in it."""
    return sum(len(part) - part.count(" ") - part.count("\n") for part in _texts(element))


def _texts(element: html.HtmlElement) -> Iterator[str]:
    for part in element.itertext():
        yield str(part)


def _elements(root: html.HtmlElement) -> list[html.HtmlElement]:
    return [element for element in root.iterdescendants() if isinstance(element.tag, str)]


def _remove(root: html.HtmlElement, condition: Callable[[html.HtmlElement], bool]) -> None:
    for element in _elements(root):
        if condition(element):
            _drop(element)


def _drop(element: html.HtmlElement) -> None:
    parent = element.getparent()
    if parent is not None:
        element.drop_tree()


def _is_hidden(element: html.HtmlElement) -> bool:
    tag = str(element.tag)
    if tag in _NEVER:
        return tag != "head"
    if tag in _KEEP:
        return False
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden", "").lower() == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style", "")))
        or element.get("role", "").lower() in _ROLES
    )


def _main_element(root: html.HtmlElement) -> html.HtmlElement | None:
    found = [element for element in root.xpath(_MAIN) if isinstance(element, html.HtmlElement)][:200]
    if not found:
        return None
    largest = max(found, key=text_length)
    # A page of many teasers has many articles, none of which is the page.
    return largest if text_length(largest) >= _MAIN_PART * text_length(root) else None


def _is_noise(element: html.HtmlElement, whole: int, *, outside_articles: bool) -> bool:
    tag = str(element.tag)
    if tag in _KEEP:
        return False
    if tag in _OUTSIDE_ARTICLES:
        suspected = outside_articles and not any(element.iterancestors("article", "main"))
    elif tag == "sup":
        suspected = "reference" in element.get("class", "")
    else:
        names = f"{element.get('class', '')} {element.get('id', '')}"
        suspected = bool(_NOISE.search(names)) or (outside_articles and tag in {"ul", "ol"} and _is_menu(element))
    # What holds much of the page is no ornament, whatever it is called.
    return suspected and text_length(element) < _LARGE_PART * whole


def _is_menu(element: html.HtmlElement) -> bool:
    links = [text_length(link) for link in element.iterdescendants("a")]
    if len(links) < _MENU_LINKS or sum(links) > _MENU_WORDS * len(links):
        return False
    return sum(links) >= _MENU_DENSITY * text_length(element)


def _outermost(elements: list[html.HtmlElement]) -> list[html.HtmlElement]:
    chosen = set[html.HtmlElement]()
    for element in elements:
        if not any(above in chosen for above in element.iterancestors()):
            chosen.add(element)
    return list(chosen)
