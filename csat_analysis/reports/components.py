"""The pieces of a report page as safe HTML: headline, summary, tiles, tables, notes and definitions.

JupyterLab displays every piece, and the export keeps it. Text is plain text and is escaped here and only here, so
that customers' comments are safe to show. `setup()` styles the pieces in JupyterLab.
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
from typing import Any, Protocol

import pandas as pd

from ..formats import BIDI_CONTROLS, FORMATS, MISSING, NUMERIC, count, is_missing, kind_of

TEMPLATE = Path(__file__).parent / "template"
SUMMARY_MIME = "application/vnd.csat.summary+json"
# Letters, beyond which a column of text gets more room.
LONG_TEXT = 40


class Displayed(Protocol):
    """An object that notebooks display as HTML: a piece or a chart."""

    def _repr_html_(self) -> str: ...


@dataclass(frozen=True, repr=False)
class Piece:
    """A part of a page. `html` is safe to show."""

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", self.html, flags=re.DOTALL)
        return textwrap.shorten(html.unescape(words), 200, placeholder=" …")


@dataclass(frozen=True, repr=False)
class Summary(Piece):
    """The lines at the top of a report, and the numbers behind them for programs that read the notebook."""

    lines: tuple[str, ...]
    numbers: dict[str, object]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        data = {"lines": list(self.lines), "numbers": self.numbers}
        return {"text/html": self.html, "text/plain": "\n".join(self.lines), SUMMARY_MIME: data}


def setup() -> Piece:
    """Return the style of all pieces. Show it once near the top of a notebook; the export has its own copy."""
    return Piece(f"<style>{(TEMPLATE / 'report.css').read_text('utf-8')}</style>")


def headline(title: str, lede: str, *, kicker: str = "") -> Piece:
    """Return the only heading of level 1: `title` is the finding, `lede` its numbers, period and data source."""
    above = f'<p class="csat-kicker">{escape(kicker)}</p>' if kicker else ""
    return Piece(
        f'<header class="csat csat-headline">{above}<h1>{escape(title)}</h1>'
        f'<p class="csat-lede">{escape(lede)}</p></header>'
    )


def summary(lines: Sequence[str], numbers: Mapping[str, object]) -> Summary:
    """Return a summary of about five lines.

    The notebook contains both as `application/vnd.csat.summary+json`: {"lines": [...], "numbers": {...}}.

    Parameters
    ----------
    lines : sequence of str
        Sentences.
    numbers : mapping
        The numbers behind the lines: numbers, texts, None and lists. NaN and infinity become null.
    """
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    page = f'<section class="csat csat-summary" aria-label="Summary"><ul>{items}</ul></section>'
    return Summary(
        page, tuple(map(str, lines)), {str(name): as_json(value) for name, value in numbers.items()}
    )


def tiles(figures: Iterable[tuple[str, str, str]]) -> Piece:
    """Return a row of key figures, each with a label, a value, and its n or interval in small print."""
    boxes = "".join(
        f'<div><dt>{escape(label)}</dt><dd class="csat-value">{escape(value)}</dd>'
        f'<dd class="csat-small">{escape(small)}</dd></div>'
        for label, value, small in figures
    )
    return Piece(f'<dl class="csat csat-tiles">{boxes}</dl>')


def finding(text: str, *, level: int = 2) -> Piece:
    """Return a heading of level 2 or 3 with an anchor. Headings of level 2 are in the table of contents.

    Raises
    ------
    ValueError
        If the level is not 2 or 3; level 1 is the headline.
    """
    if level not in (2, 3):
        raise ValueError(f"a finding's level is 2 or 3, not {level!r}")
    return Piece(f'<h{level} class="csat csat-finding" id="{slug(text)}">{escape(text)}</h{level}>')


def note(text: str) -> Piece:
    """Return a paragraph in a muted colour, nothing if there is no text."""
    return Piece(f'<p class="csat csat-note">{escape(text)}</p>' if text else "")


def definitions(terms: Iterable[tuple[str, str]], *, title: str = "How to read this report") -> Piece:
    """Return terms and their meanings, folded under `title`. They are open in print."""
    entries = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in terms)
    return folded(title, Piece(f'<dl class="csat csat-definitions">{entries}</dl>'))


def folded(title: str, *pieces: Displayed) -> Piece:
    """Return pieces or charts that are folded under `title`, nothing if all are empty. They are open in print."""
    inner = "".join(piece._repr_html_() for piece in pieces)
    if not inner:
        return Piece("")
    return Piece(f'<details class="csat csat-folded"><summary>{escape(title)}</summary>{inner}</details>')


def method_notes(*texts: str) -> Piece:
    """Return notes on methods for analysts, folded; nothing where all are empty."""
    notes = [note(text) for text in texts if text]
    return folded("Method notes for analysts", *notes) if notes else Piece("")


def table(
    frame: pd.DataFrame,
    *,
    formats: Mapping[str, str | Callable[..., str]] | None = None,
    limit: int | None = 15,
    link: Mapping[str, str] | None = None,
) -> Piece:
    """Return the first rows of a frame as a table, and how many rows are left out; nothing for an empty frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows; the index is not shown.
    formats : mapping, optional
        For a column, a name in `formats.FORMATS` or a function from value to text. Other columns are formatted
        by their type and name, see `formats.kind_of`.
    limit : int, optional
        How many rows to show; None for all.
    link : mapping, optional
        For a column, the column with its addresses, which is not shown itself. Only http and https addresses and
        pages in the same folder become links.

    Raises
    ------
    KeyError
        If a column or a format is unknown.
    """
    link = dict(link or {})
    formats = dict(formats or {})
    for name in (*formats, *link, *link.values()):
        if name not in frame:
            raise KeyError(f"unknown column {name!r}; choose from: {', '.join(map(str, frame))}")
    if frame.empty:
        return Piece("")
    shown = frame if limit is None else frame.head(limit)
    columns = [
        _column(shown, name, formats.get(name) or kind_of(frame[name]), link.get(name))
        for name in map(str, frame)
        if name not in link.values()
    ]
    head = "".join(heading for heading, _ in columns)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*(cells for _, cells in columns), strict=True))
    rows = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    label = escape(f"Table: {', '.join(map(words, frame))}")
    return Piece(
        f'<div class="csat csat-table"><div class="csat-scroll" tabindex="0" role="group" aria-label="{label}">'
        f"{rows}</div>{_rows_left(frame, shown)}</div>"
    )


def _column(
    frame: pd.DataFrame, name: str, kind: str | Callable[..., str], address: str | None
) -> tuple[str, list[str]]:
    write = kind if callable(kind) else FORMATS[kind]
    texts = [escape(MISSING if is_missing(value) else write(value)) for value in frame[name]]
    if kind in NUMERIC or _is_number(frame[name]):
        style = ' class="csat-number"'
    else:
        style = ' class="csat-text" dir="auto"' if max(map(len, texts)) > LONG_TEXT else ' dir="auto"'
    if address:
        texts = [_linked(text, url) for text, url in zip(texts, frame[address], strict=True)]
    return f'<th scope="col"{style}>{escape(words(name))}</th>', [f"<td{style}>{text}</td>" for text in texts]


def _linked(text: str, url: object) -> str:
    if re.fullmatch(r"https?://\S+|[\w%.-]+\.html", str(url)):
        return f'<a href="{escape(url)}" rel="noreferrer">{text}</a>'
    return text


def _rows_left(frame: pd.DataFrame, shown: pd.DataFrame) -> str:
    if len(shown) == len(frame):
        return ""
    left_out = (
        f"{count(len(shown))} of {count(len(frame))} rows shown, {count(len(frame) - len(shown))} left out."
    )
    return f'<p class="csat-small">{left_out}</p>'


def escape(text: object) -> str:
    """Escape a text for HTML, without control characters and directional controls."""
    shown = str(text).translate(BIDI_CONTROLS)
    kept = (
        letter for letter in shown if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
    )
    return html.escape("".join(kept), quote=True)


def slug(text: str) -> str:
    """Return the words of a heading as an anchor, with letters of every script.

    >>> slug("Who to call back? 31 tickets")
    'who-to-call-back-31-tickets'
    """
    return "-".join(re.findall(r"\w+", text.lower())) or "part"


def words(name: object) -> str:
    """Return a column name as a heading, without the unit that its cells show. Other names stay as they are.

    >>> words("first_reply_minutes"), words("ticket_id"), words("n"), words("Rated (1-5)")
    ('First reply', 'Ticket', 'n', 'Rated (1-5)')
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]+", str(name)):
        return str(name)
    return re.sub(r"_(minutes|id)$", "", str(name)).replace("_", " ").capitalize()


def as_json(value: Any) -> Any:
    """Convert a value to JSON types: NaN and infinity become None, unknown types become text."""
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
