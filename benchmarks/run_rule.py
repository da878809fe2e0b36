"""Lasting changes by the CUSUM and by the run rule, at the same share of false alarms.

    python benchmarks/run_rule.py

Reads one weekly series for a year, after a year of baseline, as weekly reports do. The run rule (Anhøj's long runs and
few crossings about the median of the year that ends with the report) is read in two ways: an alarm by either sign, and
by both signs. The CUSUM is given the share of false alarms that the run rule was measured to have.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import machine
import numpy as np
from scipy.stats import binom
from tqdm import tqdm

from csat_analysis.estimates import find_lasting_changes

WEEKS, FIRST_REPORT, YEAR = 104, 52, 52
MINIMUM_WEEKS = 12
RATE = 0.87
LATER = (4, 8, 12, 26)
Reader = Callable[[np.ndarray, np.ndarray], int]


def run_rule_bounds(weeks: int) -> tuple[int, int]:
    """Return the longest run and the fewest crossings that so many undisturbed weeks have (Anhøj & Olesen 2014)."""
    return round(np.log2(weeks)) + 3, int(binom.ppf(0.05, weeks - 1, 0.5))


def run_signs(rates: np.ndarray) -> tuple[bool, bool]:
    """Return whether a run of weeks on one side of the median is too long, and whether crossings are too few."""
    observed = rates[~np.isnan(rates)]
    median = np.median(observed) if observed.size else np.nan
    above = observed[observed != median] > median
    if above.size < MINIMUM_WEEKS:
        return False, False
    crossed = np.flatnonzero(np.diff(above))
    longest, fewest = run_rule_bounds(above.size)
    runs = np.diff(np.concatenate(([-1], crossed, [above.size - 1])))
    return bool(runs.max() > longest), bool(crossed.size < fewest)


def either_sign(good: np.ndarray, rated: np.ndarray) -> int:
    """Return the first week whose report has a long run or few crossings; the number of weeks if none has."""
    return first_run_alarm(good, rated, both=False)


def both_signs(good: np.ndarray, rated: np.ndarray) -> int:
    """Return the first week whose report has a long run and few crossings."""
    return first_run_alarm(good, rated, both=True)


def first_run_alarm(good: np.ndarray, rated: np.ndarray, *, both: bool) -> int:
    """Return the first week of the second year with an alarm of the run rule."""
    share = np.divide(good, rated, out=np.full(good.size, np.nan), where=rated > 0)
    for week in range(FIRST_REPORT, WEEKS):
        signs = run_signs(share[week - YEAR + 1 : week + 1])
        if all(signs) if both else any(signs):
            return week
    return WEEKS


def cusum(good: np.ndarray, rated: np.ndarray, *, false_alarms: float) -> int:
    """Return the first week of the second year in which the CUSUM reports a change."""
    reported = find_lasting_changes(good, rated, false_alarms_per_year=false_alarms).table["reported"]
    return int(reported[reported >= FIRST_REPORT].min()) if (reported >= FIRST_REPORT).any() else WEEKS


def first_alarms(read: Reader, volume: float, fall: float, years: int, seed: int) -> np.ndarray:
    """Return the week of the first alarm in each simulated year."""
    rng = np.random.default_rng(seed)
    rate = np.where(np.arange(WEEKS) < FIRST_REPORT, RATE, RATE - fall)
    found = []
    for _ in tqdm(range(years), leave=False):
        rated = rng.poisson(volume, WEEKS)
        found.append(read(rng.binomial(rated, rate), rated))
    return np.array(found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=500)
    options = parser.parse_args()
    print(machine.describe_run())
    print(
        "\n| method | ratings a week | years with a false alarm, % | fall | found by week 4, % | 8 | 12 | 26 |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    for volume, falls in ((14, (0.10, 0.15)), (65, (0.05, 0.10)), (250, (0.03, 0.05))):
        for name, rule in (("either sign", either_sign), ("both signs", both_signs)):
            false = float((first_alarms(rule, volume, 0.0, options.years, 1) < WEEKS).mean())
            rows = {f"run rule, {name}": (rule, false)}

            def same(good: np.ndarray, rated: np.ndarray, chance: float = false) -> int:
                return cusum(good, rated, false_alarms=min(0.9, max(0.001, chance)))

            measured = float((first_alarms(same, volume, 0.0, options.years, 1) < WEEKS).mean())
            rows["CUSUM"] = same, measured
            for fall in falls:
                for method, (read, share) in rows.items():
                    first = first_alarms(read, volume, fall, options.years, 2)
                    cells = " | ".join(
                        f"{100 * (first < FIRST_REPORT + weeks).mean():.0f}" for weeks in LATER
                    )
                    print(
                        f"| {method} | {volume} | {100 * share:.1f} | {100 * fall:.0f} | {cells} |",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
