"""The numbers on top of a report, and the definitions at its end."""

from __future__ import annotations

from typing import TypedDict

import pandas as pd

from ..definitions import describe_definitions
from ..formats import MISSING, NBSP, count, minutes, percent, points
from ..history import History
from ..verdicts import has_enough_data, is_unfinished
from .durations import time_name
from .follow_up import count_customers
from .phrases import all_of_one, count_noun, no_ratings, percent_number

DEFINITIONS = {
    "Definitions": "{definitions}.",
    "Good": "{good} CSAT is the share of good ratings among {denominator}.",
    "Week": "Monday to Sunday in {timezone}. A rating counts in the week of its first answer, with its latest value; a "
    "survey counts in the week of its offer.",
    "Likely range, likely between": "{percent} interval: the range that plausibly holds the rate of all such "
    "customers, given how many answered (Wilson). For a difference: Newcombe. For a median: order statistics. It is "
    "wider where customers rated several times, and for changes where weeks vary more than by chance. It covers chance "
    "only, not who chose to answer.",
    "Higher, lower": "A change beyond chance. As a report makes about ten such statements, the interval of the "
    "change must exclude zero at a stricter level than the one shown: at {verdict_percent}, and stricter the more rows "
    "are compared. Possibly higher or lower: only the interval shown excludes zero. No other difference is called a "
    "change, however large it looks.",
    "Too few ratings": "Fewer than {min_ratings} in a period, or all of one customer; for a single agent fewer than "
    "{min_ratings_of_agent}.",
    "Ordinary variation": "Control limits of three standard deviations around the rate of the past year, or as much of "
    "it as was pulled, widened where weeks vary more than by chance alone.",
    "Agent and group": "{credit} An agent is compared with the other "
    "agents of the same group and month, weekends apart, by an exact test, adjusted for the number of agents "
    "(Benjamini-Hochberg, {verdict_p}). Of two agents in a group it is only said that they differ from each other. "
    "Ratings where no colleague was rated are not compared.",
    "Times": "Durations as Zendesk measures them, from creation, {clock}. They include waiting and do "
    "not measure effort. Tickets without the event are left out, never counted as 0.",
    "To call back": "Bad ratings of the period whose ticket is open, or was reopened at least once.",
}

GOOD = {
    "zendesk": "The category that Zendesk gives a rating: 4 and 5 of 5, 3 of 3, 2 of 2.",
    "top": "Only the best point of the survey's scale: 5 of 5, 3 of 3, 2 of 2. All other ratings are bad.",
    "top2": "The two best points of the survey's scale: 4 and 5 of 5, 2 and 3 of 3; 2 of 2. All other ratings are bad.",
}
DENOMINATORS = {
    "exclude": "good and bad ones; neutral ratings are left out",
    "include": "all; neutral ratings are counted as not good",
}
CREDITS = {
    "rated": "The assignee at the time of rating, not the current one.",
    "offered": "The assignee when the survey was offered, not the current one.",
    "solved": "The assignee when the ticket was solved last before the answer, not the current one.",
}
CLOCKS = {"calendar": "on the calendar clock", "business": "in business hours of the account's schedules"}

Tile = tuple[str, str, str]


class Numbers(TypedDict):
    """The figures behind the summary of a weekly report."""

    week: str
    n: int
    good: int
    csat: float
    low: float
    high: float
    n_before: int
    change: float
    change_low: float
    change_high: float
    verdict: str
    to_call_back: int


def report_tiles(
    now: pd.Series,
    change: pd.Series,
    times: pd.DataFrame,
    calls: pd.DataFrame,
    *,
    before: str,
    answered: pd.Series | None = None,
) -> list[Tile]:
    """Return the numbers on top of a report: (label, value, text below).

    before: what the period is compared with, such as "the four weeks before".
    answered: the row of `response_rate` for the week of the report, if it is about a week.
    """
    # Each is a time of the calendar or of business hours.
    reply, resolution = (
        times[times["time"].str.startswith(name)].iloc[0] for name in ("first_reply", "full_resolution")
    )
    return [
        _satisfied(now),
        _changed(change, f"Against {before}"),
        *_mean_rating(now),
        *_answered(answered),
        (
            f"Median {time_name(resolution['time'])}",
            minutes(resolution["estimate"]),
            _other_times(reply, resolution),
        ),
        ("To call back", count(count_customers(calls)), "rated bad; open or reopened"),
    ]


