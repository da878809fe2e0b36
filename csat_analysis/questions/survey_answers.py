"""Which answers customers gave to the other questions of a survey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import pandas as pd

from ..errors import CsatError, UnknownChoice
from ..estimates import wilson_interval
from ..history import History
from ..history.filters import Filter, Where, find_filter
from ..periods import Period
from . import measures
from .counting import CUSTOMERS
from .dimensions import Dimension, find_dimensions, name_values, names_of, sort_by_name
from .judging import has_enough, judge_size, share, with_verdicts
from .repeat_customers import select_with_customer, with_inflation
from .scope import Names, When, one_connection, period, thresholds

# Questions that customers answer by a text of their own.
TEXT = "open_ended"


@one_connection
def answers(
    history: History,
    when: When = None,
    *,
    question: str | None = None,
    by: Names = None,
    group: Names = None,
    where: Where = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return how often each option or point was chosen in the other questions of the surveys.

    These are all questions besides the one about satisfaction (see `distribution`). Texts have no shares.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week. Answers count by the day of their rating.
    question
        The words of a question, its alias, or its id where the history does not have its words; None for all.
    by
        A dimension to split by, or several, as in `csat`.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Answers that a row's question needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per question, [`by`] and answer that was given: `question`, [`by`], `value` (the option, or the points
        as text), `n` (how often), `estimate`, `low`, `high` (the share of `of`, from 0 to 1; wider where customers
        answer several times), `verdict`, `of` (responses with an answer to the question; several options may be chosen
        in one), `ratings_per_customer`.

    Raises
    ------
    UnknownChoice
        If the surveys have no such question, or `by` is not a dimension.
    CsatError
        If the question is answered by a text, or the period is malformed or outside the history.

    Examples
    --------
    >>> csat.answers(history, "2026-W46").columns[:3].tolist()
    ['question', 'value', 'n']
    """
    kept = find_filter(history, where, group=group)
    dimensions = find_dimensions(history, by)
    span = period(history, when)
    asked = None if question is None else _find_question(history, question)
    needed = thresholds(history, min_ratings, by)
    counts, totals = (_count(history, span, dimensions, kept, per_value=one) for one in (True, False))
    (totals,) = with_inflation(history, span.end, totals)
    keys = ["question", *names_of(dimensions)]
    chosen = counts.rename(columns={"rated": "n"})[[*keys, "value", "n"]]
    rows = chosen.merge(totals, on=keys)
    if asked is not None:
        rows = rows[rows["question"] == asked].reset_index(drop=True)
    return _estimate(_in_order(rows, keys), needed.level, needed.min_ratings)


def _find_question(history: History, given: str) -> str:
    """Return a question of the history by its words. Raises CsatError if there is none, or if it has texts."""

    def query(con: Any) -> ibis.Table:
        stored = con.table("survey_answers").filter(lambda rows: ~measures.is_satisfaction(rows))
        return stored.select(question=measures.name_question(stored), kind=stored.answer_type).distinct()

    found = history.read(query).dropna(subset="question")
    shares = sorted(found.loc[~found["kind"].isin([TEXT, "skipped"]), "question"].unique())
    folded = str(given).strip().casefold()
    for name in shares:
        if name.casefold() == folded:
            return name
    if (found.loc[found["kind"] == TEXT, "question"].str.casefold() == folded).any():
        raise CsatError(
            f'{given!r} is answered by a text, which has no shares: read history.table("survey_answers")'
        )
    raise UnknownChoice("question", given, shares)


def _count(
    history: History, span: Period, by: Sequence[Dimension], kept: Filter, *, per_value: bool
) -> pd.DataFrame:
    """Return the counts of `measures.answer_counts` with the names that people see."""

    def query(con: Any) -> ibis.Table:
        rows = measures.split(select_with_customer(history, con, span.start, span.end, kept), by, con)
        return measures.answer_counts(rows, con.table("survey_answers"), names_of(by), per_value=per_value)

    counts = name_values(history.read(query), by)
    return sort_by_name(counts, by).astype(dict.fromkeys(["rated", *CUSTOMERS], int))


def _in_order(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sort rows by question, dimensions and value; points by their size."""
    points = pd.to_numeric(rows["value"], errors="coerce")
    ordered = rows.assign(_points=points).sort_values([*keys, "_points", "value"], ignore_index=True)
    return ordered.drop(columns="_points")


def _estimate(rows: pd.DataFrame, level: float, fewest: int) -> pd.DataFrame:
    low, high = wilson_interval(rows["n"], rows["rated"], level=level, inflation=rows["inflation"])
    verdicts = judge_size(has_enough(rows, fewest))
    rows = rows.assign(
        estimate=share(rows["n"], rows["rated"]),
        low=low,
        high=high,
        of=rows["rated"],
        ratings_per_customer=share(rows["rated"], rows["customers"]),
    )
    return with_verdicts(rows.drop(columns=["rated", *CUSTOMERS, "inflation"]), verdicts, level=level)
