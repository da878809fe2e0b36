"""Phrases that several findings share: a number with its noun, names in a row, a week, an interval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import Any, NamedTuple

import pandas as pd

from ..formats import MISSING, NBSP, count, date, name_group, name_values, percent, points
from ..history import History
from ..history.completeness import begins
from ..history.filters import Where, describe_filter, find_filter
from ..periods import Period, name_days

# Level of the intervals that are only called likely ranges.
USUAL_LEVEL = 0.95
# Kinds of reports by the unit of their period.
REPORTS = {"month": "monthly report", "quarter": "quarterly report", "year": "yearly report"}


def count_noun(number: int, noun: str) -> str:
    """Return a number and its noun.

    >>> count_noun(1, "rating"), count_noun(312, "rating")
    ('1 rating', '312 ratings')
    """
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def count_points(share: float) -> str:
    """Return the size of a difference of two rates in whole points; one that is not 0 is not written as 0.

    >>> count_points(-0.152), count_points(0.01), count_points(0.004)
    ('15 points', '1 point', '0.4 points')
    """
    texts = [f"{abs(100 * share):.{digits}f}" for digits in range(3)]
    shown = next((one for one in texts if float(one)), texts[0])
    return f"{shown} point{'' if shown == '1' else 's'}"


def percents(*shares: float) -> list[str]:
    """Return shares with as many digits as it takes to tell them apart: a fall is not one "from 90 % to 90 %".

    >>> percents(0.9, 0.86), percents(0.904, 0.896)
    (['90\xa0%', '86\xa0%'], ['90.4\xa0%', '89.6\xa0%'])
    """
    texts = [[percent(one, digits=digits) for one in shares] for digits in range(3)]
    return next((one for one in texts if len(set(one)) == len(set(shares))), texts[0])


def no_ratings(row: pd.Series) -> str:
    """Return that a row has no ratings that count, and how many neutral ones it has."""
    return f"no good or bad ratings, only {count(row['neutral'])} neutral" if row["neutral"] else "no ratings"


def is_of_one_customer(rows: pd.DataFrame | pd.Series) -> Any:
    """Return whether several ratings are all of one customer: they say as much as one rating."""
    return (rows["n"] > 1) & (rows["ratings_per_customer"] == rows["n"])


def all_of_one(row: pd.Series) -> str:
    """Return that several ratings are all of one customer; empty if they are not."""
    return ", all of one customer" if is_of_one_customer(row) else ""


def join_names(names: Iterable[str]) -> str:
    """Return names as a phrase; empty without any.

    >>> join_names(["Billing", "Returns", "Voice"])
    'Billing, Returns and Voice'
    """
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def name_week(monday: dt.date) -> str:
    """Return the days of a week and its number.

    >>> name_week(dt.date(2026, 10, 26))
    '26 Oct – 1 Nov (W44)'
    """
    days = name_days(monday, monday + dt.timedelta(days=6), "%b")
    return f"{days} (W{monday.isocalendar().week:02})"


def name_filters(history: History, groups: Sequence[str], where: Where) -> str:
    """Return what ratings an answer is about: "Billing and Returns, channel: email"."""
    filters = describe_where(history, where)
    return ", ".join(filter(None, [join_names(map(name_group, groups)) if groups else "All groups", filters]))


def describe_where(history: History, where: Where) -> str:
    """Return filters in words: "channel: messaging or chat"; empty without any."""
    kept = [
        replace(one, values=tuple(name_values(pd.Series(one.values), one.dimension.name)))
        for one in find_filter(history, where)
    ]
    return describe_filter(tuple(kept))


class PeriodNames(NamedTuple):
    """A period in words: itself, what it is compared with, the weeks of its trend, and its kind of report."""

    this: str
    before: str
    window: str
    report: str


def name_before(history: History, before: Period) -> str:
    """Return the name of the weeks before a period: "the 12 weeks before", see `add_first_survey`."""
    weeks = f"{before.weeks} weeks" if before.weeks > 1 else "week"
    return add_first_survey(history, before, f"the {weeks} before")


def add_first_survey(history: History, span: Period, name: str) -> str:
    """Return the name of a period with the day of the first survey that counts, if it lies within the period."""
    first = begins(history)
    if not first or not span.first < first <= span.last:
        return name
    return f"{name} ({'counted from' if history.complete_from else 'first survey'} {date(first)})"


def name_periods(span: Period, history: History) -> PeriodNames:
    """Return a period in words, and what it is compared with in a history."""
    window = "twelve weeks" if span.weeks <= 12 else "the whole period"
    if span.is_week:
        before = add_first_survey(history, span.baseline, "the four weeks before")
        return PeriodNames(name_week(span.first), before, window, "weekly report")
    units = span.unit if span.length == 1 else f"{span.length} {span.unit}s"
    report = REPORTS.get(units, "report")
    before = add_first_survey(history, span.baseline, f"the {units} before")
    return PeriodNames(name_days_of(span), before, window, report)


def name_days_of(span: Period) -> str:
    """Return a period that is not a week in words: "October 2026", "Q4 2026", "2026"."""
    names = {
        "month": f"{span.first:%B %Y}",
        "quarter": f"Q{(span.first.month + 2) // 3} {span.first.year}",
        "year": str(span.first.year),
    }
    return names.get(span.unit, str(span)) if span.length == 1 else str(span)


def name_channels(rows: pd.DataFrame, column: str = "channel") -> pd.DataFrame:
    """Return an answer with the channels of a column in words."""
    return rows.assign(**{column: name_values(rows[column], "channel")})


def interval_name(rows: pd.DataFrame | pd.Series) -> str:
    """Return the name of the intervals of an answer for readers; the definitions of a report give their level."""
    level = rows.attrs.get("level", USUAL_LEVEL)
    return "likely range" if level == USUAL_LEVEL else f"likely range ({100 * level:g}{NBSP}%)"


def format_intervals(rows: pd.DataFrame, write: Callable[[float], str]) -> pd.Series:
    """Return the interval of each row as text on one line; a dash where there is none."""
    pairs = zip(rows["low"], rows["high"], strict=True)
    texts = [f"{write(low)}{NBSP}to{NBSP}{write(high)}" if pd.notna(low) else MISSING for low, high in pairs]
    return pd.Series(texts, rows.index)


def would_not_show(difference: float) -> str:
    """Return in brackets which differences would not show, so that nobody reads that there are none.

    >>> would_not_show(0.123)
    ' (less than about 12 points would not show)'
    """
    return f" (less than about {count_points(difference)} would not show)"


def smallest_visible(rows: pd.DataFrame, estimate: str, low: str, high: str) -> float:
    """Return the smallest difference that any row would have to have for a verdict, all rows judged together.

    Half of an interval on the side where a rate cannot go, such as above 100 %, says nothing: the mean of both halves.
    """
    level, of_all = (
        rows.attrs.get(name, usual) for name, usual in (("level", USUAL_LEVEL), ("verdict_level", 0.99))
    )
    shown, strict = (NormalDist().inv_cdf((1 + one) / 2) for one in (level, 1 - (1 - of_all) / len(rows)))
    return float((rows[high] - rows[low]).min() / 2 * strict / shown)


def likely_rate(low: float, high: float) -> str:
    """Return the interval of a rate in words.

    >>> likely_rate(0.71, 0.89)
    'likely between 71 and 89\\xa0%'
    """
    return f"likely between {percent_number(low)} and {percent(high)}"


def percent_number(share: float) -> str:
    """Return a share in percent without the sign, as the first end of a range.

    >>> percent_number(0.71), percent_number(0.9991)
    ('71', '99.9')
    """
    return percent(share).removesuffix(f"{NBSP}%")


def likely_change(low: float, high: float) -> str:
    """Return the interval of a difference of two rates in words; an end that is not 0 is not written as 0.

    >>> likely_change(-0.15, 0.01), likely_change(0.0003, 0.09)
    ('likely between −15 and +1 points', 'likely between +0.03 and +9 points')
    """
    return f"likely between {_end(low)} and {_end(high)} points"


def _end(share: float) -> str:
    digits = (one for one in range(3) if round(100 * share, one) != 0)
    return points(share, digits=next(digits, 0))
