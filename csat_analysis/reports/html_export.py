"""Export notebooks and pieces as a web page: one file without scripts, code or external resources.

nbconvert renders the outputs of a notebook with `template/cells.html.j2`; `template/page.html.j2` is the page
around them. What the cells display is sanitized first.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ..periods import WEEK, name_days, week
from .components import Piece
from .sanitize import add_contents, clean, first_heading, from_markdown, picture, with_reachable_tables

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).parent / "template"
# Cells with these tags are left out of the page.
HIDDEN = {"parameters", "injected-parameters", "notebook-only"}
# A chart is preferred to its text. Scripts and widgets are listed so that the page can say what it leaves out.
DISPLAY_PRIORITY = [
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/markdown",
    "text/latex",
    "text/vnd.mermaid",
    "application/vnd.jupyter.widget-view+json",
    "application/javascript",
    "application/pdf",
    "text/plain",
]
# The characters of each font file, as the Inter release splits them (fontsource 5.3.0, unicode.json).
UNICODE_RANGES = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,"
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
}


@dataclass(frozen=True)
class Origin:
    """How a page was made: from which notebook, with which parameters, and when."""

    notebook: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    made_at: dt.datetime | None = None

    @classmethod
    def of_notebook(cls, notebook: NotebookNode) -> Origin:
        """Return the origin that papermill recorded in an executed notebook."""
        recorded = notebook.metadata.get("papermill", {})
        ended = recorded.get("end_time")
        made_at = dt.datetime.fromisoformat(ended) if ended else None
        return cls(Path(recorded.get("input_path") or "").name, recorded.get("parameters", {}), made_at)

    def __str__(self) -> str:
        given = ", ".join(
            f"{name} = {value}{_days_of_week(value)}" for name, value in self.parameters.items()
        )
        utc = self.made_at.astimezone(dt.UTC) if self.made_at else None
        parts = (
            f"Made from {self.notebook}" if self.notebook else "",
            f"with {given}" if given else "",
            f"on {utc.day} {utc:%B %Y at %H:%M} UTC" if utc else "",
            f"by csat-analysis {version('csat-analysis')}",
        )
        return " ".join(part for part in parts if part) + "."


def to_html(notebook: NotebookNode, *, notice: str = "") -> str:
    """Export an executed notebook as one self-contained page.

    Cells tagged "parameters", "injected-parameters" or "notebook-only" are left out. The title is the first
    heading, the contents list the headings of level 2, and the footer says how the page was made.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook.
    notice : str
        A line for the top of the page.

    Returns
    -------
    str
        The page.
    """
    from nbconvert.exporters import TemplateExporter
    from traitlets.config import Config

    exporter = TemplateExporter(
        config=Config({"NbConvertBase": {"display_data_priority": DISPLAY_PRIORITY}}),
        template_name="base",
        template_file=str(TEMPLATE / "cells.html.j2"),
        exclude_input=True,
    )
    for filter_function in (clean, from_markdown, picture, with_reachable_tables):
        exporter.register_filter(filter_function.__name__, filter_function)
    visible = [cell for cell in notebook.cells if not HIDDEN & set(cell.metadata.get("tags", ()))]
    body, _ = exporter.from_notebook_node(type(notebook)({**notebook, "cells": visible}))
    return _render_page(body, Origin.of_notebook(notebook), notice)


def pieces_to_html(pieces: Iterable[Piece], origin: Origin, *, notice: str = "") -> str:
    """Export pieces as one self-contained page that looks like an exported notebook.

    Parameters
    ----------
    pieces : iterable of Piece
        The content, from top to bottom.
    origin : Origin
        For the footer.
    notice : str
        A line for the top of the page.

    Returns
    -------
    str
        The page.

    Examples
    --------
    >>> from csat_analysis import page
    >>> html = pieces_to_html([page.headline("All groups", "12 ratings")], Origin("weekly_report.ipynb"))
    >>> "<h1" in html, "Made from weekly_report.ipynb" in html
    (True, True)
    """
    return _render_page("\n".join(clean(piece.html) for piece in pieces), origin, notice)


def _render_page(body: str, origin: Origin, notice: str) -> str:
    """Put a sanitized body into the page."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True, keep_trailing_newline=True)
    body = add_contents(body)
    template = environment.get_template("page.html.j2")
    return template.render(
        title=first_heading(body), style=_style(), body=body, origin=str(origin), notice=notice
    )


def _style() -> str:
    """Return the fonts and the style sheet. A browser decodes only the font files that the page needs."""
    faces = (
        f"@font-face{{font-family:Inter;font-weight:{weight};unicode-range:{characters};font-display:swap;"
        f"src:url(data:font/woff2;base64,{_base64(f'inter-{name}-{weight}.woff2')})format('woff2')}}"
        for name, characters in UNICODE_RANGES.items()
        for weight in (400, 600)
    )
    return "".join(faces) + (TEMPLATE / "report.css").read_text("utf-8")


def _days_of_week(value: object) -> str:
    """Return the days of a week in brackets; nothing for another value."""
    if not WEEK.fullmatch(str(value)):
        return ""
    days = week(str(value))
    return f" ({name_days(days.first, days.last, '%b')})"


def _base64(font: str) -> str:
    return base64.b64encode((TEMPLATE / "fonts" / font).read_bytes()).decode()
