"""HTML as notebooks display it, made harmless: known elements and attributes stay, all others go.

bleach parses as browsers do and writes the page anew, so that nothing survives by being malformed.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from typing import Any

import bleach

from .components import slug

ELEMENTS = {
    "a", "abbr", "b", "bdi", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q",
    "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
}  # fmt: skip
ATTRIBUTES = {
    "alt", "aria-label", "class", "colspan", "dir", "id", "lang", "open", "role", "rowspan",
    "scope", "start", "tabindex", "title",
}  # fmt: skip
EMBEDDED_PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
LINK = re.compile(
    r"(https?://|mailto:|#)\S*|[\w%.-]+\.html", re.IGNORECASE
)  # the last: a page beside this one
DROPPED_WHOLE = re.compile(
    r"<(script|style|template|noscript|iframe|textarea|title)\b.*?(</\1\s*>|$)", re.I | re.S
)
HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.S)


def clean(fragment: str) -> str:
    """An HTML fragment without scripts, handlers, styles, forms, frames and anything loaded from elsewhere.

    Links go to http, https, mailto, an anchor or a page beside this one; pictures are embedded ones; open
    elements are closed.
    """
    # bleach would leave the text of a script or style standing as text: harmless, but noise on the page.
    return bleach.clean(
        DROPPED_WHOLE.sub("", fragment),
        tags=ELEMENTS,
        attributes=_is_allowed,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
    )


def _is_allowed(element: str, name: str, value: str) -> bool:
    if name == "href":
        return element == "a" and bool(LINK.fullmatch(value.strip()))
    if name == "src":
        return element == "img" and bool(EMBEDDED_PICTURE.fullmatch(value))
    return name in ATTRIBUTES


def from_markdown(text: str) -> str:
    """Markdown, with the HTML that it may hold, as clean HTML."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(text))


def contents(body: str) -> str:
    """A cleaned page body with its own anchor for each heading, and the list of its h2 before the first."""
    taken: set[str] = set()
    entries: list[str] = []

    def anchored(match: re.Match[str]) -> str:
        level, attributes, inner = match.groups()
        anchor = _unused(slug(_text(inner)), taken)
        attributes = re.sub(r'\s*\bid="[^"]*"', "", attributes)
        if level == "2":
            entries.append(f'<li><a href="#{html.escape(anchor)}">{html.escape(_text(inner))}</a></li>')
        return f'<h{level} id="{html.escape(anchor)}"{attributes}>{inner}</h{level}>'

    body = HEADING.sub(anchored, body)
    if len(entries) < 2:
        return body
    place = body.index("<h2 ")
    return f'{body[:place]}<nav aria-label="Contents"><ol>{"".join(entries)}</ol></nav>\n{body[place:]}'


def first_heading(body: str) -> str:
    """The text of the first heading of a page, or "Report"."""
    heading = HEADING.search(body)
    return _text(heading[3]) if heading else "Report"


def picture(output: Mapping[str, Any], mime_type: str) -> str:
    """A displayed picture (SVG as text, others in base64) as an embedded image.

    Its alternative text is the `alt` that the cell gave in the metadata, else what the output prints as.
    """
    data, metadata = output["data"], output.get("metadata", {})
    alt = metadata.get(mime_type, {}).get("alt") or metadata.get("alt") or data.get("text/plain")
    is_text = mime_type == "image/svg+xml"
    source = base64.b64encode(data[mime_type].encode()).decode() if is_text else data[mime_type]
    source = re.sub(r"[^A-Za-z0-9+/=]", "", source)
    described = html.escape(str(alt or "Figure without a description"), quote=True)
    return f'<div class="csat-output"><img alt="{described}" src="data:{mime_type};base64,{source}"></div>'


def _unused(anchor: str, taken: set[str]) -> str:
    number, unused = 1, anchor
    while unused in taken:
        number, unused = number + 1, f"{anchor}-{number + 1}"
    taken.add(unused)
    return unused


def _text(inner: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", inner)).strip()
