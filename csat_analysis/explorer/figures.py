"""The figure of each answer: its finding as title, and what is drawn below it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from .. import charts, findings, questions
from ..charts import Chart
from ..formats import ALL_RATINGS, count
from .calls import Call

Draw = Callable[[pd.DataFrame, Call], Chart | None]
# Values that are drawn; the table has more.
MOST_VALUES = 12


def draw(rows: pd.DataFrame, call: Call) -> Chart | None:
    """Return the figure of an answer; None for a list, or a question without a figure."""
    made = FIGURES.get(call.question)
    return made(rows, call) if made and len(rows) else None


def _split(rows: pd.DataFrame, call: Call) -> tuple[pd.DataFrame, str]:
    """Return the rows with one column that names them, and its name: values of several dimensions are joined."""
    by = call.get("by")
    if isinstance(by, str):
        return rows, by
    if not by:
        return rows.assign(ratings=ALL_RATINGS), "ratings"
    name = " and ".join(by)
    return rows.assign(**{name: rows[by].astype(str).agg(", ".join, axis=1)}), name


def _csat(rows: pd.DataFrame, call: Call) -> Chart:
    split, by = _split(rows, call)
    title = findings.csat_level(rows.iloc[0]) if by == "ratings" else f"Share of good ratings by {by}"
    return charts.rates(
        split, by, title=title, subtitle=f"Share of good ratings; line: {findings.interval_name(rows)}"
    )


def _compare(rows: pd.DataFrame, call: Call) -> Chart:
    split, by = _split(rows, call)
    title = findings.compare_title(split, by) if by != "ratings" else _compare_all(rows, call)
    return charts.differences(split, by, title=title, subtitle=findings.compare_note(rows))


def _compare_all(rows: pd.DataFrame, call: Call) -> str:
    """Return counts, because "too few ratings" may be about the other period only."""
    row = rows.iloc[0]
    now = f"{count(row['good'])} of {findings.count_noun(row['n'], 'rating')} were good"
    return f"{now}; against {call.get('than') or 'the period before'}: {findings.describe_changes(rows)[0]}"


def _trend(rows: pd.DataFrame, call: Call) -> Chart:
    every = call.get("every")
    split, by = _split(rows, call)
    if every != "week":
        named = split.assign(**{every: split[every].dt.strftime("%Y-%m-%d")})
        named["row"] = named[every] if by == "ratings" else named[by].astype(str) + ", " + named[every]
        return charts.rates(named, "row", title=f"Share of good ratings by {every}")
    subtitle = f"Share of good ratings by week of the answer; band: {findings.interval_name(rows)}"
    if by != "ratings":
        return charts.small_multiples(split, by, title=f"Share of good ratings by {by}", subtitle=subtitle)
    return charts.trend(rows, title=findings.trend_title(rows), subtitle=subtitle)


def _distribution(rows: pd.DataFrame, call: Call) -> Chart:
    return charts.distribution(rows, title=findings.distribution_title(rows))


def _explain_change(rows: pd.DataFrame, call: Call) -> Chart:
    split, by = _split(rows, call)
    title = findings.explain_change_title(split, by)
    return charts.change_parts(split, by, title=title, subtitle=findings.explain_change_note(rows))


def _agents(rows: pd.DataFrame, call: Call) -> Chart:
    limits = questions.agent_limits(rows)
    subtitle = "Each dot an agent: points above or below colleagues, by number of ratings"
    return charts.funnel(rows, limits, title=findings.agents_title(rows), subtitle=subtitle)


def _times(rows: pd.DataFrame, call: Call) -> Chart:
    subtitle = "Median time of rated tickets, now and before"
    split, by = _split(rows, call)
    named = findings.times_named(split).head(3 * MOST_VALUES)
    if by == "ratings":
        return charts.medians(named, title=findings.times_title(rows), subtitle=subtitle)
    shown = named.assign(time=split[by].astype(str) + ", " + named["time"])
    return charts.medians(shown, title=f"Median times by {by}", subtitle=subtitle)


def _time_and_rating(rows: pd.DataFrame, call: Call) -> Chart:
    time, by = call.get("time"), call.get("by")
    subtitle = f"Share of good ratings by {findings.time_name(time)}"
    if by:
        return charts.rate_by_time_panels(rows, by, title=f"{subtitle} and {by}")
    title = findings.time_and_rating_title(rows, time)
    return charts.rate_by_time(rows, title=title, subtitle=subtitle)


def _association(rows: pd.DataFrame, call: Call) -> Chart:
    title = findings.association_title(rows, call.get("time"))
    subtitle = "Odds ratio of a good rating per doubling of the time"
    ratios = findings.association_ratios(rows)
    return charts.odds_ratios(ratios, by="method", title=title, subtitle=subtitle)


def _simpson_check(rows: pd.DataFrame, call: Call) -> Chart:
    title = findings.simpson_check_title(rows, call.get("by"))
    return charts.odds_ratios(
        rows, title=title, subtitle="Odds ratio of a good rating, slower half against quicker"
    )


def _reasons(rows: pd.DataFrame, call: Call) -> Chart:
    note = findings.reasons_note(rows)
    return charts.reasons(
        rows, title=findings.reasons_title(rows), subtitle="Share of bad ratings", note=note
    )


def _comment_terms(rows: pd.DataFrame, call: Call) -> Chart:
    subtitle = "Use of each term with bad ratings, relative to good ones"
    shown, note = findings.comment_terms_largest(rows, MOST_VALUES), findings.comment_terms_note(rows)
    return charts.comment_terms(shown, title=findings.comment_terms_title(rows), subtitle=subtitle, note=note)


def _answers(rows: pd.DataFrame, call: Call) -> Chart:
    """Return the figure of the first question; the table has the others."""
    split, by = _split(rows[rows["question"] == rows["question"].iloc[0]], call)
    shown = split if by == "ratings" else split.assign(value=split[by].astype(str) + ", " + split["value"])
    return charts.answers(shown, title=findings.answers_title(split), subtitle=findings.answers_note(rows))


def _low_ratings(rows: pd.DataFrame, call: Call) -> Chart:
    subtitle = "Share of bad ratings with each value, and among all others"
    shown = findings.low_ratings_largest(rows, MOST_VALUES)
    note = findings.low_ratings_note(rows, shown)
    return charts.low_ratings(shown, title=findings.low_ratings_title(rows), subtitle=subtitle, note=note)


def _adjusted_differences(rows: pd.DataFrame, call: Call) -> Chart:
    named, title = findings.adjusted_differences_named(rows), findings.adjusted_differences_title(rows)
    note = findings.adjusted_differences_note(rows)
    return charts.adjusted_differences(
        named, title=title, subtitle="Share of bad ratings, all else equal", note=note
    )


def _case_mix(rows: pd.DataFrame, call: Call) -> Chart:
    by = call.get("by")
    return charts.observed_over_expected(rows, by, title=findings.case_mix_title(rows, by))


def _targets(rows: pd.DataFrame, call: Call) -> Chart:
    title, note = findings.targets_title(rows), findings.targets_note(rows)
    subtitle = f"Share of good ratings; line: {findings.interval_name(rows)}"
    return charts.targets(findings.targets_named(rows), title=title, subtitle=subtitle, note=note)


def _response_rate(rows: pd.DataFrame, call: Call) -> Chart:
    split, by = _split(rows, call)
    title, subtitle = findings.response_rate_title(rows), "Share of surveys answered, by week of the offer"
    if by != "ratings":
        return charts.small_multiples(split, by, title=title, subtitle=subtitle)
    return charts.response_rate(rows, title=title, subtitle=subtitle, note=findings.response_rate_note(rows))


def _call_backs(rows: pd.DataFrame, call: Call) -> Chart:
    return charts.waiting(rows, title=findings.call_backs_title(rows))


FIGURES: dict[str, Draw] = {
    "csat": _csat,
    "compare": _compare,
    "trend": _trend,
    "distribution": _distribution,
    "explain_change": _explain_change,
    "agents": _agents,
    "times": _times,
    "time_and_rating": _time_and_rating,
    "association": _association,
    "simpson_check": _simpson_check,
    "reasons": _reasons,
    "comment_terms": _comment_terms,
    "answers": _answers,
    "low_ratings": _low_ratings,
    "adjusted_differences": _adjusted_differences,
    "case_mix": _case_mix,
    "targets": _targets,
    "response_rate": _response_rate,
    "call_backs": _call_backs,
}
