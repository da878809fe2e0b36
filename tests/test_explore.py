"""A figure with filters: redrawn by a kernel, static in an export without one."""

from __future__ import annotations

import pytest
from support.chart_frames import WORDS, by_week

from csat_analysis import charts
from csat_analysis.errors import CsatError
from csat_analysis.explore import Filtered

VIEW = "application/vnd.jupyter.widget-view+json"


def draw(group: str, weeks: int) -> charts.Chart:
    return charts.trend(by_week(weeks), **{**WORDS, "title": f"{group}, {weeks} weeks"})


FILTERED = Filtered(draw, {"group": ["all", "Billing"], "weeks": [12, 6]})


def test_jupyterlab_shows_a_widget_and_other_viewers_the_plain_figure():
    bundle = FILTERED._repr_mimebundle_()
    assert bundle[VIEW]["model_id"]
    assert "all, 12 weeks" in bundle["text/html"] and "<img alt=" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]


def test_a_choice_redraws_the_figure():
    filters, shown = FILTERED._widget(FILTERED.chart).children
    group, weeks = filters.children
    assert "all, 12 weeks" in shown.value
    group.value = "Billing"
    weeks.value = 6
    assert "Billing, 6 weeks" in shown.value


@pytest.mark.parametrize(
    ("mistake", "line"),
    [
        (
            CsatError("no ratings of <b>Billing</b>\nin 2026"),
            "no ratings of &lt;b&gt;Billing&lt;/b&gt; in 2026",
        ),
        (ValueError("no <numbers>"), "ValueError: no &lt;numbers&gt;"),
    ],
)
def test_an_error_replaces_the_figure_until_another_choice(mistake, line):
    def failing(group: str, weeks: int) -> charts.Chart:
        if group == "Billing":
            raise mistake
        return draw(group, weeks)

    filtered = Filtered(failing, {"group": ["all", "Billing"], "weeks": [6]})
    filters, shown = filtered._widget(filtered.chart).children
    filters.children[0].value = "Billing"
    assert shown.value == f"<p>{line}</p>"
    filters.children[0].value = "all"
    assert "all, 6 weeks" in shown.value
