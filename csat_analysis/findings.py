"""What the numbers say, as sentences: frames of `questions` in, headings and summary lines out.

A change is named only where its verdict allows it; everything else is said to be no clear change. No sentence
gives a reason, and none orders people.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .formats import count, minutes, percent, points
from .questions import HIGHER, LOWER, TOO_FEW

TIME_NAMES = {
    "first_reply_minutes": "first reply",
    "requester_wait_minutes": "requester wait",
    "full_resolution_minutes": "full resolution",
}


def headline(change: pd.Series, *, where: str, week: str) -> str:
    """The finding of a week: satisfaction higher, lower or unchanged against the weeks before."""
    if change["n"] == 0:
        return f"{where}: no ratings in {week}"
    said = {
        HIGHER: "satisfaction is higher than in the weeks before",
        LOWER: "satisfaction is lower than in the weeks before",
        TOO_FEW: "too few ratings to judge",
    }
    return f"{where}: {said.get(change['verdict'], 'no clear change in satisfaction')} in {week}"


def level(rate: pd.Series) -> str:
    """A rate with its n and interval: "91 % of 124 ratings were good (95 % interval 85 to 95 %)"."""
    if rate["n"] == 0:
        return "There are no ratings"
    interval = f"{100 * rate['low']:.0f} to {percent(rate['high'])}"
    return f"{percent(rate['estimate'])} of {counted(rate['n'], 'rating')} were good (95\xa0% interval {interval})"


def change(row: pd.Series) -> str:
    """A change with its interval and what it amounts to."""
    if row["n"] == 0 or row["n_before"] == 0:
        return "nothing to compare with"
    judged = {HIGHER: "higher", LOWER: "lower", TOO_FEW: "too few ratings to judge"}.get(
        row["verdict"], "no clear change"
    )
    interval = f"{points(row['change_low'])} to {points(row['change_high'])}"
    before = f"{percent(row['estimate_before'])} of {count(row['n_before'])} before"
    return f"{points(row['change'])} points against {before} (95\xa0% interval {interval}): {judged}"


def movers(rows: pd.DataFrame, by: str = "group") -> str:
    """Which rows moved, in alphabetical order; the others held, or had too few ratings."""
    judged = rows[rows["verdict"] != TOO_FEW]
    moved = judged[judged["verdict"].isin([HIGHER, LOWER])]
    if judged.empty:
        return f"Too few ratings to compare any {by}"
    if moved.empty:
        return f"No {by} changed clearly"
    named = [
        f"{row[by]} {'rose' if row['verdict'] == HIGHER else 'fell'} {_size(row)}"
        for _, row in moved.iterrows()
    ]
    rest = len(judged) - len(moved)
    return listed(named) + (
        f"; the other {rest} held" if rest > 1 else "; the other one held" if rest else ""
    )


def signals(rows: pd.DataFrame) -> str:
    """Which weeks of a trend stand out from ordinary variation."""
    shown = rows[rows["signal"]]
    weeks = len(rows)
    if rows["n"].sum() == 0:
        return f"No ratings in these {weeks} weeks"
    if shown.empty:
        return f"None of the {weeks} weeks stands out from ordinary variation"
    named = [
        f"{_week(row['week'])} ({percent(row['estimate'])} of {count(row['n'])})"
        for _, row in shown.iterrows()
    ]
    return f"{listed(named)} {'stands' if len(named) == 1 else 'stand'} out from ordinary variation"


def agents(rows: pd.DataFrame) -> str:
    """Whether any agent differs from the rate of all by more than chance."""
    outside = rows[rows["verdict"].str.startswith("outside")]
    tested = int((rows["verdict"] != TOO_FEW).sum())
    if not tested:
        return "No agent has enough ratings to be judged"
    if outside.empty:
        return (
            f"None of {counted(tested, 'agent')} with enough ratings differs detectably from the rate of all"
        )
    return f"{listed(outside['agent'])} {'differs' if len(outside) == 1 else 'differ'} from the rate of all"


def association(rows: pd.DataFrame, time: str) -> str:
    """Whether ratings go with a time, within groups where that can be said."""
    within = rows.iloc[-1]
    name = TIME_NAMES.get(time, time.removesuffix("_minutes").replace("_", " "))
    said = {
        "longer goes with lower ratings": f"Longer {name} goes with lower ratings",
        "longer goes with higher ratings": f"Longer {name} goes with higher ratings",
        "no association detectable": f"No association of {name} and rating is detectable",
    }
    return said.get(within["verdict"], f"Too little to say whether {name} and rating go together")


def times(rows: pd.DataFrame) -> str:
    """Which median times changed."""
    moved = rows[rows["verdict"].isin(["longer", "shorter"])]
    if moved.empty:
        return "No median time changed clearly"
    return listed(f"median {TIME_NAMES[row['time']]} is {row['verdict']} ({minutes(row['estimate'])} after "
                  f"{minutes(row['estimate_before'])})" for _, row in moved.iterrows()).capitalize()  # fmt: skip


def reasons(rows: pd.DataFrame) -> str:
    """The reason given most often with a bad rating, and any that changed clearly."""
    if rows.empty or rows["n"].sum() == 0:
        return "Nobody gave a reason for a bad rating"
    most = rows.loc[rows["n"].idxmax()]
    moved = rows[rows["verdict"].isin([HIGHER, LOWER])]
    tail = f"; {movers(moved, 'reason')}" if len(moved) else ""
    return f"“{most['reason']}” was given most often: {count(most['n'])} of {count(most['of'])} bad ratings with a reason{tail}"


def calls(rows: pd.DataFrame) -> str:
    """How many customers to call back."""
    if rows.empty:
        return "Nobody to call back: no bad rating has an open or reopened ticket"
    return f"{counted(len(rows), 'customer')} to call back: rated bad, and the ticket is open or was reopened"


def counted(number: int, noun: str) -> str:
    """A number and its noun: "1 rating", "312 ratings"."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """Names as a phrase: "a, b and c"."""
    *first, last = list(names)
    return f"{', '.join(first)} and {last}" if first else last


def _size(row: pd.Series) -> str:
    before, now = percent(row["estimate_before"]), percent(row["estimate"])
    return f"{abs(100 * row['change']):.0f} points ({before} to {now}, n = {count(row['n'])})"


def _week(monday: pd.Timestamp) -> str:
    return f"week {monday:%V} ({monday:%-d %b})"
