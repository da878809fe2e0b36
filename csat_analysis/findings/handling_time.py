"""How ratings relate to handling times, as sentences."""

from __future__ import annotations

import pandas as pd

from ..formats import MINUS, count, minutes, name_values, percent
from ..questions.reversal import TOGETHER
from ..verdicts import direction, has_enough_data, is_claim, is_higher, is_lower, is_possible, matches
from .durations import time_name
from .phrases import count_noun, join_names


def association_title(rows: pd.DataFrame, time: str) -> str:
    """Return whether ratings are associated with a time, within groups where there is enough data."""
    verdict, name = rows["verdict"].iloc[-1], time_name(time)
    if not has_enough_data(verdict):
        return f"Not enough data to relate {name} and rating"
    if not direction(verdict):
        among = count_noun(int(rows["n"].max()), "rating")
        return f"No association of {name} and rating is detectable among {among}"
    have, sure = ("possibly have", ": not certain") if is_possible(verdict) else ("have", "")
    longer = f"tickets with a longer {name} {have} {_of_rating(verdict)} ratings{sure}"
    whole = rows["verdict"].iloc[0]
    if direction(whole) * direction(verdict) < 0:
        return f"Within groups, {longer}; all together, {_of_rating(whole)} ones"
    return f"{longer[0].upper()}{longer[1:]}"


def association_coverage(rows: pd.DataFrame, time: str) -> str:
    """Return how many ratings have a time, and what is left out; of `association` or `simpson_check`."""
    row = rows.iloc[0]
    rated = int(rows["n"].max() + row["missing"] + row["negative"])
    if not rated:
        return f"nothing to relate to {time_name(time)}"
    timed = rated - row["missing"] - row["negative"]
    verb = "has" if 1 in (timed, rated) else "have"
    have = f"{count(timed)} of {count_noun(rated, 'rating')} {verb} a time of {time_name(time)}"
    wrong = f"; {count(row['negative'])} with a time below 0 are left out" if row["negative"] else ""
    return have + wrong


