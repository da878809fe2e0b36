"""Known changes (`csat rebase`) between two periods, and the same period of last year, as sentences of a report."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..formats import count, date, percent
from ..history import History
from ..history.rebases import Rebase, read_rebases
from ..periods import Period
from ..verdicts import has_enough_data
from .phrases import join_names, likely_rate, name_periods


def known_changes(history: History, before: Period, span: Period, groups: Sequence[str] = ()) -> list[Rebase]:
    """Return what is known to have changed from one period to another, of all ratings or of these groups."""
    return [
        one
        for one in read_rebases(history)
        if before.first < one.day <= span.last and (not groups or one.group is None or one.group in groups)
    ]


def known_changes_clause(known: Sequence[Rebase]) -> str:
    """Return known changes as a sentence that follows a comparison; empty without any."""
    return f" Known to have changed since: {_list(known)}." if known else ""


def last_year_clause(row: pd.Series, span: Period, known: Sequence[Rebase] = ()) -> str:
    """Return the rate of the same period of last year as a sentence that follows another.

    Empty if there are too few ratings, as in a short history. After a known change the two are not alike.
    row: of `csat` for `span.year_before`. known: what changed since then.
    """
    if not has_enough_data(row["verdict"]):
        return ""
    name = _name(span.year_before)
    if known:
        return f" {name[0].upper()}{name[1:]} is not compared: known to have changed since, {_list(known)}."
    rates = f"{percent(row['estimate'])} of {count(row['n'])} good, {likely_rate(row['low'], row['high'])}"
    return f" A year before, in {name}: {rates}."


def _name(span: Period) -> str:
    """Return a period of last year in words."""
    if span.is_week:
        return f"the same week of {span.first.isocalendar().year}"
    return name_periods(span).this


def _list(known: Sequence[Rebase]) -> str:
    return join_names(
        f"{one.text}{f' of {one.group}' if one.group else ''} ({date(one.day)})" for one in known
    )
