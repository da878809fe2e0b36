"""What customers answered, how many did, and whom to call back."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from ..estimates import response_bounds, wilson_interval
from ..history import History
from ..periods import zone
from ..verdicts import Verdict
from . import measures
from .answering import STILL_OPEN, known_until
from .asked import (
    COUNTS,
    Names,
    When,
    changes,
    judged_changes,
    last_week,
    measured,
    period,
    rates,
    share,
    thresholds,
    two_periods,
    with_verdict,
)
from .dimensions import labelled, listed


def reasons(
    history: History, this: When = None, that: When = None, *, group: Names = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Why customers rated badly, by the reason they chose: shares of the bad ratings that gave one.

    Columns: `reason`, `n`, `of` (bad ratings with a reason), `without` (bad ratings that gave none, left out),
    `estimate`, `low`, `high`, `n_before`, `estimate_before`, `change`, `change_low`, `change_high`, `verdict`.
    In alphabetical order.
    """
    needed = thresholds(history, min_ratings)
    asked = [
        measured(history, measures.reason_counts, one, group) for one in two_periods(history, this, that)
    ]
    now, before = (counts.dropna(subset="reason").set_index("reason")["n"] for counts in asked)
    without = int(asked[0].loc[asked[0]["reason"].isna(), "n"].sum())
    names = now.index.union(before.index)
    new, old = (
        pd.DataFrame({"good": counts.reindex(names, fill_value=0), "rated": int(counts.sum())}).astype(int)
        for counts in (now, before)
    )
    rows = pd.DataFrame({"n": new["good"], "of": new["rated"], "without": without})
    estimated = rates(new, level=needed.level)[["estimate", "low", "high"]]
    rows = rows.join(estimated).assign(**changes(new, old, level=needed.level))
    rows["n_before"] = old["good"]
    rows = rows.rename_axis("reason").reset_index()
    verdict = judged_changes(new, old, needed)
    return with_verdict(rows, verdict, level=needed.level, verdict_level=needed.verdict_level)


def response_rate(
    history: History, *, until: When = None, weeks: int = 12, by: str | None = None, group: Names = None,
    now: dt.datetime | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Which share of the surveys offered was answered, by the week of the offer.

    by: also per group, agent, channel, … (of a survey without an answer: of whoever holds its ticket now).
    Columns: `week`, [`by`], `n` (offered), `answered`, `neutral`, `estimate`, `low`, `high`, `csat_low`, `csat_high`
    (all that is certain of the satisfaction of the `n` - `neutral` others who were asked: had each who did not
    answer been dissatisfied, or satisfied), `still_open` (offered less than seven days before `now`, so that
    answers are still coming), `verdict`. now: by default the end of the last pull.
    """
    window = last_week(history, until).and_before(weeks - 1)
    keys = ["week", *listed(by)]
    counts = measured(
        history, lambda offers: measures.offer_counts(offers, by=keys), window, group, by=keys, view="offers"
    )
    counts = labelled(counts.astype(dict.fromkeys(["offered", "answered", *COUNTS], int)), keys)
    level = history.thresholds.level
    low, high = wilson_interval(counts["answered"], counts["offered"], level=level)
    bounds = response_bounds(counts["good"], counts["rated"], offered=counts["offered"] - counts["neutral"])
    rows = counts[[*keys, "offered", "answered", "neutral"]].rename(columns={"offered": "n"})
    rows = rows.assign(
        estimate=share(counts["answered"], counts["offered"]), low=low, high=high,
        csat_low=bounds.low, csat_high=bounds.high,
    )  # fmt: skip
    known = pd.Timestamp(known_until(history, now)).tz_convert(zone(window.timezone)).tz_localize(None)
    rows["still_open"] = pd.to_datetime(rows["week"]) + pd.Timedelta(days=7) + STILL_OPEN > known
    return with_verdict(
        rows, [Verdict.STILL_OPEN if still else Verdict.CLOSED for still in rows["still_open"]], level=level
    )


def follow_up(history: History, when: When = None, *, group: Names = None) -> pd.DataFrame:
    """Whom to call back: bad ratings of a period whose ticket is open, or was reopened; worst first.

    Columns: `rating`, `submitted_at` (UTC), `ticket_id`, `ticket_url`, `agent`, `group`, `status`, `reopens`,
    `reason`, `comment`, `full_resolution_minutes`.
    """
    return measured(history, measures.follow_up, period(history, when), group)


def call_backs(history: History, *, until: When = None, weeks: int = 12, group: Names = None) -> pd.DataFrame:
    """How many customers of each week are still to be called back: `week`, `n` (bad ratings), `waiting`.

    waiting: the ticket is open now, or was reopened, as in `follow_up`. A week without bad ratings has n 0.
    """
    window = last_week(history, until).and_before(weeks - 1)
    counts = measured(history, measures.call_back_counts, window, group)
    mondays = pd.date_range(window.first, window.last, freq="7D", name="week")
    return counts.set_index("week").reindex(mondays).fillna(0).astype(int).reset_index()
