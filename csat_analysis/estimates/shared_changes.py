"""Whether a change is that of all ratings or that of a part, so that a report says it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .counts import Floats

REST_CHANGED_Z = 1.645  # standard errors of a change of the rest, for it to count as a change
# Standard errors by which a part changed further: many, as it is a part that changed most that is reported first.
EXCESS_Z = 3.0
# Where a change of all ratings was reported in the weeks before, parts follow: one of them is news of its own only if
# it changed further by more standard errors.
KNOWN_FOR = 16
KNOWN_EXCESS_Z = 3.5
PSEUDO_RATINGS = 0.5  # good and bad ones added to a period, so that its rate is never 0 or 1

Change = Mapping[str, int]


class TwoPeriods(NamedTuple):
    """Ratings of two periods, the later one first: arrays of two counts each."""

    good: Floats
    rated: Floats

    def without(self, part: TwoPeriods) -> TwoPeriods:
        """Return the ratings that are not in a part."""
        return TwoPeriods(self.good - part.good, self.rated - part.rated)


class LogOddsChange(NamedTuple):
    """A change of log odds and its standard error."""

    size: float
    error: float

    def is_clear(self, direction: int) -> bool:
        """Return whether it is beyond chance in a direction (-1 or 1)."""
        return bool(direction * self.size > REST_CHANGED_Z * self.error)


def find_shared(found: Sequence[Change], good: Floats, rated: Floats, whole: int) -> set[int]:
    """Return the places of the changes that are those of another series.

    found: changes as `find_lasting_changes` finds them; whole: the column of all ratings. A change is judged by what
    was reported until its own report, so that later reports judge it alike.
    """

    def counts_of(change: Change, *series: int) -> TwoPeriods:
        since, columns = change["since"], list(series)
        weeks = slice(since, change["reported"] + 1), slice(change["level_start"], since)
        sums = (np.array([part[one][:, columns].sum() for one in weeks]) for part in (good, rated))
        return TwoPeriods(*sums)

    def is_of_all(change: Change, told: Sequence[Change]) -> bool:
        is_known = any(
            one["series"] == whole and change["reported"] - one["reported"] <= KNOWN_FOR for one in told
        )
        part, all_ratings = (counts_of(change, series) for series in (change["series"], whole))
        return is_shared(part, all_ratings, change["direction"], is_known=is_known)

    def is_of_parts(change: Change, told: Sequence[Change]) -> bool:
        parts = {
            one["series"] for one in told if one["series"] != whole and change["level_start"] < one["since"]
        }
        return is_explained(counts_of(change, *parts), counts_of(change, whole), change["direction"])

    shared: set[int] = set()
    # Parts before the whole, where both are reported in the same week.
    order = sorted(
        range(len(found)), key=lambda place: (found[place]["reported"], found[place]["series"] == whole)
    )
    for step, place in enumerate(order):
        change = found[place]
        before = [found[one] for one in order[:step] if one not in shared]
        told = [one for one in before if one["direction"] == change["direction"]]
        if (is_of_parts if change["series"] == whole else is_of_all)(change, told):
            shared.add(place)
    return shared


def is_shared(part: TwoPeriods, whole: TwoPeriods, direction: int, *, is_known: bool = False) -> bool:
    """Return whether the other ratings changed like a part of them, so that it is no news of the part.

    is_known: whether a change of all ratings in that direction was reported lately.
    """
    own, others = log_odds_change(part), log_odds_change(whole.without(part))
    excess = direction * (own.size - others.size) / np.hypot(own.error, others.error)
    return (
        bool(excess <= KNOWN_EXCESS_Z)
        if is_known
        else others.is_clear(direction) and bool(excess <= EXCESS_Z)
    )


def is_explained(part: TwoPeriods, whole: TwoPeriods, direction: int) -> bool:
    """Return whether the change of all ratings is that of a part: the part changed, and the others did not."""
    if not log_odds_change(part).is_clear(direction):
        return False
    return not log_odds_change(whole.without(part)).is_clear(direction)


def log_odds_change(counts: TwoPeriods) -> LogOddsChange:
    """Return the change from the second to the first of two periods."""
    goods, bads = counts.good + PSEUDO_RATINGS, counts.rated - counts.good + PSEUDO_RATINGS
    size = np.log(goods[0] / bads[0]) - np.log(goods[1] / bads[1])
    return LogOddsChange(float(size), float(np.sqrt((1 / goods + 1 / bads).sum())))
