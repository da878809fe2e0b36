"""Which kinds of tickets have low ratings, and case mix, as sentences and tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ..formats import count, name_values, percent, points
from ..verdicts import (
    describe,
    describe_differences,
    has_enough_data,
    is_claim,
    is_higher,
    is_lower,
    is_possible,
    matches,
)
from .phrases import (
    count_noun,
    format_intervals,
    interval_name,
    join_names,
    name_channels,
    percents,
    smallest_visible,
    would_not_show,
)

MORE_OFTEN = "more often bad than the others"
LESS_OFTEN = "less often bad than the others"
MORE = "more bad ratings than expected"
FEWER = "fewer bad ratings than expected"
# Values that a sentence names for each side.
MOST_NAMED = 4


def low_ratings_joined(kinds: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return `low_ratings` of several dimensions as one table whose `value` names its dimension: "channel: email"."""
    readable = {
        kind: name_channels(rows, "value") if kind == "channel" else rows for kind, rows in kinds.items()
    }
    named = [
        rows.assign(value=f"{_kind_name(kind)}: " + rows["value"].astype(str), kind=kind)
        for kind, rows in readable.items()
    ]
    return pd.concat(named, ignore_index=True)


def _kind_name(kind: str) -> str:
    """Return the name of a dimension for readers: "field:Topic" is "Topic"."""
    return kind.removeprefix("field:")


def low_ratings_largest(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return at most so many rows with enough ratings: those that differ, then those with most ratings."""
    judged = rows[matches(rows["verdict"], has_enough_data)]
    order = judged.assign(clear=matches(judged["verdict"], is_claim))
    return order.sort_values(["clear", "n"], ascending=False).head(most).drop(columns="clear")


def low_ratings_title(rows: pd.DataFrame) -> str:
    """Return which values have more or fewer bad ratings than the others."""
    if rows.empty:
        return "There are no kinds of tickets to compare"
    if not matches(rows["verdict"], has_enough_data).any():
        return "Too few ratings to compare any kind of ticket"
    more, less = (rows[matches(rows["verdict"], points)] for points in (is_higher, is_lower))
    if more.empty and less.empty:
        return f"No kind of ticket is detectably more often rated bad than the others{_how_sure(rows)}"
    parts = [
        f"{_list(part)} {'is' if len(part) == 1 else 'are'} {words}"
        for part, words in ((more, "more often rated bad"), (less, "less often rated bad"))
        if len(part)
    ]
    return "; ".join(parts)


def _how_sure(rows: pd.DataFrame) -> str:
    """Return how many values possibly differ; if none does, below which difference none of them would show it."""
    judged = rows[matches(rows["verdict"], has_enough_data)]
    possible = int(matches(judged["verdict"], is_possible).sum())
    if possible:
        return f"; {count(possible)} possibly {'differs' if possible == 1 else 'differ'}, not certain"
    ends = ("difference", "difference_low", "difference_high")
    # Values of several dimensions are judged for each dimension on its own.
    kinds = [part for _, part in judged.groupby("kind")] if "kind" in judged else [judged]
    return would_not_show(min(smallest_visible(part, *ends) for part in kinds))


def _list(part: pd.DataFrame) -> str:
    """Return the values with the largest differences, and how many more there are."""
    largest = part["difference"].abs().sort_values(ascending=False, kind="stable").index[:MOST_NAMED]
    texts = [_against(row) for _, row in part.loc[part.index.isin(largest)].iterrows()]
    rest = len(part) - len(texts)
    return join_names([*texts, count_noun(rest, "other value")] if rest else texts)


def low_ratings_note(rows: pd.DataFrame, shown: pd.DataFrame) -> str:
    """Return how many values a figure leaves out, and why; empty if none."""
    few, rest = int((~matches(rows["verdict"], has_enough_data)).sum()), len(rows) - len(shown)
    if not rest:
        return ""
    some = "" if few == rest else f", {count(few)} of them"
    why = f"{some} with too few ratings" if few else ""
    return f"Not drawn, but in the table: {count_noun(rest, 'value')}{why}."


def case_mix_title(rows: pd.DataFrame, by: str) -> str:
    """Return which rows have more or fewer bad ratings than expected for their mix of tickets."""
    if not matches(rows["verdict"], has_enough_data).any():
        return f"Too few ratings to compare any {by} with what is expected for its tickets"
    rows = rows.assign(**{by: name_values(rows[by], by)})
    more, fewer = (rows[matches(rows["verdict"], points)] for points in (is_higher, is_lower))
    if more.empty and fewer.empty:
        return f"No {by} has detectably more or fewer bad ratings than expected for its mix of tickets"
    parts = [
        f"{join_names(_expected(row, by) for _, row in part.iterrows())} "
        f"{'has' if len(part) == 1 else 'have'} {words} bad ratings than expected for the mix of tickets"
        for part, words in ((more, "more"), (fewer, "fewer"))
        if len(part)
    ]
    return "; ".join(parts)


def low_ratings_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `low_ratings` for reading: one row per value."""
    return pd.DataFrame(
        {
            "Tickets with": rows["value"],
            "Ratings": rows["n"],
            "Bad": rows["estimate"].map(percent),
            interval_name(rows).capitalize(): format_intervals(rows, percent),
            "Bad among others": rows["estimate_others"].map(percent),
            "Difference, points": rows["difference"].map(points),
            "Verdict": describe_differences(
                rows, "difference_low", "difference_high", higher=MORE_OFTEN, lower=LESS_OFTEN
            ),
        }
    )


def case_mix_table(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return `case_mix` for reading: one row each, in alphabetical order."""
    shown = rows.sort_values(by, key=lambda names: names.str.casefold())
    return pd.DataFrame(
        {
            by.capitalize(): name_values(shown[by], by),
            "Ratings": shown["n"],
            "Bad": shown["observed"],
            "Expected": shown["expected"].map("{:.1f}".format),
            "Ratio": shown["estimate"].map("{:.2f}".format),
            interval_name(shown).capitalize(): format_intervals(shown, "{:.2f}".format),
            "Verdict": [describe(one, higher=MORE, lower=FEWER) for one in shown["verdict"]],
        }
    )


def _against(row: pd.Series) -> str:
    rate, others = percents(row["estimate"], row["estimate_others"])
    return f"{row['value']} ({rate} of {count(row['n'])}, others {others})"


def _expected(row: pd.Series, by: str) -> str:
    return f"{row[by]} ({count(row['observed'])}, expected {row['expected']:.1f})"
