"""Simulate the table of CUSUM limits in `csat_analysis/estimates/cusum.py`.

    python benchmarks/cusum_limits.py

prints `LIMIT_OFFSETS`. For each weekly information and each chance of a false alarm within 52 weeks it draws years of
an unchanged and known rate, for both directions and three rates, with volumes that vary as Poisson counts, and
takes the quantile of the largest sum of a year. With known rates the limit depends on volume, rate and odds ratio
through the weekly information only; the three rates and both directions are averaged.
"""

from __future__ import annotations

import argparse

import numpy as np

from csat_analysis.estimates.cusum import (
    FALSE_ALARMS,
    INFORMATION,
    log_likelihood_ratio,
    weekly_information,
)

RATES = (0.75, 0.87, 0.95)
ODDS_RATIOS = (0.5, 2.0)
WEEKS = 52


def largest_sums(
    rng: np.random.Generator, years: int, volume: float, rate: float, odds_ratio: float
) -> np.ndarray:
    """Return the largest CUSUM of each simulated year."""
    current = np.zeros(years)
    largest = np.zeros(years)
    for _ in range(WEEKS):
        rated = rng.poisson(volume, years)
        good = rng.binomial(rated, rate)
        step = log_likelihood_ratio(good, rated - good, rate=rate, odds_ratio=odds_ratio)
        current = np.maximum(0, current + step)
        largest = np.maximum(largest, current)
    return largest


def offsets(rng: np.random.Generator, years: int, information: float) -> np.ndarray:
    """Return limit plus ln(chance) for each chance of a false alarm, averaged over rates and directions."""
    found = []
    for rate in RATES:
        for odds_ratio in ODDS_RATIOS:
            volume = information / float(weekly_information(1.0, rate, odds_ratio))
            largest = largest_sums(rng, years, volume, rate, odds_ratio)
            limits = np.quantile(largest, 1 - np.array(FALSE_ALARMS))
            found.append(limits + np.log(FALSE_ALARMS))
    return np.mean(found, axis=0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=100_000, help="simulated years per rate and direction")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    for information in INFORMATION:
        row = ", ".join(f"{offset:.2f}" for offset in offsets(rng, options.years, information))
        print(f"    ({row}),  # weekly information {information}", flush=True)


if __name__ == "__main__":
    main()