def association_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the odds ratios among the rows of `association`, under short names."""
    ratios = rows[rows["method"].str.startswith("odds ratio")]
    names = ratios["method"].str.removeprefix("odds ratio per doubling").str.removeprefix(", ")
    return ratios.assign(method=names.replace("", TOGETHER))


def association_note(rows: pd.DataFrame) -> str:
    """Return the numbers behind `association_title`, in one line."""
    estimates = [
        f"{row['method']} {row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f}, n = {count(row['n'])})"
        for _, row in rows.iterrows()
        if pd.notna(row["low"])
    ]
    if not estimates:
        return ""
    first = rows.iloc[0]
    without = has_enough_data(first["verdict"]) and not is_claim(first["verdict"])
    smallest = f"; {first['note']}" if without and first["note"] else ""
    numbers = "; ".join(estimates).capitalize().replace("-", MINUS)
    return f"{numbers}{smallest}. Correlation does not imply causation."


def association_points(rows: pd.DataFrame, bins: pd.DataFrame, time: str) -> str:
    """Return how ratings differ between quick and slow tickets if they do by more than chance, else what is known.

    Within groups an association can have another direction than the rates of all tickets together.
    """
    verdict, rated = rows["verdict"].iloc[-1], _divided(bins)
    if not is_claim(verdict) or rated.empty or not _is_ordered(rated, direction(verdict)):
        return association_title(rows, time)
    # Slow tickets are often hard ones: that cannot be why they are rated higher.
    kinds = "Harder" if is_lower(verdict) else "Other kinds of"
    return f"{time_and_rating_title(bins, time)}. {kinds} tickets may explain part of it"


def time_and_rating_title(bins: pd.DataFrame, time: str) -> str:
    """Return the rates of the quickest and of the slowest part, side by side."""
    rated = _divided(bins)
    if rated.empty:
        return f"Too few ratings with a time of {time_name(time)} to divide them"
    quick, slow = rated.iloc[0], rated.iloc[-1]
    return (
        f"Where the {time_name(time)} took up to {minutes(quick['high_minutes'])}, "
        f"{percent(quick['estimate'])} of {count(quick['n'])} ratings were good, at "
        f"{minutes(slow['low_minutes'])} or more {percent(slow['estimate'])} of {count(slow['n'])}"
    )


def _divided(bins: pd.DataFrame) -> pd.DataFrame:
    """Return the parts with ratings; none unless there are two, each with enough of them."""
    rated = bins[bins["n"] > 0]
    is_enough = len(rated) > 1 and matches(rated["verdict"], has_enough_data).all()
    return rated if is_enough else rated.head(0)


def _is_ordered(rated: pd.DataFrame, side: int) -> bool:
    """Return whether the rate of the slowest part lies on a side of that of the quickest one."""
    return bool(side * (rated["estimate"].iloc[-1] - rated["estimate"].iloc[0]) > 0)


def simpson_check_strata(rows: pd.DataFrame, by: str) -> str:
    """Return in which strata ratings are associated with the time."""
    strata = _named_strata(rows, by)
    judged = strata[matches(strata["verdict"], has_enough_data)]
    if judged.empty:
        return _too_few(by)
    associated = [
        f"tickets that took longer have {words} ratings in {join_names(part['part'])}"
        for words, points in (("lower", is_lower), ("higher", is_higher))
        if len(part := judged[matches(judged["verdict"], points)])
    ]
    found = "; ".join(associated) if associated else _none_alone(strata, judged, by)
    return f"{found[0].upper()}{found[1:]}"


def _none_alone(strata: pd.DataFrame, judged: pd.DataFrame, by: str) -> str:
    enough = " with enough ratings" if len(judged) < len(strata) else ""
    return f"no {by}{enough} shows a detectable association on its own"


def _too_few(by: str) -> str:
    return f"Within {by}s there are too few good or bad ratings to check"


def _named_strata(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    strata = rows.iloc[1:-1]
    return strata.assign(part=name_values(strata["part"], by))


def simpson_check_title(rows: pd.DataFrame, by: str) -> str:
    """Return whether the association is reversed within strata."""
    whole, strata, pooled = rows.iloc[0], _named_strata(rows, by), rows.iloc[-1]
    if pd.isna(pooled["low"]) or pd.isna(whole["low"]):
        return _too_few(by)
    reversed_in = strata.loc[strata["reversed"], "part"]
    if len(reversed_in):
        return f"In {join_names(reversed_in)} the association is reversed"
    if not is_claim(whole["verdict"]):
        return f"Overall there is no clear association that could be reversed within {by}s"
    if not is_claim(pooled["verdict"]):
        return f"Not enough data to tell whether the association is reversed within {by}s"
    same = direction(whole["verdict"]) == direction(pooled["verdict"])
    return f"Within {by}s the association {'has the same direction' if same else 'is reversed'}"


def simpson_check_summary(rows: pd.DataFrame, by: str) -> str:
    """Return in which strata ratings are associated with the time, and whether the association is reversed.

    It follows the name of the strata, as in "Within groups: …".
    """
    strata, title = simpson_check_strata(rows, by), simpson_check_title(rows, by)
    found = strata if strata == title else f"{strata}. {title}"
    return found.replace(_too_few(by), "Too few good or bad ratings to check")


def simpson_check_note(rows: pd.DataFrame, by: str) -> str:
    """Return the odds ratios of all together and within strata, in one line."""
    ratios = [
        f"{words} {row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        for words, row in (("all together", rows.iloc[0]), (f"within {by}s", rows.iloc[-1]))
        if pd.notna(row["low"])
    ]
    if not ratios:
        return ""
    return f"Odds ratio of a good rating, slower half against quicker half: {', '.join(ratios)}."


def _of_rating(verdict: str) -> str:
    return "higher" if direction(verdict) > 0 else "lower"
