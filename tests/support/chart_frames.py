"""Frames to draw: real answers about a fixed history, some of them stretched to extreme sizes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import numpy as np
import pandas as pd

from csat_analysis import charts, findings
from csat_analysis.charts import Chart
from csat_analysis.estimates import compare_with_colleagues
from csat_analysis.verdicts import Verdict
from support.fixed_answers import fixed_answers

WORDS = {"title": "Billing fell", "subtitle": "share satisfied", "note": "Source: demo."}


def by_week(weeks: int = 13, **columns: object) -> pd.DataFrame:
    """Return the last weeks of the trend, with some columns replaced."""
    return fixed_answers()["trend"].tail(weeks).reset_index(drop=True).assign(**columns)


def by_group(groups: int, weeks: int = 6) -> pd.DataFrame:
    """Return the trend of so many groups, each a little higher than the one before."""
    trend = by_week(weeks)
    rates = trend[["estimate", "low", "high"]]
    return pd.concat(
        trend.assign(group=f"Group {number:02}", **(rates * (0.8 + 0.004 * (number % 50))))
        for number in range(groups)
    )


def compared(names: list[str]) -> pd.DataFrame:
    """Return a comparison of these groups: a fall that is clear, a change that is not, and so on."""
    judged = fixed_answers()["compare_groups"].query("group != 'Voice'").to_dict("records")
    rows = [{**row, "group": name} for name, row in zip(names, cycle(judged), strict=False)]
    return pd.DataFrame(rows)


def agents(count: int) -> pd.DataFrame:
    """Return so many agents of one group as `csat.agents` does; every tenth is 40 points lower than the others."""
    rng = np.random.default_rng(7)
    rows = fixed_answers()["agents"].head(1)
    n = rng.integers(5, 300, count)
    good = rng.binomial(n, np.where(np.arange(count) % 10, 0.88, 0.48))
    names = [f"Agent {number}" for number in range(count)]
    found = compare_with_colleagues(names, ["Billing"] * count, good, n).table.reset_index(drop=True)
    verdicts = np.select(
        [found["named"] < 0, found["named"] > 0, found["p_value"].isna()],
        [Verdict.LOWER, Verdict.HIGHER, Verdict.TOO_FEW],
        Verdict.NO_DIFFERENCE,
    )
    compared = found[[name for name in found if name in rows and name not in ("good", "n")]]
    return pd.concat([rows] * count, ignore_index=True).assign(
        agent=names, n=n, estimate=good / n, **compared, verdict=verdicts
    )


def bins_of_groups(groups: int) -> pd.DataFrame:
    """Return satisfaction by time for so many groups."""
    bins = fixed_answers()["time_and_rating"]
    return pd.concat(bins.assign(group=f"Group {number:02}", n=40 + number) for number in range(groups))


def answer(name: str) -> pd.DataFrame:
    """Return a real answer by the name of its question."""
    return fixed_answers()[name].copy()


# The frames of each chart, in the order of its arguments.
FRAMES: dict[str, Callable[[], tuple[pd.DataFrame, ...]]] = {
    "trend": lambda: (by_week(),),
    "small_multiples": lambda: (answer("group_trends"),),
    "differences": lambda: (answer("compare_groups"),),
    "adjusted_differences": lambda: (findings.adjusted_differences_named(answer("adjusted_differences")),),
    "answers": lambda: (answer("answers"),),
    "change_parts": lambda: (answer("explain_change"),),
    "comment_terms": lambda: (answer("comment_terms"),),
    "funnel": lambda: (answer("agents"), answer("agent_limits")),
    "distribution": lambda: (answer("distribution"),),
    "rate_by_time": lambda: (answer("time_and_rating"),),
    "reasons": lambda: (answer("reasons"),),
    "response_rate": lambda: (answer("response_rate"),),
    "low_ratings": lambda: (answer("low_ratings"),),
    "observed_over_expected": lambda: (answer("case_mix"),),
    "medians": lambda: (findings.times_named(answer("times")),),
    "odds_ratios": lambda: (answer("simpson_check"),),
    "rate_by_time_panels": lambda: (answer("group_bins"),),
    "targets": lambda: (findings.targets_named(answer("targets")),),
    "waiting": lambda: (answer("call_backs"),),
}


def draw(name: str) -> Chart:
    """Draw a chart of real answers."""
    return getattr(charts, name)(*FRAMES[name](), **WORDS)
