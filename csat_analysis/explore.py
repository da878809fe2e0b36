"""A figure under filters in JupyterLab: choose, and it is drawn anew.

Where no kernel answers, in an export or a printed page, the figure stands alone as it was first drawn; nothing
is asked of any other server.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import charts, findings, questions
from .charts import Chart
from .errors import CsatError
from .history import History

WEEKS = (12, 6, 26, 52)  # the first one is drawn first
EVERY = "all"


class Filtered:
    """A figure and what it can be asked: `draw` takes a choice for each name, the first ones at the beginning."""

    def __init__(self, draw: Callable[..., Chart], choices: Mapping[str, Sequence[Any]]):
        self._draw, self._choices = draw, choices

    @property
    def chart(self) -> Chart:
        """The figure as it is first drawn."""
        return self._draw(**{name: values[0] for name, values in self._choices.items()})

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        chart = self.chart
        plain = {"text/html": chart._repr_html_(), "text/plain": repr(chart)}
        return {**self._widget(chart)._repr_mimebundle_(), **plain}

    def _widget(self, chart: Chart) -> Any:
        """The filters in a row, the figure below; a mistake shows as its one line in the figure's place."""
        import ipywidgets

        filters = {
            name: ipywidgets.Dropdown(description=name, options=values)
            for name, values in self._choices.items()
        }
        shown = ipywidgets.HTML(value=chart._repr_html_())

        def redraw(_: object) -> None:
            try:
                shown.value = self._draw(**{name: one.value for name, one in filters.items()})._repr_html_()
            except Exception as error:  # noqa: BLE001  # nobody would see it, but the old figure under new filters
                shown.value = _mistake(error)

        for one in filters.values():
            one.observe(redraw, names="value")
        return ipywidgets.VBox([ipywidgets.HBox(list(filters.values())), shown])


def _mistake(error: Exception) -> str:
    said = str(error) if isinstance(error, CsatError) else f"{type(error).__name__}: {error}"
    return f"<p>{html.escape(' '.join(said.split()))}</p>"


def trend(history: History, *, until: questions.When = None) -> Filtered:
    """Satisfaction week by week, of all or of one group, over as many weeks as are chosen.

    until: the last week shown, by default the last complete one.
    """

    def draw(group: str, weeks: int) -> Chart:
        chosen = None if group == EVERY else group
        rows = questions.trend(history, until=until, weeks=weeks, group=chosen)
        drawn = f"n = {rows['n'].sum()}; band: {findings.interval_name(rows)}"
        return charts.trend(
            rows,
            title=findings.trend_title(rows),
            subtitle=f"Share of good ratings by week of the answer, {drawn}",
            note="Light lines: limits of ordinary variation.",
        )

    return Filtered(draw, {"group": [EVERY, *history.groups()], "weeks": WEEKS})
