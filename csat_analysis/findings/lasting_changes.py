"""Lasting changes of satisfaction, as sentences."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from ..formats import count, percent
from ..verdicts import is_claim, is_higher, matches
from .phrases import name_week

# A change that was reported longer ago is no longer repeated.
REPEATED_FOR = pd.Timedelta(weeks=26)
WHOLE = "all"


def lasting_changes_title(rows: pd.DataFrame) -> str:
    """Return the changes as one sentence each: news first, then what was reported before."""
    told = _told(rows)
    if told.empty:
        return "No lasting change shows"
    return "; ".join(_sentence(row) for _, row in told.iterrows())


def lasting_changes_news(rows: pd.DataFrame) -> str:
    """Return the changes that the report of this week shows first; empty without any."""
    told = _told(rows)
    return "; ".join(_sentence(row) for _, row in told[told["is_news"]].iterrows())


def lasting_changes_headline(headline: str, rows: pd.DataFrame) -> str:
    """Return a headline with the lasting changes that are news, so that it does not say "as before" beside them."""
    return "; ".join(filter(None, [headline, lasting_changes_news(rows)]))


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the latest change of each series, unless the other ratings changed as well, or it is an old story."""
    changes = rows[matches(rows["verdict"], is_claim) & ~rows["is_shared"].astype(bool)]
    if changes.empty:
        return changes
    latest = changes.groupby(rows.columns[0], sort=False).tail(1)
    recent = latest[latest["reported"] >= _last_week(rows) - REPEATED_FOR]
    return recent.sort_values("is_news", ascending=False, kind="stable")


def _last_week(rows: pd.DataFrame) -> pd.Timestamp:
    return pd.Timestamp(rows.attrs["last_week"])


def _sentence(row: pd.Series) -> str:
    name = _name(row.iloc[0])
    way = "higher" if is_higher(row["verdict"]) else "lower"
    sizes = (
        f"{percent(row['estimate_before'])} of {count(row['n_before'])} good before, "
        f"{percent(row['estimate'])} of {count(row['n'])} since"
    )
    known = "" if row["is_news"] else f", reported {name_week(row['reported'])}"
    return f"{name}: {way} since about {_day(row['since'])}{known}: {sizes}"


def _day(monday: pd.Timestamp) -> str:
    return f"{monday.day} {monday:%B}"


def _name(series: Hashable) -> str:
    return "All ratings" if series == WHOLE else str(series)
