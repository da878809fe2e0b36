"""A figure with filters in JupyterLab: it is drawn again for each choice.

In an export or on paper, where no kernel runs, only the figure as first drawn is shown. No other server is used.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import charts, findings, questions
from .charts import Chart
from .errors import CsatError
from .history import History

# The first choice is drawn first.
WEEKS = (12, 6, 26, 52)
EVERY_GROUP = "all"


class Filtered:
    """A figure with filters.

    Parameters
    ----------
    draw
        Function that takes a choice for each name and returns the figure.
    choices
        Name -> its choices; the figure is first drawn with the first of each.
    """

    def __init__(self, draw: Callable[..., Chart], choices: Mapping[str, Sequence[Any]]):
        self._draw = draw
        self._choices = choices

    @property
    def chart(self) -> Chart:
        """The figure with the first choices."""
        return self._draw(**{name: values[0] for name, values in self._choices.items()})

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        chart = self.chart
        plain = {"text/html": chart._repr_html_(), "text/plain": repr(chart)}
        return {**self._widget(chart)._repr_mimebundle_(), **plain}

    def _widget(self, chart: Chart) -> Any:
        """Return the filters in a row, the figure below; an error replaces the figure by one line."""
        import ipywidgets

        filters = {
            name: ipywidgets.Dropdown(description=name, options=values)
            for name, values in self._choices.items()
        }
        shown = ipywidgets.HTML(value=chart._repr_html_())

        def redraw(_: object) -> None:
            try:
                shown.value = self._draw(**{name: one.value for name, one in filters.items()})._repr_html_()
            except Exception as error:  # noqa: BLE001  # otherwise the old figure would stay under new filters
                shown.value = _error_line(error)

        for one in filters.values():
            one.observe(redraw, names="value")
        return ipywidgets.VBox([ipywidgets.HBox(list(filters.values())), shown])


def _error_line(error: Exception) -> str:
    text = str(error) if isinstance(error, CsatError) else f"{type(error).__name__}: {error}"
    return f"<p>{html.escape(' '.join(text.split()))}</p>"


def trend(history: History, *, until: questions.When = None) -> Filtered:
    """Return the trend of satisfaction with filters for group and number of weeks.

    Parameters
    ----------
    history
        The history to ask.
    until
        The last week, or a period that ends in it; by default the last complete week.

    Returns
    -------
    Filtered
        A figure that JupyterLab shows with its filters.

    Examples
    --------
    >>> from csat_analysis import explore
    >>> explore.trend(history, until="2026-W46")  # doctest: +SKIP
    """

    def draw(group: str, weeks: int) -> Chart:
        chosen = None if group == EVERY_GROUP else group
        rows = questions.trend(history, until=until, weeks=weeks, group=chosen)
        drawn = f"n = {rows['n'].sum()}; band: {findings.interval_name(rows)}"
        return charts.trend(
            rows,
            title=findings.trend_title(rows),
            subtitle=f"Share of good ratings by week of the answer, {drawn}",
            note="Light lines: limits of ordinary variation.",
        )

    return Filtered(draw, {"group": [EVERY_GROUP, *history.groups()], "weeks": WEEKS})
