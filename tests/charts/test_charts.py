"""Test figures by their axes, labels and texts, not by their pixels."""

from __future__ import annotations

import datetime as dt
import re
import warnings

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.backends.backend_agg import FigureCanvasAgg
from support.chart_frames import (
    FRAMES,
    WORDS,
    agents,
    answer,
    bins_of_groups,
    by_group,
    by_week,
    compared,
    draw,
)

import csat_analysis as csat
from csat_analysis import charts
from csat_analysis.charts.durations import MARKS
from csat_analysis.charts.style import figure as style
from csat_analysis.charts.style.axes import rate_floor
from csat_analysis.charts.style.figure import STYLE, Chart
from csat_analysis.charts.style.words import label
from csat_analysis.verdicts import Verdict


def texts(chart: Chart) -> list[str]:
    return [text.get_text() for text in chart.figure.findobj(mpl.text.Text) if text.get_text()]


def line(chart: Chart) -> np.ndarray:
    (found,) = [artist for artist in chart.figure.axes[0].lines if artist.get_label() == "estimate"]
    return np.asarray(found.get_ydata(), dtype=float)


def parsed(chart: Chart) -> BeautifulSoup:
    return BeautifulSoup(chart._repr_html_(), "html.parser")


@pytest.mark.parametrize("name", FRAMES)
def test_every_chart_has_its_words_as_text_and_a_picture_with_alternative_text(name):
    figure = parsed(draw(name)).figure
    assert figure.find(class_="csat-title").get_text() == "Billing fell"
    assert figure.find(class_="csat-subtitle").get_text() == "share satisfied"
    assert figure.find_all("p")[-1].get_text().startswith("Source: demo.")
    assert len(figure.img["alt"]) > 20
    assert re.search(r"\d", figure.img["alt"])
    assert figure.img["src"].startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize("name", FRAMES)
def test_every_chart_is_the_same_svg_each_time_and_has_its_text_as_paths(name):
    first, second = draw(name).svg(), draw(name).svg()
    assert first == second
    assert "<text" not in first
    assert "<dc:date>" not in first


@pytest.mark.parametrize("name", FRAMES)
def test_every_chart_of_a_frame_without_ratings_says_so(name):
    frame, *more = FRAMES[name]()
    for empty in (frame.head(0), frame.assign(n=0)):
        chart = getattr(charts, name)(empty, *more, **WORDS)
        assert texts(chart) == ["No ratings to draw"]
        assert "no ratings" in chart.alt
        assert chart.narrow is not None


@pytest.mark.parametrize("name", FRAMES)
def test_all_charts_have_the_same_width_one_for_phones_and_none_is_left_open_in_pyplot(name):
    import matplotlib.pyplot as plt

    chart = draw(name)
    assert parsed(chart).picture.source["media"] == style.NARROW_SCREEN
    assert chart.figure.get_size_inches()[0] == style.WIDTH
    assert chart.narrow.get_size_inches()[0] == style.NARROW
    assert plt.get_fignums() == []


def test_drawing_does_not_change_the_users_matplotlib_settings():
    before = dict(mpl.rcParams)
    draw("trend").svg()
    assert dict(mpl.rcParams) == before


