"""The benchmark of false alarms reads counts; its claims are those of the public questions on the same ratings."""

from __future__ import annotations

import pytest
from accounts_without_effects import Design, make_account
from simulated_history import claims_from_counts, claims_from_questions, history_of

pytestmark = [pytest.mark.slow, pytest.mark.long]

LARGE = Design(
    fall=0.2, fall_week=80, worse_agent=2, worse_by=0.25, busiest=2, slow_group=0, weekend_shifts=True
)
VARYING = Design(ratings_per_customer=2.5, correlation=0.3, overdispersion=2.0, season=0.05, weekend=0.1)


@pytest.mark.parametrize(("design", "weeks", "least"), [(LARGE, [81, 84], 3), (VARYING, [71], 0)])
def test_claims_of_the_benchmark_are_those_of_the_public_questions(design, weeks, least, tmp_path):
    account = make_account(design, 65, 5)
    history = history_of(account, tmp_path / "csat.duckdb")
    found = {week: claims_from_questions(history, week) for week in weeks}
    assert found == {week: claims_from_counts(account, week) for week in weeks}
    assert sum(map(len, found.values())) >= least
