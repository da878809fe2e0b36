"""The mean rating: equal to Wilson on two points, within the scale, and as often right as its level says."""

from __future__ import annotations

import numpy as np
import pytest

from csat_analysis.estimates import mean_interval, wilson_interval


def test_on_two_points_it_is_the_wilson_interval_of_the_share():
    mean, low, high = mean_interval([[3, 7], [0, 5], [5, 0]])
    wilson = wilson_interval([7, 5, 0], [10, 5, 5])
    assert np.allclose(mean - 1, [0.7, 1, 0])
    assert np.allclose([low - 1, high - 1], [wilson.low, wilson.high])


def test_equal_ratings_have_an_interval_within_the_scale_that_contains_them():
    for place in range(5):
        counts = [10 if point == place else 0 for point in range(5)]
        mean, low, high = mean_interval([counts])
        assert mean[0] == place + 1
        assert 1 <= low[0] <= mean[0] <= high[0] <= 5
        assert high[0] - low[0] > 0.1


def test_without_ratings_nothing_is_known_and_inflation_widens():
    assert np.isnan(mean_interval([[0, 0, 0]])).all()
    narrow, wide = (mean_interval([[1, 2, 3, 4, 20]], inflation=one) for one in (1, 4))
    assert wide.low[0] < narrow.low[0] and wide.high[0] > narrow.high[0]
    with pytest.raises(ValueError, match="two points or more"):
        mean_interval([[3]])


@pytest.mark.parametrize("n", [10, 60])
@pytest.mark.parametrize("shares", [(0.1, 0.02, 0.03, 0.15, 0.7), (0.2, 0.2, 0.2, 0.2, 0.2)])
def test_it_covers_the_mean_in_about_95_of_100_samples(n, shares):
    samples = np.random.default_rng(7).multinomial(n, shares, size=4000)
    true = np.dot(np.arange(1, 6), shares)
    _, low, high = mean_interval(samples)
    covered = np.mean((low <= true) & (true <= high))
    assert 0.93 <= covered <= 0.99
