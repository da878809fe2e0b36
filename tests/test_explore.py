"""A figure under filters: what a kernel draws anew, and what stands in an export without one."""

from __future__ import annotations

from chart_frames import WORDS, by_week

from csat_analysis import charts
from csat_analysis.explore import Filtered

VIEW = "application/vnd.jupyter.widget-view+json"


def draw(group: str, weeks: int) -> charts.Chart:
    return charts.trend(by_week(weeks), **{**WORDS, "title": f"{group}, {weeks} weeks"})


FILTERED = Filtered(draw, {"group": ["all", "Billing"], "weeks": [12, 6]})


def test_it_is_shown_as_a_widget_where_one_can_live_and_as_a_plain_figure_elsewhere():
    bundle = FILTERED._repr_mimebundle_()
    assert bundle[VIEW]["model_id"]
    assert "all, 12 weeks" in bundle["text/html"] and "<img alt=" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]


def test_a_choice_draws_the_figure_anew():
    filters, shown = FILTERED._widget(FILTERED.chart).children
    group, weeks = filters.children
    assert "all, 12 weeks" in shown.value
    group.value = "Billing"
    weeks.value = 6
    assert "Billing, 6 weeks" in shown.value
