"""Which kinds of tickets go with low ratings, and how many low ratings a mix of kinds leads one to expect."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..errors import CsatError
from ..estimates import expected_bad, newcombe_difference, observed_over_expected, wilson_interval
from ..history import History
from .asked import Names, When, counted, judged, level_of_each, period, share, thresholds, with_verdict
from .dimensions import counts_twice, listed, option_tags


def low_ratings(
    history: History, when: When = None, *, by: str, group: Names = None, min_ratings: int | None = None
) -> pd.DataFrame:
    """Which values go with low ratings: each value's share of bad ratings against all tickets without it.

    by: channel, brand, priority, tag, "field:TITLE" (a custom ticket field by its title), or another dimension.
    Columns: `value`, `n`, `bad`, `estimate` (share bad), `low`, `high`, `n_others`, `estimate_others`,
    `difference`, `difference_low`, `difference_high` (Newcombe), `verdict`. With k values to judge the verdict
    stands at a level of 1 - 0.01/k. A ticket with two tags counts with both; a tag that only
    stands for a choice of a drop-down is left to that field; neutral ratings count nowhere.
    In alphabetical order. Tickets of a kind may differ in much else: this is no reason.
    """
    span, needed = period(history, when), thresholds(history, min_ratings, by)
    counts = counted(history, span, by=by, group=group).rename(columns={by: "value"})
    counts = counts[(counts["rated"] > 0) & ~counts["value"].isin(option_tags(history, by))].reset_index(
        drop=True
    )
    total = counted(history, span, group=group).iloc[0]
    bad, rated = counts["bad"], counts["rated"]
    others = total["bad"] - bad, total["rated"] - rated
    low, high = wilson_interval(bad, rated, level=needed.level)
    found = newcombe_difference(bad, rated, minus=others, level=needed.level)
    rows = pd.DataFrame(
        {"value": counts["value"], "n": rated, "bad": bad, "estimate": share(bad, rated), "low": low, "high": high,
         "n_others": others[1], "estimate_others": share(*others),
         "difference": found.estimate, "difference_low": found.low, "difference_high": found.high}
    )  # fmt: skip
    enough = (rated >= needed.min_ratings) & (others[1] >= needed.min_ratings)
    strict = newcombe_difference(bad, rated, minus=others, level=level_of_each(enough, needed.verdict_level))
    verdict = judged(strict, enough)
    return with_verdict(rows, verdict, level=needed.level, verdict_level=needed.verdict_level)


def case_mix(
    history: History, when: When = None, *, by: str = "group", strata: Sequence[str] = ("channel",),
    group: Names = None, min_ratings: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Bad ratings observed over those expected, had every kind of ticket gone at its usual rate.

    by: group, agent or another dimension. strata: what the kinds are told apart by, one or several dimensions
    that are fixed before anyone works on a ticket (channel, priority, brand, "field:TITLE").
    Columns: `by`, `n`, `observed`, `expected` (bad ratings), `estimate` (observed / expected: 1 is as expected,
    1.2 a fifth more), `low`, `high` (Byar), `verdict`, at a level of 1 - 0.01/k for k rows judged. In alphabetical
    order. It allows for the strata named and for nothing else.
    Raises CsatError if `by` is among the strata, or for tags and fields of which a ticket can have several.
    """
    kinds, needed = listed(strata), thresholds(history, min_ratings, by)
    if by in kinds or any(counts_twice(history, name) for name in (by, *kinds)):
        raise CsatError(
            f"case_mix cannot go by {by} within {', '.join(kinds)}: name other strata, and nothing of which a "
            "ticket can have several, such as tags"
        )
    counts = counted(history, period(history, when), by=[by, *kinds], group=group)
    table = counts[counts["rated"] > 0]
    good, rated = (
        table.pivot_table(index=by, columns=kinds, values=name, aggfunc="sum", fill_value=0).sort_index()
        for name in ("good", "rated")
    )
    observed, n = (rated - good).sum(axis=1), rated.sum(axis=1)
    expected = pd.Series(expected_bad(good, rated) if len(n) else [], index=n.index, dtype=float)
    found = observed_over_expected(observed, expected, level=needed.level)
    rows = pd.DataFrame(
        {"n": n, "observed": observed, "expected": expected,
         "estimate": found.estimate, "low": found.low, "high": found.high}
    )  # fmt: skip
    enough = (n >= needed.min_ratings) & (expected > 0)
    strict = observed_over_expected(observed, expected, level=level_of_each(enough, needed.verdict_level))
    verdict = judged(strict, enough, none=1)
    rows = rows.rename_axis(by).reset_index()
    return with_verdict(rows, verdict, level=needed.level, verdict_level=needed.verdict_level)
