"""How often do weekly reports claim what is not so, and how soon do they find what is?

    python benchmarks/false_alarms.py --years 200
    python benchmarks/false_alarms.py --compare 100

Reads the weekly reports of simulated years through the estimates, in accounts without effects (`Design` says what they
have instead) and in accounts with one effect, and prints both tables with standard errors. With `--compare`: are the
claims of so many of these reports those of the public questions, asked about a history with the same ratings?
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import machine
import numpy as np
from accounts_without_effects import FALLING, FIRST_REPORT, UNALIKE, WEEKS, Account, Design, make_account
from simulated_history import claims_from_counts, claims_from_questions, history_of
from tqdm import tqdm
from weekly_claims import Claim, claims_of

from csat_analysis.estimates.levels import Source

VOLUMES = (65, 250)
REPORTS = WEEKS - FIRST_REPORT
USUAL_AGENT, BUSY_AGENT = 8, 2  # positions; the second gets five times the usual load
READ = [source for source in Source if source is not Source.TERMS]  # no comments are drawn
LATER = (4, 8, 12)  # weeks after an effect began

REAL = Design(rates=UNALIKE, drifting_mix=0.5, turnover=0.5)
WITHOUT_EFFECTS = {
    "groups alike, one rating per customer": Design(),
    "groups at 80 to 94 %, agents equal": Design(rates=UNALIKE),
    "the same, mix and staff drift": REAL,
    "weeks of each group vary, variance doubled": Design(overdispersion=2.0),
    "weeks of all groups vary together, variance doubled": Design(overdispersion=2.0, shared_weeks=True),
    "customers rate 2.5 times, correlation 0.2": Design(ratings_per_customer=2.5, correlation=0.2, same_agent=0.5),
    "season of 3 points": Design(season=0.03),
    "weekends 6 points lower": Design(weekend=0.06),
    "weekends 6 points lower, some agents work then": Design(weekend=0.06, weekend_shifts=True),
    "a group falls 10 points and its staff turns over": replace(
        REAL, fall=0.10, fall_week=FIRST_REPORT + 16, fall_turnover=0.7
    ),
    "all of it: unlike groups, drift, varying weeks, repeat customers": replace(
        REAL, overdispersion=1.5, shared_weeks=True, ratings_per_customer=2.5, correlation=0.2, same_agent=0.5
    ),
}  # fmt: skip


class Effect(NamedTuple):
    """An account with an effect: what finds it, at which volumes, and what it must reach."""

    name: str
    design: Design
    finds: Callable[[Claim], bool]
    volume: int


def finds_fall(claim: Claim) -> bool:
    """Return whether a claim names the group that fell."""
    return claim.source in (Source.LASTING, Source.GROUPS) and claim.about == FALLING and claim.direction < 0


def finds_agent(claim: Claim, agent: int) -> bool:
    """Return whether a claim names an agent as lower."""
    return claim.source == Source.AGENTS and claim.about == agent and claim.direction < 0


def finds_reply(claim: Claim) -> bool:
    """Return whether a claim says that the first reply takes longer."""
    return claim.source == Source.TIMES and claim.about == 0 and claim.direction > 0


def effects(volume: int) -> list[Effect]:
    """Return the accounts with one effect, for one volume."""
    falls = [
        Effect(f"a group falls {100 * fall:.0f} points for good", Design(fall=fall), finds_fall, volume)
        for fall in (0.05, 0.10, 0.15)
    ]
    varying = Effect(
        "a group falls 15 points, weeks vary, variance doubled",
        Design(fall=0.15, overdispersion=2.0),
        finds_fall,
        volume,
    )
    agents = [
        Effect(
            f"an agent 15 points lower, {name} load",
            Design(worse_agent=agent, worse_by=0.15, busiest=busiest),
            partial(finds_agent, agent=agent),
            volume,
        )
        for name, agent, busiest in (("usual", USUAL_AGENT, None), ("busiest", BUSY_AGENT, BUSY_AGENT))
    ]
    slow = Effect("first replies of a group twice as slow", Design(slow_group=0), finds_reply, volume)
    return [*falls, varying, *agents, slow]


def claims_of_year(design: Design, volume: int, weeks: int, seed: int) -> list[Claim]:
    """Return the claims about one simulated account in its first weekly reports."""
    return claims_of(make_account(design, volume, seed), weeks=FIRST_REPORT + weeks)


def is_true(claim: Claim, design: Design) -> bool:
    """Return whether a claim about an account is not false: a fall of a group, a season, an agent who is lower."""
    of_rates = claim.source in (Source.CHANGE, Source.GROUPS, Source.WEEK, Source.LASTING)
    if claim.source is Source.GROUPS_DIFFER:
        return design.rates is UNALIKE or (bool(design.fall) and claim.week >= design.fall_week)
    if design.season and of_rates:
        return claim.source == Source.LASTING
    if design.fall and of_rates and claim.week >= design.fall_week:
        return claim.about in (-1, FALLING)
    return False


def row_without_effects(name: str, volume: int, years: list[list[Claim]], design: Design) -> str:
    """Return the row of an account without effects: shares of reports with each kind of claim."""
    reports = len(years) * REPORTS
    false = [[claim for claim in year if not is_true(claim, design)] for year in years]
    cells = [share(count_reports(false), years, reports)]
    for source in READ:
        only = [[claim for claim in year if claim.source == source] for year in false]
        cells.append(f"{100 * count_reports(only).sum() / reports:.2f}")
    lasting = np.array([sum(claim.source == Source.LASTING for claim in year) for year in years])
    error = lasting.std(ddof=1) / np.sqrt(len(years)) if len(years) > 1 else np.nan
    with_one = f"{100 * np.mean(lasting > 0):.1f} ± {standard_error(np.mean(lasting > 0), len(years)):.1f}"
    return f"| {name} | {volume} | {' | '.join(cells)} | {lasting.mean():.2f} ± {error:.2f} | {with_one} |"


def count_reports(years: list[list[Claim]]) -> np.ndarray:
    """Return the number of reports with a claim, per year."""
    return np.array([len({claim.week for claim in year}) for year in years])


def share(counts: np.ndarray, years: list[list[Claim]], reports: int) -> str:
    """Return a percentage with its standard error; reports of one year are not independent, years are."""
    error = counts.std(ddof=1) / np.sqrt(len(years)) * len(years) / reports if len(years) > 1 else np.nan
    return f"{100 * counts.sum() / reports:.1f} ± {100 * error:.1f}"


def standard_error(rate: float, accounts: int) -> float:
    """Return the standard error of a share of accounts, in points."""
    return float(100 * np.sqrt(rate * (1 - rate) / accounts))


def row_with_effect(effect: Effect, years: list[list[Claim]]) -> str:
    """Return the row of an account with an effect: how often it is found by several weeks."""
    cells = []
    for weeks in LATER:
        last = FIRST_REPORT + weeks
        found = np.mean([any(effect.finds(claim) and claim.week < last for claim in year) for year in years])
        cells.append(f"{100 * found:.0f} ± {standard_error(found, len(years)):.0f}")
    others = [
        [claim for claim in year if claim.source == Source.AGENTS and not effect.finds(claim)]
        for year in years
    ]
    reports = len(years) * max(LATER)
    return f"| {effect.name} | {effect.volume} | {' | '.join(cells)} | {share(count_reports(others), years, reports)} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=200, help="simulated years per account and volume")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="accounts whose name contains this")
    parser.add_argument("--compare", type=int, default=0, help="reports to compare with the public questions")
    options = parser.parse_args()
    print(machine.describe_run(), flush=True)
    if options.compare:
        print_comparison(options.compare, options.only)
        return
    with ProcessPoolExecutor(options.workers) as pool:
        print_effects(pool, options.years, options.only)
        print_accounts_without_effects(pool, options.years, options.only)


def print_accounts_without_effects(pool: ProcessPoolExecutor, years: int, only: str) -> None:
    """Print how often reports claim something where nothing is so."""
    heads = " | ".join(source.name.lower().replace("_", " ") for source in READ)
    print(
        f"\n| account | ratings a week | any claim, % ± se | {heads} | lasting changes a year | years with one, % |"
    )
    print("|---|---:|" + "---:|" * (len(READ) + 3), flush=True)
    for name, design in WITHOUT_EFFECTS.items():
        for volume in VOLUMES:
            if only in name:
                found = run(pool, design, volume, REPORTS, years)
                print(row_without_effects(name, volume, found, design), flush=True)


def print_effects(pool: ProcessPoolExecutor, years: int, only: str) -> None:
    """Print how often effects are found in the first reports after they began."""
    print("\n| effect | ratings a week | by week 4 | 8 | 12 | reports that name another agent |")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    for volume in VOLUMES:
        for effect in effects(volume):
            if only in effect.name:
                found = run(pool, effect.design, volume, max(LATER), years)
                print(row_with_effect(effect, found), flush=True)


def print_comparison(reports: int, only: str) -> None:
    """Print for how many reports the claims of the benchmark are those of the public questions."""
    effects_of_all = [(one.name, one.design, volume) for volume in VOLUMES for one in effects(volume)]
    designs = [(name, design, volume) for name, design in WITHOUT_EFFECTS.items() for volume in VOLUMES]
    accounts = [one for one in (*designs, *effects_of_all) if only in one[0]]
    rng = np.random.default_rng(12)
    rng.shuffle(accounts)
    shares = np.array_split(np.arange(reports), min(reports, len(accounts)))
    equal, claims = 0, 0
    for seed, (numbers, (name, design, volume)) in enumerate(zip(shares, accounts, strict=False), 1):
        weeks = rng.choice(np.arange(FIRST_REPORT, WEEKS), len(numbers), replace=False)
        for week, found, expected in compare_account(make_account(design, volume, seed), sorted(weeks)):
            equal += found == expected
            claims += len(expected)
            if found != expected:
                print(f"{name}, {volume} a week, seed {seed}, week {week}: {found ^ expected}", flush=True)
        print(f"{numbers[-1] + 1} reports compared, {equal} equal, {claims} claims in them", flush=True)


def compare_account(account: Account, weeks: list[int]) -> Iterator[tuple[int, set[Claim], set[Claim]]]:
    """Yield the claims of the public questions about weeks of an account, and those of the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        history = history_of(account, Path(folder) / "csat.duckdb")
        for week in weeks:
            yield week, claims_from_questions(history, week), claims_from_counts(account, week)


def run(pool: ProcessPoolExecutor, design: Design, volume: int, weeks: int, years: int) -> list[list[Claim]]:
    """Return the claims of simulated years."""
    claims = partial(claims_of_year, design, volume, weeks)
    return list(tqdm(pool.map(claims, range(1, years + 1)), total=years, leave=False))


if __name__ == "__main__":
    main()
