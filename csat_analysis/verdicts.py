"""The verdicts of the questions: the vocabulary, and what each verdict means.

Frames hold the text of a verdict, so that users can compare it with a string. The package itself never compares
texts: it asks the functions below. They raise ValueError for a text that is not a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

# A difference of shares whose interval stays within this is small.
SMALL = 0.05


class Verdict(StrEnum):
    """What the ratings of a row allow to say. Only `HIGHER` and `LOWER` claim a difference."""

    HIGHER = "higher"
    LOWER = "lower"
    POSSIBLY_HIGHER = "possibly higher"
    POSSIBLY_LOWER = "possibly lower"
    NO_DIFFERENCE = "no detectable difference"
    TOO_FEW = "too few ratings"
    # agents
    DIFFER = "differ from each other"
    TOO_FEW_AGENTS = "too few agents"
    UNASSIGNED = "nobody assigned"
    # satisfaction, handling time: a rate on its own
    ENOUGH = "enough ratings"
    # reasons
    NEW_IN_SURVEY = "new in the survey"
    # trend; too few weeks also of lasting changes
    AS_USUAL = "as usual"
    OVERLAPPING = "not judged"
    UNFINISHED = "not over yet"
    TOO_FEW_WEEKS = "too few weeks"
    # handling time: associations
    NO_ASSOCIATION = "no detectable association"
    UNKNOWN = "cannot be told"
    # targets
    REACHED = "reached"
    MISSED = "missed"
    # adjusted differences: what the other values of a term are compared with
    REFERENCE = "reference"
    # response rate
    STILL_OPEN = "still open"
    CLOSED = "closed"


NONE_NOW, NONE_BEFORE = "none now", "none before"  # too few ratings, for readers, where a period has none
ABOUT_THE_SAME, TOO_FEW_TO_TELL = "about the same", "too few to tell"  # no detectable difference, for readers

_DIRECTIONS = {
    Verdict.HIGHER: 1,
    Verdict.POSSIBLY_HIGHER: 1,
    Verdict.LOWER: -1,
    Verdict.POSSIBLY_LOWER: -1,
}
_CLAIMS = {Verdict.HIGHER, Verdict.LOWER}
_POSSIBLE = {Verdict.POSSIBLY_HIGHER, Verdict.POSSIBLY_LOWER}
_NOT_JUDGED = {
    Verdict.TOO_FEW,
    Verdict.TOO_FEW_AGENTS,
    Verdict.TOO_FEW_WEEKS,
    Verdict.UNFINISHED,
    Verdict.OVERLAPPING,
    Verdict.NEW_IN_SURVEY,
    Verdict.UNASSIGNED,
    Verdict.UNKNOWN,
    Verdict.REFERENCE,
}


def is_claim(verdict: str) -> bool:
    """Return whether a verdict claims a difference.

    >>> is_claim("higher"), is_claim("possibly higher"), is_claim("too few ratings")
    (True, False, False)
    """
    return Verdict(verdict) in _CLAIMS


def is_possible(verdict: str) -> bool:
    """Return whether a verdict calls a difference possible, but not certain."""
    return Verdict(verdict) in _POSSIBLE


def direction(verdict: str) -> int:
    """Return 1 for (possibly) higher, -1 for (possibly) lower, and 0 for all other verdicts.

    >>> direction("lower"), direction("no detectable difference")
    (-1, 0)
    """
    return _DIRECTIONS.get(Verdict(verdict), 0)


def is_higher(verdict: str) -> bool:
    """Return whether a verdict claims that something is higher."""
    return is_claim(verdict) and direction(verdict) > 0


def is_lower(verdict: str) -> bool:
    """Return whether a verdict claims that something is lower."""
    return is_claim(verdict) and direction(verdict) < 0


def has_enough_data(verdict: str) -> bool:
    """Return whether there was enough data for a judgement, whatever its result.

    >>> has_enough_data("no detectable difference"), has_enough_data("too few ratings")
    (True, False)
    """
    return Verdict(verdict) not in _NOT_JUDGED


def matches(verdicts: Iterable[str], predicate: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Return for each verdict whether a predicate holds, as a mask for the rows of a frame.

    >>> matches(["lower", "as usual"], is_claim).tolist()
    [True, False]
    """
    given = list(verdicts)
    holds = {verdict: predicate(verdict) for verdict in set(given)}
    return np.array([holds[verdict] for verdict in given], dtype=bool)


