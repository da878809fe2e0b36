"""How ratings go with handling times, and how long things took, as sentences."""

from __future__ import annotations

import pandas as pd

from ..formats import MINUS, count, minutes
from ..questions import TOO_FEW
from .phrases import interval_of, intervals, listed

TIME_NAMES = {
    "first_reply_minutes": "first reply",
    "requester_wait_minutes": "requester wait",
    "full_resolution_minutes": "full resolution",
}


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


def how_associated(rows: pd.DataFrame) -> str:
    """The numbers behind `association`, in one line."""
    said = [
        f"{row['method']} {row['estimate']:.2f} ({row['low']:.2f} to {row['high']:.2f}, n = {count(row['n'])})"
        for _, row in rows.iterrows()
        if pd.notna(row["low"])
    ]
    return "; ".join(said).capitalize().replace("-", MINUS) + (
        ". An association is no reason." if said else ""
    )


def times(rows: pd.DataFrame) -> str:
    """Which median times changed."""
    moved = rows[rows["verdict"].isin(["longer", "shorter"])]
    if (rows["verdict"] == TOO_FEW).all():
        return "Too few times to compare"
    if moved.empty:
        return "No median time changed clearly"
    return listed(f"median {TIME_NAMES[row['time']]} is {row['verdict']} ({minutes(row['estimate'])} after "
                  f"{minutes(row['estimate_before'])})" for _, row in moved.iterrows()).capitalize()  # fmt: skip


def time_table(rows: pd.DataFrame) -> pd.DataFrame:
    """`times` for reading."""
    return pd.DataFrame(
        {
            "Time (calendar)": rows["time"].map(TIME_NAMES),
            "Rated tickets": rows["n"],
            "Median": rows["estimate"].map(minutes),
            interval_of(rows): intervals(rows, minutes),
            "90 % are within": rows["p90"].map(minutes),
            "Median before": rows["estimate_before"].map(minutes),
            "Against the weeks before": rows["verdict"],
        }
    )
