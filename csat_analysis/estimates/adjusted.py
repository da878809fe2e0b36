"""Differences of the share of bad ratings between values of several terms, all else equal: one logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import special
from .cluster_errors import Cells, cluster_errors
from .counts import Floats
from .logistic import Fit, Model, fit_counts, marginal_effects, slopes_of_effects

MINIMUM_CLUSTERS = 30
BAD_RATINGS_PER_PARAMETER = 10
# Log-odds that no group of real tickets has: the data are separated.
LARGEST_COEFFICIENT = 12.0
# Relative size of an eigenvalue, and of a part of a sum of columns, that counts as zero.
ZERO = 1e-9
SMALLEST_PART = 1e-6
WITHOUT_BOUNDS = "so that its odds have no bounds"
ALONE = "the only value, so that there is nothing to compare"
SEPARATED_VALUE = "all its ratings that another value does not tell are alike (separation)"
SINGLE_CLUSTER = "all its ratings are of one agent, or of none, so that it cannot be told how alike they are"
SEPARATED = "the values together tell nearly all bad ratings from good ones (separation); name fewer terms"


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


class Fitted(NamedTuple):
    """The counts that were fitted, a table of the values, and the fit; without one, `note` says why."""

    combinations: pd.DataFrame
    table: pd.DataFrame
    fit: Fit | None = None
    note: str = ""


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
        whose ratings are all alike (their rows are left out), values that cannot be told apart from others, and
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


def fit_without_separated(combinations: pd.DataFrame, table: pd.DataFrame) -> Fitted:
    """Fit the regression; leave out values, with their ratings, whose odds have no bounds, until there are none."""
    while True:
        combinations, table = leave_out_alike(combinations, table)
        chosen = choose_references(combinations, table)
        model, chosen = leave_out_dependent(build_model(combinations, chosen), chosen)
        if note := why_not_fitted(model, has_lost_values=table["note"].str.endswith(WITHOUT_BOUNDS).any()):
            return Fitted(combinations, chosen, note=note)
        fit = fit_counts(model)
        odds = zip(model.names, fit.beta[1:], strict=True)
        separated = [name for name, one in odds if abs(one) > LARGEST_COEFFICIENT]
        if not separated:
            return Fitted(combinations, chosen, fit, note="" if fit.has_converged else SEPARATED)
        for term, value in separated:
            combinations = combinations[combinations[term] != value]
        rows = keys_of(table).isin(separated)
        table = table.assign(note=table["note"].mask(rows, SEPARATED_VALUE))


def list_values(combinations: pd.DataFrame) -> pd.DataFrame:
    """Return one row per term and value with its counts, in the order of the terms and of the names."""
    counts = count_values(combinations).rename(columns={"rated": "n"}).astype({"n": int, "bad": int})
    return counts.reset_index().assign(note="", estimate=np.nan, error=np.nan, freedom=np.nan)


def count_values(combinations: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of each term and value."""
    terms = combinations.columns.drop(["rated", "bad"])
    counts = {
        term: combinations.groupby(term, observed=True)[["rated", "bad"]].sum().rename(index=str)
        for term in terms
    }
    return pd.concat(counts, names=["term", "value"])


def count_left(combinations: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of each row of the table; 0 for values that are left out."""
    counts = count_values(combinations).reindex(keys_of(table), fill_value=0)
    return counts.set_axis(table.index).mask(table["note"] != "", 0)


def keys_of(table: pd.DataFrame) -> pd.MultiIndex:
    """Return the term and value of each row."""
    return pd.MultiIndex.from_frame(table[["term", "value"]])


def leave_out_alike(combinations: pd.DataFrame, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out values whose ratings are all good or all bad where others are not, until there are none; note why.

    Their odds have no bounds, and their ratings say nothing about the other values.
    """
    while 0 < combinations["bad"].sum() < combinations["rated"].sum():
        counts = count_left(combinations, table)
        alike = (counts["rated"] > 0) & ((counts["bad"] == 0) | (counts["bad"] == counts["rated"]))
        if not alike.any():
            break
        place = alike.idxmax()
        term, value = table.loc[place, ["term", "value"]]
        note = f"all its ratings are {'bad' if counts['bad'][place] else 'good'}, {WITHOUT_BOUNDS}"
        combinations = combinations[combinations[term] != value]
        table = table.assign(note=table["note"].mask(table.index == place, note))
    return combinations, table


def choose_references(combinations: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Mark the most frequent value of each term; note terms with a single value left."""
    n = count_left(combinations, table)["rated"]
    gone = (table["note"] == "") & (n == 0)
    by_term = n[n > 0].groupby(table["term"])
    alone = (by_term.transform("size") == 1).reindex(table.index, fill_value=False)
    note = (
        table["note"].mask(gone, "all its ratings are those of values that are left out").mask(alone, ALONE)
    )
    return table.assign(is_reference=table.index.isin(by_term.idxmax()) & ~alone, note=note)


def build_model(combinations: pd.DataFrame, table: pd.DataFrame) -> Model:
    """Return the counts and columns of each combination of values."""
    left = table[(table["note"] == "") & ~table["is_reference"]]
    names = list(left[["term", "value"]].itertuples(index=False, name=None))
    columns = np.ones((len(combinations), 1 + len(names)))
    for place, (term, value) in enumerate(names, 1):
        columns[:, place] = combinations[term] == value
    bad, rated = (combinations[name].to_numpy(float) for name in ("bad", "rated"))
    return Model(bad, rated, columns, names)


def leave_out_dependent(model: Model, table: pd.DataFrame) -> tuple[Model, pd.DataFrame]:
    """Leave out columns that are sums of others, and note all values that cannot be told apart from each other."""
    if not model.names:
        return model, table
    gram = model.columns.T @ model.columns
    sizes, vectors = np.linalg.eigh(gram)
    zero = vectors[:, sizes <= ZERO * sizes.max()]
    if not zero.shape[1]:
        return model, table
    from scipy.linalg import qr

    parts = np.abs(zero[1:]).max(axis=1)
    involved = [name for name, part in zip(model.names, parts, strict=True) if part > SMALLEST_PART]
    order = qr(gram, pivoting=True, mode="r")[1]
    kept = [0, *sorted(place for place in order[: len(gram) - zero.shape[1]] if place)]
    named = ", ".join(f"{term} {value}" for term, value in involved)
    rows = keys_of(table).isin(involved)
    table = table.assign(note=table["note"].mask(rows, f"cannot be told apart: {named}"))
    names = [model.names[place - 1] for place in kept[1:]]
    return model._replace(columns=model.columns[:, kept], names=names), table


def why_not_fitted(model: Model, *, has_lost_values: bool) -> str:
    """Return why a regression would not be trusted; empty if it would.

    has_lost_values: whether values were left out because their ratings are all good or all bad.
    """
    if not model.rated.sum():
        return "there are no ratings"
    if not model.names:
        without = " without those whose ratings are all good or all bad" if has_lost_values else ""
        return f"no term has two values to compare{without}"
    bad, good = int(model.bad.sum()), int((model.rated - model.bad).sum())
    needed = BAD_RATINGS_PER_PARAMETER * len(model.names)
    if min(bad, good) >= needed:
        return ""
    fewer, kind = min((bad, "bad"), (good, "good"))
    return (
        f"only {fewer} {kind} {'rating' if fewer == 1 else 'ratings'}, and {needed} are needed "
        f"({BAD_RATINGS_PER_PARAMETER} for each value to compare); name fewer terms or a longer period"
    )


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
