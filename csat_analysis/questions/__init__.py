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

import lazy_loader

# As in csat_analysis/__init__.py: names and modules are listed in __init__.pyi, and imported when first used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
