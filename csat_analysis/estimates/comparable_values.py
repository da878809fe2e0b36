"""Which values of several terms one logistic regression can compare, and why it cannot compare the others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from .logistic import Fit, Model, fit_counts

BAD_RATINGS_PER_PARAMETER = 10
# Log-odds that no group of real tickets has: the data are separated.
LARGEST_COEFFICIENT = 12.0
# Relative size of an eigenvalue, and of a part of a sum of columns, that counts as zero.
ZERO = 1e-9
SMALLEST_PART = 1e-6
WITHOUT_BOUNDS = "so that its odds have no bounds"
ALONE = "the only value, so that there is nothing to compare"
SEPARATED_VALUE = "all its ratings that another value does not tell are alike (separation)"
SEPARATED = "the values together tell nearly all bad ratings from good ones (separation); name fewer terms"


class Fitted(NamedTuple):
    """The counts that were fitted, a table of the values, and the fit; without one, `note` says why."""

    combinations: pd.DataFrame
    table: pd.DataFrame
    fit: Fit | None = None
    note: str = ""


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
    counts = {term: _count_term(combinations, term) for term in terms}
    return pd.concat(counts, names=["term", "value"])


def _count_term(combinations: pd.DataFrame, term: str) -> pd.DataFrame:
    """Return the counts of the values of one term: faster than a `groupby` of few rows."""
    codes, values = combinations[term].cat.codes, combinations[term].cat.categories
    counts = {name: np.bincount(codes, combinations[name], len(values)) for name in ("rated", "bad")}
    return pd.DataFrame(counts, values.astype("str"))[np.bincount(codes, minlength=len(values)) > 0]


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
    """Drop columns that are sums of other columns, and add a note to their values.

    The regression cannot distinguish these values: they always occur together.
    """
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
    table = table.assign(note=table["note"].mask(rows, f"cannot be distinguished: {named}"))
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
