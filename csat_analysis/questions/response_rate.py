"""How many surveys were answered."""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pandas as pd

from ..estimates import response_bounds, wilson_interval
from ..history import History
from ..history.filters import Where, find_filter
from ..periods import zone
from ..verdicts import Verdict
from . import measures
from .counting import count_values, neutral_left_out
from .design_effects import inflation_of_offers
from .dimensions import find_dimensions, list_names, names_of
from .judging import share, with_verdicts
from .nonresponse import ANSWERS_COME_FOR, why_unknown
from .scope import Names, When, answers_known_until, last_week, one_connection

# How often customers get several surveys a week is counted in so many weeks only, because there are many offers.
RECENT_WEEKS = 12
RATES = ["estimate", "low", "high", "csat_low", "csat_high"]


@one_connection
def response_rate(
    history: History,
    *,
    until: When = None,
    weeks: int = 12,
    by: Names = None,
    group: Names = None,
    where: Where = None,
    now: dt.datetime | None = None,
) -> pd.DataFrame:
    """Return the share of offered surveys that were answered, by the week of the offer.

    Parameters
    ----------
    history
        The history to ask.
    until
        The last week, or a period that ends in it; by default the last complete week.
    weeks
        Number of weeks.
    by
        A dimension to split by, such as group or channel, or several. A survey without an answer belongs to the agent
        and group that hold its ticket now.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    now
        Moment until which answers are known; by default the start of the last pull.

    Returns
    -------
    pandas.DataFrame
        One row per week: `week` (Monday on the account's clock), [`by`], `n` (offered), `answered`, `neutral` (answers
        that the bounds leave out), `estimate`, `low`, `high` (wider where a customer gets several surveys in a week),
        `csat_low`, `csat_high` (worst-case bounds of satisfaction: all non-respondents dissatisfied, or satisfied),
        `still_open` (offered less than seven days before `now`), `note` (why the rates and bounds are not known, and
        then nan: no survey without an answer was ever seen), `verdict`.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> csat.response_rate(history, until="2026-W46", weeks=4)["n"].size
    4
    """
    kept = find_filter(history, where, group=group)
    dimensions = find_dimensions(history, ["week", *list_names(by)])
    last = last_week(history, until)
    window = last.and_before(weeks - 1)
    keys = names_of(dimensions)
    values = [one for one in dimensions if one.name != "week"]
    measure = partial(measures.offer_sizes, since=last.and_before(RECENT_WEEKS - 1).start)
    counts = count_values(history, measure, window, by=dimensions, kept=kept, view="offers")
    counts["inflation"] = inflation_of_offers(history, window.end, counts, values)
    rows = _estimate(counts, keys, level=history.thresholds.level)
    note = why_unknown(history, counts)
    if note:
        rows[RATES] = np.nan
    known = pd.Timestamp(answers_known_until(history, now)).tz_convert(zone(window.timezone))
    closes = pd.to_datetime(rows["week"]) + pd.Timedelta(days=7) + ANSWERS_COME_FOR
    rows["still_open"] = closes > known.tz_localize(None)
    rows["note"] = note
    verdicts = [Verdict.STILL_OPEN if still else Verdict.CLOSED for still in rows["still_open"]]
    return with_verdicts(rows, verdicts, level=history.thresholds.level)


def _estimate(counts: pd.DataFrame, keys: list[str], *, level: float) -> pd.DataFrame:
    low, high = wilson_interval(
        counts["answered"], counts["offered"], level=level, inflation=counts["inflation"]
    )
    neutral = neutral_left_out(counts)
    bounds = response_bounds(counts["good"], counts["rated"], offered=counts["offered"] - neutral)
    rows = counts[[*keys, "offered", "answered"]].rename(columns={"offered": "n"}).assign(neutral=neutral)
    return rows.assign(
        estimate=share(counts["answered"], counts["offered"]),
        low=low,
        high=high,
        csat_low=bounds.low,
        csat_high=bounds.high,
    )
