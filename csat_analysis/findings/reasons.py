"""Which reasons customers gave, as sentences."""

from __future__ import annotations

import pandas as pd

from ..formats import count, date
from ..verdicts import is_claim, is_new_in_survey, matches
from .phrases import count_noun, join_names
from .satisfaction import compare_title

# More reasons that were given equally often are not named.
MOST_NAMED = 3


def reasons_title(rows: pd.DataFrame) -> str:
    """Return the reason given most often with a bad rating, and those that changed clearly."""
    if rows.empty or rows["n"].sum() == 0:
        return "Nobody gave a reason for a bad rating"
    most = rows[rows["n"] == rows["n"].max()]
    each = "each " if len(most) > 1 else ""
    share = (
        f"{each}{count(most['n'].iloc[0])} of {count_noun(int(rows['n'].sum()), 'bad rating')} with a reason"
    )
    given = "was" if len(most) == 1 else "were"
    names = join_names(_quote(most)) if len(most) <= MOST_NAMED else f"{len(most)} reasons"
    return f"{names} {given} given most often: {share}{_changes(rows)}"


def reasons_note(rows: pd.DataFrame) -> str:
    """Return what the shares are of where the survey's options changed; empty where they did not."""
    if rows.empty or (rows["of"].nunique() == 1 and not matches(rows["verdict"], is_new_in_survey).any()):
        return ""
    return (
        "Old options are compared among the ratings with an option that the survey offered in both periods."
    )


def _changes(rows: pd.DataFrame) -> str:
    """Return what changed, and which reasons the survey did not offer before."""
    quoted = rows.assign(reason=_quote(rows))
    # Their shares are of all bad ratings that count for them, not of those with this reason.
    moved = quoted.assign(n=rows["of"])[matches(rows["verdict"], is_claim)]
    changes = f". {compare_title(moved, 'reason')}" if len(moved) else ""
    new = quoted[matches(rows["verdict"], is_new_in_survey)]
    return changes + "".join(
        f". {row['reason']} is a new option in the survey since {date(row['offered_since'])}"
        for _, row in new.iterrows()
    )


def _quote(rows: pd.DataFrame) -> pd.Series:
    return "“" + rows["reason"] + "”"
