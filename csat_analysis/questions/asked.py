"""What every question shares: which period is asked about, which ratings count, and which verdict they allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from ..errors import CsatError
from ..estimates import newcombe_difference, wilson_interval
from ..history import History
from ..periods import Period, last_complete_week, week, week_label
from ..settings import Thresholds
from ..verdicts import Verdict
from . import measures
from .dimensions import FIELD, known_dimensions, labelled, listed, named_values, ticket_field

Names = str | Sequence[str] | None
When = Period | str | None  # a period, a week such as "2026-W46", or None: the last complete week

COUNTS = ["good", "bad", "neutral", "rated"]
WEEKS_BEFORE = 4  # what a week is compared with unless something else is named


def period(history: History, when: When = None) -> Period:
    """A period of the account's own days: a week by its label, or by default the last complete one.

    Raises CsatError for a malformed week, or for one outside what the history holds.
    """
    zone = history.timezone
    if isinstance(when, Period):
        return when
    if when is None or not str(when).strip():
        return last_complete_week(dt.datetime.now(dt.UTC), zone)
    asked, (first, last) = week(str(when), zone), history.span()
    if asked.end <= first or asked.start > last:
        held = f"{week_label(first.date())} to {week_label(last.date())}"
        raise CsatError(f"no ratings or tickets in week {when}: {history.name} holds {held}")
    return asked


def two_periods(history: History, this: When, that: When) -> tuple[Period, Period]:
    """A period and the one it is compared with: by default the four weeks before it."""
    now = period(history, this)
    return now, now.before(WEEKS_BEFORE) if that is None else period(history, that)


def last_week(history: History, until: When = None) -> Period:
    """The week in which a period ends, by default the last complete one: what goes week by week ends with it."""
    asked = period(history, until)
    return week(week_label(asked.last), asked.timezone)


def thresholds(history: History, min_ratings: int | None, by: str | None = None) -> Thresholds:
    """The thresholds of the settings for answers per `by`, with another number of ratings if one is named."""
    known = history.thresholds
    fewest = known.min_ratings_of_agent if by == "agent" else known.min_ratings
    return known._replace(min_ratings=fewest if min_ratings is None else min_ratings)


def measured(
    history: History, measure: Callable[[Any], Any], span: Period, group: Names, *,
    by: Sequence[str] = (), view: str = "ratings",
) -> pd.DataFrame:  # fmt: skip
    """A measure of the ratings (or offers) of a period and of groups, counted in the database.

    by: the dimensions that the measure uses. Raises UnknownChoice for one that is none.
    """
    fields = {name: ticket_field(history, name) for name in known_dimensions(by) if name.startswith(FIELD)}
    ids = {name: field.ids for name, field in fields.items()}

    def query(con: Any) -> Any:
        rows = history.select(con, view, span.start, span.end, group=group)
        return measure(measures.split(rows, by, ids))

    return named_values(history.read(query), by, fields)


def counted(
    history: History, span: Period, *, by: str | Sequence[str] | None = None, group: Names = None
) -> pd.DataFrame:
    """`good`, `bad`, `neutral` and `rated` = good + bad of a period, per value of `by`."""
    keys = listed(by)
    counts = measured(history, lambda ratings: measures.rating_counts(ratings, keys), span, group, by=keys)
    counts[COUNTS] = counts[COUNTS].fillna(0).astype(int)
    return labelled(counts, keys)


def rates(counts: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Counts with `rated` as `n`, and `estimate`, `low`, `high` beside it."""
    low, high = wilson_interval(counts["good"], counts["rated"], level=level)
    rows = counts.rename(columns={"rated": "n"})
    return rows.assign(estimate=share(counts["good"], counts["rated"]), low=low, high=high)


def share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Part of a whole; nan where the whole is 0."""
    return part.astype(float) / whole.astype(float).where(whole > 0)


def with_verdict(
    rows: pd.DataFrame, verdict: Any, *, level: float, verdict_level: float | None = None
) -> pd.DataFrame:
    """Rows with a `verdict` of text, also where there are none.

    `attrs` says the `level` of their intervals and, of questions that judge, the `verdict_level` of all rows together.
    """
    texts = [Verdict(one).value for one in verdict]
    said = rows.assign(verdict=pd.Series(texts, index=rows.index, dtype="str"))
    said.attrs |= {"level": level} | ({"verdict_level": verdict_level} if verdict_level else {})
    return said


def changes(new: pd.DataFrame, old: pd.DataFrame, *, level: float) -> dict[str, Any]:
    """The columns that say what changed between two tables of counts with one index."""
    found = newcombe_difference(new["good"], new["rated"], minus=(old["good"], old["rated"]), level=level)
    return {
        "n_before": old["rated"],
        "estimate_before": share(old["good"], old["rated"]),
        "change": found.estimate,
        "change_low": found.low,
        "change_high": found.high,
    }


def judged_changes(new: pd.DataFrame, old: pd.DataFrame, needed: Thresholds) -> Any:
    """Per row: higher, lower, no detectable difference, or too few ratings."""
    enough = (new["rated"] >= needed.min_ratings) & (old["rated"] >= needed.min_ratings)
    level = level_of_each(enough, needed.verdict_level)
    found = newcombe_difference(new["good"], new["rated"], minus=(old["good"], old["rated"]), level=level)
    return judged(found, enough)


def level_of_each(enough: pd.Series, level: float) -> float:
    """The level of each row's verdict at which all rows together are wrong as rarely as one alone (Bonferroni)."""
    return 1 - (1 - level) / max(1, int(enough.sum()))


def judged(found: Any, enough: pd.Series, *, none: float = 0) -> list[Verdict]:
    """Return per row on which side of `none` its interval lies; too few ratings where not `enough`."""
    rows = zip(found.low, found.high, enough, strict=True)
    return [judge(low, high, none) if known else Verdict.TOO_FEW for low, high, known in rows]


def judge(low: float, high: float, none: float) -> Verdict:
    """Return on which side of `none` an interval lies."""
    if low > none:
        return Verdict.HIGHER
    return Verdict.LOWER if high < none else Verdict.NO_DIFFERENCE


def judge_size(n: pd.Series, fewest: int) -> list[Verdict]:
    """Return per row whether it has enough ratings for a rate."""
    return [Verdict.TOO_FEW if few else Verdict.ENOUGH for few in n < fewest]
