"""The pieces of a report page as safe HTML: headline, summary, tiles, tables, notes and definitions.

Every piece shows itself in JupyterLab and is kept as it is by the export. Text is plain text: it is escaped
here and nowhere else, so that a customer's words can stand in a page. `setup()` styles them in JupyterLab.
"""

from __future__ import annotations

import html
import math
import numbers
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..formats import BIDI_CONTROLS, FORMATS, MISSING, NUMERIC, count, is_missing, kind_of

TEMPLATE = Path(__file__).parent / "template"
SUMMARY_MIME = "application/vnd.csat.summary+json"


@dataclass(frozen=True, repr=False)
class Piece:
    """A part of a page: `html` is safe to show as it stands."""

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", self.html, flags=re.DOTALL)
        return textwrap.shorten(html.unescape(words), 200, placeholder=" …")


@dataclass(frozen=True, repr=False)
class Summary(Piece):
    """The lines a manager reads first, with the numbers behind them for programs that read the notebook."""

    lines: tuple[str, ...]
    numbers: dict[str, Any]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        data = {"lines": list(self.lines), "numbers": self.numbers}
        return {"text/html": self.html, "text/plain": "\n".join(self.lines), SUMMARY_MIME: data}


def setup() -> Piece:
    """The look of all pieces, for JupyterLab: show it once near the top; the export has its own copy."""
    return Piece(f"<style>{(TEMPLATE / 'report.css').read_text('utf-8')}</style>")


def headline(title: str, lede: str, *, kicker: str = "") -> Piece:
    """The page's one first heading: `title` says the finding, `lede` its numbers, period and freshness."""
    above = f'<p class="csat-kicker">{escape(kicker)}</p>' if kicker else ""
    return Piece(
        f'<header class="csat csat-headline">{above}<h1>{escape(title)}</h1>'
        f'<p class="csat-lede">{escape(lede)}</p></header>'
    )


def summary(lines: Sequence[str], numbers: Mapping[str, Any]) -> Summary:
    """The summary of about five `lines`.

    numbers: what the lines rest on, by name: numbers, text, None, lists; nan and infinity become null.
    The notebook carries both as `application/vnd.csat.summary+json`: {"lines": [...], "numbers": {...}}.
    """
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    page = f'<section class="csat csat-summary" aria-label="Summary"><ul>{items}</ul></section>'
    return Summary(
        page, tuple(map(str, lines)), {str(name): as_json(value) for name, value in numbers.items()}
    )


def tiles(figures: Iterable[tuple[str, str, str]]) -> Piece:
    """A row of the few figures that matter: (label, value, what stands small below: its n or interval)."""
    boxes = "".join(
        f'<div><dt>{escape(label)}</dt><dd class="csat-value">{escape(value)}</dd>'
        f'<dd class="csat-small">{escape(small)}</dd></div>'
        for label, value, small in figures
    )
    return Piece(f'<dl class="csat csat-tiles">{boxes}</dl>')


def finding(text: str, *, level: int = 2) -> Piece:
    """A heading of level 2 or 3, with an anchor made from its words; level 2 enters the table of contents.

    Raises ValueError on another level: level 1 is the headline's, and deeper ones are lost on a reader.
    """
    if level not in (2, 3):
        raise ValueError(f"a finding's level is 2 or 3, not {level!r}")
    return Piece(f'<h{level} class="csat csat-finding" id="{slug(text)}">{escape(text)}</h{level}>')


def note(text: str) -> Piece:
    """A paragraph of quiet prose: what to look at, what was left out."""
    return Piece(f'<p class="csat csat-note">{escape(text)}</p>')


def definitions(terms: Iterable[tuple[str, str]], *, title: str = "How to read this report") -> Piece:
    """(term, meaning) pairs, folded under `title`; print opens them."""
    entries = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in terms)
    return folded(title, Piece(f'<dl class="csat csat-definitions">{entries}</dl>'))


def folded(title: str, *pieces: Any) -> Piece:
    """Pieces (or charts) behind a line that opens them; print opens them too."""
    inner = "".join(piece._repr_html_() for piece in pieces)
    return Piece(f'<details class="csat csat-folded"><summary>{escape(title)}</summary>{inner}</details>')


