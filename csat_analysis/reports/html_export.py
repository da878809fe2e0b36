"""An executed notebook as a web page: one file, no script, no code, nothing loaded from elsewhere.

nbconvert fills `template/report.html.j2`; what the cells display goes through `sanitize` first.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .components import Piece
from .sanitize import add_contents, clean, first_heading, from_markdown, picture

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).parent / "template"
HIDDEN = {"parameters", "injected-parameters", "notebook-only"}  # cells with these tags stay out of the page
# A chart before its text; a script or a widget only so that the page can say what it leaves out.
DISPLAYED = [
    "text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/latex",
    "text/vnd.mermaid", "application/vnd.jupyter.widget-view+json", "application/javascript",
    "application/pdf", "text/plain",
]  # fmt: skip
# The letters of each font file, as the Inter release splits them (fontsource 5.3.0, unicode.json).
LETTERS = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,"
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
}


def to_html(notebook: NotebookNode) -> str:
    """An executed notebook as one self-contained page: no code, no script, nothing loaded from elsewhere.

    Cells tagged `parameters`, `injected-parameters` or `notebook-only` are left out. The title is the first
    heading, the contents are the headings of level 2, the foot says how the page was made.
    """
    from nbconvert.exporters import TemplateExporter
    from traitlets.config import Config

    exporter = TemplateExporter(
        config=Config({"NbConvertBase": {"display_data_priority": DISPLAYED}}),
        template_name="base",
        template_file=str(TEMPLATE / "report.html.j2"),
        exclude_input=True,
    )
    for needed in (clean, add_contents, first_heading, from_markdown, picture):
        exporter.register_filter(needed.__name__, needed)
    visible = [cell for cell in notebook.cells if not HIDDEN & set(cell.metadata.get("tags", ()))]
    shown = type(notebook)({**notebook, "cells": visible})
    page, _ = exporter.from_notebook_node(shown, {"csat": {"style": _style(), "origin": _origin(notebook)}})
    return page


def of_pieces(pieces: Iterable[Piece], origin: Mapping[str, Any]) -> str:
    """Pieces of a page, in the look of an exported notebook.

    origin: what `metadata.papermill` holds of an executed one: `input_path`, `parameters`, `end_time`.
    """
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    shown = [new_output("display_data", data={"text/html": piece.html}) for piece in pieces]
    cells = [new_code_cell(outputs=[output]) for output in shown]
    return to_html(new_notebook(cells=cells, metadata={"papermill": dict(origin)}))


def _style() -> str:
    """The fonts and the style sheet; a browser decodes only the files whose letters the page has."""
    faces = (
        f"@font-face{{font-family:Inter;font-weight:{weight};unicode-range:{letters};font-display:swap;"
        f"src:url(data:font/woff2;base64,{_base64(f'inter-{name}-{weight}.woff2')})format('woff2')}}"
        for name, letters in LETTERS.items()
        for weight in (400, 600)
    )
    return "".join(faces) + (TEMPLATE / "report.css").read_text("utf-8")


def _base64(font: str) -> str:
    return base64.b64encode((TEMPLATE / "fonts" / font).read_bytes()).decode()


def _origin(notebook: NotebookNode) -> str:
    """How a page was made: notebook, parameters, time, version."""
    made = notebook.metadata.get("papermill", {})
    given = ", ".join(f"{name} = {value}" for name, value in made.get("parameters", {}).items())
    ended = dt.datetime.fromisoformat(made["end_time"]).astimezone(dt.UTC) if made.get("end_time") else None
    parts = (
        f"Made from {Path(made['input_path']).name}" if made.get("input_path") else "",
        f"with {given}" if given else "",
        f"on {ended.day} {ended:%B %Y at %H:%M} UTC" if ended else "",
        f"by csat-analysis {version('csat-analysis')}",
    )
    return " ".join(part for part in parts if part) + "."