def describe(verdict: str, *, higher: str, lower: str) -> str:
    """Return the text of a verdict for readers, with a theme's own words for a claim.

    >>> describe("higher", higher="longer", lower="shorter")
    'longer'
    >>> describe("too few ratings", higher="longer", lower="shorter")
    'too few ratings'
    """
    if not is_claim(verdict):
        return Verdict(verdict).value
    return higher if direction(verdict) > 0 else lower


def describe_each(rows: Mapping[str, Iterable], *, higher: str, lower: str) -> list[str]:
    """Return the text of the verdict of each row for readers; a period without ratings is not called too few.

    >>> rows = {"verdict": [Verdict.TOO_FEW] * 2, "n": [166, 0], "n_before": [0, 192]}
    >>> describe_each(rows, higher="higher", lower="lower")
    ['none before', 'none now']
    """
    return [
        (NONE_BEFORE if n else NONE_NOW)
        if Verdict(verdict) is Verdict.TOO_FEW and not (n and before)
        else describe(verdict, higher=higher, lower=lower)
        for verdict, n, before in zip(rows["verdict"], rows["n"], rows["n_before"], strict=True)
    ]


def is_small(low: float, high: float) -> bool:
    """Return whether the interval of a difference of shares leaves room for small differences only."""
    return low >= -SMALL and high <= SMALL


def describe_differences(
    rows: Mapping[str, Iterable], low: str, high: str, *, higher: str, lower: str
) -> list[str]:
    """Return the text of the verdict of each row for readers, where a verdict is about a difference of shares.

    "No detectable difference" does not tell whether there is none, or too few ratings. The interval of the
    difference does, in the columns `low` and `high`.

    >>> rows = {"verdict": [Verdict.NO_DIFFERENCE] * 2, "low": [-0.02, -0.24], "high": [0.03, 0.21]}
    >>> describe_differences(rows, "low", "high", higher="higher", lower="lower")
    ['about the same', 'too few to tell']
    """
    words = {"higher": higher, "lower": lower}
    texts = (
        describe_each(rows, **words)
        if "n_before" in rows
        else [describe(one, **words) for one in rows["verdict"]]
    )
    return [
        (ABOUT_THE_SAME if is_small(*ends) else TOO_FEW_TO_TELL)
        if Verdict(verdict) is Verdict.NO_DIFFERENCE
        else text
        for text, verdict, *ends in zip(texts, rows["verdict"], rows[low], rows[high], strict=True)
    ]


def is_unfinished(verdict: str) -> bool:
    """Return whether a period was not over at the last pull."""
    return Verdict(verdict) is Verdict.UNFINISHED


def is_few(verdict: str) -> bool:
    """Return whether there were too few ratings for a rate or a judgement."""
    return Verdict(verdict) is Verdict.TOO_FEW


def is_without_others(verdict: str) -> bool:
    """Return whether there are no, or too few, other weeks to compare a week with."""
    return Verdict(verdict) is Verdict.TOO_FEW_WEEKS


def is_unassigned(verdict: str) -> bool:
    """Return whether a row of `agents` holds the ratings of tickets without an agent."""
    return Verdict(verdict) is Verdict.UNASSIGNED


def is_new_in_survey(verdict: str) -> bool:
    """Return whether a reason was not offered by the survey before, so that it cannot be compared."""
    return Verdict(verdict) is Verdict.NEW_IN_SURVEY


def do_differ(verdict: str) -> bool:
    """Return whether agents differ from each other, without saying which of them."""
    return Verdict(verdict) is Verdict.DIFFER


def is_reference(verdict: str) -> bool:
    """Return whether the other values of a term are compared with this one."""
    return Verdict(verdict) is Verdict.REFERENCE


def is_reached(verdict: str) -> bool:
    """Return whether a target is reached."""
    return Verdict(verdict) is Verdict.REACHED


def is_missed(verdict: str) -> bool:
    """Return whether a target is missed."""
    return Verdict(verdict) is Verdict.MISSED


def is_cannot_be_told(verdict: str) -> bool:
    """Return whether the data cannot tell, however many there are."""
    return Verdict(verdict) is Verdict.UNKNOWN
