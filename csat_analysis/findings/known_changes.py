"""Known changes (`csat rebase`) between two periods, and the same period of last year, as sentences of a report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..formats import count, date, percent
from ..history import History
from ..periods import Period
from ..verdicts import has_enough_data
from .phrases import add_first_survey, join_names, likely_rate, name_days_of


def known_changes_clause(rows: pd.DataFrame | pd.Series) -> str:
    """Return the known changes of an answer as a sentence that follows a comparison; empty without any.

    rows: `compare` or `explain_change`, or a row of it.
    """
    known = _known(rows)
    again, others = known[known["starts_again"]], known[~known["starts_again"]]
    clauses = {"Known to have changed since": others}
    # A row without ratings before has said so: see `nothing_before`.
    if not (isinstance(rows, pd.Series) and starts_again(rows)):
        clauses = {"Ratings from before a known change are left out of the comparison": again, **clauses}
    return "".join(f" {text}: {_list(part)}." for text, part in clauses.items() if len(part))


def nothing_before(rows: pd.DataFrame | pd.Series) -> str:
    """Return that there is nothing to compare with, and because of which known changes: the latest of each group."""
    known = _known(rows)
    latest = known[known["starts_again"]].drop_duplicates("group", keep="last")
    return f"nothing to compare with{f' yet since a known change, {_list(latest)}' if len(latest) else ''}"


def starts_again(rows: pd.DataFrame | pd.Series) -> bool:
    """Return whether there is nothing to compare with because of a known change."""
    return bool(np.all(rows["n_before"] == 0)) and bool(_known(rows)["starts_again"].any())


def _known(rows: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Return the known changes of an answer, in order of time."""
    found = pd.DataFrame(
        rows.attrs.get("known_changes", []), columns=["day", "group", "text", "starts_again"]
    )
    return found.astype({"starts_again": bool})


def last_year_clause(row: pd.Series, span: Period, known: pd.DataFrame, history: History) -> str:
    """Return the rate of the same period of last year as a sentence that follows another.

    Empty if there are too few ratings, as in a short history, if the two overlap, or if that is what the period is
    compared with anyway. After a known change they are not alike.
    row: of `csat` for `span.year_before`, also as `compare_with_survey` returns it. known: `known_changes` since then.
    """
    before = span.year_before
    is_told = (before.first, before.last) == (span.baseline.first, span.baseline.last)
    if is_told or not has_enough_data(row["verdict"]) or before.last >= span.first:
        return ""
    name = _name_year_before(span)
    if len(known):
        return f" {name[0].upper()}{name[1:]} is not compared: known to have changed since, {_list(known)}."
    rates = f"{percent(row['estimate'])} of {count(row['n'])} good, {likely_rate(row['low'], row['high'])}"
    survey = ", in another survey" if row.get("other_survey") else ""
    return f" A year before, in {add_first_survey(history, span.year_before, name)}: {rates}{survey}."


def _name_year_before(span: Period) -> str:
    """Return the same period of last year in words; week 53 has none."""
    before = span.year_before
    if not span.is_week:
        return name_days_of(before)
    year, week, _ = before.first.isocalendar()
    return f"{'the same week' if week == span.first.isocalendar().week else f'week {week}'} of {year}"


def _list(known: pd.DataFrame) -> str:
    return join_names(
        f"{one.text}{f' in {one.group}' if one.group else ''} ({date(one.day)})" for one in known.itertuples()
    )
