"""Whether a change is that of all ratings or that of a part, so that a report says it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .counts import Floats

REST_CHANGED_Z = 1.645  # standard errors of a change of the rest, for it to count as a change
EXCESS_Z = (
    2.6  # standard errors by which a part changed further: much, as parts that are reported changed most
)
PSEUDO_RATINGS = 0.5  # good and bad ones added to a period, so that its rate is never 0 or 1


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


def find_shared(found: Sequence[Mapping[str, int]], good: Floats, rated: Floats, whole: int) -> set[int]:
    """Return the places of the changes that are those of another series.

    found: changes as `find_lasting_changes` finds them; whole: the column of all ratings.
    """

    def counts_of(change: Mapping[str, int], *series: int) -> TwoPeriods:
        since, columns = change["since"], list(series)
        weeks = slice(since, change["reported"] + 1), slice(change["level_start"], since)
        sums = (np.array([part[one][:, columns].sum() for one in weeks]) for part in (good, rated))
        return TwoPeriods(*sums)

    def is_of_all(change: Mapping[str, int]) -> bool:
        part, all_ratings = (counts_of(change, series) for series in (change["series"], whole))
        return is_shared(part, all_ratings, change["direction"])

    def is_of_parts(change: Mapping[str, int]) -> bool:
        parts = {
            other["series"]
            for place, other in enumerate(found)
            if other["series"] != whole
            and other["direction"] == change["direction"]
            and change["level_start"] < other["since"] <= change["reported"]
            and place not in shared
        }
        return is_explained(counts_of(change, *parts), counts_of(change, whole), change["direction"])

    shared = {place for place, one in enumerate(found) if one["series"] != whole and is_of_all(one)}
    return shared | {place for place, one in enumerate(found) if one["series"] == whole and is_of_parts(one)}


def is_shared(part: TwoPeriods, whole: TwoPeriods, direction: int) -> bool:
    """Return whether the other ratings changed like a part of them, so that it is no news of the part."""
    own, others = log_odds_change(part), log_odds_change(whole.without(part))
    excess = (own.size - others.size) / np.hypot(own.error, others.error)
    return others.is_clear(direction) and bool(direction * excess <= EXCESS_Z)


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
