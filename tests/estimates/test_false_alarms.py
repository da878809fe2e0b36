"""The benchmark of false alarms in short form: few claims without effects, and large effects found."""

from __future__ import annotations

import false_alarms
import numpy as np
import pytest
from accounts_without_effects import Design, make_account
from weekly_claims import WEEKS, Counts, claims_of

from csat_analysis.estimates import intraclass_correlation
from csat_analysis.estimates.levels import SHARES, Source, level_of

pytestmark = pytest.mark.slow

NULLS = [
    "groups alike, one rating per customer",
    "the same, mix and staff drift",
    "customers rate 2.5 times, correlation 0.2",
]


def test_the_budget_of_all_sources_stays_below_seven_percent():
    assert set(SHARES) == set(Source)
    assert sum(SHARES.values()) <= 7
    assert level_of(Source.CHANGE) == pytest.approx(0.99)
    assert level_of(Source.GROUPS, comparisons=4) == pytest.approx(0.9975)
    assert level_of(Source.CHANGE, verdict_level=0.95) == pytest.approx(0.95)


@pytest.mark.parametrize("name", NULLS)
def test_accounts_without_effects_rarely_get_a_claim(name):
    years = [claims_of(make_account(false_alarms.WITHOUT_EFFECTS[name], 65, seed)) for seed in range(3)]
    reports = false_alarms.count_reports(years).sum()
    assert reports <= 0.12 * 3 * false_alarms.REPORTS
    assert sum(claim.source == Source.AGENTS for year in years for claim in year) <= 4


def test_a_lasting_fall_and_a_much_lower_agent_are_found_and_colleagues_are_not_named():
    fall = claims_of(make_account(Design(fall=0.15), 250, 1))
    assert any(false_alarms.finds_fall(claim) and claim.week < 60 for claim in fall)
    busy = false_alarms.BUSY_AGENT
    claims = claims_of(make_account(Design(worse_agent=busy, worse_by=0.15, busiest=busy), 250, 1))
    agents = [claim for claim in claims if claim.source == Source.AGENTS]
    assert any(false_alarms.finds_agent(claim, busy) for claim in agents)
    assert sum(claim.about != busy for claim in agents) <= 2


def test_simulated_customers_are_correlated_as_designed():
    design = Design(ratings_per_customer=2.5, correlation=0.2)
    account = make_account(design, 1000, 1)
    rated = np.bincount(account.customer)
    assert rated.mean() == pytest.approx(2.5, abs=0.05)
    good = np.bincount(account.customer, account.good, rated.size)
    assert intraclass_correlation(good, rated) == pytest.approx(0.2, abs=0.02)
    counts = Counts(account)
    assert counts.rated.sum() == account.week.size
    assert counts.rated.shape == (WEEKS, 6)
