"""Frames to draw, the same at each run, and every chart drawn of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csat_analysis import charts

WORDS = {"title": "Billing fell", "subtitle": "share satisfied", "note": "Source: demo."}


def by_week(weeks: int = 13, *, n: int = 100, estimate: float = 0.88, **columns) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "week": pd.date_range(end="2026-11-16", periods=weeks, freq="7D"),
            "n": n,
            "estimate": [estimate + 0.01 * (number % 3) for number in range(weeks)],
            "low": estimate - 0.07,
            "high": estimate + 0.08,
            **columns,
        }
    )


def by_group(groups: int, weeks: int = 6) -> pd.DataFrame:
    return pd.concat(
        by_week(weeks, estimate=0.7 + 0.004 * number, group=f"Group {number:02}") for number in range(groups)
    )


def compared(names: list[str]) -> pd.DataFrame:
    rows = [(name, 40 + number, 0.9 - 0.1 * number) for number, name in enumerate(names)]
    frame = pd.DataFrame(rows, columns=["group", "n", "estimate"])
    return frame.assign(
        low=frame["estimate"] - 0.08,
        high=frame["estimate"] + 0.05,
        n_before=200,
        estimate_before=0.85,
        change=frame["estimate"] - 0.85,
        change_low=frame["estimate"] - 0.93,
        change_high=frame["estimate"] - 0.75,
        verdict="no clear change",
    )


def funnel_limits(largest: int = 320) -> pd.DataFrame:
    n = np.arange(1, largest)
    spread = np.sqrt(0.88 * 0.12 / n)
    return pd.DataFrame(
        {
            "n": n,
            "low_95": 0.88 - 1.96 * spread,
            "high_95": np.minimum(0.88 + 1.96 * spread, 1),
            "low_998": 0.88 - 3.09 * spread,
            "high_998": np.minimum(0.88 + 3.09 * spread, 1),
            "target": 0.88,
        }
    )


def agents(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {"agent": [f"Agent {number}" for number in range(count)], "n": rng.integers(5, 300, count)}
    )
    frame["estimate"] = rng.binomial(frame["n"], 0.88) / frame["n"]
    return frame.assign(verdict=["below" if number % 10 == 0 else "inside" for number in range(count)])


def binned() -> pd.DataFrame:
    edges = [0, 8, 25, 70, 300, 9000]
    return pd.DataFrame(
        {
            "low_minutes": edges[:-1],
            "high_minutes": edges[1:],
            "median_minutes": [4, 16, 42, 130, 900],
            "n": 280,
            "estimate": [0.94, 0.91, 0.86, 0.81, 0.73],
            "low": 0.70,
            "high": 0.96,
        }
    )


def binned_by_group(groups: int) -> pd.DataFrame:
    return pd.concat(
        binned().assign(
            group=f"Group {number:02}", n=40 + number, estimate=lambda rows: rows["estimate"] - 0.02
        )
        for number in range(groups)
    )


RATINGS = pd.DataFrame({"rating": [1, 2, 3, 4, 5], "n": [14, 9, 22, 61, 198]}).assign(
    share=lambda frame: frame["n"] / 304
)
REASONS = pd.DataFrame(
    {
        "reason": ["Too slow", "Not resolved"],
        "n": [41, 28],
        "estimate": [0.41, 0.28],
        "low": [0.32, 0.2],
        "high": [0.5, 0.37],
        "n_before": [120, 128],
        "estimate_before": [0.31, 0.33],
        "change": [0.1, -0.05],
        "change_low": [0.01, -0.15],
        "change_high": [0.19, 0.05],
        "verdict": "no detectable difference",
    }
)
VALUES = pd.DataFrame(
    {
        "value": ["tag: vip", "channel: email", "Topic: Refund"],
        "n": [45, 310, 61],
        "estimate": [0.42, 0.2, 0.21],
        "low": [0.29, 0.16, 0.13],
        "high": [0.57, 0.25, 0.33],
        "n_others": [789, 524, 773],
        "estimate_others": [0.2, 0.22, 0.22],
        "difference": [0.22, -0.02, -0.01],
        "difference_low": [0.09, -0.08, -0.1],
        "difference_high": [0.37, 0.04, 0.11],
        "verdict": ["more often bad than the others", "no detectable difference", "no detectable difference"],
    }
)
EXPECTED = pd.DataFrame(
    {
        "group": ["Returns", "Billing"],
        "n": [114, 128],
        "observed": [41, 16],
        "expected": [24.5, 26.8],
        "estimate": [1.67, 0.6],
        "low": [1.2, 0.34],
        "high": [2.27, 0.97],
        "verdict": ["more bad ratings than expected", "no detectable difference"],
    }
)
DURATIONS = pd.DataFrame(
    {
        "time": ["first reply", "requester wait", "full resolution"],
        "n": [64, 64, 5],
        "estimate": [42.0, 611, 1800],
        "low": [31, 480, np.nan],
        "high": [58, 702, np.nan],
        "p90": [190, 2210, 4000.0],
        "n_before": [260, 260, 240],
        "estimate_before": [75, 590, 1500.0],
        "low_before": [66, 540, 1320],
        "high_before": [88, 650, 1690],
        "verdict": ["shorter", "no detectable difference", "too few ratings"],
    }
)
ODDS = pd.DataFrame(
    {
        "part": ["all together", "Billing", "no group", "within group, pooled"],
        "n": [825, 128, 5, 825],
        "estimate": [0.63, 1.15, np.nan, 0.62],
        "low": [0.45, 0.4, np.nan, 0.44],
        "high": [0.88, 3.29, np.nan, 0.87],
        "verdict": [
            "longer goes with lower ratings",
            "no association detectable",
            "too few ratings",
            "cannot be said",
        ],
    }
)
WAITING = pd.DataFrame(
    {"week": pd.date_range(end="2026-11-16", periods=6, freq="7D"), "n": [12, 9, 44, 13, 16, 17],
     "waiting": [1, 0, 10, 4, 2, 4]}
)  # fmt: skip
RESPONSES = by_week(estimate=0.31, n=340, still_open=[False] * 11 + [True] * 2)

ALL = {
    "trend": lambda: charts.trend(by_week(), **WORDS),
    "small_multiples": lambda: charts.small_multiples(by_group(3), **WORDS),
    "differences": lambda: charts.differences(compared(["Billing", "Returns"]), **WORDS),
    "funnel": lambda: charts.funnel(agents(30), funnel_limits(), **WORDS),
    "distribution": lambda: charts.distribution(RATINGS, **WORDS),
    "rate_by_time": lambda: charts.rate_by_time(binned(), **WORDS),
    "reasons": lambda: charts.reasons(REASONS, **WORDS),
    "response_rate": lambda: charts.response_rate(RESPONSES, **WORDS),
    "low_ratings": lambda: charts.low_ratings(VALUES, **WORDS),
    "observed_over_expected": lambda: charts.observed_over_expected(EXPECTED, **WORDS),
    "medians": lambda: charts.medians(DURATIONS, **WORDS),
    "odds_ratios": lambda: charts.odds_ratios(ODDS, **WORDS),
    "rate_by_time_panels": lambda: charts.rate_by_time_panels(binned_by_group(3), **WORDS),
    "waiting": lambda: charts.waiting(WAITING, **WORDS),
}
