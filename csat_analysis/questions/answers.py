"""What customers answered, how many did, and whom to call back."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from .. import measures
from ..estimates import response_bounds, wilson_interval
from ..history import History
from .asked import (
    COUNTS,
    MIN_RATINGS,
    Names,
    When,
    changes,
    judged_changes,
    measured,
    period,
    rates,
    share,
    two_periods,
    with_verdict,
)
from .dimensions import labelled, listed

STILL_OPEN = pd.Timedelta(days=7)  # a survey younger than this may well be answered yet


def reasons(
    history: History, this: When = None, that: When = None, *, group: Names = None,
    min_ratings: int = MIN_RATINGS,
) -> pd.DataFrame:  # fmt: skip
    """Why customers rated badly, by the reason they chose: shares of the bad ratings that gave one.

    Columns: `reason`, `n`, `of` (bad ratings with a reason), `estimate`, `low`, `high`, `n_before`,
    `estimate_before`, `change`, `change_low`, `change_high`, `verdict`.
    """
    now, before = (
        measured(history, measures.reason_counts, one, group)
        .dropna(subset="reason").set_index("reason")["n"]
        for one in two_periods(history, this, that)
    )  # fmt: skip
    names = now.index.union(before.index)
    new, old = (
        pd.DataFrame({"good": counts.reindex(names, fill_value=0), "rated": int(counts.sum())}).astype(int)
        for counts in (now, before)
    )
    rows = rates(new).drop(columns=["good", "n"]).assign(n=new["good"], of=new["rated"], **changes(new, old))
    rows["n_before"] = old["good"]
    return (
        with_verdict(rows, judged_changes(new, old, min_ratings=min_ratings))
        .rename_axis("reason")
        .reset_index()
    )


def response_rate(
    history: History, *, until: When = None, weeks: int = 12, by: str | None = None, group: Names = None,
    now: dt.datetime | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Which share of the surveys offered was answered, by the week of the offer.

    by: also per group, agent, channel, … (of a survey without an answer: of whoever holds its ticket now).
    Columns: `week`, [`by`], `n` (offered), `answered`, `estimate`, `low`, `high`, `csat_low`, `csat_high` (all that
    is certain of the satisfaction of everyone who was asked: had each who did not answer been dissatisfied, or
    satisfied; neutral answers left out), `still_open` (offered less than seven days before `now`, so that
    answers are still coming), `verdict`.
    """
    last = period(history, until)
    window = last.and_before(weeks - 1)
    keys = ["week", *listed(by)]
    counts = measured(
        history, lambda offers: measures.offer_counts(offers, by=keys), window, group, by=keys, view="offers"
    )
    counts = labelled(counts.astype(dict.fromkeys(["offered", "answered", *COUNTS], int)), keys)
    low, high = wilson_interval(counts["answered"], counts["offered"])
    bounds = response_bounds(counts["good"], counts["rated"], offered=counts["offered"] - counts["neutral"])
    rows = counts[[*keys, "offered", "answered"]].rename(columns={"offered": "n"})
    rows = rows.assign(
        estimate=share(counts["answered"], counts["offered"]), low=low, high=high,
        csat_low=bounds.low, csat_high=bounds.high,
    )  # fmt: skip
    ends = pd.to_datetime(rows["week"]) + pd.Timedelta(days=7)
    present = pd.Timestamp(now or dt.datetime.now(dt.UTC)).tz_convert(window.timezone).tz_localize(None)
    rows["still_open"] = ends + STILL_OPEN > present
    return with_verdict(rows, np.where(rows["still_open"], "still open", ""))


def follow_up(history: History, when: When = None, *, group: Names = None) -> pd.DataFrame:
    """Whom to call back: bad ratings of a period whose ticket is open, or was reopened; worst first.

    Columns: `rating`, `submitted_at` (UTC), `ticket_id`, `ticket_url`, `agent`, `group`, `status`, `reopens`,
    `reason`, `comment`, `full_resolution_minutes`.
    """
    return measured(history, measures.follow_up, period(history, when), group)
