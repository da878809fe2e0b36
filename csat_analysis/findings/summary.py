"""The few numbers on top of a report, and how to read the rest of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..formats import MISSING, NBSP, count, minutes, percent, points
from ..history import History
from ..verdicts import has_enough_data

DEFINITIONS = {
    "Good": "The category that Zendesk gives a rating: 4 and 5 of 5, 3 of 3, 2 of 2. CSAT is good ratings over "
    "good and bad ones; neutral ratings count in neither.",
    "Week": "Monday to Sunday in {timezone}. A rating counts in the week of its first answer, with its latest "
    "value; a survey counts in the week of its offer.",
    "{percent} interval": "Where the rate of all such customers plausibly lies, given how many answered (Wilson). For "
    "a difference: Newcombe. For a median: order statistics. It covers chance only, not who chose to answer.",
    "Clear change": "The interval of the change excludes zero, not at the level shown but at {verdict_percent}, and "
    "stricter still by the number of rows compared: a report makes some ten such statements a week. Everything else "
    "is no clear change, however large it looks.",
    "Too few ratings": "Fewer than {min_ratings} in a period; for a single agent fewer than {min_ratings_of_agent}.",
    "Ordinary variation": "Limits of three standard deviations around the rate of the past year, or as much of it "
    "as was pulled, widened where weeks vary more than chance alone.",
    "Agent and group": "Whoever held the ticket when it was rated, not who holds it now. An agent is compared "
    "with the rate of all by an exact test, corrected for the number of agents (Benjamini-Hochberg, {verdict_p}).",
    "Times": "Status durations as Zendesk measures them, from creation, on the calendar clock. They include "
    "waiting and are no effort. Tickets without the event are left out, never counted as 0.",
    "To call back": "Bad ratings of the week whose ticket is open, or was reopened at least once.",
}


def tiles(
    now: pd.Series, change: pd.Series, times: pd.DataFrame, calls: pd.DataFrame
) -> list[tuple[str, str, str]]:
    """The four figures that matter: (label, value, interval or n)."""
    by_time = times.set_index("time")
    reply, resolution = by_time.loc["first_reply_minutes"], by_time.loc["full_resolution_minutes"]
    compared = bool(change["n"] and change["n_before"])
    moved = f"{points(change['change_low'])} to {points(change['change_high'])}"
    others = f"{minutes(resolution['estimate_before'])} before; first reply {minutes(reply['estimate'])}"
    return [
        ("Satisfied", *_satisfied(now)),
        (
            "Against the four weeks before",
            f"{points(change['change'])} points" if compared else MISSING,
            moved if compared else "nothing to compare",
        ),
        ("Median full resolution", minutes(resolution["estimate"]), others),
        ("To call back", count(len(calls)), "rated bad; open or reopened"),
    ]


def _satisfied(now: pd.Series) -> tuple[str, str]:
    if not has_enough_data(now["verdict"]):
        return MISSING, f"too few ratings, n = {count(now['n'])}" if now["n"] else "no ratings"
    return percent(
        now["estimate"]
    ), f"{100 * now['low']:.0f} to {percent(now['high'])}, n = {count(now['n'])}"


def numbers(now: pd.Series, change: pd.Series, calls: pd.DataFrame, *, week: str) -> dict[str, Any]:
    """The figures behind the summary, for programs that read the executed notebook."""
    return {
        "week": week, "n": now["n"], "good": now["good"], "csat": now["estimate"], "low": now["low"],
        "high": now["high"], "n_before": change["n_before"], "change": change["change"],
        "change_low": change["change_low"], "change_high": change["change_high"], "verdict": change["verdict"],
        "to_call_back": len(calls),
    }  # fmt: skip


def definitions(history: History, *, min_ratings: int | None = None) -> list[tuple[str, str]]:
    """How to read a report: (term, meaning). min_ratings: where the report asks for another than the settings."""
    needed = history.thresholds
    known = {
        "timezone": history.timezone,
        "min_ratings": needed.min_ratings if min_ratings is None else min_ratings,
        "min_ratings_of_agent": needed.min_ratings_of_agent,
        "percent": f"{100 * needed.level:g}{NBSP}%",
        "verdict_percent": f"{100 * needed.verdict_level:g}{NBSP}%",
        "verdict_p": f"{100 - 100 * needed.verdict_level:.3g}{NBSP}%",
    }
    return [(term.format(**known), meaning.format(**known)) for term, meaning in DEFINITIONS.items()]
