"""How ratings go with handling times, and how long things took, as sentences."""

from __future__ import annotations

import pandas as pd

from ..formats import MINUS, count, minutes, percent
from ..questions.handling_time import TOGETHER
from ..verdicts import describe, has_enough_data, is_claim, is_higher, is_lower, matches
from .phrases import counted, interval_of, intervals, listed

TIME_NAMES = {
    "first_reply_minutes": "first reply",
    "requester_wait_minutes": "requester wait",
    "full_resolution_minutes": "full resolution",
}


def association(rows: pd.DataFrame, time: str) -> str:
    """Whether ratings go with a time, within groups where that can be said."""
    within = rows.iloc[-1]
    name = name_of(time)
    if not has_enough_data(within["verdict"]):
        return f"Whether {name} and rating go together cannot be said"
    if not is_claim(within["verdict"]):
        return f"No association of {name} and rating is detectable"
    return f"Longer {name} goes with {_of_rating(within['verdict'])} ratings"


def _of_rating(verdict: str) -> str:
    return "higher" if is_higher(verdict) else "lower"


def name_of(time: str) -> str:
    """What a duration column is called: "full_resolution_minutes" is "full resolution"."""
    return TIME_NAMES.get(time, time.removesuffix("_minutes").replace("_", " "))


def coverage(rows: pd.DataFrame, time: str) -> str:
    """How many ratings have a time, and what is left out; of `association` or `simpson_check`."""
    if rows.empty:
        return "No ratings"
    row = rows.iloc[0]
    rated = int(rows["n"].max() + row["missing"] + row["negative"])
    if not rated:
        return "No ratings"
    timed = rated - row["missing"] - row["negative"]
    have = f"{count(timed)} of {counted(rated, 'rating')} have a time of {name_of(time)}"
    wrong = f"; {count(row['negative'])} with a time below 0 are left out" if row["negative"] else ""
    return have + wrong


def ends(bins: pd.DataFrame, time: str) -> str:
    """The rate of the quickest and of the slowest part of `time_and_rating`, side by side."""
    known = bins[bins["n"] > 0]
    if len(known) < 2 or not matches(known["verdict"], has_enough_data).all():
        return f"Too few ratings with a time of {name_of(time)} to divide them"
    said = [
        f"{percent(part['estimate'])} of {count(part['n'])} good where {name_of(time)} was {words}"
        for words, part in (("quickest", known.iloc[0]), ("slowest", known.iloc[-1]))
    ]
    return f"{said[0]}, {said[1]}"


def per_doubling(rows: pd.DataFrame) -> pd.DataFrame:
    """The odds ratios among the rows of `association`, under short names."""
    ratios = rows[rows["method"].str.startswith("odds ratio")]
    names = ratios["method"].str.removeprefix("odds ratio per doubling").str.removeprefix(", ")
    return ratios.assign(method=names.replace("", TOGETHER))


def within(rows: pd.DataFrame, by: str) -> str:
    """In which strata of `simpson_check` ratings go with the time, and whether that turns what all together say."""
    strata, plural = rows.iloc[1:-1], f"{by}s"
    judged = strata[matches(strata["verdict"], has_enough_data)]
    if judged.empty:
        return f"Too little to look within {plural}"
    lower, higher = (judged[matches(judged["verdict"], points)] for points in (is_lower, is_higher))
    said = [
        f"longer goes with {words} ratings in {listed(part['part'])}"
        for part, words in ((lower, "lower"), (higher, "higher"))
        if len(part)
    ]
    found = "; ".join(said) if said else f"no {by} alone shows a detectable association"
    return f"{found[0].upper()}{found[1:]}"


def turns(rows: pd.DataFrame, by: str) -> str:
    """Whether the association of `simpson_check` points another way within strata than all together."""
    whole, strata, pooled = rows.iloc[0], rows.iloc[1:-1], rows.iloc[-1]
    if pd.isna(pooled["low"]) or pd.isna(whole["low"]):
        return f"Too little to say whether the picture turns within {by}s"
    other = strata.loc[strata["reversed"], "part"]
    if len(other):
        return f"In {listed(other)} it points the other way than all together"
    ratios = f"odds ratio {pooled['estimate']:.2f} within, {whole['estimate']:.2f} all together"
    if not all(is_claim(row["verdict"]) for row in (whole, pooled)):
        return f"Whether the picture turns within {by}s cannot be said: {ratios}"
    if (pooled["estimate"] - 1) * (whole["estimate"] - 1) < 0:
        return f"Within {by}s it points the other way: {ratios}"
    return f"Within {by}s it points the same way: {ratios}"


def pooled(rows: pd.DataFrame, by: str) -> str:
    """All together against within strata pooled, in numbers."""
    said = [
        f"{words} {row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        for words, row in (("all together", rows.iloc[0]), (f"within {by}s", rows.iloc[-1]))
        if pd.notna(row["low"])
    ]
    return (
        f"Odds ratio of a good rating, slower half against quicker half: {', '.join(said)}." if said else ""
    )


def how_associated(rows: pd.DataFrame) -> str:
    """The numbers behind `association`, in one line."""
    said = [
        f"{row['method']} {row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f}, n = {count(row['n'])})"
        for _, row in rows.iterrows()
        if pd.notna(row["low"])
    ]
    if not said:
        return ""
    first = rows.iloc[0]
    unseen = f"; {first['note']}" if _no_association(first["verdict"]) and first["note"] else ""
    return f"{'; '.join(said).capitalize().replace('-', MINUS)}{unseen}. An association is no reason."


def _no_association(verdict: str) -> bool:
    return has_enough_data(verdict) and not is_claim(verdict)


def times(rows: pd.DataFrame) -> str:
    """Which median times changed."""
    moved = rows[matches(rows["verdict"], is_claim)]
    if not matches(rows["verdict"], has_enough_data).any():
        return "Too few times to compare"
    if moved.empty:
        return "No median time changed clearly"
    said = [
        f"median {name_of(row['time'])} is {_of_time(row['verdict'])} ({minutes(row['estimate'])} after "
        f"{minutes(row['estimate_before'])})"
        for _, row in moved.iterrows()
    ]
    return listed(said).capitalize()


def _of_time(verdict: str) -> str:
    return describe(verdict, higher="longer", lower="shorter")


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """`times` with what each duration is called in place of its column's name."""
    return rows.assign(time=rows["time"].map(name_of))


def time_table(rows: pd.DataFrame) -> pd.DataFrame:
    """`times` for reading."""
    return pd.DataFrame(
        {
            "Time (calendar)": rows["time"].map(name_of),
            "Rated tickets": rows["n"],
            "Median": rows["estimate"].map(minutes),
            interval_of(rows): intervals(rows, minutes),
            "90 % are within": rows["p90"].map(minutes),
            "Median before": rows["estimate_before"].map(minutes),
            "Against the weeks before": rows["verdict"].map(_of_time),
        }
    )