def _other_times(reply: pd.Series, resolution: pd.Series) -> str:
    parts = [
        f"n = {count(resolution['n'])}" if resolution["n"] else "",
        f"{minutes(resolution['estimate_before'])} before" if resolution["n_before"] else "",
        f"first reply {minutes(reply['estimate'])}{_other_n(reply, resolution)}" if reply["n"] else "",
    ]
    return "; ".join(filter(None, parts)) or "no ticket has a time"


def _other_n(reply: pd.Series, resolution: pd.Series) -> str:
    return "" if reply["n"] == resolution["n"] else f", n{NBSP}={NBSP}{count(reply['n'])}"


def _satisfied(now: pd.Series) -> Tile:
    label, n = "Satisfied", now["n"]
    if not has_enough_data(now["verdict"]):
        return label, MISSING, f"too few ratings, n = {count(n)}{all_of_one(now)}" if n else no_ratings(now)
    interval = f"{percent_number(now['low'])} to {percent(now['high'])}, n = {count(n)}"
    return label, percent(now["estimate"]), interval


def _mean_rating(now: pd.Series) -> list[Tile]:
    """Return the mean rating; nothing where ratings have no numbers, as in legacy CSAT, or are too few."""
    if not has_enough_data(now["verdict"]) or pd.isna(now["mean_rating"]):
        return []
    interval = f"likely {now['mean_low']:.1f} to {now['mean_high']:.1f}"
    return [("Mean rating", f"{now['mean_rating']:.1f} of {now['scale']:.0f}", interval)]


def _answered(week: pd.Series | None) -> list[Tile]:
    """Return the response rate of a week; nothing where it is not known."""
    if week is None or pd.isna(week["estimate"]):
        return []
    so_far = " so far" if week["still_open"] else ""
    return [
        (
            "Answered",
            f"{percent(week['estimate'])}{so_far}",
            f"of {count_noun(week['n'], 'survey')} sent that week",
        )
    ]


def _changed(change: pd.Series, label: str) -> Tile:
    if is_unfinished(change["verdict"]):
        return label, MISSING, "not over at the last pull"
    if not has_enough_data(change["verdict"]):
        compared = change["n"] and change["n_before"]
        return label, MISSING, "too few ratings" if compared else "nothing to compare"
    interval = f"{points(change['change_low'])} to {points(change['change_high'])}"
    return label, f"{points(change['change'])} points", interval


def report_numbers(now: pd.Series, change: pd.Series, calls: pd.DataFrame, *, week: str) -> Numbers:
    """Return the figures behind the summary, for programs that read the executed notebook."""
    return {
        "week": week,
        "n": now["n"],
        "good": now["good"],
        "csat": now["estimate"],
        "low": now["low"],
        "high": now["high"],
        "n_before": change["n_before"],
        "change": change["change"],
        "change_low": change["change_low"],
        "change_high": change["change_high"],
        "verdict": change["verdict"],
        "to_call_back": count_customers(calls),
    }


def report_definitions(history: History, *, min_ratings: int | None = None) -> list[tuple[str, str]]:
    """Return how to read a report: (term, meaning).

    min_ratings: the number of ratings that the report needs, if that is not the setting.
    """
    needed = history.thresholds
    defined = history.definitions
    known = {
        "definitions": describe_definitions(defined),
        "good": GOOD[defined.good],
        "denominator": DENOMINATORS[defined.neutral],
        "clock": CLOCKS[defined.times],
        "credit": CREDITS[defined.credit],
        "timezone": history.timezone,
        "min_ratings": needed.min_ratings if min_ratings is None else min_ratings,
        "min_ratings_of_agent": needed.min_ratings_of_agent,
        "percent": f"{100 * needed.level:g}{NBSP}%",
        "verdict_percent": f"{100 * needed.verdict_level:g}{NBSP}%",
        "verdict_p": f"{100 - 100 * needed.verdict_level:.3g}{NBSP}%",
    }
    return [(term.format(**known), meaning.format(**known)) for term, meaning in DEFINITIONS.items()]