def test_names_with_markup_mathtext_or_other_scripts_are_drawn_unchanged_without_warning():
    names = [
        "<b>x</b>",
        "Ana $\\frac$ cash$",
        "محمد عبد الله",
        "李小龍",
        "שירות",
        "😀",
        "turn\u202eround",
        "two\nlines",
    ]
    chart = charts.differences(compared(names), **{**WORDS, "title": "<script>alert(1)</script> $x$"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        html = chart._repr_html_()
    assert {"<b>x</b>", "Ana $\\frac$ cash$", "محمد عبد الله", "turnround", "two lines"} <= set(texts(chart))
    assert "<script>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_the_trend_draws_the_rate_its_interval_and_its_n():
    frame = by_week()
    rates, counts = charts.trend(frame, **WORDS).figure.axes
    assert list(line(charts.trend(frame, **WORDS))) == list(frame["estimate"])
    band = rates.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (frame["low"].min(), frame["high"].max())
    assert [bar.get_height() for bar in counts.patches] == list(frame["n"])


def test_the_trend_labels_its_last_value_and_says_where_the_axis_starts():
    chart = charts.trend(by_week(), **WORDS)
    assert "63\u00a0%\nn\u00a0=\u00a086" in texts(chart)
    lines = "Light lines: limits of ordinary variation."
    assert chart.note == f"Source: demo. {lines} The rate axis starts at 50\u00a0%."
    unknown = by_week().assign(limit_low=None, limit_high=None)
    assert lines not in charts.trend(unknown, **WORDS).note
    assert chart.figure.axes[0].get_ylim() == (0.5, 1.0)


def test_a_rate_below_the_axis_is_drawn_at_its_edge_with_its_value():
    frame = by_week(signal=[False] * 9 + [True] + [False] * 3)
    frame.loc[[4, 9], "estimate"] = [0.31, 0.22]
    trend = charts.trend(frame, floor=0.5, **WORDS)
    assert [line(trend)[4], line(trend)[9]] == [0.5, 0.5]
    assert {"31\u00a0%", "unusual: 22\u00a0%"} <= set(texts(trend))


def test_figures_with_the_same_floor_have_the_same_axis():
    assert charts.trend(by_week(), floor=0.4, **WORDS).figure.axes[0].get_ylim() == (0.4, 1.0)
    panels = charts.small_multiples(by_group(4), floor=0.5, **WORDS).figure.axes
    assert {panel.get_ylim() for panel in panels} == {(0.5, 1.0)}


def test_weeks_with_few_ratings_are_hollow_and_the_note_says_so():
    frame = by_week()
    frame.loc[4, "n"] = 3
    chart = charts.trend(frame, min_ratings=10, **WORDS)
    hollow = [drawn for drawn in chart.figure.axes[0].lines if drawn.get_markerfacecolor() == "white"]
    assert [list(drawn.get_ydata()) for drawn in hollow] == [[frame["estimate"][4]]]
    assert "Hollow: fewer than 10 ratings." in chart.note


def test_a_week_without_ratings_or_left_out_of_the_frame_breaks_the_line():
    frame = by_week()
    frame.loc[3, ["n", "estimate", "low", "high"]] = [0, np.nan, np.nan, np.nan]
    drawn = line(charts.trend(frame.drop(index=6), **WORDS))
    assert list(np.flatnonzero(np.isnan(drawn))) == [3, 6]


def test_a_week_that_is_not_complete_is_dotted_and_labelled_so_far():
    chart = charts.trend(by_week(partial=[False] * 12 + [True]), **WORDS)
    assert np.isnan(line(chart)[-1])
    assert any("so far" in text for text in texts(chart))
    assert "Dotted: the week is not over." in chart.note


def test_a_last_week_without_ratings_has_no_value_beside_it_and_is_not_hollow():
    weeks = by_week()
    weeks.loc[weeks.index[-1], ["n", "estimate", "low", "high"]] = 0, np.nan, np.nan, np.nan
    chart = charts.trend(weeks, **WORDS)
    assert not any("n\u00a0=" in text for text in texts(chart))
    assert "Hollow" not in chart.note


def test_signals_are_ringed_labelled_and_in_the_alternative_text():
    chart = charts.trend(by_week(signal=[False] * 9 + [True] + [False] * 3), **WORDS)
    rings = [drawn for drawn in chart.figure.axes[0].lines if drawn.get_markerfacecolor() == "none"]
    assert [len(drawn.get_xdata()) for drawn in rings] == [1]
    assert "unusual: 82\u00a0%" in texts(chart)
    assert "Outside ordinary variation: 19\u00a0Oct\u00a02026." in chart.alt


def test_limits_are_drawn_and_named_but_one_at_100_percent_is_not_named():
    chart = charts.trend(by_week(center=0.88, limit_low=0.8, limit_high=1.0), **WORDS)
    assert {"usual 88\u00a0%", "limit 80\u00a0%"} <= set(texts(chart))
    assert "limit 100\u00a0%" not in texts(chart)


def test_weeks_can_be_plain_dates_in_any_order_and_a_single_one_shows_its_interval():
    frame = by_week(1, week=[dt.date(2026, 11, 9)])
    rates = charts.trend(frame, **WORDS).figure.axes[0]
    (interval,) = [lines for lines in rates.collections if isinstance(lines, mpl.collections.LineCollection)]
    assert np.allclose(interval.get_segments()[0][:, 1], by_week(1)[["low", "high"]].iloc[0].tolist())
    assert list(line(charts.trend(by_week().iloc[::-1], **WORDS))) == list(by_week()["estimate"])


def test_the_week_axis_ends_with_the_last_week_and_names_the_year_where_it_changes():
    weeks = pd.date_range("2025-11-03", periods=26, freq="7D")
    counts = charts.trend(by_week(26, week=weeks), **WORDS).figure.axes[1]
    assert counts.get_xticks()[-1] == mdates.date2num(dt.date(2026, 4, 27))
    years = [tick.get_text().split("\n")[1] for tick in counts.get_xticklabels() if "\n" in tick.get_text()]
    assert years == ["2025", "2026"]


def test_known_changes_are_lines_with_their_text_also_in_the_panel_of_a_group():
    chart = charts.trend(by_week(rebase=[""] * 9 + ["new survey"] + [""] * 3), **WORDS)
    assert "new survey" in texts(chart)
    assert "base64" in chart._repr_html_()
    assert re.search(r"Known to have changed: week of \d+\s\w+\s20\d\d: new survey\.", chart.alt)
    groups = by_group(3).assign(rebase="").reset_index(drop=True)
    plain = charts.small_multiples(groups, **WORDS)
    groups.loc[3, "rebase"] = "new phones"
    # A week without a row is no change.
    marked = charts.small_multiples(groups.drop(index=4), **WORDS)
    lines = [sum(len(axes.lines) for axes in one.figure.axes) for one in (plain, marked)]
    assert lines[1] == lines[0] + 1
    known = f"new phones ({groups.loc[3, 'group']})."
    assert known in marked.note and known in marked.alt and "known" not in plain.note
    # What changed in all panels is said once.
    same = groups["week"] == groups.loc[3, "week"]
    everywhere = charts.small_multiples(
        groups.assign(rebase=same.map({True: "new survey", False: ""})), **WORDS
    )
    assert everywhere.note.count("new survey") == 1 and "(" not in everywhere.note


@pytest.mark.parametrize("count", [1, 2, 6, 13, 50])
def test_small_multiples_draw_each_group_in_a_panel_inside_the_figure(count):
    chart = charts.small_multiples(by_group(count), **WORDS)
    assert len(chart.figure.axes) == count
    places = [panel.get_position() for panel in chart.figure.axes]
    assert all(place.x0 >= 0 and place.x1 <= 1 and place.y0 >= 0 and place.y1 <= 1 for place in places)
    assert not any(one.overlaps(other) for one in places for other in places if one is not other)


def test_the_head_of_a_panel_has_its_name_last_rate_and_n():
    frame = by_group(1, weeks=2).assign(n=[300, 100], estimate=[0.9, 0.5], group="Billing")
    assert {"Billing", "50\u00a0% · n\u00a0=\u00a0100"} <= set(texts(charts.small_multiples(frame, **WORDS)))


def test_panels_are_in_alphabetical_order_with_the_other_groups_in_grey():
    frame = pd.concat([by_week(4, group="zeta"), by_week(4, group="Alpha", estimate=0.6)])
    chart = charts.small_multiples(frame, **WORDS)
    first = chart.figure.axes[0]
    assert first.texts[0].get_text() == "Alpha"
    assert [drawn.get_color() for drawn in first.lines].count(style.CONTEXT) == 2


def test_panels_of_many_groups_show_the_pooled_rate_instead_of_every_group_in_grey():
    chart = charts.small_multiples(by_group(20), **WORDS)
    grey = [drawn for drawn in chart.figure.axes[0].lines if drawn.get_color() == style.CONTEXT]
    assert len(grey) == 1
    assert np.isclose(grey[0].get_ydata()[0], by_group(20)["estimate"].iloc[::6].mean())
    assert "all of them pooled" in chart.note


def test_differences_are_in_alphabetical_order_whatever_their_values():
    chart = charts.differences(compared(["zeta", "Billing", "alpha"]), **WORDS)
    names = [text for text in texts(chart) if text in {"zeta", "Billing", "alpha"}]
    assert names == ["alpha", "Billing", "zeta"]


def test_differences_print_the_change_with_its_interval_and_both_n():
    chart = charts.differences(compared(["Billing"]), **WORDS)
    assert {"62\u00a0%", "n 60", "n 160", "−34.6 (−47.4 to −22.6)", "lower"} <= set(texts(chart))


def test_only_a_change_with_a_claim_is_bold():
    frame = compared(["a", "b"])
    assert frame["verdict"].tolist() == [Verdict.LOWER, Verdict.NO_DIFFERENCE]
    changes = [
        text
        for text in charts.differences(frame, **WORDS).figure.findobj(mpl.text.Text)
        if text.get_text().endswith(")")
    ]
    assert [text.get_weight() for text in changes] == [600, "normal"]


def test_a_group_without_ratings_before_is_still_drawn():
    frame = compared(["Billing"]).assign(
        n_before=0, estimate_before=np.nan, change=np.nan, change_low=np.nan, change_high=np.nan
    )
    assert "–" in texts(charts.differences(frame, **WORDS))


def funnel(frame: pd.DataFrame) -> Chart:
    return charts.funnel(frame, csat.agent_limits(frame), **WORDS)


@pytest.mark.parametrize("count", [3, 30, 300])
def test_the_funnel_draws_every_agent_and_names_only_those_outside(count):
    frame = agents(count)
    chart = funnel(frame)
    _, judged, few, rings = chart.figure.axes[0].collections
    dots = np.vstack([judged.get_offsets(), few.get_offsets()])
    assert sorted(map(tuple, dots)) == sorted(map(tuple, frame[["n", "difference"]].to_numpy()))
    named = {text for text in texts(chart) if text.startswith("Agent")}
    outside = set(frame.loc[frame["verdict"] == Verdict.LOWER, "agent"])
    assert named <= outside and len(rings.get_offsets()) == len(outside) > 0
    unnamed = re.search(r"(\d+) of them are too close", chart.note)
    assert len(named) + (int(unnamed[1]) if unnamed else 0) == len(outside)
    assert f"({len(outside)} of {count} agents)" in chart.note


def test_the_funnel_counts_whole_ratings():
    few = agents(3).assign(n=[1, 1, 2])
    ticks = charts.funnel(few, csat.agent_limits(few), **WORDS).figure.axes[0].get_xticks()
    assert [tick % 1 for tick in ticks] == [0] * len(ticks)


def test_the_funnel_rings_two_agents_who_differ_from_each_other_and_says_who_was_not_judged():
    frame = agents(30).head(3)
    pair = frame.assign(verdict=[Verdict.DIFFER, Verdict.DIFFER, Verdict.TOO_FEW])
    pair.loc[2, ["chance_low", "chance_high"]] = np.nan
    chart = funnel(pair)
    bars, judged, few, rings = chart.figure.axes[0].collections
    assert [len(bars.get_segments()), len(judged.get_offsets()), len(few.get_offsets())] == [2, 2, 1]
    assert len(rings.get_offsets()) == 2
    assert "Hollow: too few ratings to be judged." in chart.note


def test_names_in_the_funnel_do_not_cover_each_other():
    chart = funnel(agents(300))
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    names = [text for text in chart.figure.axes[0].texts if text.get_text().startswith("Agent")]
    boxes = [
        mpl.text.Text.get_window_extent(name, canvas.get_renderer()) for name in names
    ]  # without the leader
    assert len(boxes) > 8
    assert not any(one.overlaps(other) for number, one in enumerate(boxes) for other in boxes[:number])


def test_the_distribution_shows_every_rating_with_share_and_n_and_outlines_the_period_before():
    rows = answer("distribution")
    chart = draw("distribution")
    bars, outlines = chart.figure.axes[0].containers
    assert np.allclose([bar.get_height() for bar in bars], rows["share"])
    assert np.allclose([bar.get_height() for bar in outlines], rows["share_before"])
    assert {"37\u00a0%", "n\u00a0=\u00a032"} <= set(texts(chart))


def test_a_single_part_is_not_drawn_over_time():
    bins = answer("time_and_rating").head(1)
    for chart in (
        charts.rate_by_time(bins, **WORDS),
        charts.rate_by_time_panels(bins.assign(group="Billing"), **WORDS),
    ):
        assert texts(chart) == ["Too few ratings to divide by time"]


def test_rate_by_time_is_drawn_at_the_medians_on_a_logarithmic_axis_with_readable_durations():
    chart = draw("rate_by_time")
    axes = chart.figure.axes[0]
    assert axes.get_xscale() == "log"
    assert list(axes.lines[0].get_xdata()) == answer("time_and_rating")["median_minutes"].tolist()
    chart.svg()
    assert {"5\u00a0min", "1\u00a0h", "8\u00a0h"} <= {tick.get_text() for tick in axes.get_xticklabels()}


def test_reasons_keep_the_order_of_the_frame_on_an_axis_from_zero_and_print_the_change():
    rows = answer("reasons")
    names = list(rows["reason"])
    chart = draw("reasons")
    assert [text for text in texts(chart) if text in names] == names
    assert chart.figure.axes[0].get_xlim()[0] == 0
    assert "+12.5 (−23.4 to +41.4)" in texts(chart)
    # Below each share is what it is a share of.
    assert {f"n {number}" for number in (*rows["of"], *rows["of_before"])} <= set(texts(chart))


def test_weeks_whose_surveys_are_still_open_are_dotted_in_the_response_rate():
    rows = answer("response_rate")
    chart = charts.response_rate(rows.assign(still_open=rows.index >= 10), **WORDS)
    assert list(np.flatnonzero(np.isnan(line(chart)))) == [10, 11]
    assert chart.figure.axes[0].get_ylim()[0] == 0
    assert "less than seven days old" in chart.note


def test_a_label_is_one_line_of_limited_width_without_bidi_controls():
    assert label("a\n b\tc\u202e\u0000") == "a b c"
    assert label("x" * 50, 10) == "x" * 9 + "…"
    assert label("漢" * 50, 10) == "漢" * 4 + "…"


def test_the_rate_axis_starts_at_the_tens_below_the_smallest_value():
    assert [rate_floor([0.81, 0.9]), rate_floor([0.8]), rate_floor([np.nan]), rate_floor([1.0])] == [
        0.8,
        0.7,
        0.0,
        0.9,
    ]


def test_values_are_in_alphabetical_order_and_only_a_clear_difference_is_bold():
    values = answer("low_ratings")["value"]
    chart = charts.low_ratings(answer("low_ratings").iloc[::-1], **WORDS)
    assert [text for text in texts(chart) if text in set(values)] == sorted(values, key=str.casefold)
    bold = [text.get_text() for text in chart.figure.findobj(mpl.text.Text) if text.get_weight() == 600]
    assert [text for text in bold if " to " in text] == [
        "−18.6 (−22.7 to −14.0)",
        "+13.7 (+8.7 to +18.3)",
        "+34.3 (+15.6 to +53.1)",
    ]
    assert chart.figure.axes[0].get_xlim()[0] == 0


def test_ratios_are_on_a_logarithmic_axis_around_one_with_observed_and_expected_counts():
    chart = draw("observed_over_expected")
    low, high = chart.figure.axes[0].get_xlim()
    assert np.isclose(low * high, 1) and chart.figure.axes[0].get_xscale() == "log"
    assert {"80 / 56.1", "1.43 (1.27 to 1.57)", "more bad than expected"} <= set(texts(chart))


def test_a_missing_odds_ratio_keeps_its_row_and_shows_the_reason():
    rows = answer("simpson_check")
    rows.loc[1, ["estimate", "low", "high"]] = np.nan
    rows.loc[1, "verdict"] = Verdict.TOO_FEW
    chart = charts.odds_ratios(rows, **WORDS)
    assert {"Billing", "–", "too few ratings"} <= set(texts(chart))
    assert len(chart.figure.axes[0].collections[1].get_offsets()) == len(rows)


def test_a_ratio_beyond_the_axis_is_drawn_at_its_edge_and_the_note_says_so():
    rows = answer("simpson_check").assign(low=0.4, high=0.9)
    assert "at its edge" not in charts.odds_ratios(rows, **WORDS).note
    far = rows.assign(estimate=[0.5, 30, 0.5, 0.5], high=[0.9, 40, np.nan, 0.9])
    chart = charts.odds_ratios(far, **WORDS)
    assert "at its edge" in chart.note
    axes = chart.figure.axes[0]
    assert axes.collections[1].get_offsets()[1][0] == pytest.approx(axes.get_xlim()[1])
    assert any(text.startswith("30.00") for text in texts(chart))


def test_medians_are_above_those_of_the_period_before_and_a_missing_interval_has_a_reason():
    rows = answer("times")
    rows.loc[1, ["low", "high"]] = np.nan
    rows.loc[1, "verdict"] = Verdict.TOO_FEW
    chart = charts.medians(rows, **WORDS)
    assert {"1\xa0h", "1\xa0h to 4\xa0h", "shorter", "–", "too few ratings"} <= set(texts(chart))
    before, now, tails = (np.asarray(marks.get_offsets()) for marks in chart.figure.axes[0].collections[2:])
    assert (before[:, 1] > now[:, 1]).all()
    assert before[:, 0].tolist() == rows["estimate_before"].tolist()
    assert now[:, 0].tolist() == rows["estimate"].tolist()
    assert tails[:, 0].tolist() == rows["p90"].tolist()


def test_no_median_is_drawn_for_tickets_without_durations():
    none = answer("times").assign(**dict.fromkeys(MARKS, np.nan))
    assert texts(charts.medians(none, **WORDS)) == ["No durations to draw"]


def test_panels_of_times_share_both_axes():
    panels = charts.rate_by_time_panels(bins_of_groups(4), **WORDS).figure.axes
    assert len({panel.get_xlim() for panel in panels}) == len({panel.get_ylim() for panel in panels}) == 1


def test_groups_with_too_few_ratings_are_named_and_not_drawn_unless_there_are_no_others():
    frame = pd.concat([by_week(4, group="Billing"), by_week(4, group="Night shift", n=3)])
    chart = charts.small_multiples(frame, **WORDS)
    assert len(chart.figure.axes) == 1
    assert "Too few ratings to draw: Night shift." in chart.note
    alone = charts.small_multiples(frame[frame["group"] == "Night shift"], **WORDS)
    assert "Night shift" in texts(alone)


def test_many_groups_with_too_few_ratings_are_counted_in_one_line():
    frame = compared([f"Group {number}" for number in range(50)]).assign(verdict=Verdict.TOO_FEW)
    assert texts(charts.differences(frame, **WORDS)) == ["Too few ratings to draw any of 50"]


def test_only_the_first_of_very_many_groups_are_drawn_and_the_note_says_so():
    chart = charts.small_multiples(by_group(99, weeks=2), **WORDS)
    assert len(chart.figure.axes) == 60
    assert "the first 60 of 99 in alphabetical order" in chart.note


def test_figures_of_a_page_share_a_floor_that_few_ratings_do_not_lower():
    few = by_week(2, n=3, estimate=0.1, low=0.0)
    assert charts.shared_floor(by_week(), by_week(estimate=0.4)) == 0.3
    assert charts.shared_floor(by_week(), few) == charts.shared_floor(by_week())
    chart = charts.trend(pd.concat([by_week(), few]).drop_duplicates("week", keep="last"), floor=0.7, **WORDS)
    assert "Values below the axis are drawn at its edge." in chart.note
    assert np.nanmin(line(chart)) == 0.7


def test_each_week_shows_its_waiting_bad_ratings_within_all_its_bad_ratings():
    rows = answer("call_backs")
    all_bad, waiting = draw("waiting").figure.axes[0].containers
    assert [bar.get_height() for bar in all_bad] == list(rows["n"])
    assert [bar.get_height() for bar in waiting] == list(rows["waiting"])


@pytest.mark.parametrize(
    "name",
    ["differences", "funnel", "reasons", "low_ratings", "observed_over_expected", "medians", "odds_ratios"],
)
def test_a_chart_refuses_a_verdict_that_is_not_in_the_vocabulary(name):
    frame, *more = FRAMES[name]()
    with pytest.raises(ValueError, match="is not a valid Verdict"):
        getattr(charts, name)(frame.assign(verdict="much higher"), *more, **WORDS)


@pytest.mark.parametrize("weight", ["Regular", "SemiBold"])
def test_the_font_of_figures_has_the_letters_of_every_latin_script(weight):
    font = mpl.ft2font.FT2Font(STYLE / "fonts" / f"Inter-{weight}.ttf")
    letters = [*range(0xC0, 0x100), *range(0x1EA0, 0x1EFA)]  # of Western European languages and of Vietnamese
    assert not [chr(letter) for letter in letters if letter not in font.get_charmap()]
