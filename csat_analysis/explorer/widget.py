"""The boxes of the explorer, and what they show: figure, table, and the line of code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ..errors import CsatError
from ..findings import report_definitions
from ..formats import NBSP
from ..history import History
from ..history.dimensions import FIELD, SYSTEM_TYPES, built_in, find_mapping, ticket_fields
from ..questions.minutes import TIMES
from ..questions.scope import THAN
from ..questions.trend import BASELINES
from ..reports.components import definitions, escape, note, setup, table
from .calls import boxes_of, describe, question_names, read_call
from .figures import draw

ROWS_SHOWN = 20
# Columns of sentences end so.
NOTE = "note"
# A wide table scrolls, instead of making the figure above it wider than the screen.
FITTING = ".widget-html-content:has(.csat-code) { min-width: 0; }"
# The old answer must not stay under new choices while the history is read.
WAITING = "<p>Reading the history …</p>"
WIDTHS = {"question": "46rem", "period": "28rem", "where": "24rem", "time": "28rem"}
Formats = dict[str, str | Callable[..., str]]
_ESTIMATES = ("estimate", "low", "high")
_BEFORE = tuple(f"{name}_before" for name in _ESTIMATES)
_TIMES: Formats = dict.fromkeys(
    (*_ESTIMATES, *_BEFORE, "p90", "change", "change_low", "change_high"), "minutes"
)
_POINTS: Formats = dict.fromkeys(_ESTIMATES, "points")
_RATIO: Formats = dict.fromkeys(_ESTIMATES, "{:.2f}".format)
# Questions whose estimates are not shares -> how their columns are written.
FORMATS: dict[str, Formats] = {
    "times": _TIMES,
    "adjusted_differences": _POINTS,
    "agents": {"expected": "percent"},
    "association": _RATIO,
    "simpson_check": _RATIO,
    "case_mix": _RATIO,
    "comment_terms": _RATIO,
}
# Columns of ids -> the columns with their addresses.
LINKS = {"ticket_id": "ticket_url", "customer_id": "customer_url"}
HINTS = {
    "period": "2026-11, last 90 days; empty: the last complete week",
    "by": "group, channel",
    "where": "channel=email, agent!=Bot",
    "weeks": "12",
}


class Explorer:
    """All questions about a history: JupyterLab shows boxes, other viewers the answer as first shown.

    Parameters
    ----------
    history
        The history to ask.

    Attributes
    ----------
    boxes : dict
        Name -> the widget: question, period, than, by, where, time, every, weeks.
    frame : pandas.DataFrame or None
        The answer that is shown; None after a wrong input.
    code : str
        The line of Python that gives this answer.
    html : str
        What is shown: code, figure and table, or one line that says what is wrong.
    """

    def __init__(self, history: History):
        self._history = history
        self._shown: Any = None
        self.frame: pd.DataFrame | None = None
        self.code = ""
        self.boxes = self._make_boxes()
        self.html = ""
        self.update()
        for box in self.boxes.values():
            box.observe(self.update, names="value")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        plain = {"text/html": self.html, "text/plain": f"{self.code}\n{self.frame}"}
        return {**self.widget()._repr_mimebundle_(), **plain}

    def widget(self) -> Any:
        """Return the boxes in two rows with the answer below, as one widget."""
        from ipywidgets import HTML, HBox, VBox

        self._shown = self._shown or HTML(layout={"width": "100%"})
        self._shown.value = self.html
        first, *others = self.boxes.values()
        return VBox([HBox([first]), HBox(others[:2]), HBox(others[2:]), self._shown])

    def _make_boxes(self) -> dict[str, Any]:
        from ipywidgets import Combobox, Dropdown, Text

        names = question_names()
        boxes = {
            "question": Dropdown(options=[(describe(name), name) for name in names], value=names[0]),
            "period": Text(),
            "where": Text(),
            "by": Combobox(options=_dimensions(self._history)),
            "than": Dropdown(options=[("the period before", ""), *((one, one) for one in THAN[1:])]),
            "time": Dropdown(options=[("full_resolution_minutes", ""), *((one, one) for one in TIMES)]),
            "every": Dropdown(options=list(BASELINES)),
            "weeks": Text(),
        }
        for name, box in boxes.items():
            box.description = name
            if name in HINTS:
                box.placeholder = HINTS[name]
                # Otherwise every letter would be a question.
                box.continuous_update = False
        for name, width in WIDTHS.items():
            boxes[name].layout.width = width
        return boxes

    def update(self, _: object = None) -> None:
        """Ask again, and show the answer, or one line that says what is wrong."""
        question = self.boxes["question"].value
        used = boxes_of(question)
        for name, box in self.boxes.items():
            box.layout.display = None if name in ("question", *used) else "none"
        self.frame, self.code = None, ""
        self._show(WAITING)
        try:
            self._show(self._answer(question))
        except Exception as error:  # noqa: BLE001  # otherwise the old answer would stay under new choices
            self._show(_error_line(error))

    def _show(self, html: str) -> None:
        self.html = html
        if self._shown is not None:
            self._shown.value = html

    def _answer(self, question: str) -> str:
        call = read_call(question, {name: str(box.value or "") for name, box in self.boxes.items()})
        rows = call.ask(self._history)
        chart = draw(rows, call)
        figure = chart._repr_html_() if chart else ""
        self.frame, self.code = rows, call.code
        code = f'<style>{FITTING}</style><pre class="csat-code"><code>{escape(call.code)}</code></pre>'
        meanings = definitions(report_definitions(self._history), title="Definitions")
        return f"{setup()._repr_html_()}{code}{figure}{_table(rows, question)}{meanings._repr_html_()}"


def _dimensions(history: History) -> list[str]:
    """Return what answers can be split by: columns of the mapping, built-in dimensions, and custom fields."""
    mapping = find_mapping(history)
    custom = [row["title"] for row in ticket_fields(history) if row["type"] not in SYSTEM_TYPES]
    fields = [f"{FIELD}{title}" for title in dict.fromkeys(custom)]
    return [*(mapping.columns if mapping else ()), *built_in(history), *fields]


def _table(rows: pd.DataFrame, question: str) -> str:
    """Return the first rows as a table, and their notes below: a sentence in a cell would make the rows high."""
    if rows.empty:
        return note("The answer has no rows.")._repr_html_()
    notes = [name for name in rows if str(name).endswith(NOTE)]
    texts = [text for name in notes for text in rows[name].dropna().unique() if text]
    shown = rows.drop(columns=notes)
    if "verdict" in shown:
        # On one line: a verdict of three lines would make every row high.
        shown = shown.assign(verdict=shown["verdict"].str.replace(" ", NBSP))
    formats = {name: how for name, how in FORMATS.get(question, {}).items() if name in shown}
    link = {name: url for name, url in LINKS.items() if url in shown}
    pieces = [table(shown, formats=formats, limit=ROWS_SHOWN, link=link), *map(note, texts)]
    return "".join(piece._repr_html_() for piece in pieces)


def _error_line(error: Exception) -> str:
    text = str(error) if isinstance(error, CsatError) else f"{type(error).__name__}: {error}"
    return f'<p role="alert">{escape(" ".join(text.split()))}</p>'


def explore(history: History) -> Explorer:
    """Return boxes for all questions: period, filter, `by` and others; figure, table and the line of code below.

    Parameters
    ----------
    history
        The history to ask.

    Returns
    -------
    Explorer
        JupyterLab shows it as boxes. `frame` is the answer that is shown, `code` the line that gives it.

    Raises
    ------
    CsatError
        If it is not a history.

    Examples
    --------
    >>> csat.explore(history)  # doctest: +SKIP
    """
    if not isinstance(history, History):
        raise CsatError(
            f"explore() needs a history, not a {type(history).__name__}: give it csat.open_history()"
        )
    return Explorer(history)
