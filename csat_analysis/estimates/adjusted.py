"""Differences of the share of bad ratings between values of several terms, all else equal: one logistic regression."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

from .cluster_errors import Cells, cluster_errors
from .counts import Floats
from .marginal_effects import Fit, Model, marginal_effects, slopes_of_effects

MINIMUM_CLUSTERS = 30
BAD_RATINGS_PER_PARAMETER = 10
# Log-odds that no group of real tickets has: the data are separated.
LARGEST_COEFFICIENT = 12.0
# Relative size of an eigenvalue, and of a part of a sum of columns, that counts as zero.
ZERO = 1e-9
SMALLEST_PART = 1e-6
# Steps of the fit; separated data never converge.
MAXIMUM_STEPS = 40
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
        half = self.table["error"] * -scipy.special.stdtrit(freedom, tail)
        low, high = self.table["estimate"] - half, self.table["estimate"] + half
        if self.fit is None:
            return low, high
        halves = self.coefficients["error"].to_numpy() * -scipy.special.stdtrit(
            self.coefficients["freedom"].to_numpy(), tail
        )
        ends = [marginal_effects(self.fit, side * halves) for side in (-1, 1)]
        low_of_odds, high_of_odds = (
            with_effects(self.table, self.fit.model, {"estimate": end})["estimate"] for end in ends
        )
        return np.minimum(low, low_of_odds), np.maximum(high, high_of_odds)


class Fitted(NamedTuple):
    """A fit with the cells and values that it is about, or why there is none."""

    cells: pd.DataFrame
    table: pd.DataFrame
    combination: pd.Series
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
        One row per combination of values: a column of texts for each term, `bad` and `rated`, and the cluster.
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
    logit P(bad) = constant + one coefficient per value other than the reference, fitted to counts by statsmodels. The
    estimate is the average marginal effect over all ratings. Clustered errors: see `cluster_errors`.

    Examples
    --------
    >>> cells = pd.DataFrame({"channel": ["chat", "email"], "bad": [20, 45], "rated": [200, 150]})
    >>> adjust_differences(cells, ["channel"]).table[["value", "estimate"]].round(2).values.tolist()
    [['chat', 0.0], ['email', 0.2]]
    """
    if inflation < 1:
        raise ValueError("inflation must be 1 or more")
    found = fit_without_separated(cells[cells["rated"] > 0], terms, list_values(cells, terms))
    if found.fit is None or found.note:
        return Adjusted(found.table, 0, found.note, pd.DataFrame(columns=["estimate", "error"]), None)
    return with_errors(found, found.fit, inflation, cluster)


def with_errors(found: Fitted, fit: Fit, inflation: float, cluster: str | None) -> Adjusted:
    """Return the effects with their errors, which are clustered if there are enough clusters."""
    table, clusters = found.table, 0
    effects = marginal_effects(fit)
    contrasts = np.vstack([slopes_of_effects(fit), np.eye(fit.beta.size)])
    errors = errors_of(contrasts, fit.covariance * inflation)
    freedom = np.full(errors.size, np.inf)
    if cluster and found.cells[cluster].nunique() >= MINIMUM_CLUSTERS:
        clusters = found.cells[cluster].nunique()
        clustered = cluster_errors(count_cells(found, fit, cluster), fit.beta, fit.covariance, contrasts)
        freedom = clustered.freedom
        # Customers who rate several times may have several agents.
        errors = clustered.errors if inflation == 1 else np.maximum(clustered.errors, errors)
        table = note_single_clusters(table, found.cells, cluster)
    keys = pd.MultiIndex.from_tuples([("", ""), *fit.model.names], names=["term", "value"])
    of_beta = {"estimate": fit.beta, "error": errors[effects.size :], "freedom": freedom[effects.size :]}
    values = {"estimate": effects, "error": errors[: effects.size], "freedom": freedom[: effects.size]}
    return Adjusted(with_effects(table, fit.model, values), clusters, "", pd.DataFrame(of_beta, keys), fit)


