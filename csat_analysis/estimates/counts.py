"""Counts at the door: checked on the way in, results given back in the shape they came in."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# A number, a sequence or array of numbers, or a pandas Series; functions answer in the same form.
Numbers: TypeAlias = Any
Floats: TypeAlias = NDArray[np.float64]


class Interval(NamedTuple):
    """Two ends of an interval, in the unit and shape of the thing they bound."""

    low: Numbers
    high: Numbers


def as_counts(good: Numbers, rated: Numbers) -> tuple[Floats, Floats]:
    """Good and rated counts as two float arrays of one shape.

    Raises ValueError if a count is missing, negative or not whole, if good exceeds rated,
    or if two Series do not have the same index.
    """
    require_same_index(good=good, rated=rated)
    pair = np.broadcast_arrays(whole_counts(good, "good"), whole_counts(rated, "rated"))
    goods, totals = (counts.copy() for counts in pair)  # broadcast arrays are read-only views
    if (goods > totals).any():
        first = np.argmax(goods > totals)
        raise ValueError(
            f"good must not exceed rated; got {goods.flat[first]:g} good of {totals.flat[first]:g} rated"
        )
    return goods, totals


def whole_counts(values: Numbers, name: str) -> Floats:
    """Values as a float array of whole numbers, 0 or more; ValueError that names them otherwise."""
    counts = as_floats(values)
    missing = np.isnan(counts).sum()
    if missing:
        raise ValueError(
            f"{name} must not be missing; got {missing} missing: fill in 0 or leave those rows out"
        )
    wrong = (counts < 0) | (counts != np.floor(counts)) | np.isinf(counts)
    if wrong.any():
        raise ValueError(f"{name} must be whole numbers, 0 or more; got {counts[wrong].flat[0]:g}")
    return counts


def as_floats(values: Numbers) -> Floats:
    """Values as a float array; None and pandas NA become nan."""
    if isinstance(values, pd.Series):
        return values.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(values, dtype=float)


def in_shape_of(values: NDArray[Any], *inputs: Numbers) -> Numbers:
    """Values as a Series if an input is one (its index), a float if all inputs are scalars, else an array."""
    for given in inputs:
        if isinstance(given, pd.Series):
            return pd.Series(values, index=given.index)
    return values if np.ndim(values) else float(values)


def require_same_index(**inputs: Numbers) -> None:
    """ValueError if two of the inputs are Series with different indexes: they would be paired wrongly."""
    series = {name: given for name, given in inputs.items() if isinstance(given, pd.Series)}
    for name, given in series.items():
        first = next(iter(series))
        if not given.index.equals(series[first].index):
            raise ValueError(f"{first} and {name} have different indexes; align them first")


def share(good: Floats, rated: Floats) -> Floats:
    """good / rated; nan where rated is 0."""
    return np.divide(good, rated, out=np.full(np.shape(rated), np.nan), where=rated > 0)


def z_value(level: float) -> float:
    """Return the standard normal quantile of a two-sided interval, 1.96 for level 0.95.

    Raises ValueError outside (0, 1).
    """
    require_between_0_and_1(level=level)
    # Not by scipy, which most questions do not need otherwise and which takes a third of a second to import.
    return -NormalDist().inv_cdf((1 - level) / 2)


def wilson(rate: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    """Return the ends of the Wilson score interval of rates among n, see `rates.wilson_interval`."""
    spread = 1 + z**2 / n
    middle = (rate + z**2 / (2 * n)) / spread
    half = z * np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2)) / spread
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def require_share(**numbers: float) -> None:
    """ValueError if one of the numbers is below 0 or above 1; nan (nothing known) passes."""
    for name, number in numbers.items():
        if number < 0 or number > 1:
            raise ValueError(f"{name} must be a share from 0 to 1; got {number:g}")


def require_between_0_and_1(**numbers: float) -> None:
    """ValueError if one of the numbers is not strictly between 0 and 1."""
    for name, number in numbers.items():
        if not 0 < number < 1:
            raise ValueError(f"{name} must be strictly between 0 and 1; got {number:g}")
