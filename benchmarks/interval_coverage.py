"""How often do 95 % intervals hold the truth where customers answer 2.5 times, with a correlation of 0.2?

    python benchmarks/interval_coverage.py

Draws answers of a period and of the year before it, measures how alike customers are in that year, and counts for the
share of good ratings, of a reason, of surveys answered, and for the median of a time, whether the interval holds what
the answers were drawn from: with the design effect, and as if every answer came from another customer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

import machine
import numpy as np
from numpy.typing import NDArray

from csat_analysis.estimates import correlation_of_choices, design_effect, median_interval, wilson_interval

PER_CUSTOMER, CORRELATION = 2.5, 0.2
CUSTOMERS = (26, 100)  # of a period: 65 and 250 answers
PERIODS_OF_A_YEAR = 13
REASONS = np.array([0.4, 0.3, 0.2, 0.1])
MIDDLE = 0.5


class Answers(NamedTuple):
    """Quantiles of answers, and who gave each: those of one customer are correlated."""

    quantile: NDArray[np.float64]
    customer: NDArray[np.int_]


Choose = Callable[[NDArray[np.float64]], NDArray[np.int_]]


def draw(rng: np.random.Generator, customers: int) -> Answers:
    """Return answers of customers, who keep one opinion with a probability that gives the correlation."""
    customer = np.repeat(np.arange(customers), rng.geometric(1 / PER_CUSTOMER, customers))
    kept = rng.random(customer.size) < np.sqrt(CORRELATION)
    return Answers(np.where(kept, rng.random(customers)[customer], rng.random(customer.size)), customer)


def effect_of(choose: Choose, period: Answers, year: Answers) -> float:
    """Return the design effect of a share in a period, from how alike customers chose in a year."""
    chosen = choose(year.quantile)
    made = np.zeros((year.customer.max() + 1, chosen.max() + 1))
    np.add.at(made, (year.customer, chosen), 1)
    answers, alike = made.sum(axis=1), (made**2).sum(axis=1)
    correlation = correlation_of_choices(answers, alike, made @ made.sum(axis=0))
    sizes = np.bincount(period.customer)
    return float(design_effect(sizes.sum(), (sizes**2).sum(), correlation))


def covers_share(choose: Choose, truth: float, period: Answers, year: Answers) -> tuple[bool, bool]:
    """Return whether the interval of the share of choice 0 holds the truth, with the design effect and without."""
    made = int((choose(period.quantile) == 0).sum())
    found = [
        wilson_interval(made, period.quantile.size, inflation=inflation)
        for inflation in (effect_of(choose, period, year), 1.0)
    ]
    return tuple(bool(one.low <= truth <= one.high) for one in found)


def covers_median(period: Answers, year: Answers) -> tuple[bool, bool]:
    """Return whether the interval of a median holds the truth, with the design effect and without."""
    middle = np.median(period.quantile)
    effect = effect_of(lambda quantile: (quantile > middle).astype(int), period, year)
    found = [median_interval(period.quantile, inflation=inflation) for inflation in (effect, 1.0)]
    return tuple(bool(one.low <= MIDDLE <= one.high) for one in found)


def below(rate: float) -> Choose:
    """Return a choice of 0 with a rate, else 1."""
    return lambda quantile: (quantile >= rate).astype(int)


def reason(quantile: NDArray[np.float64]) -> NDArray[np.int_]:
    """Return one of the reasons."""
    return np.searchsorted(np.cumsum(REASONS)[:-1], quantile, side="right")


def coverage(kind: str, customers: int, runs: int, seed: int) -> NDArray[np.float64]:
    """Return per run whether the interval holds the truth, with the design effect and without."""
    rng = np.random.default_rng(seed)
    rates = {"good ratings": (0.7, 0.8, 0.87, 0.95), "surveys answered": (0.1, 0.2, 0.3, 0.5)}
    rows = []
    for run in range(runs):
        period, year = draw(rng, customers), draw(rng, customers * PERIODS_OF_A_YEAR)
        if kind == "median of a time":
            rows.append(covers_median(period, year))
        elif kind == "a reason":
            rows.append(covers_share(reason, REASONS[0], period, year))
        else:
            rate = rates[kind][run % len(rates[kind])]
            rows.append(covers_share(below(rate), rate, period, year))
    return np.array(rows, dtype=float)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=4000)
    options = parser.parse_args()
    print(machine.describe_run(), flush=True)
    print("\n| interval of | answers | holds the truth, % ± se | without the design effect |")
    print("|---|---:|---:|---:|", flush=True)
    for kind in ("good ratings", "a reason", "surveys answered", "median of a time"):
        for customers in CUSTOMERS:
            found = 100 * coverage(kind, customers, options.runs, customers)
            cells = [f"{part.mean():.1f} ± {part.std() / np.sqrt(len(part)):.1f}" for part in found.T]
            print(f"| {kind} | {customers * PER_CUSTOMER:.0f} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