def table(
    frame: pd.DataFrame,
    *,
    formats: Mapping[str, str | Callable[[Any], str]] | None = None,
    limit: int | None = 15,
    link: Mapping[str, str] | None = None,
) -> Piece:
    """The first `limit` rows of `frame` (all if None) and how many are left out; the index is not shown.

    formats: column -> a name in `formats.FORMATS` or a function from value to text; the other columns go by
        their type and name, see `formats.kind_of`.
    link: column shown -> column that holds its address (then not shown); only http, https and the name of a
        page beside this one become links.
    Raises KeyError if `formats` or `link` names a column that is not there, or an unknown format.
    """
    link, formats = dict(link or {}), dict(formats or {})
    for name in (*formats, *link, *link.values()):
        if name not in frame:
            raise KeyError(f"unknown column {name!r}; choose from: {', '.join(map(str, frame))}")
    shown = frame if limit is None else frame.head(limit)
    columns = [
        _column(shown, name, formats.get(name) or kind_of(frame[name]), link.get(name))
        for name in map(str, frame)
        if name not in link.values()
    ]
    head = "".join(heading for heading, _ in columns)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*(cells for _, cells in columns), strict=True))
    rows = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return Piece(
        '<div class="csat csat-table"><div class="csat-scroll" tabindex="0" role="region" aria-label="Table">'
        f"{rows}</div>{_rows_left(frame, shown)}</div>"
    )


def _column(
    frame: pd.DataFrame, name: str, kind: str | Callable[[Any], str], address: str | None
) -> tuple[str, list[str]]:
    write = kind if callable(kind) else FORMATS[kind]
    style = ' class="csat-number"' if kind in NUMERIC or _is_number(frame[name]) else ' dir="auto"'
    texts = [escape(MISSING if is_missing(value) else write(value)) for value in frame[name]]
    if address:
        texts = [_linked(text, url) for text, url in zip(texts, frame[address], strict=True)]
    return f'<th scope="col"{style}>{escape(words(name))}</th>', [f"<td{style}>{text}</td>" for text in texts]


def _linked(text: str, url: Any) -> str:
    if re.fullmatch(r"https?://\S+|[\w%.-]+\.html", str(url)):
        return f'<a href="{escape(url)}" rel="noreferrer">{text}</a>'
    return text


def _rows_left(frame: pd.DataFrame, shown: pd.DataFrame) -> str:
    if frame.empty:
        return '<p class="csat-small">No rows.</p>'
    if len(shown) == len(frame):
        return ""
    left_out = (
        f"{count(len(shown))} of {count(len(frame))} rows shown, {count(len(frame) - len(shown))} left out."
    )
    return f'<p class="csat-small">{left_out}</p>'


def escape(text: Any) -> str:
    """Text that HTML shows letter by letter.

    Dropped are control characters, which HTML forbids, and those that turn the direction of what follows.
    """
    shown = str(text).translate(BIDI_CONTROLS)
    kept = (
        letter for letter in shown if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
    )
    return html.escape("".join(kept), quote=True)


def slug(text: str) -> str:
    """The words of a heading as an anchor; letters of every script stay.

    >>> slug("Who to call back? 31 tickets")
    'who-to-call-back-31-tickets'
    """
    return "-".join(re.findall(r"\w+", text.lower())) or "part"


def words(name: Any) -> str:
    """A column's name as a heading, without the unit that its cells say; names that are not code stay.

    >>> words("first_reply_minutes"), words("ticket_id"), words("n"), words("Rated (1-5)")
    ('First reply', 'Ticket', 'n', 'Rated (1-5)')
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]+", str(name)):
        return str(name)
    return re.sub(r"_(minutes|id)$", "", str(name)).replace("_", " ").capitalize()


def as_json(value: Any) -> Any:
    """A value as JSON knows it: numpy's numbers as Python's, nan and infinity as None, the rest as text."""
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, numbers.Real):
        return value if math.isfinite(value) else None
    return None if is_missing(value) else str(value)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
