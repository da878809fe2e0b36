"""How often do adjusted differences claim what is not so, do their intervals cover, and what do they cost?

    python benchmarks/all_else_equal.py --accounts 200 --tickets 1000000

The first two tables judge simulated accounts without a database: groups with channels of their own, priorities and
times, with and without differences of agents. The cost is that of the estimate on the cells of so many ratings.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc

import machine
import numpy as np
import pandas as pd
from tqdm import tqdm

from csat_analysis.estimates import Adjusted, adjust_differences
from csat_analysis.questions.adjusted_differences import SHARE_OF_FALSE_CLAIMS

TERMS = ["group", "channel", "priority", "reply"]
SHARES = {
    "group": [0.4, 0.3, 0.2, 0.1],
    "channel": [0.5, 0.5],
    "priority": [0.6, 0.3, 0.1],
    "reply": [0.5, 0.3, 0.2],
}
# Log-odds of values other than the first one.
EFFECTS = {
    ("group", 1): 0.5,
    ("group", 3): -0.5,
    ("channel", 1): 0.4,
    ("priority", 2): 0.8,
    ("reply", 2): 0.6,
}
USUAL_ODDS = -1.9
VALUES = sum(len(shares) - 1 for shares in SHARES.values())


def draw(
    rng: np.random.Generator, ratings: int, *, has_effects: bool, agents: int = 60, spread: float = 0.0
) -> pd.DataFrame:
    """Return cells of ratings; agents belong to one group and differ by normal log-odds of this spread."""
    codes = {term: rng.choice(len(shares), ratings, p=shares) for term, shares in SHARES.items()}
    codes["channel"] = (rng.random(ratings) < 0.2 + 0.2 * codes["group"]).astype(int)
    agent = rng.integers(0, agents // 4, ratings) * 4 + codes["group"]
    odds = USUAL_ODDS + rng.normal(0, spread, agents + 4)[agent]
    if has_effects:
        odds = odds + sum(effect * (codes[term] == value) for (term, value), effect in EFFECTS.items())
    bad = rng.random(ratings) < 1 / (1 + np.exp(-odds))
    rows = pd.DataFrame({**codes, "agent": agent, "bad": bad.astype(int), "rated": 1}).astype(
        dict.fromkeys(TERMS, str)
    )
    return rows.groupby([*TERMS, "agent"], as_index=False)[["bad", "rated"]].sum()


def adjust(cells: pd.DataFrame) -> Adjusted:
    """Return the differences of all terms, with errors clustered by agent."""
    return adjust_differences(cells, TERMS, cluster="agent")


def count_claims(seeds: range, ratings: int, spread: float) -> int:
    """Return in how many accounts without effects of the terms any value is claimed."""
    claims = 0
    for seed in tqdm(seeds, leave=False):
        low, high = adjust(
            draw(np.random.default_rng(seed), ratings, has_effects=False, spread=spread)
        ).interval(1 - 0.01 * SHARE_OF_FALSE_CLAIMS / VALUES)
        claims += bool(((low > 0) | (high < 0)).any())
    return claims


def cover(seeds: range, ratings: int, spread: float) -> list[bool]:
    """Return for each account and value whether its 95 % interval holds the difference of a very large account."""
    large = draw(np.random.default_rng(10**6), 3_000_000, has_effects=True, agents=400_000, spread=spread)
    truth = adjust_differences(large, TERMS).table.set_index(["term", "value"])["estimate"]
    hits: list[bool] = []
    for seed in tqdm(seeds, leave=False):
        found = adjust(draw(np.random.default_rng(seed), ratings, has_effects=True, spread=spread))
        rows = found.table.assign(**dict(zip(("low", "high"), found.interval(0.95), strict=True)))
        rows = rows[~rows["is_reference"]].set_index(["term", "value"])
        wanted = truth.reindex(rows.index)
        hits += list((rows["low"] <= wanted) & (wanted <= rows["high"]))
    return hits


def print_cost(ratings: int) -> None:
    """Print seconds and memory of the estimate on the cells of so many ratings."""
    cells = draw(np.random.default_rng(1), ratings, has_effects=True, agents=400)
    began = time.perf_counter(), time.process_time()
    adjust(cells)
    seconds, used = time.perf_counter() - began[0], time.process_time() - began[1]
    tracemalloc.start()
    adjust(cells)
    memory = tracemalloc.get_traced_memory()[1] / 2**20
    print(
        f"{ratings:,} ratings in {len(cells):,} cells: {seconds:.1f} s ({used:.1f} s of CPU), {memory:.0f} MB"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0, help="seed of the first account")
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.accounts)
    print(machine.describe_run())
    print("accounts without effects in which any value is claimed, all terms together")
    for ratings, spread in ((800, 0.0), (3000, 0.0), (3000, 0.5)):
        claims = count_claims(seeds, ratings, spread)
        print(f"  {ratings} ratings, agents differ by {spread:g} log-odds: {claims} of {options.accounts}")
    print("planted effects, 3000 ratings: 95 % intervals that cover")
    for spread in (0.0, 0.5):
        hits = cover(seeds, 3000, spread)
        limit = 3 * np.sqrt(0.95 * 0.05 / len(hits))
        print(
            f"  agents differ by {spread:g} log-odds: {np.mean(hits):.1%} of {len(hits)} (95 % ± {limit:.1%})"
        )
    print_cost(options.tickets)


if __name__ == "__main__":
    main()
