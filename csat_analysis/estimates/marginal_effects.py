"""Average marginal effects of a logistic regression on counts, and their slopes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import scipy

from .counts import Floats


class Model(NamedTuple):
    """Counts per combination of values, and the columns of the regression."""

    bad: Floats
    rated: Floats
    columns: Floats  # the first one is constant
    names: list[tuple[str, str]]  # term and value of the other columns


class Fit(NamedTuple):
    """A model with its coefficients."""

    model: Model
    beta: Floats
    covariance: Floats


def marginal_effects(fit: Fit, shift: Floats | float = 0.0) -> Floats:
    """Return per value the mean difference of the chance of a bad rating from the reference.

    shift: of the coefficient of the value alone, one per coefficient.
    """
    shifted = fit.beta + shift
    weights = fit.model.rated / fit.model.rated.sum()
    effects = np.zeros(len(fit.model.names))
    for places, odds in odds_of_references(fit):
        reference = weights @ scipy.special.expit(odds)
        for place in places:
            effects[place - 1] = weights @ scipy.special.expit(odds + shifted[place]) - reference
    return effects


def slopes_of_effects(fit: Fit) -> Floats:
    """Return the slopes of the marginal effects by the coefficients, one row per value."""
    weights = fit.model.rated / fit.model.rated.sum()
    slopes = np.zeros((len(fit.model.names), fit.beta.size))
    for places, odds in odds_of_references(fit):
        columns = fit.model.columns.copy()
        columns[:, places] = 0
        reference = slopes_of_chance(odds, weights) @ columns
        for place in places:
            columns[:, place] = 1
            slopes[place - 1] = slopes_of_chance(odds + fit.beta[place], weights) @ columns - reference
            columns[:, place] = 0
    return slopes


def odds_of_references(fit: Fit) -> Iterator[tuple[list[int], Floats]]:
    """Yield for each term the places of its coefficients, and the odds had all ratings its reference."""
    model, beta, _ = fit
    odds = model.columns @ beta
    for term in dict.fromkeys(term for term, _ in model.names):
        places = [place for place, (name, _) in enumerate(model.names, 1) if name == term]
        yield places, odds - model.columns[:, places] @ beta[places]


def slopes_of_chance(odds: Floats, weights: Floats) -> Floats:
    """Return the weighted slopes of the chance of a bad rating by the odds."""
    chance = scipy.special.expit(odds)
    return weights * chance * (1 - chance)
