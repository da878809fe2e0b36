"""What makes two periods hard to compare, as sentences: another survey, or other customers who answer."""

from __future__ import annotations

import pandas as pd

from ..formats import percent
from ..questions.other_surveys import OTHER_SURVEY
from .known_changes import known_changes_clause

RATES_OF_OTHERS = "rates of different surveys can differ although customers are as satisfied"


def compare_with_survey(row: pd.Series, distribution: pd.DataFrame) -> pd.Series:
    """Return a comparison with `other_survey`: a sentence if the ratings are on another scale than those before, or "".

    row: of `compare`, or of `csat` for the earlier period. distribution: `distribution` of the same periods.
    """
    both = pd.concat([row, pd.Series({"other_survey": _describe_survey(distribution)})])
    both.attrs = dict(row.attrs)
    return both


def _describe_survey(rows: pd.DataFrame) -> str:
    now, before = rows["n"].sum(), rows["n_before"].sum()
    totals = now + rows["other_scales"].iloc[0], before + rows["other_scales_before"].iloc[0]
    if not all(totals):
        return ""
    shares = now / totals[0], before / totals[1]
    if abs(shares[0] - shares[1]) <= OTHER_SURVEY:
        return ""
    return (
        f"{percent(shares[0])} of these ratings are on a scale of {rows['scale'].iloc[0]} points, {percent(shares[1])} "
        f"of those before: {RATES_OF_OTHERS}"
    )


def compare_cautions(row: pd.Series) -> str:
    """Return known changes, and what makes a comparison doubtful, as sentences that follow it; empty without any.

    row: of `compare`, also as `compare_with_survey` returns it.
    """
    notes = [row.get("other_survey", ""), row["nonresponse_note"]]
    return known_changes_clause(row) + "".join(f" {note[0].upper()}{note[1:]}." for note in notes if note)
