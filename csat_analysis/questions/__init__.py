"""The questions of an analyst, answered as tidy frames: counted in the database, then estimated.

A frame has `n`, `estimate`, `low`, `high` (shares run from 0 to 1; `attrs["level"]` is the level of the intervals, 95 %
unless the settings say otherwise) and a `verdict` of `csat_analysis.verdicts`, in this order right after its keys; all
other columns follow. What is left out is counted in a column. The lists `follow_up` and `call_backs` hold no estimate,
and `distribution` has its shares in `share`.

A verdict claims a difference only at a confidence level of 99 %, adjusted for the number of comparisons. Ratings count
in the week of their answer, on the account's clock. Neutral ratings are left out of CSAT. Rows are in alphabetical or
temporal order: nothing ranks people.

Each theme is one module: satisfaction, change_parts, trend, lasting_changes, targets, agents, handling_time, durations,
ticket_mix, adjusted_differences, reasons, comment_terms, survey_answers, response_rate,
follow_up. They share:

    scope           periods, groups and thresholds
    dimensions      what ratings are split by
    measures        counts as database expressions
    counting        measures of a period, as frames
    judging         rates, changes and verdicts
    nonresponse     response rates beside satisfaction
    repeat_customers  customers who rate several times (design_effects: in reasons, times and response rates)
    week_spread     how much weeks vary
    levels          weekly series, and where their levels begin
    known_changes   what `csat rebase` stored between two periods
    minutes         ratings counted per minute of a time (handling_time; reversal: Simpson's paradox)
    colleagues      tests of agents
    tokens          words of comments (vocabulary: terms as numbers; term_counts: how many customers used each)
"""

from __future__ import annotations

from .adjusted_differences import adjusted_differences
from .agents import agent_limits, agents
from .change_parts import explain_change
from .comment_terms import comment_terms
from .durations import times
from .follow_up import call_backs, follow_up
from .handling_time import association, time_and_rating
from .known_changes import known_changes
from .lasting_changes import lasting_changes
from .reasons import reasons
from .response_rate import response_rate
from .reversal import simpson_check
from .satisfaction import compare, csat, distribution
from .scope import Names, When, period
from .survey_answers import answers
from .targets import targets
from .ticket_mix import case_mix, low_ratings
from .trend import trend

__all__ = [
    "Names",
    "When",
    "adjusted_differences",
    "agent_limits",
    "agents",
    "answers",
    "association",
    "call_backs",
    "case_mix",
    "comment_terms",
    "compare",
    "csat",
    "distribution",
    "explain_change",
    "follow_up",
    "known_changes",
    "lasting_changes",
    "low_ratings",
    "period",
    "reasons",
    "response_rate",
    "simpson_check",
    "targets",
    "time_and_rating",
    "times",
    "trend",
]
