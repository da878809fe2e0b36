"""Adjust p values for their number."""

from __future__ import annotations

import numpy as np

from .counts import Numbers, as_floats, in_shape_of


def benjamini_hochberg(p_values: Numbers) -> Numbers:
    """Adjust p values by the false discovery rate.

    The i-th smallest of m values becomes the smallest of m p(j) / j over j >= i. Of the values that are then at
    most q, at most a share q is expected to be due to chance.

    Parameters
    ----------
    p_values : array or Series
        Values from 0 to 1; nan marks a test that was not made and does not count.

    Returns
    -------
    array or Series
        Adjusted values in the same order; nan stays nan.

    Raises
    ------
    ValueError
        If a value lies outside [0, 1].

    Notes
    -----
    Benjamini & Hochberg 1995, J R Stat Soc B 57:289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.02, 0.9]).round(3).tolist()
    [0.03, 0.03, 0.9]
    """
    raw = as_floats(p_values)
    tested = ~np.isnan(raw)
    if ((raw[tested] < 0) | (raw[tested] > 1)).any():
        raise ValueError("p values must lie in [0, 1]")
    adjusted = np.full(raw.shape, np.nan)
    values = raw[tested]
    falling = np.argsort(values)[::-1]
    places = np.arange(values.size, 0, -1)
    found = np.empty_like(values)
    found[falling] = np.minimum.accumulate(np.minimum(1, values[falling] * values.size / places))
    adjusted[tested] = found
    return in_shape_of(adjusted, p_values)