def count_cells(found: Fitted, fit: Fit, cluster: str) -> Cells:
    """Return the counts of each cluster and combination of values."""
    columns = fit.model.columns[found.combination.to_numpy()]
    bad, rated = (found.cells[name].to_numpy(dtype=float) for name in ("bad", "rated"))
    return Cells(columns, bad, rated, pd.factorize(found.cells[cluster])[0])


def note_single_clusters(table: pd.DataFrame, cells: pd.DataFrame, cluster: str) -> pd.DataFrame:
    """Note the values whose ratings are all of one cluster: how alike they are cannot be seen."""
    pairs = zip(table["term"], table["value"], strict=True)
    single = np.array([cells.loc[cells[term] == value, cluster].nunique() == 1 for term, value in pairs])
    return table.assign(note=table["note"].mask((table["note"] == "") & single, SINGLE_CLUSTER))


def fit_without_separated(cells: pd.DataFrame, terms: Sequence[str], table: pd.DataFrame) -> Fitted:
    """Fit the regression; leave out values, with their cells, whose odds have no bounds, until there are none."""
    while True:
        cells, table = leave_out_alike(cells, table)
        model, combination = build_model(cells, terms, chosen := choose_references(cells, table))
        model, chosen = leave_out_dependent(model, chosen)
        if note := why_not_fitted(model, has_lost_values=table["note"].str.endswith(WITHOUT_BOUNDS).any()):
            return Fitted(cells, chosen, combination, note=note)
        fit, has_converged = fit_counts(model)
        separated = [
            name
            for name, odds in zip(model.names, fit.beta[1:], strict=True)
            if abs(odds) > LARGEST_COEFFICIENT
        ]
        if not separated:
            return Fitted(cells, chosen, combination, fit, note="" if has_converged else SEPARATED)
        for term, value in separated:
            cells = cells[cells[term] != value]
        rows = pd.MultiIndex.from_frame(table[["term", "value"]]).isin(separated)
        table = table.assign(note=table["note"].mask(rows, SEPARATED_VALUE))


def list_values(cells: pd.DataFrame, terms: Sequence[str]) -> pd.DataFrame:
    """Return one row per term and value with its counts, in the order of the terms and of the names."""
    counts = [cells.groupby(term)[["rated", "bad"]].sum().query("rated > 0") for term in terms]
    named = [
        rows.rename_axis("value").reset_index().assign(term=term)
        for term, rows in zip(terms, counts, strict=True)
    ]
    table = pd.concat(named, ignore_index=True).rename(columns={"rated": "n"}).astype({"n": int, "bad": int})
    return table[["term", "value", "n", "bad"]].assign(note="", estimate=np.nan, error=np.nan, freedom=np.nan)


