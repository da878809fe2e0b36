"""The questions an analyst asks, answered as tidy frames: measures counted in the database, then estimated.

A frame has `n`, `estimate`, `low`, `high` (shares run from 0 to 1; `attrs["level"]` is the level of the intervals,
95 % unless the settings say otherwise) and a `verdict` in plain words; what was left out is a column. The lists
`follow_up` and `call_backs` hold no estimate, and `distribution` has its shares under that name.
A verdict claims a difference only at 99 %, and where it survives the number of comparisons made; "too few ratings"
and "no detectable difference" are answers. Ratings count in the week of their answer, on the account's clock;
neutral ratings are in neither part of CSAT. No question ranks people: rows are in alphabetical order.

    asked           what every question shares: which period, which counts, which verdict
    answering       who answers, and where that makes a comparison doubtful
    satisfaction    csat, trend, compare, distribution
    people          agents beside one another
    dimensions      what ratings can be told apart by
    handling        how ratings go with handling times
    durations       how long things took
    mix             kinds of tickets that go with low ratings, and what a mix of kinds leads one to expect
    answers         reasons, response rate, whom to call back
"""

from __future__ import annotations

from .agents import agent_limits, agents
from .answers import call_backs, follow_up, reasons, response_rate
from .asked import Names, When, period
from .durations import times
from .handling_time import association, simpson_check, time_and_rating
from .satisfaction import compare, csat, distribution, trend
from .ticket_mix import case_mix, low_ratings

__all__ = [
    "Names",
    "When",
    "agent_limits",
    "agents",
    "association",
    "call_backs",
    "case_mix",
    "compare",
    "csat",
    "distribution",
    "follow_up",
    "low_ratings",
    "period",
    "reasons",
    "response_rate",
    "simpson_check",
    "time_and_rating",
    "times",
    "trend",
]
