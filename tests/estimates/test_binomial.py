"""The binomial distribution agrees with scipy.stats."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import betabinom, binom

from csat_analysis.estimates import binomial


@pytest.mark.parametrize("p", [0.0, 0.003, 0.5, 0.87, 1.0])
def test_probabilities_are_those_of_scipy_stats(p):
    for n in (1, 10, 65, 250, 5000):
        k = np.unique(np.linspace(-1, n, 40).astype(int)).astype(float)
        np.testing.assert_allclose(binomial.at_most(k, n, p), binom.cdf(k, n, p), rtol=1e-10, atol=1e-300)
        np.testing.assert_allclose(binomial.more_than(k, n, p), binom.sf(k, n, p), rtol=1e-10, atol=1e-300)
        some = k[k >= 0]
        np.testing.assert_allclose(binomial.log_pmf(some, n, p), binom.logpmf(some, n, p), rtol=1e-10)
        a, b = 3 * (p + 0.1), 3 * (1.1 - p)
        ours = binomial.log_pmf_of_beta(some, n, a, b)
        np.testing.assert_allclose(ours, betabinom.logpmf(some, n, a, b), rtol=1e-10)


def test_limits_are_those_of_scipy_stats():
    for n in (1, 2, 7, 30, 65, 1000, 123_457):
        for p in (0.5, 0.9):
            for level in (0.5, 0.9, 0.95, 0.99, 0.9999):
                tail = (1 - level) / 2
                expected = int(binom.ppf(tail, n, p)), int(binom.isf(tail, n, p))
                assert binomial.limits(n, p, tail) == expected, (n, p, level)


@pytest.mark.slow
def test_questions_and_sentences_import_no_slow_libraries():
    slow = {"scipy.stats", "statsmodels", "psycopg.rows"}
    code = f"import sys, csat_analysis.findings; print({slow} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
