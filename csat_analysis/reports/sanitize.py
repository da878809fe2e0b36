"""Make HTML from notebook outputs safe to embed in a report page.

nh3 (Rust's ammonia) parses the HTML as a browser does and writes allowed elements and attributes again, so that
malformed HTML cannot slip through. Everything that is not listed here is removed.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from typing import Any

import nh3

from .components import slug

NAMES = (
    "a abbr b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p picture pre q s samp section small source span strong "
    "sub summary sup table tbody td tfoot th thead time tr u ul var"
)
ELEMENTS = set(NAMES.split())
# Elements whose text is not meant to be read. The text of all other removed elements stays.
REMOVED_WITH_TEXT = {"script", "style", "template", "noscript", "iframe", "textarea", "title"}
EVERYWHERE = "alt aria-label class colspan dir id lang open role rowspan scope start tabindex title"
ATTRIBUTES = {
    "*": set(EVERYWHERE.split()),
    "a": {"href"},
    "img": {"src"},
    "source": {"media", "srcset"},
}
EMBEDDED_PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
# The last alternative is a page in the same folder.
LINK = re.compile(r"(https?://|mailto:|#)\S*|[\w%.-]+\.html", re.IGNORECASE)
# Matches headings as nh3 writes them: lower case, with every attribute in double quotes.
HEADING = re.compile(r'<h([1-6])((?: [\w-]+="[^"]*")*)>(.*?)</h\1>', re.S)
# A table without another one in it, so that what is put around it keeps the order of the elements.
PLAIN_TABLE = re.compile(r"<table\b(?:(?!<table\b).)*?</table>", re.S)
# The class of boxes that scroll.
OUR_BOX = "csat-scroll"
ATTRIBUTE = re.compile(r' ([\w-]+)="[^"]*"')


def clean(fragment: str) -> str:
    """Return an HTML fragment without scripts, handlers, styles, forms, frames and external resources.

    Links may lead to http, https and mailto addresses, to an anchor or to a page in the same folder. Pictures
    must be embedded. Open elements are closed.

    Parameters
    ----------
    fragment : str
        HTML from any source.

    Returns
    -------
    str
        HTML that is safe to embed.

    Examples
    --------
    >>> clean('<p onclick="alert(1)">Good <b>service</p><script>alert(2)</script>')
    '<p>Good <b>service</b></p>'
    """
    return nh3.clean(
        fragment,
        tags=ELEMENTS,
        clean_content_tags=REMOVED_WITH_TEXT,
        attributes=ATTRIBUTES,
        attribute_filter=_keep_address,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noreferrer",
    )


def _keep_address(element: str, attribute: str, value: str) -> str | None:
    """Return the value of an attribute, or None to remove an address that is not allowed."""
    if attribute == "href":
        return value if LINK.fullmatch(value.strip()) else None
    if attribute in ("src", "srcset"):
        return value if EMBEDDED_PICTURE.fullmatch(value) else None
    return value


def from_markdown(text: str) -> str:
    """Convert Markdown, and the HTML in it, to safe HTML."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(text))


def with_reachable_tables(fragment: str) -> str:
    """Put tables that are not ours, such as a plain DataFrame, in boxes that scroll and that a keyboard reaches."""
    if OUR_BOX in fragment:
        return fragment
    return PLAIN_TABLE.sub(
        rf'<div class="{OUR_BOX}" tabindex="0" role="group" aria-label="Table">\g<0></div>', fragment
    ).replace("<th></th>", "<td></td>")


def add_contents(body: str) -> str:
    """Give every heading of a sanitized page an anchor, and list the h2 headings before the first one."""
    taken: set[str] = set()
    entries: list[str] = []

    def add_anchor(match: re.Match[str]) -> str:
        level, attributes, inner = match.groups()
        anchor = html.escape(_unused_anchor(slug(_text(inner)), taken))
        others = "".join(found[0] for found in ATTRIBUTE.finditer(attributes) if found[1] != "id")
        if level == "2":
            entries.append(f'<li><a href="#{anchor}">{html.escape(_text(inner))}</a></li>')
        return f'<h{level} id="{anchor}"{others}>{inner}</h{level}>'

    body = HEADING.sub(add_anchor, body)
    if len(entries) < 2:
        return body
    first = body.index("<h2 ")
    return f'{body[:first]}<nav aria-label="Contents"><ol>{"".join(entries)}</ol></nav>\n{body[first:]}'


def first_heading(body: str) -> str:
    """Return the text of the first heading of a page, or "Report"."""
    heading = HEADING.search(body)
    return _text(heading[3]) if heading else "Report"


def picture(output: Mapping[str, Any], mime_type: str) -> str:
    """Convert a displayed picture to an embedded image.

    The alternative text is the `alt` of the output's metadata, else the output's plain text. SVG data is text,
    other pictures are base64.
    """
    data = output["data"]
    metadata = output.get("metadata", {})
    alt = metadata.get(mime_type, {}).get("alt") or metadata.get("alt") or data.get("text/plain")
    is_text = mime_type == "image/svg+xml"
    source = base64.b64encode(data[mime_type].encode()).decode() if is_text else data[mime_type]
    source = re.sub(r"[^A-Za-z0-9+/=]", "", source)
    described = html.escape(str(alt or "Figure without a description"), quote=True)
    return f'<div class="csat-output"><img alt="{described}" src="data:{mime_type};base64,{source}"></div>'


def _unused_anchor(anchor: str, taken: set[str]) -> str:
    number = 1
    unused = anchor
    while unused in taken:
        number += 1
        unused = f"{anchor}-{number}"
    taken.add(unused)
    return unused


def _text(inner: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", inner)).strip()
