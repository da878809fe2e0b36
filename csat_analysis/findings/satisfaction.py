"""How satisfied customers were and what changed, as sentences and tables."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from ..formats import count, date, name_values, percent, points
from ..verdicts import (
    SMALL,
    describe,
    describe_differences,
    direction,
    has_enough_data,
    is_claim,
    is_possible,
    is_small,
    is_unfinished,
    matches,
)
from .agents import NO_AGENT_COMPARED, agents_changed
from .known_changes import known_changes_clause, nothing_before
from .lasting_changes import lasting_changes_of_parts
from .phrases import (
    all_of_one,
    count_noun,
    count_points,
    format_intervals,
    interval_name,
    is_of_one_customer,
    likely_change,
    likely_rate,
    no_ratings,
    percent_number,
    percents,
    smallest_visible,
    would_not_show,
)

RATES = ("estimate", "low", "high", "estimate_before", "change", "change_low", "change_high")
BESIDE = ("expected_change", "difference_low", "difference_high")
# Above it the mean number of ratings of a customer is worth a word.
MANY_RATINGS_PER_CUSTOMER = 1.1
# With fewer rows nothing is said about how much they vary.
FEWEST_ROWS_FOR_SPREAD = 5
DAYS_OF_A_WEEK = 7


def csat_level(row: pd.Series) -> str:
    """Return a rate with its number of ratings and its interval."""
    if row["n"] == 0:
        return f"There are {no_ratings(row)}"
    if not has_enough_data(row["verdict"]):
        return f"{count(row['good'])} of {count_noun(row['n'], 'rating')} good{all_of_one(row)}, too few for a rate"
    rate = f"{percent(row['estimate'])} of {count_noun(row['n'], 'rating')} were good"
    return f"{rate} ({likely_rate(row['low'], row['high'])}{_repeats(row['ratings_per_customer'])}{_left_out(row)})"


def _left_out(row: pd.Series) -> str:
    """Return how many neutral ratings a rate leaves out."""
    neutral = int(row["neutral"])
    if not neutral or row["n"] > row["good"] + row["bad"]:
        return ""
    return f"; {count_noun(neutral, 'neutral rating')} left out"


def _repeats(ratings_per_customer: float) -> str:
    """Return how often customers rated, where that makes intervals wider."""
    if not ratings_per_customer > MANY_RATINGS_PER_CUSTOMER:
        return ""
    return f"; {ratings_per_customer:.1f} ratings per customer, which widens this range"


def compare_with_trend(row: pd.Series, trend: pd.DataFrame) -> pd.Series:
    """Return a comparison of one week with what the weekly chart says of that week.

    So no sentence about the comparison denies that the week lies outside ordinary variation.
    """
    last = trend.iloc[-1]
    both = pd.concat([row, pd.Series({"is_unusual": bool(last["is_news"]), "usual": last["center"]})])
    both.attrs = dict(row.attrs)
    return both


def what_happened(row: pd.Series) -> str:
    """Return what happened to satisfaction in a period that is over."""
    if row["n"] == 0:
        return no_ratings(row)
    if is_unusual(row):
        return unusual_week(row)
    if row["n_before"] == 0:
        return f"{count(row['good'])} of {count_noun(row['n'], 'rating')} good, {nothing_before(row)}"
    if not has_enough_data(row["verdict"]):
        return f"too few ratings to judge ({count(row['n'])}{all_of_one(row)}, and {count(row['n_before'])} before)"
    now, before = percent(row["estimate"]), percent(row["estimate_before"])
    if direction(row["verdict"]):
        now, before = percents(row["estimate"], row["estimate_before"])
    rates = f"{now} of {count_noun(row['n'], 'rating')} good"
    if is_claim(row["verdict"]):
        survey = " in another survey" if row.get("other_survey") else ""
        return f"satisfaction {moved(row['verdict'])} to {now} of {count(row['n'])}, from {before}{survey}"
    if is_possible(row["verdict"]):
        return f"{rates}, {before} before: {row['verdict']}, not certain"
    if is_small(row["change_low"], row["change_high"]):
        return f"satisfaction about as before, {rates}, {before} before"
    return (
        f"{rates}, {before} before: too few to tell ({likely_change(row['change_low'], row['change_high'])})"
    )


def is_unusual(row: pd.Series) -> bool:
    """Return whether only the weekly chart, not the comparison, says that the week differs."""
    return bool(row.get("is_unusual", False)) and not is_claim(row["verdict"])


def unusual_week(row: pd.Series) -> str:
    """Return how a week differs from ordinary variation."""
    rate = f"{percent(row['estimate'])} of {count_noun(row['n'], 'rating')} good"
    return f"an unusually {_side(row)} week, {rate}, usually {percent(row['usual'])}"


def _side(row: pd.Series) -> str:
    return "low" if row["estimate"] < row["usual"] else "high"


def describe_unfinished(row: pd.Series) -> str:
    """Return when a period was pulled that was not over then, and its ratings so far."""
    so_far = (
        f"{count(row['good'])} of {count_noun(row['n'], 'rating')} good so far"
        if row["n"]
        else f"so far {no_ratings(row)}"
    )
    return f"{pulled_early(row)}; {so_far}"


def pulled_early(rows: pd.DataFrame | pd.Series) -> str:
    """Return when the period of a comparison was pulled that was not over then."""
    pulled, first, last = (rows.attrs.get(name, "") for name in ("pulled", "first", "last"))
    days = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1 if last else 0
    name = "week" if days == DAYS_OF_A_WEEK else "period"
    if not pulled:
        return f"the {name} is not over"
    return f"pulled on {date(pulled)}, before the {name} {'began' if pulled < first else 'ended'}"


def compare_change(row: pd.Series) -> str:
    """Return a change with its interval and what it amounts to."""
    if is_unfinished(row["verdict"]):
        return f"not compared: {pulled_early(row)}"
    if row["n_before"] == 0:
        return nothing_before(row)
    if row["n"] == 0:
        return f"nothing to compare with the {count_noun(row['n_before'], 'rating')} before"
    if not has_enough_data(row["verdict"]) and is_unusual(row):
        return f"unusually {_side(row)}, usually {percent(row['usual'])}"
    if not has_enough_data(row["verdict"]):
        return f"too few to compare with the {count_noun(row['n_before'], 'rating')} before"
    before = f"{percent(row['estimate_before'])} of {count(row['n_before'])} before"
    interval = likely_change(row["change_low"], row["change_high"])
    return f"{points(row['change'])} points against {before}, {interval}: {_describe_change(row)}"


def _describe_change(row: pd.Series) -> str:
    if is_claim(row["verdict"]):
        return describe(row["verdict"], higher="higher", lower="lower")
    if is_unusual(row):
        return f"unusually {_side(row)} for a single week, usually {percent(row['usual'])}"
    if is_possible(row["verdict"]):
        return f"{row['verdict']}, not certain"
    narrow = is_small(row["change_low"], row["change_high"])
    return "about as before" if narrow else "too few ratings to tell whether it changed"


def compare_title(rows: pd.DataFrame, by: str = "group", *, lasting: pd.DataFrame | None = None) -> str:
    """Return which rows changed, in their order.

    lasting: `lasting_changes` by the same dimension; those of its rows are said too, also when they are known.
    """
    known = "" if lasting is None else lasting_changes_of_parts(lasting)
    return "; ".join(filter(None, [_title_of_changes(rows, by), known]))


def _title_of_changes(rows: pd.DataFrame, by: str) -> str:
    rows = rows.assign(**{by: name_values(rows[by], by)})
    judged = rows[matches(rows["verdict"], has_enough_data)]
    changed = judged[matches(judged["verdict"], is_claim)]
    if matches(rows["verdict"], is_unfinished).any():
        return f"No {by} is compared: {pulled_early(rows)}"
    if rows["n"].any() and not rows["n_before"].any():
        return f"No {by} is compared: {nothing_before(rows)}"
    if judged.empty and "expected_change" in rows:
        return NO_AGENT_COMPARED
    if judged.empty:
        only = (
            "; where all ratings are of one customer, they count as one"
            if is_of_one_customer(rows).any()
            else ""
        )
        return f"Too few ratings to compare any {by}{only}"
    if "expected_change" in rows:
        return agents_changed(judged)
    if changed.empty:
        enough = " with enough ratings" if len(judged) < len(rows) else ""
        return f"No {by}{enough} changed clearly{_how_sure(judged)}"
    changes = [f"{row[by]} {moved(row['verdict'])} {_size(row)}" for _, row in changed.iterrows()]
    rest = len(judged) - len(changed)
    enough = " with enough ratings" if len(judged) < len(rows) else ""
    others = f"; no clear change in the other {rest if rest > 1 else 'one'}{enough}" if rest else ""
    return "; ".join(changes) + others


def _how_sure(judged: pd.DataFrame) -> str:
    """Return how many rows possibly changed; if none did, below which change none of them would show it."""
    possible = int(matches(judged["verdict"], is_possible).sum())
    if possible:
        return f"; {count(possible)} possibly did, not certain"
    return would_not_show(smallest_visible(judged, "change", "change_low", "change_high"))


def describe_changes(rows: pd.DataFrame) -> list[str]:
    """Return the verdicts of `compare` in words, agents beside their colleagues."""
    low, high = BESIDE[1:] if "expected_change" in rows else ("change_low", "change_high")
    return describe_differences(rows, low, high, higher="higher", lower="lower")


def compare_note(rows: pd.DataFrame) -> str:
    """Return how `compare` judged, in one line."""
    false_alarms = 100 * (1 - rows.attrs.get("verdict_level", 0.99))
    return (
        "Only changes beyond chance are called higher or lower: without any real change, about "
        f"{false_alarms:.3g} in 100 such comparisons would name a row.{known_changes_clause(rows)}"
    )


def compare_spread(rows: pd.DataFrame, by: str = "group") -> str:
    """Return whether the rates of the rows of `compare` differ from each other; empty for few rows.

    Rates that look different are not called alike: it is said that so few ratings cannot tell them apart.
    """
    judged = rows[matches(rows["verdict"], has_enough_data)]
    if pd.isna(rows.attrs.get("phi")) or len(judged) < FEWEST_ROWS_FOR_SPREAD:
        return ""
    low, high = judged["estimate"].min(), judged["estimate"].max()
    rates = f"{percent_number(low)} to {percent(high)}"
    if rows.attrs["differ"]:
        return f"Between the {by}s ({rates}) ratings differ by more than chance."
    if high - low <= 2 * SMALL:
        return (
            f"The {by}s are close to each other ({rates}): no further apart than chance alone would put them."
        )
    sizes = f"{count(judged['n'].min())} to {count_noun(judged['n'].max(), 'rating')}"
    return (
        f"The {by}s at {rates} look different, but with {sizes} each in this period, chance alone can put equal {by}s "
        "that far apart: too few ratings to tell them apart."
    )


def compare_table(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return `compare` for reading: one row for each `by`, in alphabetical order."""
    shown = without_few(rows.assign(**{by: name_values(rows[by], by)}))
    shown = shown.sort_values(by, key=lambda names: names.str.casefold())
    table = pd.DataFrame(
        {
            by.capitalize(): shown[by],
            "Ratings": shown["n"],
            "Good": shown["estimate"].map(percent),
            interval_name(shown).capitalize(): format_intervals(shown, percent),
            "Ratings before": shown["n_before"],
            "Good before": shown["estimate_before"].map(percent),
            "Change, points": shown["change"].map(points),
            **_beside_colleagues(shown),
            "Verdict": describe_changes(shown),
        }
    )
    # Ten columns do not fit a printed page.
    return table.drop(columns="Good before") if "expected_change" in shown else table


