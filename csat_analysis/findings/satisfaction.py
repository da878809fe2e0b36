"""How satisfied customers were, as sentences: level, change, unusual weeks, groups, agents."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent, points
from ..periods import Period, week_label
from ..verdicts import (
    describe,
    direction,
    do_differ,
    has_enough_data,
    has_shifted,
    is_claim,
    matches,
)
from .phrases import counted, interval_of, intervals, listed


def headline(change: pd.Series, *, where: str, week: str) -> str:
    """The finding of a week: satisfaction higher, lower or unchanged against the weeks before."""
    if change["n"] == 0:
        return f"{where}: no ratings in {week}"
    return f"{where}: {_of_week(change['verdict'])} in {week}"


def _of_week(verdict: str) -> str:
    if not has_enough_data(verdict):
        return "too few ratings to judge"
    if not is_claim(verdict):
        return "no clear change in satisfaction"
    return f"satisfaction is {_compared(verdict)} than in the weeks before"


def _compared(verdict: str) -> str:
    return "higher" if direction(verdict) > 0 else "lower"


def level(rate: pd.Series) -> str:
    """A rate with its n and interval: "91 % of 124 ratings were good (95 % interval 85 to 95 %)"."""
    if rate["n"] == 0:
        return "There are no ratings"
    if not has_enough_data(rate["verdict"]):
        return f"{count(rate['good'])} of {counted(rate['n'], 'rating')} good, too few for a rate"
    interval = f"{interval_of(rate)} {100 * rate['low']:.0f} to {percent(rate['high'])}"
    return f"{percent(rate['estimate'])} of {counted(rate['n'], 'rating')} were good ({interval})"


def change(row: pd.Series) -> str:
    """A change with its interval and what it amounts to."""
    if row["n"] == 0 or row["n_before"] == 0:
        return "nothing to compare with"
    if not has_enough_data(row["verdict"]):
        return f"too few to compare with the {counted(row['n_before'], 'rating')} before"
    judged = _compared(row["verdict"]) if is_claim(row["verdict"]) else "no clear change"
    interval = f"{interval_of(row)} {points(row['change_low'])} to {points(row['change_high'])}"
    before = f"{percent(row['estimate_before'])} of {count(row['n_before'])} before"
    return f"{points(row['change'])} points against {before} ({interval}): {judged}"


def movers(rows: pd.DataFrame, by: str = "group") -> str:
    """Which rows moved, in alphabetical order; the others show no clear change, or have too few ratings."""
    judged = with_enough(rows)
    moved = judged[matches(judged["verdict"], is_claim)]
    if judged.empty:
        return f"Too few ratings to compare any {by}"
    if moved.empty:
        return f"No {by} changed clearly"
    named = [f"{row[by]} {_moved(row['verdict'])} {_size(row)}" for _, row in moved.iterrows()]
    rest = len(judged) - len(moved)
    return listed(named) + (f"; no clear change in the other {rest if rest > 1 else 'one'}" if rest else "")


def movement(change: pd.Series, by_group: pd.DataFrame, by_agent: pd.DataFrame) -> str:
    """What moved, in one line: all together, then how many groups and agents."""
    moved = [
        f"{counted(number, noun)} moved clearly"
        for noun, rows in (("group", by_group), ("agent", by_agent))
        if (number := int(matches(rows["verdict"], is_claim).sum()))
    ]
    whole = _of_all(change["verdict"])
    if change["n"] == 0:
        return "No ratings in these weeks"
    return f"{whole}; {listed(moved)}" if moved else whole


def _of_all(verdict: str) -> str:
    if not has_enough_data(verdict):
        return "Too few ratings to judge"
    return f"Satisfaction {_moved(verdict)}" if is_claim(verdict) else "No clear change in satisfaction"


def _moved(verdict: str) -> str:
    return "rose" if direction(verdict) > 0 else "fell"


def with_enough(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with enough ratings for a verdict."""
    return rows[matches(rows["verdict"], has_enough_data)]


def signals(rows: pd.DataFrame) -> str:
    """Which weeks of a trend stand out from ordinary variation, and whether its level shifted."""
    shown, judged = rows[rows["signal"]], len(with_enough(rows))
    if not judged:
        return f"None of these {len(rows)} weeks has enough ratings to be judged"
    shift = "; over the year the level shifted" if matches(rows["shift"], has_shifted).any() else ""
    if shown.empty:
        enough = "" if judged == len(rows) else " with enough ratings"
        return f"None of the {judged} weeks{enough} stands out from ordinary variation{shift}"
    named = listed(
        f"{week_label(row['week'])} ({percent(row['estimate'])} of {count(row['n'])})"
        for _, row in shown.iterrows()
    )
    return f"{named} {'stands' if len(shown) == 1 else 'stand'} out from ordinary variation{shift}"


