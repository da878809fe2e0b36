"""How a change is made up, of another mix of tickets and of changed rates, as sentences and a table."""

from __future__ import annotations

import math

import pandas as pd

from ..formats import ALL_RATINGS, ROUNDING_ERROR, name_values, percent, points
from ..verdicts import direction, has_enough_data, is_claim, is_possible, is_unfinished
from .known_changes import nothing_before
from .phrases import count_noun, format_intervals, interval_name, join_names, percents
from .satisfaction import moved, pulled_early

# Values that are named per part.
MOST_NAMED = 2


def explain_change_title(rows: pd.DataFrame, by: str = "group") -> str:
    """Return how the change of all ratings is made up, if it is clear."""
    whole = rows.iloc[-1]
    if is_unfinished(whole["verdict"]):
        return f"The change is not split into parts: {pulled_early(rows)}"
    if not whole["n"]:
        return "There are no ratings to compare"
    if not whole["n_before"]:
        return f"The change is not split into parts: {nothing_before(whole)}"
    if not has_enough_data(whole["verdict"]):
        return "Too few ratings to split a change into parts"
    if not is_claim(whole["verdict"]):
        possible = (
            f"is {whole['verdict']}, not certain"
            if is_possible(whole["verdict"])
            else "did not change clearly"
        )
        return f"Satisfaction {possible} ({points(whole['change'])} points)"
    if not (parts := explain_change_parts(rows, by)):
        return f"Satisfaction {moved(whole['verdict'])}; there is only one {by}"
    return f"Satisfaction {moved(whole['verdict'])}, {parts}"


def explain_change_parts(rows: pd.DataFrame, by: str = "group") -> str:
    """Return the parts of a clear change of all ratings; empty if it is not clear, or there is only one value."""
    whole, values = rows.iloc[-1], rows.iloc[:-1]
    if not is_claim(whole["verdict"]) or len(values) < 2:
        return ""
    digits = _digits_that_add_up(whole)
    parts = {"from another mix of": whole["mix"], "within": whole["within"]}
    names = _names_of_parts(values.assign(**{by: name_values(values[by], by)}), whole, by)
    texts = [
        f"{points(part, digits=digits)} {how} {by}s{named}"
        for (how, part), named in zip(parts.items(), names, strict=True)
    ]
    return f"{points(whole['change'], digits=digits)} points: {', '.join(texts)}"


def _digits_that_add_up(whole: pd.Series) -> int:
    """Return how many digits it takes for the rounded parts to add up to the rounded change; 1 if none do."""
    parts = [whole["mix"], whole["within"], -whole["change"]]
    sums = {digits: sum(round(100 * part, digits) for part in parts) for digits in (1, 2, 3)}
    return next((digits for digits, rest in sums.items() if abs(rest) < ROUNDING_ERROR), 1)


def explain_change_clause(rows: pd.DataFrame, by: str = "group") -> str:
    """Return the parts of a clear change as a sentence that follows another; empty if it is not clear."""
    change, _, parts = explain_change_parts(rows, by).partition(": ")
    return f" Of the {change}, {parts}." if parts else ""


def explain_change_note(rows: pd.DataFrame) -> str:
    """Return how to read the parts, in two lines."""
    return (
        f"Mix: the change if only the numbers of ratings had changed. Within: the change if only the rates had. "
        f"Lines: {interval_name(rows)}."
    )


def explain_change_table(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return `explain_change` for reading: one row for each `by`, and the sums."""
    return pd.DataFrame(
        {
            by.capitalize(): [*name_values(rows[by].iloc[:-1], by), ALL_RATINGS],
            "Ratings": rows["n"],
            "Good": rows["estimate"].map(percent),
            "Ratings before": rows["n_before"],
            "Good before": rows["estimate_before"].map(percent),
            "Mix, points": _with_interval(rows, "mix"),
            "Within, points": _with_interval(rows, "within"),
            "Sum, points": rows["change"].map(points),
        }
    )


def _with_interval(rows: pd.DataFrame, part: str) -> pd.Series:
    ends = rows[[f"{part}_low", f"{part}_high"]].set_axis(["low", "high"], axis=1)
    return rows[part].map(points) + " (" + format_intervals(ends, points) + ")"


def _names_of_parts(values: pd.DataFrame, whole: pd.Series, by: str) -> tuple[str, str]:
    """Return which values make up most of the mix and of the change within, in brackets; no names of people."""
    if by == "agent":
        return "", ""
    return _in_brackets(_shifts(values, whole, by)), _in_brackets(_changes(values, whole, by))


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def _shifts(values: pd.DataFrame, whole: pd.Series, by: str) -> str:
    """Return the values whose larger or smaller share of the ratings shows in the mix, if the mix is clear."""
    side = _side(whole, "mix")
    if not side:
        return ""
    largest = _largest(values[[_side(row, "mix") == side for _, row in values.iterrows()]], "mix")
    texts = []
    for _, row in largest.iterrows():
        now, before = percents(row["n"] / whole["n"], row["n_before"] / whole["n_before"])
        texts.append(f"{row[by]}: {now} of the ratings, {before} before")
    return "; ".join(texts)


def _changes(values: pd.DataFrame, whole: pd.Series, by: str) -> str:
    """Return the values that changed clearly in the direction of the part within."""
    side = math.copysign(1, whole["within"])
    clear = values[[is_claim(one) and direction(one) == side for one in values["verdict"]]]
    if clear.empty:
        return ""
    largest = _largest(clear, "within")
    rest = len(clear) - len(largest)
    names = [*largest[by], *([count_noun(rest, "other")] if rest else [])]
    return f"{join_names(names)} {moved(clear['verdict'].iloc[0])}"


def _side(row: pd.Series, part: str) -> int:
    """Return on which side of zero the interval of a part lies; 0 if it covers zero."""
    return int(row[f"{part}_low"] > 0) - int(row[f"{part}_high"] < 0)


def _largest(values: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return the values with the largest parts, in their order."""
    places = values[part].abs().sort_values(ascending=False, kind="stable").index[:MOST_NAMED]
    return values.loc[sorted(places)]