def _beside_colleagues(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the columns of agents: how the colleagues changed, and the difference that is judged."""
    if "expected_change" not in rows:
        return {}
    ends = rows[["difference_low", "difference_high"]].set_axis(["low", "high"], axis=1)
    return {
        "Change of colleagues": rows["expected_change"].map(points),
        "Likely difference": format_intervals(ends, points),
    }


def without_few(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `compare` without the rates and changes of too few ratings."""
    few = ~matches(rows["verdict"], has_enough_data) & ~matches(rows["verdict"], is_unfinished)
    return rows.assign(**{name: rows[name].mask(few) for name in (*RATES, *BESIDE) if name in rows})


def distribution_title(rows: pd.DataFrame) -> str:
    """Return how the ratings are distributed, in one line."""
    total, others = int(rows["n"].sum()), int(rows["other_scales"].iloc[0])
    left_out = f"; {count_noun(others, 'rating')} on another scale left out" if others else ""
    if not total and others:
        # Legacy ratings have no points at all.
        return f"None of {count_noun(others, 'rating')} is on a scale of {rows['scale'].iloc[0]} points"
    if not total:
        return "No ratings in this period"
    if not has_enough_data(rows["verdict"].iloc[0]):
        return f"{count_noun(total, 'rating')}, too few for shares{left_out}"
    lowest, highest = (percent(rows["share"].iloc[place]) for place in (0, -1))
    return f"{highest} gave the highest rating, {lowest} the lowest, of {count(total)}{left_out}"


def moved(verdict: str) -> str:
    """Return a claim as a verb."""
    return "rose" if direction(verdict) > 0 else "fell"


def _size(row: pd.Series) -> str:
    before, now = percents(row["estimate_before"], row["estimate"])
    return f"{count_points(row['change'])}, from {before} to {now} of {count(row['n'])}"
