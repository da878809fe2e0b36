"""The run rule of the benchmark that compares it with the CUSUM."""

from __future__ import annotations

import numpy as np
import pytest
from run_rule import run_rule_bounds, run_signs


@pytest.mark.parametrize(
    ("weeks", "longest", "fewest"),
    [(20, 7, 6), (24, 8, 8), (52, 9, 20)],  # the formula of qicharts2's runs.analysis
)
def test_the_run_rule_uses_the_published_bounds(weeks, longest, fewest):
    assert run_rule_bounds(weeks) == (longest, fewest)


@pytest.mark.parametrize(
    ("runs", "signs"),
    [
        ((2, 4, 3, 3, 3, 3, 2), (False, False)),  # 6 crossings
        ((4, 3, 3, 3, 3, 4), (False, True)),  # 5 crossings
        ((7, 4, 1, 3, 1, 3, 1), (False, False)),  # a run of 7
        ((4, 8, 2, 1, 2, 1, 2), (True, False)),  # a run of 8
    ],
)
def test_twenty_weeks_allow_six_crossings_and_a_run_of_seven(runs, signs):
    assert run_signs(np.repeat(np.resize([0.8, 0.9], len(runs)), runs)) == signs


def test_few_weeks_off_the_median_show_no_shift():
    assert run_signs(np.linspace(0.9, 0.5, 10)) == (False, False)
    assert run_signs(np.full(30, 0.9)) == (False, False)
    assert run_signs(np.array([np.nan])) == (False, False)
