"""Answers as figures: a tidy frame in, a `Chart` out. Nothing is estimated here.

Over the weeks: `trend`, `small_multiples` (one panel per group), `response_rate`, `waiting` (low ratings to call).
Side by side: `rates`, `differences` (this period against the one before), `reasons`, `low_ratings` (values of tickets
against all others), `observed_over_expected`, `odds_ratios`, `funnel` (agents within limits), `targets`.
All else equal: `adjusted_differences`.
Of a change: `change_parts`, another mix and changed rates.
Of comments: `comment_terms`, words that go with bad or good ratings.
Of the ratings: `distribution`, `rate_by_time` (rate against a duration), `rate_by_time_panels`.
Of the other questions of a survey: `answers`.
Of durations: `medians`, now and before.

Each takes `(frame, *, title, subtitle="", note="")`: the title says the finding, the subtitle what is drawn
with unit, n and period, the note source and exclusions. Shares are 0-1. A frame without ratings gives a
figure that says so. `shared_floor` gives the figures of one page one scale.
"""

from .adjusted_differences import adjusted_differences
from .agents import funnel
from .change_parts import change_parts
from .comment_terms import comment_terms
from .durations import medians
from .follow_up import waiting
from .handling_time import odds_ratios, rate_by_time, rate_by_time_panels
from .reasons import reasons
from .response_rate import response_rate
from .satisfaction import differences, distribution, rates
from .style.axes import shared_floor
from .style.figure import Chart
from .survey_answers import answers
from .targets import targets
from .ticket_mix import low_ratings, observed_over_expected
from .trend import small_multiples, trend

__all__ = [
    "Chart",
    "adjusted_differences",
    "answers",
    "change_parts",
    "comment_terms",
    "differences",
    "distribution",
    "funnel",
    "low_ratings",
    "medians",
    "observed_over_expected",
    "odds_ratios",
    "rate_by_time",
    "rate_by_time_panels",
    "rates",
    "reasons",
    "response_rate",
    "shared_floor",
    "small_multiples",
    "targets",
    "trend",
    "waiting",
]
