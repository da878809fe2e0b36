"""The questions an analyst asks, answered as tidy frames: measures counted in the database, then estimated.

Every frame has `n`, `estimate`, `low`, `high` (shares run from 0 to 1; intervals are 95 %) and a `verdict` in
plain words. A verdict claims a difference only where it survives the number of comparisons made; "too few
ratings" and "no detectable difference" are answers. Ratings count in the week of their answer, on the
account's clock; neutral ratings are in neither part of CSAT. No question ranks people: rows are in
alphabetical order.

    asked           what every question shares: which period, which counts, which verdict
    satisfaction    csat, trend, compare, agents, distribution
    handling        how ratings go with times, and the times themselves
    answers         reasons, response rate, whom to call back
"""

from __future__ import annotations

from .answers import follow_up, reasons, response_rate
from .asked import HIGHER, LOWER, MIN_RATINGS, SAME, TOO_FEW, Names, When, period
from .handling import association, time_and_rating, times
from .satisfaction import agent_limits, agents, compare, csat, distribution, trend

__all__ = [
    "HIGHER",
    "LOWER",
    "MIN_RATINGS",
    "SAME",
    "TOO_FEW",
    "Names",
    "When",
    "agent_limits",
    "agents",
    "association",
    "compare",
    "csat",
    "distribution",
    "follow_up",
    "period",
    "reasons",
    "response_rate",
    "time_and_rating",
    "times",
    "trend",
]
