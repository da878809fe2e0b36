"""What the numbers say, as sentences: frames of `questions` in, headings and summary lines out.

A change is named only where its verdict allows it; everything else is said to be no clear change. No sentence
gives a reason, and none orders people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from .formats import MINUS, MISSING, count, minutes, percent, points
from .history import History
from .questions import HIGHER, LOWER, MIN_RATINGS, TOO_FEW
from .weeks import Period, week_label

TIME_NAMES = {
    "first_reply_minutes": "first reply",
    "requester_wait_minutes": "requester wait",
    "full_resolution_minutes": "full resolution",
}

DEFINITIONS = {
    "Good": "The category that Zendesk gives a rating: 4 and 5 of 5, 3 of 3, 2 of 2. CSAT is good ratings over "
    "good and bad ones; neutral ratings count in neither.",
    "Week": "Monday to Sunday in {timezone}. A rating counts in the week of its first answer, with its latest "
    "value; a survey counts in the week of its offer.",
    "95 % interval": "Where the rate of all such customers plausibly lies, given how many answered (Wilson). For "
    "a difference: Newcombe. For a median: order statistics. It covers chance only, not who chose to answer.",
    "Clear change": "The interval of the change excludes zero, at a level made stricter by the number of rows "
    "compared. Everything else is no clear change, however large it looks.",
    "Too few ratings": "Fewer than {min_ratings} in a period; for a single agent fewer than 20.",
    "Ordinary variation": "Limits of three standard deviations around the rate of the past year, or as much of it "
    "as was pulled, widened where weeks vary more than chance alone.",
    "Agent and group": "Whoever held the ticket when it was rated, not who holds it now. An agent is compared "
    "with the rate of all by an exact test, corrected for the number of agents (Benjamini-Hochberg, 5 %).",
    "Times": "Status durations as Zendesk measures them, from creation, on the calendar clock. They include "
    "waiting and are no effort. Tickets without the event are left out, never counted as 0.",
    "To call back": "Bad ratings of the week whose ticket is open, or was reopened at least once.",
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
    if rate["verdict"] == TOO_FEW:
        return f"{count(rate['good'])} of {counted(rate['n'], 'rating')} good, too few for a rate"
    interval = f"{100 * rate['low']:.0f} to {percent(rate['high'])}"
    return f"{percent(rate['estimate'])} of {counted(rate['n'], 'rating')} were good (95\xa0% interval {interval})"


def change(row: pd.Series) -> str:
    """A change with its interval and what it amounts to."""
    if row["n"] == 0 or row["n_before"] == 0:
        return "nothing to compare with"
    if row["verdict"] == TOO_FEW:
        return f"too few to compare with the {counted(row['n_before'], 'rating')} before"
    judged = {HIGHER: "higher", LOWER: "lower"}.get(row["verdict"], "no clear change")
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
    shown, judged = rows[rows["signal"]], int((rows["verdict"] != TOO_FEW).sum())
    if not judged:
        return f"None of these {len(rows)} weeks has enough ratings to be judged"
    if shown.empty:
        enough = "" if judged == len(rows) else " with enough ratings"
        return f"None of the {judged} weeks{enough} stands out from ordinary variation"
    named = listed(
        f"{week_label(row['week'])} ({percent(row['estimate'])} of {count(row['n'])})"
        for _, row in shown.iterrows()
    )
    return f"{named} {'stands' if len(shown) == 1 else 'stand'} out from ordinary variation"


def caution(rows: pd.DataFrame, before: Period) -> str:
    """What to keep in mind of a comparison with weeks of which one was itself unusual; empty if none was."""
    inside = rows["signal"] & rows["week"].between(pd.Timestamp(before.first), pd.Timestamp(before.last))
    if not inside.any():
        return ""
    named = listed(week_label(monday) for monday in rows.loc[inside, "week"])
    return f" The weeks before include {named}, which {'was' if inside.sum() == 1 else 'were'} unusual."


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
    if (rows["verdict"] == TOO_FEW).all():
        return "Too few times to compare"
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
    share = f"{count(most['n'])} of {count(most['of'])} bad ratings with a reason"
    return f"“{most['reason']}” was given most often: {share}{tail}"


def calls(rows: pd.DataFrame) -> str:
    """How many customers to call back."""
    if rows.empty:
        return "Nobody to call back: no bad rating has an open or reopened ticket"
    return f"{counted(len(rows), 'customer')} to call back: rated bad, and the ticket is open or was reopened"


def distribution(rows: pd.DataFrame) -> str:
    """How the ratings are spread, in one line."""
    total = int(rows["n"].sum())
    if not total:
        return "No ratings in this week"
    if total < MIN_RATINGS:
        return f"{counted(total, 'rating')}, too few for shares"
    lowest, highest = (percent(rows["share"].iloc[place]) for place in (0, -1))
    return f"{highest} gave the highest rating, {lowest} the lowest (n = {count(total)})"


def response(rows: pd.DataFrame) -> str:
    """The response rate of the weeks whose surveys are old enough."""
    closed = rows[~rows["still_open"]]
    offered, answered = int(closed["n"].sum()), int(closed["answered"].sum())
    if not offered:
        return "No surveys old enough to count answers"
    return f"{percent(answered / offered)} of {counted(offered, 'survey')} older than a week were answered"


def how_judged(rows: pd.DataFrame) -> str:
    """At which level `compare` judged, in one line."""
    judged = int((rows["verdict"] != TOO_FEW).sum())
    if judged < 2:
        return "Intervals: 95 %."
    return f"Intervals: 95 %. A change is called clear only at {100 - 5 / judged:.1f} %, as {judged} rows are compared."


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


def tiles(
    now: pd.Series, change: pd.Series, times: pd.DataFrame, calls: pd.DataFrame
) -> list[tuple[str, str, str]]:
    """The four figures that matter: (label, value, interval or n)."""
    by_time = times.set_index("time")
    reply, resolution = by_time.loc["first_reply_minutes"], by_time.loc["full_resolution_minutes"]
    interval = f"{100 * now['low']:.0f} to {percent(now['high'])}, n = {count(now['n'])}"
    compared = bool(change["n"] and change["n_before"])
    moved = f"{points(change['change_low'])} to {points(change['change_high'])}"
    others = f"{minutes(resolution['estimate_before'])} before; first reply {minutes(reply['estimate'])}"
    return [
        ("Satisfied", percent(now["estimate"]), interval if now["n"] else "no ratings"),
        (
            "Against the four weeks before",
            f"{points(change['change'])} points" if compared else MISSING,
            moved if compared else "nothing to compare",
        ),
        ("Median full resolution", minutes(resolution["estimate"]), others),
        ("To call back", count(len(calls)), "rated bad; open or reopened"),
    ]


def numbers(now: pd.Series, change: pd.Series, calls: pd.DataFrame, *, week: str) -> dict[str, Any]:
    """The figures behind the summary, for programs that read the executed notebook."""
    return {
        "week": week, "n": now["n"], "good": now["good"], "csat": now["estimate"], "low": now["low"],
        "high": now["high"], "n_before": change["n_before"], "change": change["change"],
        "change_low": change["change_low"], "change_high": change["change_high"], "verdict": change["verdict"],
        "to_call_back": len(calls),
    }  # fmt: skip


def agent_table(rows: pd.DataFrame) -> pd.DataFrame:
    """`agents` for reading: one row each, in alphabetical order."""
    shown = rows.sort_values("agent", key=lambda names: names.str.casefold())
    return pd.DataFrame(
        {
            "Agent": shown["agent"],
            "Ratings": shown["n"],
            "Good": shown["estimate"].map(percent),
            "95 % interval": _intervals(shown, percent),
            "Against the rate of all": shown["verdict"].str.removeprefix("outside: "),
        }
    )


def time_table(rows: pd.DataFrame) -> pd.DataFrame:
    """`times` for reading."""
    return pd.DataFrame(
        {
            "Time (calendar)": rows["time"].map(TIME_NAMES),
            "Rated tickets": rows["n"],
            "Median": rows["estimate"].map(minutes),
            "95 % interval": _intervals(rows, minutes),
            "90 % are within": rows["p90"].map(minutes),
            "Median before": rows["estimate_before"].map(minutes),
            "Against the weeks before": rows["verdict"],
        }
    )


def call_table(rows: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """`follow_up` for reading, times on the account's clock; `ticket_url` is for the link of `ticket`."""
    local = rows["submitted_at"].dt.tz_convert(timezone).dt.tz_localize(None)
    return pd.DataFrame(
        {
            "rating": rows["rating"],
            "ticket": rows["ticket_id"].map(lambda number: f"#{number}"),
            "ticket_url": rows["ticket_url"],
            "rated": local.dt.strftime("%a %-d %b, %H:%M"),
            "status": rows["status"],
            "reopens": rows["reopens"],
            "group": rows["group"],
            "agent": rows["agent"],
            "reason": rows["reason"].fillna(""),
            "comment": rows["comment"].fillna(""),
        }
    )


def definitions(history: History, *, min_ratings: int) -> list[tuple[str, str]]:
    """How to read a report: (term, meaning)."""
    known = {"timezone": history.timezone, "min_ratings": min_ratings}
    return [(term, meaning.format(**known)) for term, meaning in DEFINITIONS.items()]


def counted(number: int, noun: str) -> str:
    """A number and its noun: "1 rating", "312 ratings"."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """Names as a phrase: "a, b and c"."""
    *first, last = list(names)
    return f"{', '.join(first)} and {last}" if first else last


def _intervals(rows: pd.DataFrame, write: Callable[[float], str]) -> pd.Series:
    pairs = zip(rows["low"], rows["high"], strict=True)
    return pd.Series(
        [f"{write(low)} to {write(high)}" if pd.notna(low) else "–" for low, high in pairs], rows.index
    )


def _size(row: pd.Series) -> str:
    before, now = percent(row["estimate_before"]), percent(row["estimate"])
    return f"{abs(100 * row['change']):.0f} points ({before} to {now}, n = {count(row['n'])})"
