"""Lasting changes of satisfaction: since when, from which rate to which, and when that was reported first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import CsatError
from ..estimates.lasting_changes import LastingChanges
from ..history import History
from ..history.filters import Where, find_filter
from ..settings import Thresholds
from ..verdicts import Verdict
from .dimensions import names_of
from .judging import estimate_rates, share, with_verdicts
from .known_changes import Rebased
from .levels import ALL, count_weeks, find_levels, find_series, inflation_of_changes
from .other_surveys import find_other_surveys
from .scope import Names, When, last_week, one_connection, thresholds

COLUMNS = (
    "since",
    "n",
    "estimate",
    "low",
    "high",
    "verdict",
    "earliest",
    "latest",
    "reported",
    "is_news",
    "is_shared",
    "other_survey",
    "good",
    "n_before",
    "estimate_before",
    "change",
)


@one_connection
def lasting_changes(
    history: History,
    *,
    by: str = "group",
    until: When = None,
    group: Names = None,
    where: Where = None,
    rebase: Rebased = None,
) -> pd.DataFrame:
    """Return which series changed their level for good: all ratings, and each value of a dimension.

    All weeks from the first one of the history to `until` are read in order, so that a change that was reported before
    is found again. All series and both directions together raise a false alarm in at most 10 % of years.

    Parameters
    ----------
    history
        The history to ask.
    by
        A dimension to split by, as in `csat`.
    until
        The last week, or a period that ends in it; by default the last complete week. A week that was not over at the
        last pull is left out.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    rebase
        First days of levels that are known to be new, for all series; by default those of `csat rebase`.

    Returns
    -------
    pandas.DataFrame
        One row per change, or one for a series without a change, in the order "all", then by name and time: `by`,
        `since` (Monday of the first week of the new level), `earliest`, `latest` (its interval of about 95 %),
        `reported` (Monday of the week whose report showed it first), `is_news` (whether that is the last week),
        `is_shared` (whether it is the change of another series, and no news of this one: of a part where the other
        ratings changed as well, of all ratings where only parts changed that have a change of their own),
        `other_survey` (whether the ratings of four weeks before and since are of different surveys or scales), `good`,
        `n`, `estimate`, `low`, `high` (shares since then, up to the next change; wider where customers rate several
        times or weeks vary more than by chance), `n_before`, `estimate_before` (of the level before), `change`,
        `verdict` (higher, lower, no detectable difference, or too few weeks: below twelve).
        `attrs["last_week"]` is the Monday of the last week that was read. If a value is named "all", too,
        `attrs["rows_of_all"]` is how many rows, the first ones, are about all ratings.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If `by` is agent or a dimension of time, or a week or a day is malformed or outside the history.

    Notes
    -----
    A CUSUM per series and direction, as in Steiner et al. 2000 (Biostatistics 1:441), with limits by simulation; see
    `estimates.find_lasting_changes`.

    Examples
    --------
    >>> csat.lasting_changes(history, until="2026-W46")[["group", "verdict"]].columns.tolist()
    ['group', 'verdict']
    """
    kept = find_filter(history, where, group=group)
    needed = thresholds(history, None)
    # One dimension: a list of names is refused.
    dimensions = find_series(history, [by])
    if "agent" in names_of(dimensions):
        raise CsatError(
            "lasting changes of agents are not judged: ask agents, which compares them with colleagues"
        )
    weekly = count_weeks(history, last_week(history, until), dimensions, kept)
    levels = find_levels(history, weekly, dimensions, kept, rebase)
    found = levels.found
    found.table["other_survey"] = find_other_surveys(history, found.table, weekly, dimensions, kept)
    inflation = inflation_of_changes(history, levels, weekly, dimensions, kept, level=needed.level)
    series = [_changes_of(name, found, needed, inflation) for name in weekly.rated.columns]
    rows = pd.concat(series, ignore_index=True)
    rows = rows.rename(columns={"series": by}).replace({by: {ALL: "all"}})[[by, *COLUMNS]]
    judged = with_verdicts(rows, rows["verdict"], level=needed.level)
    judged.attrs["last_week"] = weekly.rated.index.max()
    if "all" in weekly.rated.columns:
        judged.attrs["rows_of_all"] = len(series[0])
    return judged


def _changes_of(
    name: object, found: LastingChanges, needed: Thresholds, inflation: pd.Series
) -> pd.DataFrame:
    rows = found.table[found.table["series"] == name]
    if rows.empty:
        watched = bool(found.is_watched[name])
        return pd.DataFrame([_no_change(name, watched)])
    sums = {"good": rows["good_since"], "rated": rows["n_since"], "inflation": inflation}
    counts = pd.DataFrame(sums).loc[rows.index]
    before = share(rows["good_before"], rows["n_before"])
    rates = estimate_rates(counts, level=needed.level)
    verdicts = [Verdict.HIGHER if one > 0 else Verdict.LOWER for one in rows["direction"]]
    return rows.assign(
        **rates, estimate_before=before, change=rates["estimate"] - before, verdict=verdicts
    ).sort_values("since")


def _no_change(name: object, watched: bool) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(COLUMNS, np.nan)
    row |= dict.fromkeys(("since", "earliest", "latest", "reported"), pd.NaT)
    return row | {
        "series": name,
        "is_news": False,
        "is_shared": False,
        "other_survey": False,
        "verdict": Verdict.NO_DIFFERENCE if watched else Verdict.TOO_FEW_WEEKS,
    }
