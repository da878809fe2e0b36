"""Advice follows a claim, counts the comments that are shown, and is silent otherwise."""

from __future__ import annotations

import pandas as pd
import pytest

from csat_analysis.findings import compare_advice
from csat_analysis.verdicts import Verdict

BAD = pd.DataFrame({"group": ["Billing", "Billing", "Returns"], "comment": ["late", None, "rude"]})


def ask(
    verdict: Verdict,
    groups: dict[str, Verdict],
    *,
    bad: pd.DataFrame = BAD,
    is_week: bool = True,
    n_before: int = 90,
    ratings_per_customer: float = 1.0,
) -> str:
    sizes = {"n": 20, "n_before": n_before, "ratings_per_customer": ratings_per_customer}
    change = pd.Series({"verdict": verdict, **sizes})
    by_group = pd.DataFrame({"group": [*groups], "verdict": [*groups.values()]})
    return compare_advice(change, by_group, bad, is_week=is_week)


def test_comments_of_the_groups_that_fell_are_named_and_counted():
    groups = {"Billing": Verdict.LOWER, "Returns": Verdict.HIGHER}
    assert ask(Verdict.LOWER, groups) == " Read the comment with a bad rating about Billing below."


def test_without_a_group_that_fell_all_bad_comments_are_counted():
    assert ask(Verdict.LOWER, {"Billing": Verdict.TOO_FEW}) == " Read the 2 comments with bad ratings below."


@pytest.mark.parametrize("verdict", [*Verdict])
def test_only_a_fall_is_a_reason_to_read_comments(verdict):
    says = ask(Verdict.NO_DIFFERENCE, {"Billing": verdict})
    assert bool(says) is (verdict is Verdict.LOWER)


def test_comments_that_are_not_shown_are_not_to_be_read():
    assert ask(Verdict.LOWER, {"Billing": Verdict.LOWER}, bad=BAD.head(0)) == ""


def test_too_few_ratings_of_a_week_ask_for_a_month():
    assert ask(Verdict.TOO_FEW, {}) == " With so few ratings, a month says more than a week."
    assert ask(Verdict.TOO_FEW, {}, is_week=False) == ask(Verdict.UNFINISHED, {}) == ""


def test_nothing_to_compare_with_and_one_customer_are_not_few_ratings():
    assert ask(Verdict.TOO_FEW, {}, n_before=0) == ask(Verdict.TOO_FEW, {}, ratings_per_customer=20) == ""
