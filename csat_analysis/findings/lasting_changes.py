"""Lasting changes of satisfaction, as sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..formats import ALL_RATINGS, count, name_group
from ..verdicts import has_enough_data, is_claim, is_higher, matches
from .comparability import RATES_OF_OTHERS
from .phrases import count_noun, name_week, percents

# A change that was reported longer ago is no longer repeated.
REPEATED_FOR = pd.Timedelta(weeks=26)
# The first week of a change is given as one day if it is known as well as this.
MOST_UNCERTAIN = pd.Timedelta(weeks=4)
# The series of all ratings: no group has an empty name.
WHOLE = ""


def lasting_changes_title(rows: pd.DataFrame) -> str:
    """Return the changes as one sentence each: news first, then what was reported before."""
    if not matches(rows["verdict"], has_enough_data).any():
        return "There are too few weeks to see a lasting change"
    told = _told(rows)
    if told.empty:
        return "No lasting change shows"
    sentences = "; ".join(_sentence(row) for _, row in told.iterrows())
    others = f". {RATES_OF_OTHERS.capitalize()}" if told["other_survey"].any() else ""
    return f"{sentences}{others}"


def lasting_changes_short(rows: pd.DataFrame) -> str:
    """Return the news in one clause, for a headline: the first one, and how many more; empty without any."""
    news = lasting_changes_latest(rows)
    if news.empty:
        return ""
    others = len(news) - 1
    more = f", and {count_noun(others, 'other lasting change')}" if others else ""
    return f"{_clause(news.iloc[0])}{more}"


def lasting_changes_of_parts(rows: pd.DataFrame) -> str:
    """Return the changes of groups, or other parts, in one clause each, news or not; empty without any."""
    told = _told(rows)
    return "; ".join(_clause(row) for _, row in told[told.iloc[:, 0] != WHOLE].iterrows())


def _clause(row: pd.Series) -> str:
    before, since = percents(row["estimate_before"], row["estimate"])
    rates = f"{before} good before and {since} since{_survey(row)}"
    return f"{_name(row.iloc[0])} {_way(row)} since {_since(row)}, {rates}"


def lasting_changes_latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the changes that are news, one per series."""
    told = _told(rows)
    return told[told["is_news"].astype(bool)]


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the latest change of each series, unless it is told with another series, or was reported long ago.

    The series of all ratings is named WHOLE: a group may be named "all".
    """
    names = rows.iloc[:, 0]
    is_whole = (names == "all") & (np.arange(len(rows)) < rows.attrs.get("rows_of_all", len(rows)))
    rows = rows.assign(**{str(rows.columns[0]): names.mask(is_whole, WHOLE)})
    changes = rows[matches(rows["verdict"], is_claim) & ~rows["is_shared"].astype(bool)]
    if changes.empty:
        return changes
    latest = changes.groupby(rows.columns[0], sort=False).tail(1)
    recent = latest[latest["reported"] >= _last_week(rows) - REPEATED_FOR]
    return recent.sort_values("is_news", ascending=False, kind="stable")


def _last_week(rows: pd.DataFrame) -> pd.Timestamp:
    return pd.Timestamp(rows.attrs["last_week"])


def _sentence(row: pd.Series) -> str:
    name = "All ratings" if row.iloc[0] == WHOLE else _name(row.iloc[0])
    before, since = percents(row["estimate_before"], row["estimate"])
    sizes = (
        f"{before} of {count(row['n_before'])} good before, {since} of {count(row['n'])} since{_survey(row)}"
    )
    known = "" if row["is_news"] else f", reported {name_week(row['reported'])}"
    return f"{name}: {_way(row)} since {_since(row)}{known}: {sizes}"


def _survey(row: pd.Series) -> str:
    return " (the survey changed, too)" if row["other_survey"] else ""


def _way(row: pd.Series) -> str:
    return "higher" if is_higher(row["verdict"]) else "lower"


def _since(row: pd.Series) -> str:
    """Return since when, between two days if that is uncertain: surveys may have been off; see `_day`."""
    if row["latest"] - row["earliest"] <= MOST_UNCERTAIN:
        return f"about {_day(row, 'since')}"
    return f"some week between {_day(row, 'earliest')} and {_day(row, 'latest')}"


def _day(row: pd.Series, name: str) -> str:
    """Return a day; with the year if the change was reported in another one."""
    day = row[name]
    return f"{day.day} {day:%B}{f' {day.year}' if day.year != row['reported'].year else ''}"


def _name(series: object) -> str:
    return ALL_RATINGS if series == WHOLE else name_group(str(series))
