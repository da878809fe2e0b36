"""Which reasons customers gave, as sentences."""

from __future__ import annotations

import pandas as pd

from ..formats import count
from ..verdicts import is_claim, matches
from .phrases import join_names
from .satisfaction import compare_title


def reasons_title(rows: pd.DataFrame) -> str:
    """Return the reason given most often with a bad rating, and those that changed clearly."""
    if rows.empty or rows["n"].sum() == 0:
        return "Nobody gave a reason for a bad rating"
    most = rows[rows["n"] == rows["n"].max()]
    each = "each " if len(most) > 1 else ""
    share = f"{each}{count(most['n'].iloc[0])} of {count(most['of'].iloc[0])} bad ratings with a reason"
    given = "was" if len(most) == 1 else "were"
    return f"{join_names(_quote(most))} {given} given most often: {share}{_changes(rows)}"


def _changes(rows: pd.DataFrame) -> str:
    """Return what changed, apart from reasons that were not given before."""
    clear = rows.assign(reason=_quote(rows))[matches(rows["verdict"], is_claim)]
    new, moved = clear[clear["n_before"] == 0], clear[clear["n_before"] > 0]
    changes = f". {compare_title(moved, 'reason')}" if len(moved) else ""
    return changes + (f". {join_names(new['reason'])} had not been given before" if len(new) else "")


def _quote(rows: pd.DataFrame) -> pd.Series:
    return "“" + rows["reason"] + "”"
