"""How often do words of comments go with bad ratings by chance, are planted ones found, and what does it cost?

    python benchmarks/terms_of_comments.py --accounts 200 --comments 100000

Comments are drawn from words whose frequencies fall as in natural language. The first table judges them without a
database; the cost is that of the public question on a history in DuckDB.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
import tracemalloc
from pathlib import Path

import machine
import numpy as np
import pandas as pd
from tqdm import tqdm

import csat_analysis as csat
from csat_analysis.periods import unit_of
from csat_analysis.questions.comment_terms import judge_terms
from csat_analysis.questions.term_counts import count_terms, find_uses
from csat_analysis.questions.vocabulary import Vocabulary
from csat_analysis.settings import load_settings
from csat_analysis.verdicts import is_claim, matches

PLANTED = [f"planted{letter}" for letter in "abcdefghijklmnopqrst"]
NOON = dt.datetime(2026, 11, 11, 12, tzinfo=dt.UTC)
# Number of comments, share of bad ratings, words of a comment on a good and on a bad rating.
ACCOUNTS = {
    "200 comments": (200, 0.25, 12, 12),
    "1,000 comments": (1000, 0.2, 12, 12),
    "1,000 comments, longer if bad": (1000, 0.2, 8, 24),
    "5,000 comments, one in ten bad": (5000, 0.1, 12, 12),
}


def make_comments(
    rng: np.random.Generator,
    customers: int,
    *,
    lift: float = 1.0,
    bad_share: float = 0.25,
    words_if_good: int = 14,
    words_if_bad: int = 14,
) -> pd.DataFrame:
    """Return one comment of each customer; planted words are `lift` times as frequent in those on bad ratings."""
    letters = list("abcdefgh")
    words = np.array(sorted({f"word{''.join(rng.choice(letters, 4))}" for _ in range(800)}))
    chances = 1 / np.arange(3, len(words) + 3)
    is_bad = rng.random(customers) < bad_share
    lengths = rng.poisson(np.where(is_bad, words_if_bad, words_if_good)) + 1
    drawn = np.split(rng.choice(words, lengths.sum(), p=chances / chances.sum()), np.cumsum(lengths)[:-1])
    planted = rng.random((customers, len(PLANTED))) < 0.03 * np.where(is_bad, lift, 1)[:, None]
    texts = [
        " ".join(rng.permutation([*text, *np.array(PLANTED)[here]]))
        for text, here in zip(drawn, planted, strict=True)
    ]
    return pd.DataFrame(
        {
            "customer": np.arange(customers),
            "rating_category": np.where(is_bad, "bad", "good"),
            "comment": texts,
            "day": NOON.date(),
        }
    )


def judge(comments: pd.DataFrame) -> pd.DataFrame:
    """Return the terms of comments, as the question judges them."""
    vocabulary = Vocabulary()
    counts = count_terms(find_uses(comments, vocabulary), unit_of("week", NOON.date(), "UTC"))
    return judge_terms(counts, load_settings(env_file=False).thresholds, vocabulary)


def count_false_claims(accounts: int, design: tuple[int, float, int, int]) -> int:
    """Return the number of accounts without any effect in which a term is claimed."""
    customers, bad_share, good, bad = design
    words = {"bad_share": bad_share, "words_if_good": good, "words_if_bad": bad}
    drawn = (make_comments(np.random.default_rng(seed), customers, **words) for seed in range(accounts))
    return sum(matches(judge(comments)["verdict"], is_claim).any() for comments in tqdm(drawn, leave=False))


def count_found(accounts: int, customers: int, lift: float) -> list[int]:
    """Return per account how many planted terms are among the first 25."""
    drawn = (make_comments(np.random.default_rng(seed), customers, lift=lift) for seed in range(accounts))
    return [int(judge(comments)["term"].head(25).isin(PLANTED).sum()) for comments in drawn]


def store(path: Path, comments: pd.DataFrame) -> csat.History:
    """Return a history with these comments."""
    history = csat.History(str(path), timezone="UTC")
    history.create_or_migrate("https://example.zendesk.com", "UTC")
    usual = {
        "submitted_at": NOON,
        "updated_at": NOON,
        "offered_at": NOON,
        "survey_id": "S",
        "survey_version": 1,
    }
    rows = [
        {
            "response_id": f"R{row.customer}",
            "responder_id": int(row.customer),
            "comment": row.comment,
            **usual,
        }
        | {"rating_category": row.rating_category, "rating": 1 if row.rating_category == "bad" else 5}
        for row in comments.itertuples()
    ]
    history.save({"survey_responses": rows})
    return history


def print_cost(customers: int) -> None:
    """Print seconds and memory of the question."""
    with tempfile.TemporaryDirectory() as folder:
        history = store(
            Path(folder) / "csat.duckdb", make_comments(np.random.default_rng(1), customers, lift=3.0)
        )
        began = time.perf_counter(), time.process_time()
        rows = csat.comment_terms(history, "2026-W46")
        seconds, used = time.perf_counter() - began[0], time.process_time() - began[1]
        tracemalloc.start()
        csat.comment_terms(history, "2026-W46")
        memory = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    print(
        f"{customers:,} comments, {len(rows):,} terms: {seconds:.1f} s ({used:.1f} s of CPU), {memory:.0f} MB of Python"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--comments", type=int, default=100_000)
    options = parser.parse_args()
    print(machine.describe_run())
    print("accounts without effects in which a term is claimed")
    for name, design in ACCOUNTS.items():
        print(f"  {name}: {count_false_claims(options.accounts, design)} of {options.accounts}")
    for customers, lift in ((1000, 4.0), (3000, 4.0), (3000, 3.0)):
        found = count_found(options.accounts // 10, customers, lift)
        what = f"{customers} comments, 20 planted terms {lift:g} times as frequent"
        print(f"{what}: {min(found)} to {max(found)} of them in the first 25")
    print_cost(options.comments)


if __name__ == "__main__":
    main()