def leave_out_alike(cells: pd.DataFrame, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out the cells of values whose ratings are all good or all bad, until there are none, and note why.

    Their odds have no bounds, and they say nothing about the other values.
    """
    while (found := find_alike(cells, table)) is not None:
        place, rows, note = found
        cells = cells[~rows]
        table = table.assign(note=table["note"].mask(table.index == place, note))
    return cells, table


def find_alike(cells: pd.DataFrame, table: pd.DataFrame) -> tuple[int, pd.Series, str] | None:
    """Return the first value whose ratings are all alike where others are not: its place, its cells and a note."""
    if cells["bad"].sum() in (0, cells["rated"].sum()):
        return None
    counts = {term: cells.groupby(term)[["bad", "rated"]].sum() for term in table["term"].unique()}
    for place, term, value in table.loc[table["note"] == "", ["term", "value"]].itertuples():
        bad, rated = counts[term].reindex([value], fill_value=0).iloc[0]
        if rated and bad in (0, rated):
            note = f"all its ratings are {'bad' if bad else 'good'}, {WITHOUT_BOUNDS}"
            return place, cells[term] == value, note
    return None


def choose_references(cells: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Mark the most frequent value of each term; note terms with a single value left."""
    left = table[table["note"] == ""]
    n = [cells.loc[cells[row.term] == row.value, "rated"].sum() for row in left.itertuples()]
    left = left.assign(n=n)[np.array(n, dtype=int) > 0]
    references = left.groupby("term")["n"].idxmax()
    alone = left.groupby("term")["n"].transform("size") == 1
    table = table.assign(is_reference=table.index.isin(references) & ~table.index.isin(alone.index[alone]))
    gone = (table["note"] == "") & ~table.index.isin(left.index)
    table["note"] = table["note"].mask(gone, "all its ratings are those of values that are left out")
    return table.assign(note=table["note"].mask(table.index.isin(alone.index[alone]), ALONE))


def build_model(cells: pd.DataFrame, terms: Sequence[str], table: pd.DataFrame) -> tuple[Model, pd.Series]:
    """Return the counts and columns of each combination of values, and the combination of each cell."""
    groups = cells.groupby(list(terms), sort=False)
    each = groups[["bad", "rated"]].sum().reset_index()
    left = table[(table["note"] == "") & ~table["is_reference"]]
    names = list(left[["term", "value"]].itertuples(index=False, name=None))
    columns = [np.ones(len(each)), *((each[term] == value).to_numpy(float) for term, value in names)]
    model = Model(each["bad"].to_numpy(float), each["rated"].to_numpy(float), np.column_stack(columns), names)
    return model, groups.ngroup()


def leave_out_dependent(model: Model, table: pd.DataFrame) -> tuple[Model, pd.DataFrame]:
    """Leave out columns that are sums of others, and note all values that cannot be told apart from each other."""
    from scipy.linalg import qr

    if not model.names:
        return model, table
    gram = model.columns.T @ model.columns
    sizes, vectors = np.linalg.eigh(gram)
    zero = vectors[:, sizes <= ZERO * sizes.max()]
    if not zero.shape[1]:
        return model, table
    parts = np.abs(zero[1:]).max(axis=1)
    involved = [name for name, part in zip(model.names, parts, strict=True) if part > SMALLEST_PART]
    order = qr(gram, pivoting=True, mode="r")[1]
    kept = [0, *sorted(place for place in order[: len(gram) - zero.shape[1]] if place)]
    named = ", ".join(f"{term} {value}" for term, value in involved)
    rows = pd.MultiIndex.from_frame(table[["term", "value"]]).isin(involved)
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


def fit_counts(model: Model) -> tuple[Fit, bool]:
    """Return the fit of a model, and whether it converged."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    counts = np.column_stack([model.bad, model.rated - model.bad])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of separation, which the coefficients show
        result = GLM(counts, model.columns, family=Binomial()).fit(
            maxiter=MAXIMUM_STEPS, tol=1e-10, tol_criterion="params"
        )
    beta, covariance = np.asarray(result.params), np.asarray(result.cov_params())
    return Fit(model, beta, covariance), bool(result.converged and np.isfinite(covariance).all())


def errors_of(slopes: Floats, covariance: Floats) -> Floats:
    """Return the standard errors of effects by the delta method."""
    return np.sqrt(np.maximum(((slopes @ covariance) * slopes).sum(axis=1), 0.0))


def with_effects(table: pd.DataFrame, model: Model, values: dict[str, Floats]) -> pd.DataFrame:
    """Return the table with the effects of the values without a note; 0 for the references of such values."""
    keys = pd.MultiIndex.from_tuples(model.names)
    places = keys.get_indexer(pd.MultiIndex.from_frame(table[["term", "value"]]))
    known = (places >= 0) & (table["note"] == "")
    compared = table["is_reference"] & table["term"].isin(table.loc[known, "term"])
    for name, found in values.items():
        table = table.assign(**{name: np.where(known, found[places], np.where(compared, 0.0, np.nan))})
    return table
