"""A logistic regression on counts: its fit, the average marginal effects of values, and their slopes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from . import special
from .counts import Floats

# Steps of the fit, and the last one's largest change of a coefficient; separated data never converge.
MAXIMUM_STEPS = 40
TOLERANCE = 1e-10


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
    has_converged: bool


def fit_counts(model: Model) -> Fit:
    """Return the fit of a model by Newton's method."""
    columns, rated = model.columns, model.rated
    beta = np.zeros(columns.shape[1])
    for _ in range(MAXIMUM_STEPS):
        chance = special.expit(columns @ beta)
        # A matrix times itself: half the work of two matrices.
        root = columns * np.sqrt(rated * chance * (1 - chance))[:, None]
        information = root.T @ root
        covariance = np.linalg.pinv(information, hermitian=True)
        step = covariance @ ((model.bad - rated * chance) @ columns)
        beta = beta + step
        if np.abs(step).max() < TOLERANCE:
            is_identified = np.linalg.matrix_rank(information, hermitian=True) == beta.size
            return Fit(model, beta, covariance, has_converged=bool(is_identified))
    return Fit(model, beta, covariance, has_converged=False)


def marginal_effects(fit: Fit, shift: Floats | float = 0.0) -> Floats:
    """Return per value the mean difference of the chance of a bad rating from the reference.

    shift: of the coefficient of the value alone, one per coefficient.
    """
    effects = np.zeros(fit.beta.size)
    for places, weights, chance in chances_of_values(fit, fit.beta + shift):
        means = weights @ chance
        effects[places] = means[1:] - means[0]
    return effects[1:]


def slopes_of_effects(fit: Fit) -> Floats:
    """Return the slopes of the marginal effects by the coefficients, one row per value."""
    slopes = np.zeros((fit.beta.size, fit.beta.size))
    for places, weights, chance in chances_of_values(fit, fit.beta):
        moved = (weights[:, None] * chance * (1 - chance)).T @ fit.model.columns
        # All ratings have the one value, as they have the constant, and none has another of its term.
        moved[:, places] = 0
        moved[range(1, len(moved)), places] = moved[1:, 0]
        slopes[places] = moved[1:] - moved[0]
    return slopes[1:]


def chances_of_values(fit: Fit, beta: Floats) -> Iterator[tuple[list[int], Floats, Floats]]:
    """Yield for each term the places of its coefficients, the weights of combinations, and their chances.

    The first column of chances is that of a bad rating if all ratings had the reference of the term. The next ones are
    those with each of its other values, whose coefficients are in `beta`.
    """
    model = fit.model
    odds = model.columns @ fit.beta
    for term in dict.fromkeys(term for term, _ in model.names):
        places = [place for place, (name, _) in enumerate(model.names, 1) if name == term]
        others = odds - model.columns[:, places] @ fit.beta[places]
        chance = special.expit(others[:, None] + np.array([0.0, *beta[places]]))
        yield places, model.rated / model.rated.sum(), chance
