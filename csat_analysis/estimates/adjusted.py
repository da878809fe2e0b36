"""Differences of the share of bad ratings between values of several terms, all else equal: one logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import special
from .cluster_errors import Cells, cluster_errors
from .comparable_values import Fitted, fit_without_separated, keys_of, list_values
from .counts import Floats
from .logistic import Fit, Model, marginal_effects, slopes_of_effects

MINIMUM_CLUSTERS = 30
SINGLE_CLUSTER = "all its ratings are of one agent, or of none, so that it cannot be told how alike they are"


class Adjusted(NamedTuple):
    """Result of `adjust_differences`.

    Attributes
    ----------
    table : DataFrame
        One row per value: `term`, `value`, `n`, `bad`, `is_reference`, `estimate` (mean difference of the share of bad
        ratings from the reference of the term, if all ratings had the one value or the other), `error`, `freedom` (its
        degrees of freedom), and `note`: why there is no estimate, else empty.
    clusters : int
        Clusters behind the errors; 0: not clustered.
    note : str
        Why there is no estimate at all, else empty.
    coefficients : DataFrame
        `estimate`, `error` and `freedom` of the log-odds ratios by (term, value), with ("", "") for the constant.
    fit : Fit or None
        What `interval` needs.
    """

    table: pd.DataFrame
    clusters: int
    note: str
    coefficients: pd.DataFrame
    fit: Fit | None

    def interval(self, level: float) -> tuple[pd.Series, pd.Series]:
        """Return both ends of the intervals at a level; 0 for references, nan without an estimate.

        The wider of two: the delta method, which is too narrow for few bad ratings, and the ends of the log-odds ratio
        as differences of shares, which is too narrow for few good ones.
        """
        tail = (1 - level) / 2
        freedom = self.table["freedom"].where(self.table["freedom"] > 0, np.inf)  # 0: of references
        half = self.table["error"] * -special.stdtrit(freedom, tail)
        low, high = self.table["estimate"] - half, self.table["estimate"] + half
        if self.fit is None:
            return low, high
        halves = self.coefficients["error"].to_numpy() * -special.stdtrit(
            self.coefficients["freedom"].to_numpy(), tail
        )
        ends = [marginal_effects(self.fit, side * halves) for side in (-1, 1)]
        low_of_odds, high_of_odds = (
            with_effects(self.table, self.fit.model, {"estimate": end})["estimate"] for end in ends
        )
        return np.minimum(low, low_of_odds), np.maximum(high, high_of_odds)


def adjust_differences(
    cells: pd.DataFrame,
    terms: Sequence[str],
    *,
    cluster: str | None = None,
    inflation: float = 1.0,
) -> Adjusted:
    """Return how the share of bad ratings differs between the values of each term, all else equal.

    Parameters
    ----------
    cells : DataFrame
        One row per combination of values: a column of texts (or categories in alphabetical order) for each term, `bad`
        and `rated`, and the cluster.
    terms : sequence of str
        Names of the columns to compare.
    cluster : str, optional
        Column of clusters, such as agents. With 30 or more of them errors allow for alike ratings in each.
    inflation : float
        Design effect of customers who rate several times.

    Returns
    -------
    Adjusted
        The most frequent value of each term is its reference. Without estimate are: terms with a single value, values
        whose ratings are all alike (their rows are left out), values that cannot be distinguished from others, and
        everything if there are fewer than ten bad (or good) ratings per parameter or the data are separated.

    Raises
    ------
    ValueError
        If the design effect is below 1.

    Notes
    -----
    logit P(bad) = constant + one coefficient per value other than the reference, fitted to counts. The estimate is
    the average marginal effect over all ratings. Clustered errors: see `cluster_errors`.

    Examples
    --------
    >>> cells = pd.DataFrame({"channel": ["chat", "email"], "bad": [20, 45], "rated": [200, 150]})
    >>> adjust_differences(cells, ["channel"]).table[["value", "estimate"]].round(2).values.tolist()
    [['chat', 0.0], ['email', 0.2]]
    """
    if inflation < 1:
        raise ValueError("inflation must be 1 or more")
    cells = cells[cells["rated"] > 0].astype(dict.fromkeys(terms, "category"))
    groups = cells.groupby(list(terms), sort=False, observed=True)
    combinations = groups[["bad", "rated"]].sum().reset_index()
    found = fit_without_separated(combinations, list_values(combinations))
    if found.fit is None or found.note:
        return Adjusted(found.table, 0, found.note, pd.DataFrame(columns=["estimate", "error"]), None)
    clustered = count_cells(found, found.fit, cells, groups.ngroup(), cluster) if cluster else None
    return with_errors(found, found.fit, inflation, clustered)


def count_cells(found: Fitted, fit: Fit, cells: pd.DataFrame, combination: pd.Series, cluster: str) -> Cells:
    """Return the counts of each cluster and combination of values, without those that are left out."""
    places = found.combinations.index.get_indexer(combination)
    kept = cells[places >= 0]
    bad, rated = (kept[name].to_numpy(dtype=float) for name in ("bad", "rated"))
    # Ratings without a cluster are one of their own.
    clusters, _ = pd.factorize(kept[cluster], use_na_sentinel=False)
    return Cells(fit.model.columns, places[places >= 0], bad, rated, clusters)


def with_errors(found: Fitted, fit: Fit, inflation: float, cells: Cells | None) -> Adjusted:
    """Return the effects with their errors, which are clustered if there are enough clusters."""
    table, clusters = found.table, 0
    effects = marginal_effects(fit)
    contrasts = np.vstack([slopes_of_effects(fit), np.eye(fit.beta.size)])
    errors = errors_of(contrasts, fit.covariance * inflation)
    freedom = np.full(errors.size, np.inf)
    if cells and (number := int(cells.cluster.max()) + 1) >= MINIMUM_CLUSTERS:
        clusters = number
        clustered = cluster_errors(cells, fit.beta, fit.covariance, contrasts)
        freedom = clustered.freedom
        # Customers who rate several times may have several agents.
        errors = clustered.errors if inflation == 1 else np.maximum(clustered.errors, errors)
        table = note_single_clusters(table, found.combinations, cells)
    keys = pd.MultiIndex.from_tuples([("", ""), *fit.model.names], names=["term", "value"])
    of_beta = {"estimate": fit.beta, "error": errors[effects.size :], "freedom": freedom[effects.size :]}
    values = {"estimate": effects, "error": errors[: effects.size], "freedom": freedom[: effects.size]}
    return Adjusted(with_effects(table, fit.model, values), clusters, "", pd.DataFrame(of_beta, keys), fit)


def note_single_clusters(table: pd.DataFrame, combinations: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """Note the values whose ratings are all of one cluster: how alike they are cannot be seen."""
    ends = pd.Series(cells.cluster).groupby(cells.combination).agg(["min", "max"])
    of_combinations = combinations.assign(first=ends["min"].to_numpy(), last=ends["max"].to_numpy())
    single = set()
    for term in table["term"].unique():
        ends = of_combinations.groupby(term, observed=True).agg({"first": "min", "last": "max"})
        single |= {(term, value) for value in ends.index[ends["first"] == ends["last"]]}
    rows = keys_of(table).isin(single)
    return table.assign(note=table["note"].mask((table["note"] == "") & rows, SINGLE_CLUSTER))


def errors_of(slopes: Floats, covariance: Floats) -> Floats:
    """Return the standard errors of effects by the delta method."""
    return np.sqrt(np.maximum(((slopes @ covariance) * slopes).sum(axis=1), 0.0))


def with_effects(table: pd.DataFrame, model: Model, values: dict[str, Floats]) -> pd.DataFrame:
    """Return the table with the effects of the values without a note; 0 for the references of such values."""
    keys = pd.MultiIndex.from_tuples(model.names)
    places = keys.get_indexer(keys_of(table))
    known = (places >= 0) & (table["note"] == "")
    compared = table["is_reference"] & table["term"].isin(table.loc[known, "term"])
    for name, found in values.items():
        table = table.assign(**{name: np.where(known, found[places], np.where(compared, 0.0, np.nan))})
    return table