def unseen(rows: pd.DataFrame) -> str:
    """What the last week of a trend could not have shown, in one line; empty where no week is judged."""
    last = rows.iloc[-1:]
    if with_enough(last).empty:
        return ""
    week, drop = f"week of {count(last['n'].iloc[0])} ratings", last["visible_drop"].iloc[0]
    if pd.isna(drop):
        return f"No {week} could stand out by a drop, however deep."
    fall = points(drop).removeprefix("+")
    return f"A {week} must fall {fall} points below the year's rate to stand out more often than not."


def spread(rows: pd.DataFrame) -> str:
    """How much the rows of `compare` vary among each other, in one line; empty where that cannot be said."""
    phi = rows.attrs.get("phi")
    if phi is None or pd.isna(phi):
        return ""
    told = "more than chance explains" if rows.attrs["differ"] else "no more than chance may explain"
    return f"Among each other the rates vary {told} (variance over that of chance: φ = {phi:.1f})."


def caution(rows: pd.DataFrame, span: Period, words: str = "The weeks before") -> str:
    """What to keep in mind of a comparison with weeks of which one was itself unusual; empty if none was."""
    inside = rows["signal"] & rows["week"].between(pd.Timestamp(span.first), pd.Timestamp(span.last))
    if not inside.any():
        return ""
    named = listed(week_label(monday) for monday in rows.loc[inside, "week"])
    return f" {words} include {named}, which {'was' if inside.sum() == 1 else 'were'} unusual."


def agents(rows: pd.DataFrame) -> str:
    """Whether any agent differs from the rate of all by more than chance, or at least all of them together."""
    outside = rows[matches(rows["verdict"], is_claim)]
    tested = len(with_enough(rows))
    if not tested:
        return "No agent has enough ratings to be judged"
    if len(rows) == 1:
        return "There is only one agent, and nobody to compare with"
    if outside.empty:
        none = (
            f"none of {counted(tested, 'agent')} with enough ratings differs detectably from the rate of all"
        )
        if matches(rows["all_agents"], do_differ).any():
            return f"Agents differ by more than chance, but {none}"
        return none[0].upper() + none[1:]
    return f"{listed(outside['agent'])} {'differs' if len(outside) == 1 else 'differ'} from the rate of all"


def _of_agent(verdict: str) -> str:
    return describe(verdict, higher="higher than the others", lower="lower than the others")


def distribution(rows: pd.DataFrame) -> str:
    """How the ratings are spread, in one line."""
    total, others = int(rows["n"].sum()), int(rows["other_scales"].iloc[0])
    left_out = f"; {counted(others, 'rating')} on another scale left out" if others else ""
    if not total:
        return f"No ratings{' in points' if others else ''} in this week{left_out}"
    if with_enough(rows).empty:
        return f"{counted(total, 'rating')}, too few for shares{left_out}"
    lowest, highest = (percent(rows["share"].iloc[place]) for place in (0, -1))
    return f"{highest} gave the highest rating, {lowest} the lowest (n = {count(total)}){left_out}"


def how_judged(rows: pd.DataFrame) -> str:
    """At which level `compare` judged, in one line."""
    judged, level = len(with_enough(rows)), rows.attrs.get("level", 0.95)
    strict = 100 - 100 * (1 - rows.attrs.get("verdict_level", 0.99)) / max(1, judged)
    why = f", as {judged} rows are compared" if judged > 1 else ""
    return f"Intervals: {100 * level:g} %. A change is called clear only at {strict:.4g} %{why}."


def change_table(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """`compare` for reading: one row for each `by`, in alphabetical order."""
    shown = rows.sort_values(by, key=lambda names: names.str.casefold())
    return pd.DataFrame(
        {
            by.capitalize(): shown[by],
            "Ratings": shown["n"],
            "Good": shown["estimate"].map(percent),
            interval_of(shown): intervals(shown, percent),
            "Ratings before": shown["n_before"],
            "Good before": shown["estimate_before"].map(percent),
            "Change, points": shown["change"].map(points),
            "Verdict": shown["verdict"],
        }
    )


def agent_table(rows: pd.DataFrame) -> pd.DataFrame:
    """`agents` for reading: one row each, in alphabetical order."""
    shown = rows.sort_values("agent", key=lambda names: names.str.casefold())
    return pd.DataFrame(
        {
            "Agent": shown["agent"],
            "Ratings": shown["n"],
            "Good": shown["estimate"].map(percent),
            interval_of(rows): intervals(shown, percent),
            "Against the rate of all": [_of_agent(one) for one in shown["verdict"]],
        }
    )


def _size(row: pd.Series) -> str:
    before, now = percent(row["estimate_before"]), percent(row["estimate"])
    return f"{abs(100 * row['change']):.0f} points ({before} to {now}, n = {count(row['n'])})"
