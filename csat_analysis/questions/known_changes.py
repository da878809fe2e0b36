"""Known changes (`csat rebase`): satisfaction before and after one is not compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..history import History
from ..history.filters import Condition, Filter, Since, find_filter
from ..history.rebases import Rebase, read_rebases
from ..history.selection import to_list
from ..periods import Period, day
from .dimensions import Dimension, names_of
from .scope import Names, When, one_connection, two_periods

GROUP = "group"
MIDNIGHT = " 00:00:00"  # of a day that is given as a time
# First days of known levels: one or several; None for those that `csat rebase` stored.
Rebased = str | dt.date | Sequence[str | dt.date] | None


@one_connection
def known_changes(
    history: History, this: When = None, that: When = None, *, than: str | None = None, group: Names = None
) -> pd.DataFrame:
    """Return what is known to have changed from one period to another (`csat rebase`).

    Parameters
    ----------
    history
        The history to ask.
    this, that
        The two periods, as in `compare`.
    than
        In place of `that`: "before" (the default) or "last year", as in `compare`.
    group
        Names of groups, one or several; None for all.

    Returns
    -------
    pandas.DataFrame
        One row per change after the first day of `that` and until the last day of `this`, in order of time: `day`
        (first day of the new level), `group` (empty for a change of all groups), `text`.

    Raises
    ------
    CsatError
        If a period is malformed or outside the history.

    Examples
    --------
    >>> csat.known_changes(history, "2026-W46").columns.tolist()
    ['day', 'group', 'text']
    """
    kept = find_filter(history, None, group=group)
    found = find_known_changes(history, two_periods(history, this, that, than), kept)
    rows = [(pd.Timestamp(one.day), one.group or "", one.text) for one in found.changes]
    return pd.DataFrame(rows, columns=["day", GROUP, "text"]).astype({"day": "datetime64[us]"})


def find_rebases(history: History, rebase: Rebased) -> list[Rebase]:
    """Return the known changes of a history, or those that a call names by their days.

    Raises InvalidValue for what is not a day.
    """
    if rebase is None:
        return read_rebases(history)
    days: Any = rebase
    return [Rebase(day(str(one).removesuffix(MIDNIGHT)), "known change") for one in to_list(days)]


class KnownChanges(NamedTuple):
    """What is known to have changed between two periods.

    changes: in order of time. first: first day of the later period. kept: the filter of the question.
    """

    changes: list[Rebase]
    first: dt.date
    kept: Filter

    def leave_out_before(self, history: History, kept: Filter, by: Sequence[Dimension] = ()) -> Filter:
        """Return a filter without the ratings of the earlier period that came before a change.

        A change of one group counts for its own row of `by`, and where no other group is asked about.
        """
        found = list(kept)
        for one in self.changes:
            if not starts_again(one, self.kept, by):
                continue
            of = find_filter(history, None, group=one.group)
            # Ratings of the later period are kept, also those from before a change within it.
            found.append(Since(min(one.day, self.first), of[0] if one.group else None))
        return tuple(found)

    def is_compared_like_others(self, rows: pd.Index) -> NDArray[np.bool_]:
        """Return per row whether no change is known of its group alone, so that sums of rows are alike."""
        if GROUP not in rows.names:
            return np.ones(len(rows), dtype=bool)
        return ~rows.get_level_values(GROUP).isin([one.group for one in self.changes])

    def describe(self, by: Sequence[Dimension] = ()) -> dict[str, list[dict[str, Any]]]:
        """Return the changes as `attrs` of an answer: `day`, `group`, `text`, and whether they start it again."""
        rows = [
            {
                "day": one.day.isoformat(),
                "group": one.group or "",
                "text": one.text,
                "starts_again": starts_again(one, self.kept, by),
            }
            for one in self.changes
        ]
        return {"known_changes": rows}


def find_known_changes(
    history: History, spans: Sequence[Period], kept: Filter, rebase: Rebased = None
) -> KnownChanges:
    """Return what is known to have changed between two periods, the later one first, about the ratings of a filter."""
    this, that = spans
    groups = _groups_of(kept)
    left_out = {name for one in _conditions_of_groups(kept) if one.is_negated for name in one.values}
    changes = [
        one
        for one in find_rebases(history, rebase)
        if that.first < one.day <= this.last
        and (one.group is None or ((groups is None or one.group in groups) and one.group not in left_out))
    ]
    return KnownChanges(changes, this.first, kept)


def starts_again(one: Rebase, kept: Filter, by: Sequence[Dimension]) -> bool:
    """Return whether rows of `by` start again at a change: all of them, or those of its group."""
    return is_of_all(one, kept) or GROUP in names_of(by)


def is_of_all(one: Rebase, kept: Filter) -> bool:
    """Return whether a change is one of all ratings of a filter: of the account, or of the only group asked about."""
    return one.group is None or _groups_of(kept) == {one.group}


def _groups_of(kept: Filter) -> set[str] | None:
    """Return the groups that a filter keeps; None for all."""
    named = [set(one.values) for one in _conditions_of_groups(kept) if not one.is_negated]
    return set.intersection(*named) if named else None


def _conditions_of_groups(kept: Filter) -> list[Condition]:
    return [one for one in kept if isinstance(one, Condition) and one.dimension.name == GROUP]
