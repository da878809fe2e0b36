"""What customers answered to the other questions of a survey, as sentences."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent
from ..verdicts import has_enough_data, matches
from .phrases import interval_name, join_names

# More answers that were given equally often are not named.
MOST_NAMED = 3


def answers_title(rows: pd.DataFrame) -> str:
    """Return the answer to a question that was given most often; of several questions, how many have answers."""
    if rows.empty:
        return "Nobody answered another question of the survey"
    questions = rows["question"].unique()
    if len(questions) > 1:
        return f"Customers answered {count(len(questions))} other questions of the survey"
    given = rows.groupby("value", sort=False)["n"].sum()
    most = given.index[given == given.max()]
    total = rows.drop_duplicates(_keys(rows))["of"].sum()
    were = "was" if len(most) == 1 else "were each"
    share = f"{count(given.max())} of {count(total)} answers ({percent(given.max() / total)})"
    few = "" if matches(rows["verdict"], has_enough_data).any() else "; too few to judge"
    names = join_names(f"“{value}”" for value in most) if len(most) <= MOST_NAMED else f"{len(most)} answers"
    return f"“{questions[0]}”: {names} {were} given most often, {share}{few}"


def answers_note(rows: pd.DataFrame) -> str:
    """Return what the shares are of."""
    return f"Shares of the responses with an answer to the question. Lines: {interval_name(rows)}."


def _keys(rows: pd.DataFrame) -> list[str]:
    """Return the columns before the answer: the question, and by what it is split."""
    return list(rows.columns[: list(rows.columns).index("value")])
